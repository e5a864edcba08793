/** Findings out of what was collected over a distribution. */
import { excerpt } from '../../domain/content.ts';
import type { Finding, JsonValue, Severity } from '../../domain/evidence.ts';
import type { Detected, LicenceCollection } from './collection.ts';
import { type Judgement, judge } from './judgement.ts';

/** Licences, tags and texts that get a finding of their own. */
const MOST_LICENCES = 100;
const MOST_UNKNOWN = 20;
/** Files named for one licence or holder; the count goes on. */
const MOST_FILES = 20;
const MOST_HOLDERS = 200;
/** Words of a licence file that may as well be a pointer to another file, or a list of names. */
const FEWEST_WORDS = 60;

/**
 * Licences that ask more of who passes the software on than a notice: what is built on it must be given on alike, or is
 * limited in use. By the beginnings of their ids.
 */
const DEMANDING =
  /^(?:[AL]?GPL-|GFDL-|MPL-|EPL-|CDDL-|EUPL-|OSL-|CPL-|CPAL-|CECILL-|QPL-|RPL-|SSPL-|BUSL-|MS-RL|CC-BY-(?:NC|ND|SA)|PolyForm-|Elastic-|Sleepycat|JSON$|LicenseRef-Commons-Clause)/;

/** Lists of people that build tools put beside the licences. */
const PEOPLE = /(?:^|\/)(?:authors?|contributors?|credits|maintainers|thanks|acknowledge?ments?)[^/]*$/i;

interface Claim {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly location?: string | undefined;
  readonly data?: Readonly<Record<string, JsonValue>>;
}

export function licenceFindings(subject: string, collection: LicenceCollection): readonly Finding[] {
  const judgement = judge(collection);
  const claims = [
    statementOf(collection, judgement),
    ...disagreements(collection, judgement),
    ...detections(collection, judgement),
    ...unsure(collection),
    ...unknowns(collection),
    ...missingFiles(collection),
    ...copyright(collection),
  ];
  return claims.map(({ code, severity, summary, location, data }) => ({
    kind: 'licence',
    severity,
    subject,
    summary: excerpt(summary, 500),
    location: location === undefined ? undefined : excerpt(location, 400),
    data: { code, ...data },
  }));
}

function statementOf({ declaration }: LicenceCollection, { effective }: Judgement): Claim {
  const stated = declaration?.stated ?? [];
  const words = stated.map(({ field, text }) => `${field}: ${text}`).join('; ');
  const data = {
    state: effective.state,
    expression: effective.expression,
    alternatives: effective.alternatives.map((one) => [...one]),
    basis: effective.basis,
    stated: stated.slice(0, MOST_UNKNOWN).map(({ field, text }) => ({ field, text })),
  };
  if (effective.state === 'known') {
    const basis = effective.basis === 'declared' ? 'as declared' : 'by its licence file';
    return { code: 'licence', severity: 'info', summary: `The licence is ${effective.expression}, ${basis}`, data };
  }
  if (effective.state === 'none')
    return {
      code: 'no-licence',
      severity: 'medium',
      summary:
        declaration?.meaning.kind === 'withheld'
          ? `What is declared grants nothing: ${words}`
          : 'No licence is declared, and no licence text was found',
      data,
    };
  const summary =
    declaration?.meaning.kind === 'withheld'
      ? `What is declared limits the licence that it names: ${words}`
      : `What is declared names no licence that is known: ${words}`;
  return { code: 'unclear-licence', severity: 'low', summary, data };
}

function disagreements({ declaration }: LicenceCollection, judgement: Judgement): readonly Claim[] {
  if (!judgement.disagrees) return [];
  const own = judgement.undeclared.filter(({ ownFiles }) => ownFiles.length > 0);
  const declared = judgement.effective.basis === 'declared' ? judgement.effective.expression : statedWords(declaration);
  const found = own.map(nameOf).join(', ');
  const files = filesOf(own.flatMap(({ ownFiles }) => ownFiles));
  return [
    {
      code: 'disagreement',
      severity: 'medium',
      summary: `The metadata declares ${declared}, and the licence file is ${found}`,
      location: files[0],
      data: { declared, found: own.map(nameOf), files },
    },
  ];
}

function statedWords(declaration: LicenceCollection['declaration']): string {
  return declaration?.stated.map(({ text }) => text).join('; ') ?? '';
}

function nameOf({ ids }: Pick<Detected, 'ids'>): string {
  return ids.join(' or ');
}

/** Distinct paths by name, as many as are named. */
function filesOf(paths: readonly string[]): string[] {
  return [...new Set(paths)]
    .toSorted()
    .slice(0, MOST_FILES)
    .map((path) => excerpt(path));
}

