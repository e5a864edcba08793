/** Files of a distribution against those at a tag. Pure. */
import type { SourceFile } from '../../domain/source-code.ts';

export interface Comparison {
  /** Files that the tag holds with the same text. */
  readonly equal: number;
  /** Version files and empty files that differ or are not there: builds write them. */
  readonly explained: readonly string[];
  /** The tag holds them with another text. */
  readonly differing: readonly string[];
  readonly notInSource: readonly string[];
  /** Files of the same folders that only the tag holds. */
  readonly onlyInSource: number;
}

/** Files by which the place of the package in the repository is found out. */
const MAX_VOTERS = 300;
/** Places that are tried: `src/`, a folder of several packages, and what lies beside them. */
const MAX_PLACES = 4;

/** `own` paths start at the root of the package; where the package lies in the repository is found out. */
export function compareWithSource(own: readonly SourceFile[], source: readonly SourceFile[]): Comparison {
  const byPath = new Map(source.map((file) => [file.path, file]));
  const byName = Map.groupBy(source, ({ path }) => lastSegment(path));
  const places = placesOf(own, byName);
  let equal = 0;
  const explained: string[] = [];
  const differing: string[] = [];
  const notInSource: string[] = [];
  for (const file of own) {
    const there = places.flatMap((place) => byPath.get(`${place}${file.path}`) ?? []);
    const moved = byName.get(lastSegment(file.path)) ?? [];
    if ([...there, ...moved].some(({ sha256 }) => sha256 === file.sha256)) equal += 1;
    else if (file.isVersionFile || file.size === 0) explained.push(file.path);
    else (there.length > 0 ? differing : notInSource).push(file.path);
  }
  return { equal, explained, differing, notInSource, onlyInSource: onlyInSource(own, source, places[0] ?? '') };
}

/** Folders of the repository under which the distribution's paths are found, the one with most of them first. */
function placesOf(own: readonly SourceFile[], byName: ReadonlyMap<string, readonly SourceFile[]>): readonly string[] {
  const votes = new Map<string, number>();
  for (const { path } of own.slice(0, MAX_VOTERS)) {
    for (const other of byName.get(lastSegment(path)) ?? []) {
      if (other.path !== path && !other.path.endsWith(`/${path}`)) continue;
      const place = other.path.slice(0, other.path.length - path.length);
      votes.set(place, (votes.get(place) ?? 0) + 1);
    }
  }
  const sorted = [...votes].toSorted(([a, of], [b, other]) => other - of || a.length - b.length);
  return sorted.slice(0, MAX_PLACES).map(([place]) => place);
}

function onlyInSource(own: readonly SourceFile[], source: readonly SourceFile[], place: string): number {
  const paths = new Set(own.map(({ path }) => `${place}${path}`));
  const folders = new Set(own.flatMap(({ path }) => (path.includes('/') ? [`${place}${path.split('/')[0]}/`] : [])));
  return source.filter(({ path }) => {
    const folder = `${place}${path.slice(place.length).split('/')[0]}/`;
    return path.startsWith(place) && folders.has(folder) && !paths.has(path);
  }).length;
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
