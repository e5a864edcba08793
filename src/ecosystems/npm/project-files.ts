/** What a project says it needs: `package.json`, and the lock files of npm (any version), pnpm and Yarn. */
import { z } from 'zod';
import type { NeededPackage, ProjectFileRules } from '../contract.ts';
import { readPnpmLock, readYarnLock } from './project-files/other-locks.ts';
import { readOverrides } from './project-files/overrides.ts';
import { readRange } from './project-files/ranges.ts';
import { needed } from './project-files/release.ts';

const Locked = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  resolved: z.string().optional(),
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
});
interface OldLocked {
  readonly version: string;
  readonly bundled?: boolean | undefined;
  readonly dependencies?: Readonly<Record<string, OldLocked>> | undefined;
}
const OldLocked: z.ZodType<OldLocked> = z.lazy(() =>
  z.object({
    version: z.string(),
    bundled: z.boolean().optional(),
    dependencies: z.record(z.string(), OldLocked).optional(),
  }),
);
const Lock = z.looseObject({
  packages: z.record(z.string(), Locked).optional(),
  dependencies: z.record(z.string(), OldLocked).optional(),
});
const ranges = z.record(z.string(), z.string()).default({});
const Manifest = z.looseObject({ dependencies: ranges, devDependencies: ranges, optionalDependencies: ranges });

const OTHER_LOCKS = ['pnpm-lock.yaml', 'yarn.lock'];
const LOCKS = /^(?:package-lock|npm-shrinkwrap)[.]json$/;

export const npmProjectFiles: ProjectFileRules = {
  reads: (filename) => LOCKS.test(filename) || OTHER_LOCKS.includes(filename) || filename === 'package.json',
  read(filename, text) {
    if (filename === 'pnpm-lock.yaml') return readPnpmLock(text);
    if (filename === 'yarn.lock') return readYarnLock(text);
    const json = jsonOf(text);
    return LOCKS.test(filename) ? readLock(json) : readManifest(json);
  },
};

function readLock(json: unknown): readonly NeededPackage[] | undefined {
  const lock = Lock.safeParse(json);
  if (!lock.success) return undefined;
  const { packages, dependencies } = lock.data;
  const found = packages === undefined ? oldLocked(dependencies ?? {}) : locked(packages);
  return [...new Map(found.map((one) => [`${one.name}@${one.version}`, one])).values()];
}

/** Lockfile versions 2 and 3 (package-lock.json documentation, "packages"): by the place in `node_modules`. */
function locked(packages: Readonly<Record<string, z.infer<typeof Locked>>>): readonly NeededPackage[] {
  return Object.entries(packages).flatMap(([place, { name, version, resolved, link, inBundle }]) => {
    const at = place.lastIndexOf('node_modules/');
    // The project itself, its workspaces, links to them, and what lies inside another tarball.
    if (at === -1 || link === true || inBundle === true) return [];
    return [needed(name ?? place.slice(at + 'node_modules/'.length), version ?? '', resolved)];
  });
}

/** Lockfile version 1: a tree, where what comes from elsewhere has its address as the version. */
function oldLocked(dependencies: Readonly<Record<string, OldLocked>>): readonly NeededPackage[] {
  return Object.entries(dependencies).flatMap(([name, one]) => [
    ...(one.bundled === true ? [] : [oldNeeded(name, one.version)]),
    ...oldLocked(one.dependencies ?? {}),
  ]);
}

function oldNeeded(name: string, version: string): NeededPackage {
  const alias = /^npm:(@?[^@]+)@(.+)$/.exec(version);
  return alias === null ? needed(name, version, undefined) : needed(alias[1] ?? '', alias[2] ?? '', undefined);
}

function readManifest(json: unknown): readonly NeededPackage[] | undefined {
  const manifest = Manifest.safeParse(json);
  if (!manifest.success) return undefined;
  const { dependencies, devDependencies, optionalDependencies } = manifest.data;
  const direct = Object.entries({ ...devDependencies, ...optionalDependencies, ...dependencies });
  const all = [...direct.flatMap(([name, range]) => readRange(name, range)), ...readOverrides(json)];
  return [...new Map(all.map((one) => [`${one.name}@${one.version ?? one.range ?? ''}`, one])).values()];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
