/** Releases that stand in an index whose needs were stopped since it was made: R would fetch them, and then fail. */
import type { HeldUpRelease, RefusedName } from '../contract.ts';
import type { IndexedFile } from './index-records.ts';
import { hardRequirements } from './requirements.ts';
import { holds } from './versions.ts';

export interface Held {
  /** What can still be installed. */
  readonly files: readonly IndexedFile[];
  /** Packages of which nothing can, told as what stopped the one that they need. */
  readonly refused: readonly RefusedName[];
  /** Releases of which no file can. */
  readonly releases: readonly HeldUpRelease[];
}

/**
 * Takes out what needs a package that was offered and is no more in the versions that it wants, and what needs that, until
 * nothing is left to take out. `before` are the files with those that were stopped.
 */
export function heldUp(
  before: readonly IndexedFile[],
  left: readonly IndexedFile[],
  refused: readonly RefusedName[],
): Held {
  const known = new Set(before.map(({ name }) => name));
  const why = new Map(refused.map((one) => [one.name, one]));
  const causes = new Map<string, string>();
  let files = left;
  for (;;) {
    const versions = Map.groupBy(files, ({ name }) => name);
    const missing = (file: IndexedFile): string | undefined =>
      hardRequirements(file.fields)?.find(
        ({ name, comparisons }) =>
          known.has(name) &&
          !(versions.get(name) ?? []).some(({ version }) => comparisons.every((one) => holds(version, one))),
      )?.name;
    const kept = files.filter((file) => {
      const cause = missing(file);
      if (cause !== undefined) causes.set(file.name, causes.get(cause) ?? cause);
      return cause === undefined;
    });
    if (kept.length === files.length) break;
    files = kept;
  }
  const offered = new Set(files.map(({ name }) => name));
  const held = [...causes].flatMap(([name, cause]): readonly RefusedName[] => {
    const stop = why.get(cause);
    if (offered.has(name) || stop === undefined) return [];
    return [{ name, version: undefined, state: stop.state, id: stop.id }];
  });
  const names = new Set(held.map(({ name }) => name));
  const key = ({ name, version }: Pick<IndexedFile, 'name' | 'version'>) => `${name} ${version}`;
  const kept = new Set(files.map(key));
  const gone = new Map(left.filter((file) => !kept.has(key(file))).map((file) => [key(file), file]));
  const releases = [...gone.values()].flatMap(({ name, version }) => {
    const by = causes.get(name);
    return by === undefined ? [] : [{ name, version, by }];
  });
  return { files, refused: [...refused.filter(({ name }) => !names.has(name)), ...held], releases };
}
