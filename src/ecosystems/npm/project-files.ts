/** What a project says it needs: `package-lock.json` of any lockfile version, `npm-shrinkwrap.json`, `package.json`. */
import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import type { NeededPackage, ProjectFileRules } from '../contract.ts';
import { normaliseVersion } from './versions.ts';

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

const LOCKS = /^(?:package-lock|npm-shrinkwrap)[.]json$/;

export const npmProjectFiles: ProjectFileRules = {
  reads: (filename) => LOCKS.test(filename) || filename === 'package.json',
  read(filename, text) {
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

function needed(name: string, raw: string, resolved: string | undefined): NeededPackage {
  const version = normaliseVersion(raw);
  const elsewhere = resolved !== undefined && !/^https?:/.test(resolved);
  if (version !== undefined && !elsewhere) return { name, version };
  throw new Problem({
    kind: 'usage',
    code: 'not-a-release',
    what: `${name} comes from ${(resolved ?? raw).slice(0, 120)}`,
    why: 'only releases of a registry can be cleared',
    next: 'Take it out, or take a release of it from the registry.',
  });
}

function readManifest(json: unknown): readonly NeededPackage[] | undefined {
  const manifest = Manifest.safeParse(json);
  if (!manifest.success) return undefined;
  const { dependencies, devDependencies, optionalDependencies } = manifest.data;
  return Object.entries({ ...devDependencies, ...optionalDependencies, ...dependencies }).flatMap(([name, range]) => {
    if (/^(?:file|link|workspace|portal):/.test(range)) return [];
    const alias = /^npm:(@?[^@]+)(?:@(.+))?$/.exec(range);
    const [real, wanted] = alias === null ? [name, range] : [alias[1] ?? name, alias[2] ?? ''];
    if (/[/:]/.test(wanted)) return [needed(real, '', wanted)];
    return [{ name: real, version: normaliseVersion(wanted) ?? null }];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
