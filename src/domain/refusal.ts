/**
 * The words of a refusal: one sentence per state, printable ASCII on one line, at most 160 characters, made of fixed words.
 * Nobody's free text comes here: what cannot stand in a reason phrase (RFC 9112, section 4) is not passed on.
 */
import { unreachable } from './problem.ts';
import type { EcosystemId } from './purl.ts';
import type { ReleaseState } from './states.ts';

/** A phrase longer than this is cut by clients and proxies. */
export const LONGEST_SENTENCE_CHARACTERS = 160;

/** Why a client does not get something: the states of a release that are not offered, and four that only serving knows. */
export type RefusalState =
  | Exclude<ReleaseState, 'core' | 'accepted' | 'dependency'>
  | 'overturned'
  | 'cooling-down'
  /** Accepted, but the channel was rolled back to a snapshot of before. */
  | 'rolled-back'
  | 'closed';

/** The words that reviewers pick from for the public; the free text behind them stays inside. */
export const PUBLIC_REASONS = {
  vulnerability: 'known vulnerability',
  malicious: 'malicious code',
  'native-code': 'native code not matched to source',
  archive: 'unsafe archive',
  licence: 'licence not allowed',
  lookalike: 'name looks like another package',
  policy: 'against the policy',
  'not-accepted': 'not accepted',
} as const;
export type PublicReason = keyof typeof PUBLIC_REASONS;

/** What the rules of the policy that comes with the program mean to the public. */
const REASONS_OF_RULES: Readonly<Record<string, PublicReason>> = {
  malware: 'malicious',
  'vulnerability-high': 'vulnerability',
  'vulnerability-low': 'vulnerability',
  'vulnerability-unknown': 'vulnerability',
  archive: 'archive',
  lookalike: 'lookalike',
};

/** The public word for what policy said of a release that people rejected: what it refused for before what it doubted. */
export function publicReasonOf(
  reasons: readonly { readonly rule: string; readonly outcome: 'admit' | 'review' | 'refuse' }[],
): PublicReason {
  const first = reasons.find((one) => one.outcome === 'refuse') ?? reasons.find((one) => one.outcome === 'review');
  return first === undefined ? 'not-accepted' : (REASONS_OF_RULES[first.rule] ?? 'policy');
}

export interface Refusal {
  readonly state: RefusalState;
  readonly ecosystem: EcosystemId;
  /** Normal name. */
  readonly name: string;
  readonly version: string | undefined;
  /** `R-142`; `undefined` for what nobody asked for. */
  readonly id: string | undefined;
  readonly channel: string;
  readonly reason?: PublicReason | undefined;
  /** A version that works now: of the release that needs it where that is known, else of the package itself. */
  readonly alternative?: string | undefined;
  /** The release that needs it, where that is known. */
  readonly neededBy?: { readonly name: string; readonly version: string } | undefined;
  /** The release that is asked for, where it came with the one that needs it and left with it. */
  readonly brought?: { readonly name: string; readonly version: string } | undefined;
  /** A known name that this one is close to. */
  readonly near?: { readonly name: string; readonly state: ReleaseState } | undefined;
  /** RFC 3339, UTC: since when, until when or from when, by the state. */
  readonly at?: string | undefined;
  /** Id of the advisory behind a quarantine. */
  readonly advisory?: string | undefined;
}

/** The state as a title: what stands in `title` of a problem document. */
export function refusalTitle(state: RefusalState): string {
  return TITLES[state];
}

const TITLES: Readonly<Record<RefusalState, string>> = {
  'not-requested': 'Not requested',
  'in-review': 'In review',
  'needs-answer': 'Waiting for your answer',
  'in-window': 'Accepted, not open yet',
  overturned: 'Not opened',
  rejected: 'Rejected',
  quarantined: 'Quarantined',
  denied: 'Denied',
  'cooling-down': 'Cooling down',
  'rolled-back': 'Accepted, but rolled back',
  unknown: 'Could not check',
  closed: 'Closed',
};

