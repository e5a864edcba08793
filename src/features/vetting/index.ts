/** The vetting room: evidence over a package and everything it would pull in. */
import type { FactOf } from '../../domain/fact.ts';
import type { Outline } from '../../domain/outline.ts';
import { SYSTEM } from '../../domain/people.ts';
import type { Preflight, VetAsk, VetOutcome, Watch } from './ask.ts';
import type { VettingDeps } from './deps.ts';
import {
  type LeastAsk,
  type LeastOptions,
  leastVetting,
  type VersionWay,
  versionsByVetting,
  type WayAnswer,
} from './least-vetting.ts';
import { type NewestWithin, newestWithin, type RangeAsk } from './newest-within.ts';
import { type OutlineAsk, outlinesOf } from './outline.ts';
import { type PreflightAsk, preflight } from './preflight.ts';
import { withProgress } from './progress.ts';
import { recordEvidence, storeEvidence } from './steps/record-evidence.ts';
import { newestEvidenceOf } from './store.ts';
import { vetPackage } from './vet.ts';

export type { Preflight, VetAsk, VetOutcome, VetProgress, Watch } from './ask.ts';
export type { ClearedFile, ClearedRelease, ConnectedEcosystem, StopOf, VettingDeps, VettingPolicy } from './deps.ts';
export type { LeastAsk, LeastOptions, VersionWay, Way, WayAnswer } from './least-vetting.ts';
export type { PreflightAsk } from './preflight.ts';

export interface Vetting {
  /** Evidence without a request: nothing is recorded but the bytes it was read from. */
  vet(ask: Omit<VetAsk, 'request'>, watch?: Watch): Promise<VetOutcome>;
  /** Whether a request may be filed. */
  preflight(ask: PreflightAsk): Promise<Preflight>;
  /** The newest release in a range that policy would choose: past the cool-down where there is one. */
  newestWithin(ask: RangeAsk): Promise<NewestWithin>;
  /** The whole of a project in the way that needs the fewest new reviews. */
  leastVetting(asks: readonly LeastAsk[], options: LeastOptions): Promise<WayAnswer>;
  /** Versions of one package by how many new reviews they need. */
  versionsByVetting(ask: LeastAsk, options: LeastOptions): Promise<readonly VersionWay[]>;
  /** What each of many names would pull in, by upstream's indexes alone; nothing is recorded. */
  outlines(ask: OutlineAsk, each?: (done: number, name: string) => void): Promise<ReadonlyMap<string, Outline>>;
  /** Reaction on `request-filed`. Idempotent: evidence that a request has is not collected twice by one fact. */
  collectForRequest(fact: FactOf<'request-filed'>): Promise<void>;
  /** Reaction on `first-use-seen`, open channels only. */
  collectForFirstUse(fact: FactOf<'first-use-seen'>): Promise<void>;
  /** Collects anew for a request: newer evidence, same question. */
  recollect(ask: VetAsk, watch?: Watch): Promise<VetOutcome>;
}

const unwatched: Watch = () => undefined;

export function createVetting(deps: VettingDeps): Vetting {
  return {
    vet: (ask, watch) => vetOnly(deps, { ...ask, request: null }, watch ?? unwatched),
    preflight: (ask) => preflight(deps, ask),
    leastVetting: (asks, options) => leastVetting(deps, asks, options),
    versionsByVetting: (ask, options) => versionsByVetting(deps, ask, options),
    newestWithin: (ask) => newestWithin(deps, ask),
    outlines: (ask, each) => outlinesOf(deps, ask, each ?? (() => undefined)),
    async collectForRequest(fact) {
      const { channel, ecosystem, name, version, extras, request } = fact;
      if ((await newestEvidenceOf(deps.db, request)) !== undefined) return;
      await withProgress(deps, request, (noted) =>
        collect(deps, { channel, ecosystem, name, version, extras, request }, noted),
      );
    },
    async collectForFirstUse({ channel, ecosystem, name, version }) {
      await collect(deps, { channel, ecosystem, name, version, extras: [], request: null }, unwatched);
    },
    recollect: (ask, watch) => collect(deps, ask, watch ?? unwatched),
  };
}

async function vetOnly(deps: VettingDeps, ask: VetAsk, watch: Watch): Promise<VetOutcome> {
  const vetted = await vetPackage(deps, ask, watch);
  switch (vetted.status) {
    case 'vetted':
      return { status: 'vetted', set: vetted.set, digest: await storeEvidence(deps, vetted.set) };
    case 'unresolvable':
      return vetted;
    case 'unreadable':
      return { status: 'could-not-check', reason: vetted.reason };
  }
}

async function collect(deps: VettingDeps, ask: VetAsk, watch: Watch): Promise<VetOutcome> {
  const vetted = await vetPackage(deps, ask, watch);
  switch (vetted.status) {
    case 'vetted':
      watch({ step: 'record', done: 0, total: 1, label: ask.name });
      return { status: 'vetted', set: vetted.set, digest: await recordEvidence(deps, ask, vetted.set, vetted.view) };
    case 'unresolvable':
      await recordFailure(deps, ask, { code: vetted.code, reason: vetted.reason });
      return vetted;
    case 'unreadable':
      await recordFailure(deps, ask, { code: 'could-not-check', reason: vetted.reason });
      return { status: 'could-not-check', reason: vetted.reason };
  }
}

async function recordFailure(deps: VettingDeps, ask: VetAsk, failure: { code: string; reason: string }): Promise<void> {
  const { channel, ecosystem, name, request } = ask;
  await deps.ledger.change(SYSTEM, async ({ append }) => {
    append({ kind: 'evidence-failed', channel, ecosystem, name, request, ...failure });
  });
}
