/**
 * The words of notices. State first, identifier last; package names, states and fixed reasons only: what people wrote in
 * confidence (reasons, questions, answers) stays inside Pratique, where it is read with a sign-in. Pure.
 */
import type { Access } from '../../domain/access.ts';
import type { UpstreamChange } from '../../domain/distribution.ts';

/** What a notice says. */
export interface Words {
  readonly subject: string;
  readonly lines: readonly string[];
}

/** The release a request or decision is about. */
export interface About {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string | null;
  readonly channel: string;
  readonly request: string | null;
}

/** A mail shows at most so many items, then an exact count. */
export const MOST_ITEMS = 5;

/** `survtrees 0.24.0 (R-151)`. */
export function titled({ name, version, request }: About): string {
  const release = version === null ? name : `${name} ${version}`;
  return request === null ? release : `${release} (${request})`;
}

/** `Thu 27 Nov 2026 17:00 UTC`. */
export function moment(at: string): string {
  // `Thu, 27 Nov 2026 17:00:00 GMT` (ECMA-262, 21.4.4.43).
  const said = new Date(at).toUTCString();
  return `${said.slice(0, -':00 GMT'.length).replace(/, 0?/, ' ')} UTC`;
}

function show({ request }: About): string {
  return request === null ? '' : `Details: pratique request show ${request}`;
}

function said(subject: string, ...lines: readonly string[]): Words {
  return { subject, lines: lines.filter((line) => line !== '') };
}

export const WORDS = {
  received: (about: About) =>
    said(
      `Received: ${titled(about)}`,
      `Your request for channel ${about.channel} is here; evidence is being gathered and a reviewer will decide.`,
      show(about),
    ),
  joined: (about: About) =>
    said(`Received: ${titled(about)}`, 'You are told whatever happens to this request.', show(about)),
  toReview: (about: About) => said(`New request: ${titled(about)}`, reviewLine(about)),
  couldNotCheck: (about: About) =>
    said(
      `Could not check: ${titled(about)}`,
      'Evidence could not be gathered; nothing is decided on that.',
      show(about),
    ),
  asked: (about: About) =>
    said(
      `A question for you: ${titled(about)}`,
      'The reviewer needs an answer before going on.',
      `Read and answer it: pratique request show ${about.request ?? ''}, pratique request answer ${about.request ?? ''}`,
    ),
  answered: (about: About) =>
    said(`Answered: ${titled(about)}`, 'The question about this request was answered.', reviewLine(about)),
  rejected: (about: About, hasConcern: boolean) =>
    said(
      `Not accepted: ${titled(about)}${hasConcern ? ', you can answer the concern' : ''}`,
      'The reason stands with the request.',
      hasConcern
        ? 'What would change the decision is written there; a new request that answers it is looked at anew.'
        : '',
      show(about),
    ),
  deniedRequest: (about: About) =>
    said(`Denied: ${titled(about)}`, 'It was put on the denied list. The reason stands with the request.', show(about)),
  approved: (about: About) =>
    said(`One approval: ${titled(about)}`, 'It takes a second person to accept it in this channel.', reviewLine(about)),
  reviewDue: (about: About, { why, at }: { readonly why: 'review-again' | 'exception-ends'; readonly at: string }) =>
    said(
      why === 'review-again'
        ? `To be reviewed again by ${moment(at)}: ${titled(about)}`
        : `The exception ends on ${moment(at)}: ${titled(about)}`,
      'Read what is known by now, and decide.',
      reviewLine(about),
    ),
  windowOpened: (about: About, closesAt: string) =>
    said(
      `Accepted: ${titled(about)}, opens ${moment(closesAt)}`,
      `It becomes available in channel ${about.channel} unless a data provider objects until then.`,
      show(about),
    ),
  yourView: (about: About, closesAt: string, decision: string) =>
    said(
      `Your view by ${moment(closesAt)}: ${titled(about)} accepted`,
      `If you do nothing, it becomes available in channel ${about.channel} on ${moment(closesAt)}.`,
      `Read the dossier: pratique objection show ${decision}`,
      `Question (stops the clock): pratique objection question ${decision}`,
      `Overturn (say why): pratique objection overturn ${decision}`,
      `No objection: pratique objection none ${decision}`,
    ),
  windowClosing: (about: About, closesAt: string, decision: string) =>
    said(
      `Your view by ${moment(closesAt)}: ${titled(about)}, less than a day left`,
      `If you do nothing, it becomes available in channel ${about.channel}.`,
      `Read the dossier: pratique objection show ${decision}`,
    ),
  questioned: (about: About, provider: string, decision: string) =>
    said(
      `Questioned by ${provider}: ${titled(about)}`,
      'The clock of the objection window stands still until the question is answered.',
      `Read it: pratique objection show ${decision}`,
    ),
  clockRuns: (about: About, closesAt: string, decision: string) =>
    said(
      `Answered: ${titled(about)}, closes ${moment(closesAt)}`,
      'The clock of the objection window runs again.',
      `Read it: pratique objection show ${decision}`,
    ),
  overturned: (about: About, provider: string) =>
    said(
      `Not opened: ${titled(about)}, ${provider} objected`,
      `It does not become available in channel ${about.channel}. The reason stands with the request.`,
      show(about),
    ),
  available: (about: About, install: string) =>
    said(
      `Available: ${titled(about)}`,
      `You can install it now from channel ${about.channel}: ${install}`,
      show(about),
    ),
  allAvailable: (items: readonly { readonly about: About; readonly install: string }[], channel: string) =>
    said(
      `Available: ${some(items.map(({ about }) => titled(about)))}`,
      `You can install these now from channel ${channel}:`,
      ...items.slice(0, MOST_ITEMS).map(({ install }) => install),
      items.length > MOST_ITEMS ? `and ${items.length - MOST_ITEMS} more: pratique request list` : '',
    ),
  notPublished: (channel: string, code: string) =>
    said(
      `Not published: channel ${channel} (${code})`,
      'What was served before is still served. The reason: pratique log --kind snapshot-refused',
    ),
  accessChanged: (channel: string, access: Access) =>
    said(
      `Installing from ${channel}: who may has changed`,
      accessLine(access),
      access?.some(({ token }) => token) === true
        ? `A token for it: pratique token create --label TEXT --action install --channel ${channel}`
        : '',
      `The rule: pratique channel access ${channel}`,
    ),
  imageBuilt: (channel: string, image: string) =>
    said(
      `New image: ${image} of ${channel}`,
      `What changed: pratique image diff --channel ${channel}`,
      `What it holds: pratique image show ${image} --channel ${channel}`,
    ),
  upstreamChanged: (name: string, changes: readonly UpstreamChange[]) =>
    said(
      `Changed upstream: ${name} (${some(changes.map(changed))})`,
      'It is cleared here. What policy refuses for it by now is quarantined, which you would be told by itself.',
      'What upstream says: pratique log --kind upstream-changed',
    ),
  reported: (report: string, name: string) =>
    said(
      `Reported: ${name} (${report})`,
      'Somebody finds it suspicious. Nothing is stopped by that: look first.',
      `What they saw: pratique reports show ${report}`,
    ),
  reportClosed: (report: string, name: string) =>
    said(
      `Looked into: ${name} (${report})`,
      'What you reported was looked into.',
      `What came of it: pratique reports show ${report}`,
    ),
  quarantined: (what: Stopped, affected: readonly string[]) =>
    said(
      `Stop using: ${what.name}${range(what)} (quarantined now)`,
      'It is not served any more, from pinned snapshots neither. Jobs that run are not stopped.',
      affected.length === 0 ? '' : `What you asked for and is touched by it: ${some(affected)}.`,
      `Why, and what works instead: pratique quarantine show ${what.quarantine}`,
    ),
  released: (what: Stopped) =>
    said(
      `Released: ${what.name}`,
      'A person has ended its quarantine.',
      `Why: pratique quarantine show ${what.quarantine}`,
    ),
  denied: (what: Denied, affected: readonly string[]) =>
    said(
      `Stop using: ${what.name}${range(what)} (denied in ${what.channel} now)`,
      'It is not served any more, from pinned snapshots neither.',
      affected.length === 0 ? '' : `What you asked for and is touched by it: ${some(affected)}.`,
      `Why: ${what.why}`,
    ),
  takenOff: (about: About, why: string) =>
    said(
      `Taken off the list: ${titled(about)}`,
      `What was accepted has ended: new snapshots of channel ${about.channel} do not hold it.`,
      `Why: ${why}`,
    ),
  rolesChanged: (roles: readonly string[]) =>
    said(
      `Your roles changed: ${roles.join(', ')}`,
      'If you did not expect this, tell an operator.',
      'See: pratique user list',
    ),
  alarm: (what: string) => said(`Needs looking after: ${what}`, 'Examine this installation: pratique doctor'),
} as const;

