/** Whom a fact concerns, when they are told, and in which words. */
import type { Fact, FactKind, FactOf } from '../../domain/fact.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { type Decision, findDecision } from '../decisions/read.ts';
import { findWindow } from '../objections/read.ts';
import { findReport } from '../reports/read.ts';
import { findRequest } from '../requests/read.ts';
import { accountNotice } from './about-accounts.ts';
import { denied, quarantined, takenOff } from './about-stops.ts';
import { providersOf, requesters, withRoles } from './audience.ts';
import type { Asking, Concern, ConcernDeps } from './concern.ts';
import { type About, WORDS, type Words } from './wording.ts';

type Concerns = { readonly [K in FactKind]?: (asking: Asking<K>) => Promise<readonly Concern[]> };

/**
 * The kinds of facts that people are told of. What is not here concerns nobody at once; nor does what was undone, as nobody
 * was told that it had been decided.
 */
const CONCERNS: Concerns = {
  'request-filed': ({ db, fact }) =>
    onRequest(db, fact.request, async (about, request) => [
      { ...(await requesters(db, request)), words: WORDS.received(about), timing: 'now', alsoActor: true },
      { ...(await withRoles(db, about.channel, ['reviewer'])), words: WORDS.toReview(about), timing: 'daily' },
    ]),
  'request-answered': ({ db, fact }) =>
    onRequest(db, fact.request, async (about) => [
      { ...(await withRoles(db, about.channel, ['reviewer'])), words: WORDS.answered(about), timing: 'now' },
    ]),
  'evidence-failed': async ({ db, fact }) =>
    fact.request === null
      ? []
      : onRequest(db, fact.request, async (about, request) => [
          { ...(await requesters(db, request)), words: WORDS.couldNotCheck(about), timing: 'now' },
          { ...(await withRoles(db, about.channel, ['reviewer'])), words: WORDS.couldNotCheck(about), timing: 'daily' },
        ]),
  'decision-made': ({ db, fact }) => onDecision(db, fact.decision, (one) => decided(db, fact.outcome, one)),
  'approval-given': ({ db, fact }) =>
    onRequest(db, fact.request, async (about) => [
      { ...(await withRoles(db, about.channel, ['reviewer'])), words: WORDS.approved(about), timing: 'now' },
    ]),
  'review-due': ({ db, fact }) =>
    onDecision(db, fact.decision, async ({ about }) => [
      { ...(await withRoles(db, about.channel, ['reviewer'])), words: WORDS.reviewDue(about, fact), timing: 'now' },
    ]),
  // Told once it cannot be undone any more: what was settled by then opens on no later day, and takes no view.
  'window-opened': async ({ db, fact }) =>
    (await findWindow(db, fact.decision))?.state === 'settled'
      ? []
      : onDecision(db, fact.decision, async ({ about, request }) => [
          {
            people: await providersOf(db, fact.providers, fact.channel),
            words: WORDS.yourView(about, fact.closesAt, fact.decision),
            timing: 'now',
          },
          { ...(await requesters(db, request)), words: WORDS.windowOpened(about, fact.closesAt), timing: 'now' },
        ]),
  'window-closing': ({ db, fact }) =>
    onDecision(db, fact.decision, async ({ about }) => [
      {
        people: await silentProviders(db, fact.decision),
        words: WORDS.windowClosing(about, fact.closesAt, fact.decision),
        timing: 'now',
      },
    ]),
  'objection-raised': ({ db, fact }) =>
    onDecision(db, fact.decision, (one) =>
      everyoneInvolved(db, one, WORDS.questioned(one.about, fact.provider, fact.decision)),
    ),
  'objection-answered': ({ db, fact }) =>
    onDecision(db, fact.decision, async ({ about }) => [
      {
        people: await windowProviders(db, fact.decision),
        words: WORDS.clockRuns(about, fact.closesAt, fact.decision),
        timing: 'now',
      },
    ]),
  'decision-overturned': ({ db, fact }) =>
    onDecision(db, fact.decision, (one) => everyoneInvolved(db, one, WORDS.overturned(one.about, fact.provider))),
  // Installs of everybody there may stop working, or need something that they did not.
  'channel-access-changed': async ({ db, fact: { channel, access } }) => [
    {
      ...(await withRoles(db, channel, ['researcher', 'reviewer', 'provider', 'operator', 'auditor'])),
      ...{ words: WORDS.accessChanged(channel, access), timing: 'now', channel, about: null },
    },
  ],
  'snapshot-refused': async ({ db, fact }) => [
    {
      ...(await withRoles(db, fact.channel, ['reviewer', 'operator'])),
      ...{ words: WORDS.notPublished(fact.channel, fact.code), timing: 'now', channel: fact.channel, about: null },
    },
  ],
  'image-built': async ({ db, fact: { channel, image } }) => [
    {
      ...(await withRoles(db, channel, ['researcher', 'reviewer', 'provider', 'operator', 'auditor'])),
      ...{ words: WORDS.imageBuilt(channel, image), timing: 'daily', channel, about: null },
    },
  ],
  'upstream-changed': async ({ db, fact: { name, changes } }) => [
    {
      ...(await withRoles(db, null, ['reviewer', 'operator'])),
      ...{ words: WORDS.upstreamChanged(name, changes), timing: 'daily', channel: null, about: null },
    },
  ],
  'quarantine-started': quarantined,
  'list-changed': async (asking) => [...(await denied(asking)), ...(await takenOff(asking))],
  'quarantine-ended': async ({ db, fact: { quarantine, name } }) => [
    {
      ...(await withRoles(db, null, ['reviewer', 'operator', 'provider', 'auditor'])),
      ...{ words: WORDS.released({ quarantine, name, versions: null }), timing: 'now' },
      ...{ channel: null, about: quarantine },
    },
  ],
  'report-filed': async ({ db, fact: { report, name } }) => [
    {
      ...(await withRoles(db, null, ['reviewer', 'operator'])),
      ...{ words: WORDS.reported(report, name), timing: 'now', channel: null, about: report },
    },
  ],
  'report-closed': async ({ db, fact: { report, name } }) => [
    {
      people: [(await findReport(db, report))?.reportedBy ?? []].flat(),
      ...{ words: WORDS.reportClosed(report, name), timing: 'now', channel: null, about: report },
    },
  ],
  'roles-changed': async ({ fact }) => [
    {
      ...{ people: [fact.person], words: WORDS.rolesChanged(fact.roles), timing: 'now', alsoActor: true },
      ...{ channel: null, about: null },
    },
  ],
  'alarm-raised': async ({ db, fact }) => [
    {
      ...(await withRoles(db, null, ['operator', 'reviewer', 'auditor'])),
      ...{ words: WORDS.alarm(fact.what), timing: 'now', channel: null, about: null },
    },
  ],
};

