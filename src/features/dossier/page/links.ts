/** Ways from a statement to its evidence in the same document. */
import type { Cell, Dossier, PackageRow, Pointer, Statement } from '../dossier.ts';
import type { Inline, Line } from './document.ts';

/** Packages whose evidence one statement links to by name. */
const MOST_LINKS = 4;

/** Id of the place that shows what a pointer names: `/releases/0/evidence/3/findings/1` is `e-0-3-1`. */
export function placeOf(pointer: Pointer): string {
  const [, release, , evidence, finding] =
    /^\/releases\/(\d+)(\/evidence\/(\d+)(?:\/findings\/(\d+))?)?/.exec(pointer) ?? [];
  return ['e', release, evidence, finding].filter((part) => part !== undefined).join('-');
}

/** The statement, and for each package behind it a link to the evidence. */
export function told(statement: Statement, dossier: Dossier): Line {
  return [statement.text, ...evidenceLinks(statement.evidence, dossier)];
}

/** ` (evidence: requests, idna and 3 more)`, each name a link; nothing where there is no evidence to show. */
export function evidenceLinks(pointers: readonly Pointer[], dossier: Pick<Dossier, 'packages'>): Line {
  const links = packageLinks(pointers, dossier);
  return links.length === 0 ? [] : [' (evidence: ', ...links, ')'];
}

/** The packages that the evidence is about, by name, each a link to it. */
export function packageLinks(pointers: readonly Pointer[], { packages }: Pick<Dossier, 'packages'>): Line {
  const byRelease = new Map<string, Pointer>();
  for (const pointer of pointers) {
    const release = /^\/releases\/(\d+)/.exec(pointer)?.[1] ?? '';
    if (!byRelease.has(release)) byRelease.set(release, pointer);
  }
  const links = [...byRelease].slice(0, MOST_LINKS).flatMap(([release, pointer], index): readonly Inline[] => {
    const text = nameAmong(packages[Number(release)], packages);
    return [index === 0 ? '' : ', ', { text, to: placeOf(pointer) }];
  });
  return byRelease.size > MOST_LINKS ? [...links, ` and ${byRelease.size - MOST_LINKS} more`] : links;
}

/** Targets can take two releases of one package: those are told apart by their version. */
function nameAmong(row: PackageRow | undefined, packages: readonly PackageRow[]): string {
  if (row === undefined) return 'evidence';
  const isOnly = packages.every((one) => one === row || one.name !== row.name);
  return isOnly ? row.name : `${row.name} ${row.version}`;
}

/** A cell whose text is the way to its evidence; what could not be checked says so. */
export function cellLine({ text, evidence: [first] }: Cell): Line {
  const words = text ?? 'could not check';
  return [first === undefined ? words : { text: words, to: placeOf(first) }];
}