/** What a quarantine stops. */
export interface Stopped {
  readonly quarantine: string;
  readonly name: string;
  readonly versions: string | null;
}

/** What a denial stops in a channel. */
export interface Denied {
  readonly name: string;
  readonly versions: string | null;
  readonly channel: string;
  /** The command that says why. */
  readonly why: string;
}

/** Which networks, is read inside. */
function accessLine(access: Access): string {
  if (access === null) return 'Everybody who reaches it may install, without a token.';
  const ways = [
    access.some(({ network, token }) => network !== null && !token) ? 'from some networks' : '',
    access.some(({ network, token }) => network !== null && token) ? 'from some networks with a token' : '',
    access.some(({ network }) => network === null) ? 'from anywhere with a token' : '',
  ];
  return `Installs are answered ${ways.filter((way) => way !== '').join(', or ')}; all others are refused.`;
}

function reviewLine({ request }: About): string {
  return `Review it: pratique review show ${request ?? ''}`;
}

const CHANGED: Readonly<Record<UpstreamChange['what'], string>> = {
  gone: 'taken away',
  back: 'there again',
  status: 'another status',
  'release-gone': 'taken away',
  yanked: 'yanked',
  'not-yanked': 'not yanked any more',
  deprecated: 'deprecated',
  'other-bytes': 'other bytes',
};

function changed({ what, version }: UpstreamChange): string {
  return version === null ? CHANGED[what] : `${version} ${CHANGED[what]}`;
}

function range({ versions }: { readonly versions: string | null }): string {
  return versions === null ? '' : ` ${versions}`;
}

/** The first few, then how many more there are. */
export function some(items: readonly string[]): string {
  const shown = items.slice(0, MOST_ITEMS).join(', ');
  return items.length > MOST_ITEMS ? `${shown} and ${items.length - MOST_ITEMS} more` : shown;
}