/** Whom a fact concerns; where a person is in several of them, the first counts. */
export function concernsOf(deps: ConcernDeps, db: Queryable, fact: Fact): Promise<readonly Concern[]> {
  const own = accountNotice(fact);
  if (own !== undefined) {
    const { person, words } = own;
    const concern: Concern = { people: [person], words, timing: 'now', alsoActor: true, channel: null, about: null };
    return Promise.resolve([concern]);
  }
  return asked({ deps, db, kind: fact.kind, fact });
}

function asked<K extends FactKind>({
  deps,
  db,
  kind,
  fact,
}: Pick<Asking<K>, 'deps' | 'db'> & { readonly kind: K; readonly fact: FactOf<K> }): Promise<readonly Concern[]> {
  const concern = CONCERNS[kind];
  return concern === undefined ? Promise.resolve([]) : concern({ deps, db, fact });
}

/** A concern before it is said what it is about. */
type Said = Omit<Concern, 'channel' | 'about'>;

async function onRequest(
  db: Queryable,
  id: string,
  say: (about: About, request: string) => Promise<readonly Said[]>,
): Promise<readonly Concern[]> {
  const request = await findRequest(db, id);
  if (request === undefined) return [];
  const { ecosystem, name, version, channel } = request;
  const said = await say({ ecosystem, name, version, channel, request: id }, id);
  return said.map((one) => ({ ...one, channel, about: id }));
}

interface Decided {
  readonly about: About;
  readonly decision: Decision;
  readonly request: string | null;
}

/** A first use in an open channel, which policy admits, has no request and nobody to tell. */
async function onDecision(
  db: Queryable,
  id: string,
  say: (decided: Decided) => Promise<readonly Said[]>,
): Promise<readonly Concern[]> {
  const decision = await findDecision(db, id);
  if (decision === undefined) return [];
  const { ecosystem, name, version, channel, request } = decision;
  const said = await say({ about: { ecosystem, name, version, channel, request }, decision, request });
  return said.map((one) => ({ ...one, channel, about: request ?? id }));
}

async function decided(
  db: Queryable,
  outcome: FactOf<'decision-made'>['outcome'],
  { about, decision, request }: Decided,
): Promise<readonly Said[]> {
  const to = await requesters(db, request);
  switch (outcome) {
    case 'accepted':
      // What follows is told: that a window opened, or that it can be installed.
      return [];
    case 'asked':
      return [{ ...to, words: WORDS.asked(about), timing: 'now' }];
    case 'rejected':
      return [{ ...to, words: WORDS.rejected(about, decision.concern !== null), timing: 'now' }];
    case 'denied':
      return [{ ...to, words: WORDS.deniedRequest(about), timing: 'now' }];
  }
}

async function everyoneInvolved(db: Queryable, { decision, request }: Decided, words: Words): Promise<readonly Said[]> {
  const people = [
    ...(await requesters(db, request)).people,
    ...(await windowProviders(db, decision.id)),
    ...(await withRoles(db, decision.channel, ['reviewer', 'operator', 'auditor'])).people,
  ];
  return [{ people, words, timing: 'now' }];
}

async function windowProviders(db: Queryable, decision: string): Promise<readonly string[]> {
  const window = await findWindow(db, decision);
  return window === undefined ? [] : providersOf(db, window.providers, window.channel);
}

/** Providers of the window who have not said a word in it. */
async function silentProviders(db: Queryable, decision: string): Promise<readonly string[]> {
  const window = await findWindow(db, decision);
  if (window === undefined) return [];
  const spoke = new Set(window.said.map(({ organisation }) => organisation));
  const silent = window.providers.filter((one) => !spoke.has(one));
  return providersOf(db, silent, window.channel);
}
