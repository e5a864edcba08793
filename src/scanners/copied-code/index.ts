import { excerpt } from '../../domain/content.ts';
import type { CodeMatch } from '../../domain/copied-code.ts';
import { counted } from '../../domain/counted.ts';
import type { Finding, Severity } from '../../domain/evidence.ts';
import { purlOf } from '../../domain/purl.ts';
import type { Scanner } from '../contract.ts';

/** Hours after which the comparison is old: packages are vetted every day, and each may hold the same code. */
const STALE_AFTER_HOURS = 30 * 24;
/** Other packages that get a finding of their own. */
const MOST_PACKAGES = 50;
/** Files named for one of them; the count goes on. */
const MOST_FILES = 20;

type Relation = 'same-licence' | 'other-licence' | 'unknown-licence' | 'carried-along';

const SEVERITY: Readonly<Record<Relation, Severity>> = {
  'other-licence': 'medium',
  'unknown-licence': 'low',
  'carried-along': 'low',
  'same-licence': 'info',
};
const WORDS: Readonly<Record<Relation, string>> = {
  'other-licence': 'under another licence',
  'unknown-licence': 'where one of the licences is not known',
  'carried-along': 'carried along by both, and neither copy states its own licence',
  'same-licence': 'under the same licence',
};

/** Folders and names by which packages carry code of others along. */
const CARRIED =
  /(?:^|\/)_?(?:vendor(?:ed)?|third_?party|extern(?:als?)?|bundled|node_modules|static|deps|contrib)\/|[.]min[.][cm]?js$/i;

/** Source files and long fragments that also stand in another package that was vetted here. */
export const copiedCodeScanner: Scanner<'distribution'> = {
  id: 'copied-code',
  version: 1,
  looksAt: 'distribution',
  ecosystems: 'every',
  emits: ['copied-code'],
  staleAfterHours: STALE_AFTER_HOURS,
  sees: 'Source files, comments and layout left aside, and fragments of some 30 lines and more, that also stand in a release of another package that was vetted here before or beside it, and whether under the same licence; a licence that the file states itself counts before that of its release.',
  cannotSee:
    'Code of packages that were never vetted here; who copied from whom; code whose names were changed, translated or minified another way; files of fewer than 120 tokens, larger than 4 MiB or beyond 4,000 in one distribution; and code that stands in so many packages that it says nothing.',
  async scan({ purl, name, version, distribution, file }, context) {
    const { sha256, size } = file;
    const answer = await context.copies({ name, version, filename: distribution.filename, sha256, size });
    if (answer.status === 'unreadable') return { status: 'failed', reason: answer.reason, retryable: true };
    const findings = grouped(purl, answer.matches);
    if (answer.cut || answer.leftOut > 0) findings.push(notCompared(purl, answer));
    return { status: 'completed', findings };
  },
};

interface Group {
  readonly relation: Relation;
  readonly other: CodeMatch['other'];
  readonly matches: CodeMatch[];
}

/** One finding for each other package and relation: hundreds of files of one package are one thing to look at. */
function grouped(purl: string, matches: readonly CodeMatch[]): Finding[] {
  const groups = new Map<string, Group>();
  for (const match of matches) {
    const relation = relationOf(match);
    const key = `${relation} ${match.other.ecosystem} ${match.other.name}`;
    const group = groups.get(key) ?? { relation, other: match.other, matches: [] };
    group.matches.push(match);
    groups.set(key, group);
  }
  const order = Object.keys(SEVERITY);
  return [...groups.values()]
    .toSorted((a, b) => order.indexOf(a.relation) - order.indexOf(b.relation) || b.matches.length - a.matches.length)
    .slice(0, MOST_PACKAGES)
    .map((group) => findingOf(purl, group));
}

function relationOf({ licences, other, path }: CodeMatch): Relation {
  if (licences.length === 0 || other.licences.length === 0) return 'unknown-licence';
  if (licences.some((one) => other.licences.includes(one))) return 'same-licence';
  return CARRIED.test(path) && CARRIED.test(other.path) ? 'carried-along' : 'other-licence';
}

function findingOf(purl: string, { relation, other, matches }: Group): Finding {
  const sorted = matches.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const whole = sorted.filter(({ extent }) => extent === 'file').length;
  const parts = [count(whole, 'file'), count(sorted.length - whole, 'fragment')].filter((part) => part !== '');
  const licences = (of: (match: CodeMatch) => readonly string[]) => [...new Set(sorted.flatMap(of))].toSorted();
  const [here, there] = [licences((match) => match.licences), licences((match) => match.other.licences)];
  const named = relation === 'other-licence' ? ` (${listed(here)} here, ${listed(there)} there)` : '';
  const otherPurl = purlOf(other);
  return {
    kind: 'copied-code',
    severity: SEVERITY[relation],
    subject: purl,
    summary: excerpt(`${parts.join(' and ')} also in ${otherPurl}, ${WORDS[relation]}${named}`, 500),
    location: sorted[0] === undefined ? undefined : excerpt(sorted[0].path),
    data: {
      code: relation,
      package: otherPurl,
      licences: here.map((one) => excerpt(one)),
      otherLicences: there.map((one) => excerpt(one)),
      files: whole,
      fragments: sorted.length - whole,
      places: sorted.slice(0, MOST_FILES).map(({ extent, path, part, other: { path: otherPath } }) => {
        return { extent, path: excerpt(path), otherPath: excerpt(otherPath), percent: Math.floor(part * 100) };
      }),
    },
  };
}

function count(number: number, noun: string): string {
  return number === 0 ? '' : counted(number, noun);
}

function listed(licences: readonly string[]): string {
  const more = licences.length > 3 ? ` and ${licences.length - 3} more` : '';
  return `${licences.slice(0, 3).join(', ')}${more}`;
}

function notCompared(purl: string, { cut, leftOut }: { readonly cut: boolean; readonly leftOut: number }): Finding {
  const parts = [
    ...(leftOut > 0 ? [`${count(leftOut, 'source file')} left out as too many or too large`] : []),
    ...(cut ? ['more matches than are listed'] : []),
  ];
  const data = { code: 'not-compared', leftOut, cut };
  const summary = `Not all code was compared: ${parts.join('; ')}`;
  return { kind: 'copied-code', severity: 'low', subject: purl, summary, location: undefined, data };
}
