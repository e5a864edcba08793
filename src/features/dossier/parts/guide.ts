/** The evaluation guide, answered as far as evidence goes; the rest is a checklist for the reviewer. */
import type { GuideAnswer } from '../dossier.ts';
import { GUIDE_QUESTIONS, type GuideQuestion } from './guide-questions.ts';
import {
  count,
  grouped,
  isDescription,
  numberAt,
  pointerTo,
  type Reading,
  type Told,
  textAt,
  textsAt,
} from './told.ts';

/** Days of a year, for questions about the last twelve months. */
const YEAR_DAYS = 365;
/** Findings whose words one answer repeats. */
const MOST_WORDS = 2;

export function guideOf(reading: Reading): readonly GuideAnswer[] {
  return GUIDE_QUESTIONS.map((question) => ({
    id: question.id,
    chapter: question.chapter,
    question: question.question,
    ...answerTo(question, reading),
  }));
}

type Answer = Omit<GuideAnswer, 'id' | 'chapter' | 'question'>;

function answerTo({ id, mark, checks, whyNot }: GuideQuestion, reading: Reading): Answer {
  if (mark === 'person') return { state: 'for-a-person', toJudge: true, answer: 'For the reviewer.', evidence: [] };
  const toJudge = mark === 'both';
  const special = SPECIAL[id]?.(reading);
  if (special !== undefined) return { state: 'answered', toJudge, ...special };
  const looked = reading.looked.filter(
    ({ release, evidence }) => checks.includes(evidence.scanner) && (release === reading.root || OVER_TREE.has(id)),
  );
  const done = looked.filter(({ evidence }) => evidence.status === 'completed');
  if (done.length === 0) {
    const reason =
      looked.flatMap(({ evidence }) => evidence.reason ?? [])[0] ?? whyNot ?? 'the check was not there yet';
    const evidence = looked.map(({ at }) => at);
    return { state: 'could-not-check', toJudge, answer: `Could not check: ${reason}.`, evidence };
  }
  const places = new Set(done.map(({ at }) => at));
  const told = reading.told.filter(({ within }) => places.has(within));
  const undone = looked.length - done.length;
  const gap = undone === 0 ? '' : ` ${count(undone, 'check')} could not look.`;
  return {
    // Where one of several checks could not look, the question is not answered whole.
    state: undone === 0 ? 'answered' : 'could-not-check',
    toJudge,
    answer: `${inWords(told)}${gap}`,
    evidence: told.length === 0 ? done.map(({ at }) => at) : told.map(({ at }) => at),
  };
}

/** Questions about everything that comes along, not the package alone. */
const OVER_TREE: ReadonlySet<string> = new Set(['EV-18', 'EV-25', 'EV-31', 'EV-35']);

