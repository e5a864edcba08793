/** The object of one version in a packument, and `package.json` inside a tarball: the fields that decide what is installed. */
import { validRange } from 'semver';
import { z } from 'zod';
import { normaliseName } from './names.ts';

/** A map of names to texts; entries of another form are left out, as npm does. */
const texts = z
  .record(z.string(), z.unknown())
  .transform((map) =>
    Object.fromEntries(
      Object.entries(map).flatMap(([key, value]): [string, string][] =>
        typeof value === 'string' ? [[key, value]] : [],
      ),
    ),
  )
  .catch({})
  .default({});

const words = z
  .union([z.string().transform((one) => [one]), z.array(z.string())])
  .nullish()
  .catch(undefined);

const Manifest = z.object({
  name: z.string().default(''),
  version: z.string().default(''),
  dependencies: texts,
  optionalDependencies: texts,
  peerDependencies: texts,
  peerDependenciesMeta: z.record(z.string(), z.unknown()).catch({}).default({}),
  bundleDependencies: z
    .union([z.boolean(), z.array(z.string())])
    .nullish()
    .catch(undefined),
  bundledDependencies: z
    .union([z.boolean(), z.array(z.string())])
    .nullish()
    .catch(undefined),
  engines: texts,
  os: words,
  cpu: words,
  libc: words,
  bin: z.union([z.string(), texts]).nullish().catch(undefined),
  scripts: texts,
  deprecated: z.union([z.string(), z.boolean()]).nullish().catch(undefined),
});
export type Manifest = z.infer<typeof Manifest>;

/** The fields of a manifest, each read as far as it is what it should be; `undefined` where the text is no JSON object. */
export function readManifest(text: string): Manifest | undefined {
  try {
    const parsed = Manifest.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Names of the packages that lie inside the tarball itself. */
export function bundledIn({
  bundleDependencies,
  bundledDependencies,
  dependencies,
}: Pick<Manifest, 'bundleDependencies' | 'bundledDependencies' | 'dependencies'>): readonly string[] {
  const bundled = bundleDependencies ?? bundledDependencies;
  if (bundled === true) return Object.keys(dependencies);
  return Array.isArray(bundled) ? bundled : [];
}

/** Fields of which clients install what they name. */
export const NEEDED_FIELDS = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** A dist-tag (npm-package-arg): nothing that could be an address, a path, a file or a repository. */
const TAG = /^[a-z0-9](?:[\w~-]|[.](?!tgz$|tar$|tar[.]gz$))*$/i;

/**
 * Whether what a dependency asks for can only be a release of a registry (npm-package-arg, `result.registry`): a range, a
 * tag, or another name for one of these. Anything else a client fetches from wherever it says.
 */
export function isOfRegistry(spec: string): boolean {
  const asked = spec.trim();
  const [, name, range = ''] = /^npm:(@?[^@]+)(?:@(.*))?$/i.exec(asked) ?? [];
  if (name !== undefined) return normaliseName(name) !== undefined && !/^npm:/i.test(range) && isOfRegistry(range);
  return validRange(asked, true) !== null || TAG.test(asked);
}

/** Lifecycle scripts that an install runs (npm documentation, "scripts", "Life Cycle Operation Order"). */
export const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'] as const;

/** Whether a list of `os`, `cpu` or `libc` admits a value: none does not matter, `!x` excludes (package.json, "os"). */
export function admits(list: readonly string[] | null | undefined, value: string | undefined): boolean {
  if (list == null || list.length === 0 || (list.length === 1 && list[0] === 'any')) return true;
  if (value === undefined) return list.every((one) => one.startsWith('!'));
  if (list.includes(`!${value}`)) return false;
  const wanted = list.filter((one) => !one.startsWith('!'));
  return wanted.length === 0 || wanted.includes(value);
}
