/** Snapshots: publishing what the lists say, rolling back, verifying. */
import { requireMay } from '../../domain/authority.ts';
import { isDigest } from '../../domain/digest.ts';
import { optionalText } from '../../domain/free-text.ts';
import { type Actor, SYSTEM } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { SnapshotsDeps } from './deps.ts';
import { type Exported, exportSnapshot } from './export.ts';
import { type ImportAsk, type ImportedSnapshot, importSnapshot } from './import.ts';
import {
  type PublishAsk,
  type Published,
  type PublishMemory,
  PublishRefused,
  publishWithin,
  recordSnapshot,
} from './publish.ts';
import { rollBackTo } from './roll-back.ts';
import { requireStillThere } from './still-there.ts';
import { channelNamed, findSnapshot, lockChannel, type SnapshotRow } from './store.ts';
import { createTrees } from './trees.ts';
import { type SnapshotCheck, verifySnapshot } from './verify.ts';

export type { SnapshotsDeps } from './deps.ts';
export type { CarryProgress, Exported } from './export.ts';
export type { ImportAsk, ImportedSnapshot } from './import.ts';
export type { PublishAsk, Published } from './publish.ts';
export type { SnapshotCheck } from './verify.ts';

export interface Snapshots {
  /** Makes the empty, signed snapshot 1 of a channel; does nothing where it has one. */
  init(channel: string): Promise<void>;
  /** Publishes what the lists say now. Idempotent. */
  publish(ask: PublishAsk, actor?: Actor): Promise<Published>;
  /**
   * Makes a new snapshot with the content of an old one. Numbers only ever grow, so that what a channel served at any time
   * stays one line of history; denials and quarantines in force now hold for it all the same. Throws `not-closed` where
   * something in it needs what they stop, and `file-lost` where the store has not all of it.
   */
  rollback(channel: string, to: number, actor: Actor, reason?: string): Promise<{ readonly number: number }>;
  verify(channel: string, number: number | undefined, deep: boolean): Promise<SnapshotCheck>;
  /** What is needed to serve and to verify a snapshot (the current one without a number) in another home. Operators only. */
  export(ask: { readonly channel: string; readonly number: number | undefined }, actor: Actor): Promise<Exported>;
  /** Makes what another home exported the next snapshot of a channel without list entries. Operators only. */
  import(ask: ImportAsk, actor: Actor): Promise<ImportedSnapshot>;
}

/** The snapshots room. */
export function createSnapshots(deps: SnapshotsDeps): Snapshots {
  const memory: PublishMemory = { trees: createTrees(deps.evidence), graphs: new Map() };
  return {
    async init(channel) {
      await deps.ledger.change(SYSTEM, async ({ db, now, append }) => {
        await channelNamed(db, channel);
        await lockChannel(db, channel);
        if ((await findSnapshot(db, channel)) !== undefined) return;
        const manifest = await recordSnapshot(
          { deps, db, now },
          { channel, number: 1, content: {}, rolledBackTo: null },
        );
        append({ kind: 'snapshot-published', channel, number: 1, manifest });
      });
    },

    async publish(ask, actor = SYSTEM) {
      try {
        return await deps.ledger.change(actor, (change) => publishWithin({ deps, memory, change }, ask));
      } catch (error) {
        const refused = refusalOf(error);
        await deps.ledger.change(actor, async ({ append }) => {
          append({ kind: 'snapshot-refused', channel: ask.channel, code: refused.code, reason: refused.reason });
        });
        // What can only be mended by hand or by time is for whoever runs this to try again.
        if (!(error instanceof PublishRefused)) throw error;
        return { status: 'refused', ...refused };
      }
    },

    async rollback(channel, to, actor, given) {
      requireMay(actor, 'roll-back-snapshot', { channel });
      const reason = optionalText('The reason (--reason)', given);
      // Before the change: looking takes long in a large channel, and what publishes must not wait for that.
      const asked = await required({ channel, number: to, db: deps.db });
      await requireStillThere(deps.blobs, { channel, old: asked });
      return await deps.ledger.change(actor, async (change) => {
        const old = await required({ channel, number: to, db: change.db });
        return await rollBackTo({ deps, change }, { channel, old, reason });
      });
    },

    async verify(channel, number, deep) {
      return await verifySnapshot(deps, await required({ channel, number, db: deps.db }), deep);
    },

    async export({ channel, number }, actor) {
      requireMay(actor, 'export-snapshot', { channel });
      return await exportSnapshot(deps, await required({ channel, number, db: deps.db }));
    },

    async import(ask, actor) {
      requireMay(actor, 'import-snapshot', ask);
      return await importSnapshot(deps, ask, actor);
    },
  };
}

function refusalOf(error: unknown): { readonly code: string; readonly reason: string } {
  if (error instanceof PublishRefused) return { code: error.code, reason: error.reason };
  if (error instanceof Problem) return { code: error.code, reason: error.message };
  return { code: 'internal', reason: error instanceof Error ? error.message : String(error) };
}

async function required(ask: {
  readonly channel: string;
  readonly number: number | undefined;
  readonly db: Queryable;
}): Promise<SnapshotRow> {
  const found = await findSnapshot(ask.db, ask.channel, ask.number === undefined ? 'current' : { number: ask.number });
  if (found !== undefined && isDigest(found.manifest)) return found;
  throw new Problem({
    kind: 'not-found',
    code: 'unknown-snapshot',
    what: `There is no snapshot ${ask.number ?? ''} of ${ask.channel}`.replace('  ', ' '),
    next: 'See `pratique snapshot list`.',
  });
}
