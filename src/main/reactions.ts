/** When this happens, that follows: the product on one screen. A missing or mismatched line does not compile. */
import type { AccountFact } from '../domain/account-fact.ts';
import type { Fact, FactOf } from '../domain/fact.ts';
import type { Reactions } from '../platform/ledger/port.ts';
import type { Rooms } from '../surfaces/cli/app.ts';
import type { Republish } from './republish.ts';

interface Following {
  readonly rooms: Rooms;
  readonly republish: Republish;
  /** Holds newer feeds against everything that is cleared, or against one package of it. */
  reexamine(only?: { readonly ecosystem: string; readonly name: string }): Promise<void>;
}

/** Every reaction reconciles: it recomputes what should be true and does nothing where it already is. */
export function reactionsOf(following: Following): Reactions {
  const { notices } = following.rooms;
  // Whatever people and webhooks may be told of goes by the notices room; what concerns nobody, it tells nobody.
  const tell = {
    [TELL]: (fact: Fact, actor: string, sequence: number) => notices.tell({ fact, actor, sequence }),
  };
  return {
    ...ofHome(following, tell),
    ...ofAccounts(tell),
    ...ofRequests(following, tell),
    ...ofOffer(following, tell),
  };
}

const TELL = 'notices.tell';

/**
 * Until then a reaction to a fact is held back: people and webhooks hear of a decision when it can no longer be undone. It
 * waits as a delivery, so that a restart neither loses nor repeats it.
 */
export function notBefore(fact: Fact, reaction: string): string | undefined {
  return reaction === TELL && 'undoUntil' in fact ? fact.undoUntil : undefined;
}

type Tell = Readonly<Record<string, (fact: Fact, actor: string, sequence: number) => Promise<void>>>;

/** Channels, the installation itself. */
function ofHome({ rooms: { snapshots, objections } }: Following, tell: Tell) {
  return {
    'home-initialised': tell,
    'channel-created': { 'snapshots.init': ({ channel }) => snapshots.init(channel), ...tell },
    'channel-changed': { 'objections.resumeWaiting': (fact) => objections.resumeWaiting(fact), ...tell },
    'channel-access-changed': tell,
    // Too many, and of no use to anybody but who reads the ledger.
    'confidential-read': {},
    'alarm-raised': tell,
    'policy-changed': tell,
    'backup-made': tell,
    'home-restored': tell,
  } satisfies Partial<Reactions>;
}

/** People and how they sign in: who is concerned hears of it. */
function ofAccounts(tell: Tell) {
  return {
    'person-added': tell,
    'roles-changed': tell,
    'token-created': tell,
    'token-revoked': tell,
    'person-disabled': tell,
    'person-enabled': tell,
    'person-invited': tell,
    'invitation-accepted': tell,
    'mail-address-asked': tell,
    'mail-address-confirmed': tell,
    'mail-domain-abandoned': tell,
    'password-changed': tell,
    'authenticator-app-added': tell,
    'authenticator-app-removed': tell,
    'recovery-codes-made': tell,
    'recovery-code-used': tell,
    'passkey-added': tell,
    'passkey-renamed': tell,
    'passkey-removed': tell,
    'recovery-asked': tell,
    'account-recovered': tell,
    'identity-linked': tell,
    'signed-in': {},
    'sessions-ended': tell,
    'sign-in-slowed': tell,
  } satisfies Pick<Reactions, AccountFact['kind']>;
}

/** From a request to its end. */
function ofRequests({ rooms: { vetting, decisions, requests, objections, lists } }: Following, tell: Tell) {
  return {
    'request-filed': { 'vetting.collectForRequest': (fact) => vetting.collectForRequest(fact), ...tell },
    'request-joined': tell,
    'bundle-filed': tell,
    'request-answered': tell,
    'request-withdrawn': tell,
    'first-use-seen': { 'vetting.collectForFirstUse': (fact) => vetting.collectForFirstUse(fact), ...tell },
    'evidence-collected': {
      'requests.follow': (fact) => requests.follow(fact),
      'decisions.applyPolicy': (fact) => decisions.applyPolicy(fact),
      ...tell,
    },
    'evidence-failed': { 'requests.follow': (fact) => requests.follow(fact), ...tell },
    'decision-made': {
      'requests.follow': (fact) => requests.follow(fact),
      'objections.openWindow': (fact) => objections.openWindow(fact),
      ...tell,
    },
    'approval-given': tell,
    'decision-undone': {
      'requests.follow': (fact) => requests.follow(fact),
      'objections.cancel': (fact) => objections.cancel(fact),
      ...tell,
    },
    'evidence-shown': {},
    'review-due': tell,
    'window-opened': tell,
    'window-closing': tell,
    'objection-raised': tell,
    'objection-answered': tell,
    'no-objection-given': tell,
    'decision-settled': {
      'requests.follow': (fact) => requests.follow(fact),
      'lists.apply': (fact) => lists.apply(fact),
      ...tell,
    },
    'decision-overturned': { 'requests.follow': (fact) => requests.follow(fact), ...tell },
  } satisfies Partial<Reactions>;
}

/** What is offered, and what is known about it. */
function ofOffer({ rooms: { snapshots }, republish, reexamine }: Following, tell: Tell) {
  const publish = async ({ channel, ecosystem, names }: FactOf<'list-changed'>) => {
    await snapshots.publish({ channel, ecosystem, names });
  };
  return {
    'list-changed': { 'snapshots.publish': publish, ...tell },
    'snapshot-published': tell,
    'snapshot-refused': tell,
    'snapshot-rolled-back': tell,
    'snapshot-imported': tell,
    'image-built': tell,
    // It holds at once, in every snapshot; what needs the release is resolved around it.
    'quarantine-started': { 'snapshots.publish': republish, ...tell },
    'quarantine-ended': { 'snapshots.publish': republish, ...tell },
    'report-filed': tell,
    'report-closed': tell,
    'tag-added': tell,
    'tag-removed': tell,
    'tag-required': tell,
    'tag-requirement-lifted': tell,
    'advisories-imported': { 'vetting.reexamine': () => reexamine(), ...tell },
    // Marks of upstream are served as they are by now; what policy refuses for them is stopped.
    'upstream-changed': {
      'vetting.reexamine': ({ ecosystem, name }) => reexamine({ ecosystem, name }),
      'snapshots.publish': republish,
      ...tell,
    },
    // Only lists of what is malicious can turn on what is cleared.
    'feed-imported': {
      'vetting.reexamine': async ({ feed }) => {
        if (/^(?:malicious|yara):/.test(feed)) await reexamine();
      },
      ...tell,
    },
  } satisfies Partial<Reactions>;
}
