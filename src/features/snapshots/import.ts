/** Bringing a snapshot in: it becomes the next number of its channel, after everything about it was checked. */
import type { Actor } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { CarriedFile } from '../../platform/backup/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { Imported } from './content.ts';
import type { SnapshotsDeps } from './deps.ts';
import type { CarryProgress } from './export.ts';
import { manifestOf } from './manifests.ts';
import { recordSnapshot } from './publish.ts';
import { type Received, receiveSnapshot } from './receive.ts';
import { channelNamed, findSnapshot, hasEntries, lockChannel, ownKeys } from './store.ts';

export interface ImportAsk {
  readonly channel: string;
  readonly files: AsyncIterable<CarriedFile>;
  /** PEM of a public key that the operator vouches for, beside those of this home. */
  readonly key?: string | undefined;
  readonly progress?: CarryProgress | undefined;
}

export interface ImportedSnapshot {
  readonly number: number;
  readonly keyId: string;
  readonly from: { readonly channel: string; readonly number: number };
}

/**
 * Imports into a channel that has no list entries: what is on its lists would be published over it. Throws
 * `channel-has-lists`, `snapshot-not-newer`, `bad-key`, and what `receiveSnapshot` throws; then nothing is published.
 */
export async function importSnapshot(deps: SnapshotsDeps, ask: ImportAsk, actor: Actor): Promise<ImportedSnapshot> {
  const { db, blobs, verifier } = deps;
  if (ask.key !== undefined && verifier.keyId(ask.key) === undefined) throw badKey();
  await channelNamed(db, ask.channel);
  // Said before a large file is read; it counts only under the lock below.
  await requireNoLists(db, ask.channel);
  const trusted = [deps.signer.publicKey, ...(await ownKeys(db)), ...(ask.key === undefined ? [] : [ask.key])];
  const received = await receiveSnapshot(ask.files, { blobs, verifier, trusted, progress: ask.progress });
  requireEcosystems(deps, received);
  return await deps.ledger.change(actor, async ({ db: within, now, append }) => {
    await lockChannel(within, ask.channel);
    await requireNoLists(within, ask.channel);
    const current = await findSnapshot(within, ask.channel);
    const before = current === undefined ? undefined : await manifestOf(blobs, current);
    requireNewer(received, before?.importedFrom);
    const number = (current?.number ?? 0) + 1;
    const from = { channel: received.manifest.channel, number: received.manifest.number, manifest: received.digest };
    const { signature, publicKey, keyId } = received;
    const manifest = await recordSnapshot(
      { deps, db: within, now },
      {
        channel: ask.channel,
        number,
        content: received.manifest.content,
        rolledBackTo: null,
        importedFrom: { ...from, signature, publicKey },
      },
    );
    append({ kind: 'snapshot-published', channel: ask.channel, number, manifest });
    append({ kind: 'snapshot-imported', channel: ask.channel, number, keyId, from });
    return { number, keyId, from: { channel: from.channel, number: from.number } };
  });
}

async function requireNoLists(db: Queryable, channel: string): Promise<void> {
  if (!(await hasEntries(db, channel))) return;
  throw new Problem({
    kind: 'conflict',
    code: 'channel-has-lists',
    what: `${channel} has list entries of its own; nothing was imported`,
    why: 'a channel is fed either by its lists or by imports: the next publishing would replace what was imported',
    next: 'Import into a channel without list entries: `pratique channel create NAME`, then --channel NAME.',
  });
}

/** A file that was kept must not take a channel back to what its maker has replaced since. */
function requireNewer({ manifest, publicKey }: Received, before: Imported | undefined): void {
  if (before === undefined || before.channel !== manifest.channel || before.publicKey.trim() !== publicKey.trim())
    return;
  if (manifest.number > before.number) return;
  throw new Problem({
    kind: 'conflict',
    code: 'snapshot-not-newer',
    what: `This is snapshot ${manifest.number} of ${manifest.channel}; the channel already serves its snapshot ${before.number}`,
    next: 'To go back on purpose, use `pratique snapshot rollback`.',
  });
}

function requireEcosystems(deps: SnapshotsDeps, { manifest }: Received): void {
  const unknown = Object.keys(manifest.content).find((id) => deps.ecosystem(id) === undefined);
  if (unknown === undefined) return;
  throw new Problem({
    kind: 'conflict',
    code: 'unknown-ecosystem',
    what: `The snapshot holds packages of ${unknown}, which this release does not serve; nothing was imported`,
    next: 'Import it with the release of Pratique that made it, or a newer one.',
  });
}

function badKey(): Problem {
  return new Problem({
    kind: 'usage',
    code: 'bad-key',
    what: 'What --key names holds no Ed25519 public key',
    next: 'Give the public key (PEM) that `pratique snapshot export` printed.',
  });
}
