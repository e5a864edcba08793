/** Lock files: `uv.lock`, `poetry.lock` and `pylock.toml` (PEP 751). Each release of them is one that the project needs. */
import { z } from 'zod';
import type { Target } from '../../../domain/target.ts';
import type { NeededPackage } from '../../contract.ts';
import { normaliseName } from '../names.ts';
import { pypiVersions } from '../versions.ts';
import { elsewhere, holdsFor } from './needed.ts';

const source = z.union([z.string(), z.looseObject({})]);
const locked = z.looseObject({
  name: z.string(),
  version: z.string().optional(),
  /** uv: `{ registry = … }`, `{ git = … }`; Poetry: `{ type = "git", url = … }`. */
  source: source.optional(),
  marker: z.string().optional(),
  /** PEP 751. */
  vcs: z.looseObject({}).optional(),
  directory: z.looseObject({}).optional(),
  archive: z.looseObject({}).optional(),
});
type Locked = z.infer<typeof locked>;
const schema = z.union([
  z.object({ package: z.array(locked) }),
  z.object({ 'lock-version': z.string(), packages: z.array(locked) }),
]);

/** `undefined` where it is no lock file. */
export function readLock(document: unknown, targets: readonly Target[]): readonly NeededPackage[] | undefined {
  const parsed = schema.safeParse(document);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const all = 'package' in data ? data.package : data.packages;
  return all.flatMap((one) => neededOf(one, targets));
}

function neededOf(one: Locked, targets: readonly Target[]): readonly NeededPackage[] {
  const place = placeOf(one);
  // The project itself, and members of its workspace.
  if (place === 'own') return [];
  if (place !== undefined) throw elsewhere(one.name, place);
  if (!holdsFor(one.marker, targets)) return [];
  const name = normaliseName(one.name);
  const version = one.version === undefined ? undefined : pypiVersions.normalise(one.version);
  if (name === undefined || version === undefined) throw elsewhere(one.name, 'no version');
  return [{ name, version }];
}

const OWN = ['virtual', 'editable'] as const;
const ELSEWHERE = ['git', 'url', 'path', 'directory'] as const;

/** `own`, an address where it comes from no registry, or `undefined`. */
function placeOf({ source: from, vcs, directory, archive }: Locked): string | undefined {
  if (vcs !== undefined || archive !== undefined) return 'a repository or an address';
  if (directory !== undefined) return 'own';
  if (from === undefined || typeof from === 'string') return undefined;
  const table = new Map(Object.entries(from));
  if (OWN.some((key) => table.has(key))) return 'own';
  const type = table.get('type');
  // Poetry names an index of one's own `legacy`.
  if (typeof type === 'string') return type === 'legacy' || type === 'pypi' ? undefined : `${type} ${table.get('url')}`;
  const key = ELSEWHERE.find((one) => table.has(one));
  return key === undefined ? undefined : `${key} ${String(table.get(key))}`;
}
