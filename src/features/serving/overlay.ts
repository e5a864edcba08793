/**
 * What is read beside the snapshots, all of it in memory: channels, current snapshots, denials, quarantines and the states
 * of requests. It is confirmed every second; when it cannot be confirmed any more, nothing is served.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import type { Channel } from '../../domain/channel.ts';
import type { FactKind } from '../../domain/fact.ts';
import { listAccess } from '../channels/read.ts';
import { clearedEntries } from '../lists/read.ts';
import {
  activeStops,
  allChannels,
  type Manifest,
  packageKey,
  type RequestState,
  readSnapshot,
  requestStates,
  type Stop,
  stopsByPackage,
} from '../snapshots/read.ts';
import { type InstallTokens, installTokens, NO_INSTALL_TOKENS } from '../tokens/read.ts';
import type { PublicWord, ServingDeps } from './deps.ts';
import { asksForTokens, type Gate, gatesOf } from './gates.ts';

/** How often the ledger's head is asked for: milliseconds. A denial must show within seconds. */
const POLL_MS = 1000;
/** Older than this, the overlay may miss a quarantine, and serving stops: milliseconds. */
export const OVERLAY_TRUSTED_MS = 60_000;

/** One consistent view; replaced whole, never changed. */
export interface Overlay {
  /** Grows with every replacement: what was prepared under another generation is no longer valid. */
  readonly generation: number;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly current: ReadonlyMap<string, Manifest>;
  /** Of the channels that are not open to everybody. */
  readonly gates: ReadonlyMap<string, Gate>;
  /** Those that open a gate. They change without a new generation: no prepared answer depends on them. */
  readonly tokens: InstallTokens;
  readonly stops: ReadonlyMap<string, readonly Stop[]>;
  /** By channel and package, oldest first. */
  readonly requests: ReadonlyMap<string, readonly RequestState[]>;
  readonly closingTimes: ReadonlyMap<string, string>;
  /** Versions that are accepted where a channel was rolled back, by channel and package: its snapshot may be of before. */
  readonly acceptedMeanwhile: ReadonlyMap<string, readonly string[]>;
  /** What a channel offered before it was rolled back. */
  readonly beforeRollback: ReadonlyMap<string, Manifest>;
  /** Why requests were rejected, by their id. */
  readonly reasons: ReadonlyMap<string, PublicWord>;
  /** Days before policy admits a new release by itself; `undefined` where that is not known. */
  readonly coolDownDays: number | undefined;
}

export interface OverlayKeeper {
  /** The overlay, or `undefined` where none could be confirmed for too long. */
  trusted(): Overlay | undefined;
  /** Asks the database now. */
  refresh(): Promise<void>;
  start(): Promise<void>;
  close(): void;
}

export function requestsKey(channel: string, ecosystem: string, name: string): string {
  return `${channel}/${packageKey(ecosystem, name)}`;
}

const headRow = z.object({
  head: z
    .union([z.number(), z.string()])
    .nullable()
    .transform((head) => Number(head ?? 0)),
  touched: z
    .boolean()
    .nullable()
    .transform((touched) => touched === true),
  tokens: z
    .boolean()
    .nullable()
    .transform((tokens) => tokens === true),
  moved: z.string().nullable(),
});

/** Facts that change which tokens there are and nothing else of what is kept here. */
const TOUCHES_TOKENS: readonly FactKind[] = ['token-created', 'token-revoked'];
/** Facts that change nothing but that, or nothing, and come in numbers: who read something, whose token it was. */
const TOUCHES_LITTLE: readonly FactKind[] = ['confidential-read', 'evidence-shown', ...TOUCHES_TOKENS];