function inWords(told: readonly Told[]): string {
  const claims = told.filter(({ finding }) => !isDescription(finding.severity));
  const shown = claims.length > 0 ? claims : told;
  if (shown.length === 0) return 'Nothing found.';
  const texts = [...new Set(shown.map(({ finding }) => finding.summary))];
  const more = texts.length > MOST_WORDS ? ` And ${texts.length - MOST_WORDS} more.` : '';
  return `${texts.slice(0, MOST_WORDS).map(sentence).join(' ')}${more}`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** How many of the packages that it needs are the newest of their kind. */
function newestOf(all: number, behind: number, names: string): string {
  const packages = count(all, 'package');
  if (behind === 0) return all === 1 ? 'The one that it needs is the newest.' : `All ${packages} are the newest.`;
  return `${grouped(behind)} of ${packages} ${behind === 1 ? 'is' : 'are'} not the newest: ${names}.`;
}

/** A package that is there in two versions is one. */
function packagesIn({ releases }: Reading['set']): number {
  return new Set(releases.map(({ name }) => name)).size;
}

type Special = (reading: Reading) => Pick<Answer, 'answer' | 'evidence'> | undefined;

/** Questions whose answer is a figure or a comparison, and not the words of findings. */
const SPECIAL: Readonly<Record<string, Special>> = {
  'EV-1': ({ set }) => ({
    answer:
      packagesIn(set) === 1
        ? 'It brings no other package; the requester says what it is for.'
        : `It brings ${count(packagesIn(set), 'package')}, itself among them; the requester says what for.`,
    evidence: set.releases.map((_, at) => pointerTo(at)),
  }),
  // Work on the source is not seen; a release proves work, its absence proves nothing.
  'EV-3': (reading) => {
    const release = lastRelease(reading);
    return release === undefined || release.days > YEAR_DAYS
      ? undefined
      : { answer: `Yes: its last release is ${count(release.days, 'day')} old.`, evidence: [release.at] };
  },
  // An index without accounts leaves a package's own words, and these count whom they name.
  'EV-5': ({ root, told }) => {
    const about = told.filter(({ release }) => release === root);
    const own = about.find(({ scanner, finding }) => scanner === 'identity' && finding.data.code === 'statement');
    const people = own === undefined ? null : numberAt(own.finding.data, 'people');
    // Evidence of before the check told groups from persons.
    if (own === undefined || people === null) return undefined;
    const accounts = about.find(({ scanner, finding }) => scanner === 'accounts' && finding.data.code === 'accounts');
    const listed = accounts === undefined ? '' : ` ${sentence(accounts.finding.summary)}`;
    return {
      answer: `${namedBy(people, own.finding.data)}${listed}`,
      evidence: [own.at, ...(accounts === undefined ? [] : [accounts.at])],
    };
  },
  'EV-6': (reading) => {
    const release = lastRelease(reading);
    if (release === undefined) return undefined;
    const said = release.days <= YEAR_DAYS ? 'Yes' : 'No';
    return { answer: `${said}: its last release is ${count(release.days, 'day')} old.`, evidence: [release.at] };
  },
  'EV-7': ({ set, root, told }) => {
    const rootPointer = pointerTo(set.releases.indexOf(root));
    const stated = told.find(
      ({ release, finding }) => release === root && finding.data.developmentStatus !== undefined,
    );
    const status = stated === undefined ? null : textAt(stated.finding.data, 'developmentStatus');
    const says = status === null ? '' : ` The package itself says: ${status}.`;
    return { answer: `${stability(root.version)}${says}`, evidence: [stated?.at ?? rootPointer] };
  },
  'EV-10': ({ set, told }) => {
    const known = told.filter(({ release, finding }) => release.role === 'dependency' && isHistory(finding.data));
    if (known.length === 0)
      return packagesIn(set) === 1 ? { answer: 'It needs no other package.', evidence: [pointerTo(0)] } : undefined;
    const behind = known.filter(({ release, finding }) => textAt(finding.data, 'newest') !== release.version);
    const names = behind.map(({ release }) => `${release.name} ${release.version}`).join(', ');
    return { answer: newestOf(known.length, behind.length, names), evidence: known.map(({ at }) => at) };
  },
  'EV-14': (reading) => fromDocuments(reading, ['assurance']),
  'EV-17': (reading) => fromDocuments(reading, ['automation']),
  'EV-20': (reading) => fromDocuments(reading, ['changelog', 'compatibility']),
  'EV-22': (reading) => fromDocuments(reading, ['guidance']),
  'EV-23': (reading) => fromDocuments(reading, ['reporting']),
  'EV-30': (reading) =>
    fromDocuments(reading, ['notes-to-do'], 'No notes of things to do in the comments of its code.'),
  'EV-29': ({ set, root }) => {
    const others = set.releases.filter((release) => release !== root).map(({ name, version }) => `${name} ${version}`);
    const answer = others.length === 0 ? 'None.' : `${count(others.length, 'package')}: ${others.join(', ')}.`;
    return { answer, evidence: set.releases.map((_, at) => pointerTo(at)) };
  },
};

/** What a package says of itself in its documents. That it holds nothing is no word about its repository or its pages. */
function fromDocuments(
  { root, told, looked }: Reading,
  codes: readonly string[],
  none = 'The package holds nothing about it; its source repository may.',
): Pick<Answer, 'answer' | 'evidence'> | undefined {
  const check = looked.find(({ release, evidence }) => release === root && evidence.scanner === 'documents');
  if (check?.evidence.status !== 'completed') return undefined;
  const found = told.filter(
    ({ within, finding }) => within === check.at && codes.includes(textAt(finding.data, 'code') ?? ''),
  );
  if (found.length === 0) return { answer: none, evidence: [check.at] };
  return {
    answer: found.map(({ finding }) => sentence(finding.summary)).join(' '),
    evidence: found.map(({ at }) => at),
  };
}

/** How many people and groups a package names of itself, and at how many places these have addresses. */
function namedBy(people: number, data: Told['finding']['data']): string {
  const groups = textsAt(data, 'groups').length;
  const parts = [
    ...(people > groups ? [count(people - groups, 'person')] : []),
    ...(groups > 0 ? [count(groups, 'group')] : []),
  ];
  const domains = textsAt(data, 'domains').length;
  return `It names ${parts.join(' and ') || 'nobody'}${domains === 0 ? '' : `, with addresses at ${count(domains, 'domain')}`}.`;
}

function lastRelease({ root, told }: Reading): { readonly days: number; readonly at: string } | undefined {
  const history = told.find(({ release, finding }) => release === root && isHistory(finding.data));
  const days = history === undefined ? null : numberAt(history.finding.data, 'daysSinceLast');
  return history === undefined || days === null ? undefined : { days, at: history.at };
}

function isHistory(data: Told['finding']['data']): boolean {
  return data.code === 'history';
}

function stability(version: string): string {
  if (/(?:^|[\d.])(?:a|b|c|rc|alpha|beta|dev|pre)[.-]?\d/i.test(version)) return `${version} is a trial version.`;
  if (/^v?0[.]/.test(version)) return `${version} begins with 0: many projects mean "not finished" by that.`;
  return `${version} is a full version.`;
}