/** The sentence of a refusal. Pure: the same refusal always reads the same, on every path. */
export function refusalSentence(refusal: Refusal): string {
  const id = refusal.id === undefined ? '' : ` ${refusal.id}`;
  const full = `${sentence(refusal)}${id}`;
  if (full.length <= LONGEST_SENTENCE_CHARACTERS) return full;
  // The id is what a person needs most: it is kept whole, the words before it are cut.
  return `${full.slice(0, LONGEST_SENTENCE_CHARACTERS - id.length - 3).trimEnd()}...${id}`;
}

function sentence(refusal: Refusal): string {
  const what = [plain(refusal.name), plain(refusal.version ?? '')].filter((word) => word !== '').join(' ');
  const asked = (refusal.brought ?? refusal.neededBy)?.name ?? refusal.name;
  const use = refusal.alternative === undefined ? '' : ` Use ${plain(asked)} ${plain(refusal.alternative)}.`;
  const date = day(refusal.at);
  const ask = `Ask: pratique request new ${plain(refusal.ecosystem)} ${plain(refusal.name)}`;
  switch (refusal.state) {
    case 'not-requested':
      return `NOT REQUESTED: ${neededBy(what, refusal)}.${near(refusal)}${use} ${ask}${versionToAsk(refusal)}`;
    case 'in-review':
      return `IN REVIEW: ${neededBy(what, refusal)}${date === undefined ? '' : ` since ${date}`}.${use}`;
    case 'needs-answer':
      return `WAITING FOR YOUR ANSWER: ${what}. pratique request answer`;
    case 'in-window':
      return `ACCEPTED, opens ${minute(refusal.at) ?? 'later'} unless the data provider objects: ${what}.${use}`;
    case 'overturned':
      return `NOT OPENED: ${what}, a data provider objected.${use}`;
    case 'rejected':
      return `REJECTED: ${neededBy(what, refusal)}${because(refusal)}.${use} Or answer the concern.`;
    case 'quarantined':
      return `QUARANTINED${date === undefined ? '' : ` since ${date}`}: ${neededBy(what, refusal)}${advisory(refusal)}.${use}`;
    case 'denied':
      return `DENIED: ${neededBy(what, refusal)} is on the denied list${because(refusal, ': ')}.${use} Not open to request.`;
    case 'cooling-down':
      return `COOLING DOWN: ${what} opens ${date ?? 'later'}.${use}`;
    case 'rolled-back':
      return `ACCEPTED, but the channel was rolled back to a snapshot without it: ${what}.${use} Ask an operator.`;
    case 'unknown':
      return `COULD NOT CHECK: ${what}, try again${minute(refusal.at) === undefined ? ' later' : ` after ${minute(refusal.at)}`}.`;
    case 'closed':
      return `CLOSED: channel ${plain(refusal.channel)} serves no packages.`;
    default:
      return unreachable(refusal.state);
  }
}

/** Where another version is there already, a request without a version would be answered with that. */
function versionToAsk({ version, alternative, neededBy: parent }: Refusal): string {
  const isBeside = version !== undefined && alternative !== undefined && parent === undefined;
  return isBeside ? ` --version ${plain(version)}` : '';
}

function neededBy(what: string, { neededBy: parent, brought }: Refusal): string {
  if (parent === undefined) return what;
  const brings = brought === undefined ? '' : ` (which brings ${plain(brought.name)} ${plain(brought.version)})`;
  return `${what} needed by ${plain(parent.name)} ${plain(parent.version)}${brings}`;
}

function near({ near: close }: Refusal): string {
  return close === undefined ? '' : ` Name is close to ${plain(close.name)} (${close.state}).`;
}

function because({ reason }: Refusal, lead = ' '): string {
  return reason === undefined ? '' : `${lead}${PUBLIC_REASONS[reason]}`;
}

function advisory({ advisory: id }: Refusal): string {
  return id === undefined ? '' : ` ${plain(id)}`;
}

/** Names and versions reach a header only in characters that every client and proxy leaves alone. */
function plain(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9@/._+!~:-]/g, '').slice(0, 80);
}

function day(at: string | undefined): string | undefined {
  return at === undefined ? undefined : /^\d{4}-\d{2}-\d{2}/.exec(at)?.[0];
}

function minute(at: string | undefined): string | undefined {
  const match = at === undefined ? null : /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(at);
  return match === null ? undefined : `${match[1]} ${match[2]} UTC`;
}
