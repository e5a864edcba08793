/** The images room: each month's signed contents list of the desktop image, made of the core list. */
import { requireMay } from '../../domain/authority.ts';
import type { Channel } from '../../domain/channel.ts';
import { type Actor, actorName, SYSTEM } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Database, Queryable } from '../../platform/db/port.ts';
import type { Ledger } from '../../platform/ledger/port.ts';
import type { Signer } from '../../platform/signing/port.ts';
import { listChannels, requireChannel } from '../channels/read.ts';
import { type Manifest, parseShard, readSnapshot, snapshotsOf } from '../snapshots/read.ts';
import { type BuildDeps, buildContents, manifestDigest } from './build.ts';
import { beginningOf, monthOf } from './months.ts';
import { type ImageDetails, requireRow, showImage } from './read.ts';
import { insertRow, rowsOf } from './store.ts';
import { type ImageCheck, type VerifyDeps, verifyImage } from './verify.ts';

export type { StoppedBy } from './verify.ts';

export interface ImagesDeps extends BuildDeps, VerifyDeps {
  readonly db: Database;
  readonly ledger: Ledger;
  readonly signer: Signer;
  now(): Date;
}

export interface Images {
  /** Builds the channel's image of this month from its current snapshot. Throws `nothing-core`, `holds-stopped`. */
  build(actor: Actor, channel: string): Promise<ImageDetails>;
  /** Builds this month's image of every channel that had something core when the month began and has no image of it yet. */
  buildDue(): Promise<readonly ImageDetails[]>;
  /** Whether an image (the newest without an id) is what was signed. Throws `unknown-image`. */
  verify(channel: string, id?: string): Promise<ImageCheck>;
}

export function createImages(deps: ImagesDeps): Images {
  return {
    async build(actor, name) {
      requireMay(actor, 'build-image', { channel: name });
      return build(deps, actor, await requireChannel(deps.db, name));
    },
    async buildDue() {
      const built: ImageDetails[] = [];
      for (const channel of await listChannels(deps.db))
        if (await isDue(deps, channel)) built.push(await build(deps, SYSTEM, channel));
      return built;
    },
    verify: async (channel, id) => verifyImage(deps, await requireRow(deps.db, channel, id)),
  };
}

async function build(deps: ImagesDeps, actor: Actor, channel: Channel): Promise<ImageDetails> {
  const { db, blobs, ledger, signer } = deps;
  const snapshot = await readSnapshot({ db, blobs }, channel.name);
  if (snapshot === undefined) throw noSnapshot(channel.name);
  const [summary] = await snapshotsOf(db, channel.name, { before: snapshot.number + 1, limit: 1 });
  if (summary?.number !== snapshot.number) throw noSnapshot(channel.name);
  const now = deps.now();
  const image = await nextId(db, channel, now);
  const snapshotManifest = manifestDigest(summary.manifest);
  const ask = { channel, image, snapshot, snapshotManifest, builtAt: now.toISOString() };
  const { manifest, digest, bytes } = await buildContents(deps, ask);
  await requireNothingStopped(deps, channel.name, manifest.releases);
  const signature = signer.sign(bytes);
  const key = { key_id: signer.keyId, public_key: signer.publicKey };
  const row = { channel: channel.name, id: image, snapshot: snapshot.number, manifest: digest, signature, ...key };
  await ledger.change(actor, async (change) => {
    const built = { built_by: actorName(actor), built_at: now };
    if (!(await insertRow(change.db, { ...row, ...built }))) throw builtMeanwhile(channel.name, image);
    change.append({ kind: 'image-built', channel: channel.name, image, snapshot: snapshot.number, manifest: digest });
  });
  return showImage({ db, blobs }, channel.name, image);
}

/** `2026-11`, then `2026-11.2`. */
async function nextId(db: Queryable, channel: Channel, now: Date): Promise<string> {
  const month = monthOf(now, channel.timezone);
  const built = (await rowsOf(db, channel.name)).filter(({ id }) => id.split('.')[0] === month).length;
  return built === 0 ? month : `${month}.${built + 1}`;
}

async function isDue({ db, blobs, now }: ImagesDeps, { name, timezone }: Channel): Promise<boolean> {
  const month = monthOf(now(), timezone);
  if ((await rowsOf(db, name)).some(({ id }) => id.split('.')[0] === month)) return false;
  const then = await readSnapshot({ db, blobs }, name, { at: beginningOf(month, timezone) });
  const current = await readSnapshot({ db, blobs }, name);
  return then !== undefined && current !== undefined && (await hasCore(blobs, then)) && (await hasCore(blobs, current));
}

async function hasCore(blobs: Blobs, { content }: Manifest): Promise<boolean> {
  for (const { shards } of Object.values(content))
    for (const digest of Object.values(shards)) {
      const packages = Object.values(parseShard(await blobs.read(digest)));
      if (packages.some(({ releases }) => releases.some(({ state }) => state === 'core'))) return true;
    }
  return false;
}

async function requireNothingStopped(
  { stopsIn }: VerifyDeps,
  channel: string,
  releases: ImageDetails['contents']['releases'],
): Promise<void> {
  const stoppedBy = await stopsIn(channel);
  for (const release of releases) {
    const by = stoppedBy(release);
    if (by === undefined) continue;
    throw new Problem({
      kind: 'conflict',
      code: 'holds-stopped',
      what: `${release.purl} was stopped (${by}), and no snapshot without it is published yet`,
      next: 'See `pratique status`; build the image when the next snapshot is there.',
    });
  }
}

function noSnapshot(channel: string): Problem {
  const next = 'Run `pratique doctor`.';
  return new Problem({ kind: 'conflict', code: 'no-snapshot', what: `Channel ${channel} has no snapshot`, next });
}

function builtMeanwhile(channel: string, image: string): Problem {
  const what = `Somebody else built image ${image} of ${channel} meanwhile`;
  return new Problem({ kind: 'conflict', code: 'built-meanwhile', what, next: 'See `pratique image list`.' });
}
