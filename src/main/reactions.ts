/** When this happens, that follows: the product on one screen. A missing or mismatched line does not compile. */
import type { Reactions } from '../platform/ledger/port.ts';
import type { Rooms } from '../surfaces/cli/app.ts';

/** Every reaction reconciles: it recomputes what should be true and does nothing where it already is. */
export function reactionsOf(rooms: Rooms, reexamine: () => Promise<void>): Reactions {
  const { vetting, decisions, requests, objections, lists, snapshots } = rooms;
  const publish = (channel: string, ecosystem: string, names: readonly string[]) =>
    snapshots.publish({ channel, ecosystem, names }).then(() => undefined);
  return {
    'home-initialised': {},
    'channel-created': { 'snapshots.init': ({ channel }) => snapshots.init(channel) },
    'channel-changed': { 'objections.resumeWaiting': (fact) => objections.resumeWaiting(fact) },
    'person-added': {},
    'roles-changed': {},
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
    'list-changed': { 'snapshots.publish': ({ channel, ecosystem, names }) => publish(channel, ecosystem, names) },
    'snapshot-published': {},
    'snapshot-refused': {},
    'snapshot-rolled-back': {},
    'quarantine-started': {},
    'quarantine-ended': {},
    'advisories-imported': { 'vetting.reexamine': reexamine },
    'feed-imported': {},
    'policy-changed': {},
    'backup-made': {},
    'home-restored': {},
  };
}