/** Keeps the overlay of this process. */
export function createOverlayKeeper(deps: ServingDeps): OverlayKeeper {
  let overlay: Overlay | undefined;
  let head = -1;
  let movedAt: string | null = null;
  let confirmedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isClosed = false;
  let stopListening: (() => void) | undefined;
  const reasons = new Map<string, PublicWord>();

  const refreshOnce = async () => {
    const startedAt = deps.clock.now().getTime();
    // A request moves a moment after the fact that moves it, and appends none of its own.
    const { rows } = await sql`
      select max(sequence) as head, bool_or(sequence > ${head} and kind <> all(${TOUCHES_LITTLE})) as touched,
        bool_or(sequence > ${head} and kind = any(${TOUCHES_TOKENS})) as tokens,
        (select max(moved_at)::text from requests) as moved
      from ledger where sequence >= ${head}`.execute(deps.db);
    const { head: newest, touched, tokens, moved } = headRow.parse(rows[0]);
    // A head that is gone is another ledger.
    if (overlay === undefined || touched || newest < head || moved !== movedAt)
      overlay = await readOverlay(deps, { generation: (overlay?.generation ?? 0) + 1, reasons });
    else if (tokens) overlay = { ...overlay, tokens: await tokensFor(deps, overlay.gates) };
    head = newest;
    movedAt = moved;
    confirmedAt = startedAt;
  };
  const refresh = async () => {
    // What is under way may have read too early: it is waited for, and then asked again.
    await running?.catch(() => undefined);
    running ??= refreshOnce().finally(() => {
      running = undefined;
    });
    await running;
  };
  const refreshQuietly = () => {
    refresh().catch((error: unknown) => {
      if (isClosed) return;
      deps.log.warn('the state of quarantines and denials could not be confirmed', { error: String(error) });
    });
  };
  return {
    trusted: () =>
      overlay !== undefined && deps.clock.now().getTime() - confirmedAt <= OVERLAY_TRUSTED_MS ? overlay : undefined,
    refresh,
    async start() {
      await refresh();
      timer = setInterval(refreshQuietly, POLL_MS);
      timer.unref();
      stopListening = deps.onLedger?.(refreshQuietly);
    },
    close() {
      isClosed = true;
      clearInterval(timer);
      stopListening?.();
    },
  };
}

async function readOverlay(
  deps: ServingDeps,
  { generation, reasons }: { readonly generation: number; readonly reasons: Map<string, PublicWord> },
): Promise<Overlay> {
  const channels = await allChannels(deps.db);
  const gates = gatesOf(await listAccess(deps.db), deps.network);
  const current = new Map<string, Manifest>();
  const beforeRollback = new Map<string, Manifest>();
  for (const { name } of channels) {
    const manifest = await readSnapshot(deps, name);
    if (manifest !== undefined) current.set(name, manifest);
    if (manifest === undefined || manifest.rolledBackTo === null) continue;
    const before = await readSnapshot(deps, name, 'before-rollback');
    if (before !== undefined) beforeRollback.set(name, before);
  }
  const states = await requestStates(deps.db);
  for (const { id, state } of states) {
    if (state !== 'rejected' || reasons.has(id)) continue;
    // A word that cannot be found out holds up no refusal and no quarantine.
    const reason = await deps.publicReason?.(id).catch(() => undefined);
    if (reason !== undefined) reasons.set(id, reason);
  }
  return {
    generation,
    channels: new Map(channels.map((channel) => [channel.name, channel])),
    current,
    gates,
    tokens: await tokensFor(deps, gates),
    stops: stopsByPackage(await activeStops(deps.db)),
    requests: Map.groupBy(states, (one) => requestsKey(one.channel, one.ecosystem, one.name)),
    closingTimes: (await deps.closingTimes?.()) ?? new Map(),
    acceptedMeanwhile: await acceptedMeanwhile(deps, current),
    beforeRollback,
    reasons,
    // Only a word of a refusal depends on it.
    coolDownDays: await deps.coolDownDays?.().catch(() => undefined),
  };
}

/** None are read where no channel asks for one. */
async function tokensFor({ db, clock }: ServingDeps, gates: Overlay['gates']): Promise<InstallTokens> {
  return asksForTokens(gates) ? await installTokens(db, clock.now()) : NO_INSTALL_TOKENS;
}

async function acceptedMeanwhile(
  { db }: ServingDeps,
  current: ReadonlyMap<string, Manifest>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rolledBack = [...current].filter(([, manifest]) => manifest.rolledBackTo !== null);
  const entries = await Promise.all(rolledBack.map(([channel]) => clearedEntries(db, channel)));
  const versions = new Map<string, string[]>();
  for (const { channel, ecosystem, name, version } of entries.flat()) {
    const key = requestsKey(channel, ecosystem, name);
    versions.set(key, [...(versions.get(key) ?? []), version]);
  }
  return versions;
}