function detections({ detected, declaration }: LicenceCollection, { undeclared }: Judgement): readonly Claim[] {
  const all = [...detected.values()].toSorted(
    (a, b) => b.files.length - a.files.length || (nameOf(a) < nameOf(b) ? -1 : 1),
  );
  const isDefinite = declaration?.meaning.kind === 'expression' || declaration?.meaning.kind === 'family';
  return all.slice(0, MOST_LICENCES).map((one) => {
    const isOther = isDefinite && undeclared.includes(one);
    const isDemanding = isOther && one.ids.every((id) => DEMANDING.test(id));
    const isName = [...one.hows].every((how) => how === 'name');
    const severity = isName ? 'low' : 'medium';
    const files = filesOf(one.files);
    const count = new Set(one.files).size;
    const places = placesOf(one.files);
    const beside = isOther ? ', which is not declared' : '';
    return {
      code: isOther ? 'undeclared' : 'detected',
      severity: isDemanding ? severity : 'info',
      summary: `${nameOf(one)}${isName ? ' by name only' : ''} in ${places}${beside}`,
      location: files[0],
      data: {
        licence: nameOf(one),
        ids: [...one.ids],
        how: [...one.hows].toSorted(),
        confidence: isName ? 'low' : 'high',
        own: one.ownFiles.length > 0,
        places: count,
        files,
      },
    };
  });
}

/** What resembles a licence and is not its text, and what names several: for people to read, and taken for no licence. */
function unsure({ changed, families }: LicenceCollection): readonly Claim[] {
  const texts = [...changed.values()].toSorted(byFiles).slice(0, MOST_UNKNOWN);
  const named = [...families.values()].toSorted(byFiles).slice(0, MOST_UNKNOWN);
  return [
    ...texts.map(({ like, files }): Claim => {
      const [first, ...others] = like.map(nameOf);
      const parts = others.length === 0 ? '' : `, or like ${others.join(', or ')}`;
      const isDemanding = like.every(({ ids }) => ids.every((id) => DEMANDING.test(id)));
      return {
        code: 'changed-text',
        severity: isDemanding ? 'medium' : 'low',
        summary: `A text like ${first}${parts}, but changed or not the whole text, in ${placesOf(files)}`,
        location: filesOf(files)[0],
        data: {
          like: like.map(({ ids, coverage }) => ({ ids: [...ids], coverage })),
          places: new Set(files).size,
          files: filesOf(files),
        },
      };
    }),
    ...named.map(({ family, files }): Claim => {
      const isDemanding = family.prefixes.every((prefix) => DEMANDING.test(prefix));
      return {
        code: 'unclear-name',
        severity: isDemanding ? 'low' : 'info',
        summary: `A ${family.name} licence is named without saying which, in ${placesOf(files)}`,
        location: filesOf(files)[0],
        data: { family: family.name, confidence: 'low', places: new Set(files).size, files: filesOf(files) },
      };
    }),
  ];
}

function byFiles(a: { readonly files: readonly string[] }, b: { readonly files: readonly string[] }): number {
  return (filesOf(a.files)[0] ?? '') < (filesOf(b.files)[0] ?? '') ? -1 : 1;
}

/** The first path by name, and how many there are beside it. */
function placesOf(paths: readonly string[]): string {
  const count = new Set(paths).size;
  return `${filesOf(paths)[0]}${count > 1 ? ` and ${count - 1} more` : ''}`;
}

function unknowns({ unrecognised, unknownTags }: LicenceCollection): readonly Claim[] {
  const texts = unrecognised
    .filter(({ path, reading }) => reading.words >= FEWEST_WORDS && !PEOPLE.test(path))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .slice(0, MOST_UNKNOWN)
    .map(({ path, reading: { nearest, words } }): Claim => {
      const near =
        nearest === undefined
          ? ''
          : `; nearest is ${nameOf(nearest)}, of which ${percent(nearest.coverage)} % stand there`;
      const data = {
        nearest: nearest === undefined ? null : [...nearest.ids],
        coverage: nearest?.coverage ?? 0,
        words,
      };
      return {
        code: 'unrecognised-text',
        severity: 'low',
        summary: `A licence file holds no known licence text${near}`,
        location: path,
        data,
      };
    });
  const tags = [...unknownTags]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, MOST_UNKNOWN)
    .map(([tag, paths]): Claim => {
      const files = filesOf(paths);
      return {
        code: 'unknown-tag',
        severity: 'low',
        summary: `A tag names no licence of the SPDX list: ${tag}`,
        location: files[0],
        data: { tag, files },
      };
    });
  return [...texts, ...tags];
}

function percent(part: number): number {
  return Math.floor(part * 100);
}

/** Licence files that the metadata promises and that are not there. */
function missingFiles({ declaration, paths }: LicenceCollection): readonly Claim[] {
  const missing = (declaration?.files ?? []).filter(
    (file) => !paths.some((path) => path === file || path.endsWith(`/${file}`)),
  );
  return missing.slice(0, MOST_UNKNOWN).map((file) => ({
    code: 'licence-file-missing',
    severity: 'low',
    summary: `The metadata names a licence file that is not there: ${file}`,
    data: { file: excerpt(file) },
  }));
}

function copyright({ holders }: LicenceCollection): readonly Claim[] {
  if (holders.size === 0) return [];
  const all = [...holders].toSorted(
    ([a, one], [b, other]) => other.files.length - one.files.length || (a < b ? -1 : 1),
  );
  const named = all.slice(0, MOST_HOLDERS).map(([holder, { years, files }]) => {
    return { holder, years: [...years].toSorted(), places: new Set(files).size, files: filesOf(files) };
  });
  const first = named
    .slice(0, 5)
    .map(({ holder }) => holder)
    .join('; ');
  const more = all.length > 5 ? ` and ${all.length - 5} more` : '';
  return [
    {
      code: 'copyright',
      severity: 'info',
      summary: `Copyright is claimed by ${first}${more}`,
      data: { holders: named, count: all.length },
    },
  ];
}
