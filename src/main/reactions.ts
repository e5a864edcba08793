/** When this happens, that follows: the product on one screen. A missing or mismatched line does not compile. */
import type { FactOf } from '../domain/fact.ts';
import type { Reactions } from '../platform/ledger/port.ts';
import type { Rooms } from '../surfaces/cli/app.ts';
import type { Republish } from './republish.ts';

interface Following {
  readonly rooms: Rooms;
  readonly republish: Republish;
  /** Holds newer feeds against everything that is cleared. */
  reexamine(): Promise<void>;
}

/** Every reaction reconciles: it recomputes what should be true and does nothing where it already is. */
export function reactionsOf({ rooms, republish, reexamine }: Following): Reactions {
  const { vetting, decisions, requests, objections, lists, snapshots } = rooms;
  const publish = async ({ channel, ecosystem, names }: FactOf<'list-changed'>) => {
    await snapshots.publish({ channel, ecosystem, names });
  };
  return {
    'home-initialised': {},
    'channel-created': { 'snapshots.init': ({ channel }) => snapshots.init(channel) },
    'channel-changed': { 'objections.resumeWaiting': (fact) => objections.resumeWaiting(fact) },
    'person-added': {},
    'roles-changed': {},
    'token-created': {},
    'token-revoked': {},
    'request-filed': { 'vetting.collectForRequest': (fact) => vetting.collectForRequest(fact) },
    'request-joined': {},
    'request-answered': {},
    'request-withdrawn': {},
    'first-use-seen': { 'vetting.collectForFirstUse': (fact) => vetting.collectForFirstUse(fact) },
    'evidence-collected': {
      'requests.follow': (fact) => requests.follow(fact),
      'decisions.applyPolicy': (fact) => decisions.applyPolicy(fact),
    },
    'evidence-failed': { 'requests.follow': (fact) => requests.follow(fact) },
    'decision-made': {
      'requests.follow': (fact) => requests.follow(fact),
      'objections.openWindow': (fact) => objections.openWindow(fact),
    },
    'window-opened': {},
    'objection-raised': {},
    'objection-answered': {},
    'no-objection-given': {},
    'decision-settled': {
      'requests.follow': (fact) => requests.follow(fact),
      'lists.apply': (fact) => lists.apply(fact),
    },
    'decision-overturned': { 'requests.follow': (fact) => requests.follow(fact) },
    'list-changed': { 'snapshots.publish': publish },
    'snapshot-published': {},
    'snapshot-refused': {},
    'snapshot-rolled-back': {},
    'snapshot-imported': {},
    // It holds at once, in every snapshot; what needs the release is resolved around it.
    'quarantine-started': { 'snapshots.publish': republish },
    'quarantine-ended': { 'snapshots.publish': republish },
    'advisories-imported': { 'vetting.reexamine': reexamine },
    // Only lists of what is malicious can turn on what is cleared.
    'feed-imported': {
      'vetting.reexamine': async ({ feed }) => {
        if (/^(?:malicious|yara):/.test(feed)) await reexamine();
      },
    },
    'confidential-read': {},
    'policy-changed': {},
    'backup-made': {},
    'home-restored': {},
  };
}
