/** The lock files of pnpm (versions 5 to 9) and Yarn (classic, and Berry). */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { NeededPackage } from '../../contract.ts';
import { needed } from './release.ts';

const pnpm = z.looseObject({
  lockfileVersion: z.union([z.string(), z.number()]),
  packages: z
    .record(
      z.string(),
      z.looseObject({
        name: z.string().optional(),
        version: z.string().optional(),
        resolution: z.looseObject({}).optional(),
      }),
    )
    .default({}),
});

/** `undefined` where it is no lock file of pnpm. */
export function readPnpmLock(text: string): readonly NeededPackage[] | undefined {
  const lock = pnpm.safeParse(yamlOf(text));
  if (!lock.success) return undefined;
  return unique(
    Object.entries(lock.data.packages).flatMap(([key, { name, version, resolution }]) => {
      if (resolution !== undefined && 'directory' in resolution) return [];
      const named = releaseOf(key);
      // What is no `name@version` comes from a repository or an address, and carries its name apart.
      if (named === undefined) return [needed(name ?? key, version ?? '', key)];
      return [needed(named.name, named.version, undefined)];
    }),
  );
}

/** `/@scope/name/1.0.0_peer` (5), `/name@1.0.0(peer@1)` (6), `name@1.0.0` (9). */
function releaseOf(key: string): { readonly name: string; readonly version: string } | undefined {
  const bare = key.replace(/^\//, '').replace(/\(.*$/, '');
  const [, name, version] = /^(@[^/@]+\/[^/@]+|[^/@]+)[@/](\d[^/_]*)(?:_.*)?$/.exec(bare) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

const berry = z.looseObject({ __metadata: z.looseObject({}) });
const berryEntry = z.looseObject({ version: z.union([z.string(), z.number()]), resolution: z.string() });

/** `undefined` where it is no lock file of Yarn. */
export function readYarnLock(text: string): readonly NeededPackage[] | undefined {
  if (/^# yarn lockfile v1\s*$/m.test(text)) return readClassic(text);
  const document = yamlOf(text);
  if (!berry.safeParse(document).success || typeof document !== 'object' || document === null) return undefined;
  const entries = Object.entries(document).filter(([key]) => key !== '__metadata');
  return unique(
    entries.flatMap(([, value]) => {
      const entry = berryEntry.safeParse(value);
      if (!entry.success) return [];
      const { resolution, version } = entry.data;
      const [, name = resolution, protocol = ''] = /^(@?[^@]+)@([a-z+]+):/.exec(resolution) ?? [];
      if (protocol === 'workspace' || protocol === 'link' || protocol === 'portal') return [];
      return [needed(name, String(version), protocol === 'npm' ? undefined : resolution)];
    }),
  );
}

/** Yarn's own format: a line of patterns that ends in a colon, and indented fields below it. */
function readClassic(text: string): readonly NeededPackage[] {
  const found: NeededPackage[] = [];
  for (const block of text.split(/\r?\n(?=\S)/)) {
    const [, first] = /^"?((?:@?[^@",\s]+)@[^",]*)"?[^\n]*:\s*$/m.exec(block) ?? [];
    const version = /^ {2}version "?([^"\s]+)"?\s*$/m.exec(block)?.[1];
    if (block.startsWith('#') || first === undefined || version === undefined) continue;
    const resolved = /^ {2}resolved "?([^"\s]+)"?\s*$/m.exec(block)?.[1];
    const [, name = '', range = ''] = /^(@?[^@]+)@(.*)$/.exec(first) ?? [];
    if (/^(?:file|link):/.test(range)) continue;
    const alias = /^npm:(@?[^@]+)(?:@.*)?$/.exec(range)?.[1];
    const elsewhere = /^(?:git\b|git\+|github:|https?:.*[.]git)/.test(range) ? range : undefined;
    found.push(needed(alias ?? name, version, elsewhere ?? resolved));
  }
  return unique(found);
}

function unique(found: readonly NeededPackage[]): readonly NeededPackage[] {
  return [...new Map(found.map((one) => [`${one.name}@${one.version}`, one])).values()];
}

/** Lock files have no aliases: a small file that uses them would be a huge value. */
function yamlOf(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0) return undefined;
  try {
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    return value;
  } catch {
    return undefined;
  }
}
