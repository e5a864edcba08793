/** `/snapshots`: what clients are served. */
import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import { Problem } from '../../../domain/problem.ts';
import { base64OfPem, pemOfBase64 } from '../../../domain/public-key-text.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import { readSnapshot, snapshotsOf } from '../../../features/snapshots/read.ts';
import { channelName, digest, page, pageQuery, time, words } from '../fields.ts';
import { created, data, operation } from '../operation.ts';
import { numberKey, pageReply, readCursor } from '../pages.ts';

const snapshot = z
  .object({
    channel: z.string(),
    number: z.int(),
    manifest: digest,
    signature: z.string(),
    keyId: z.string(),
    publishedAt: time,
    rolledBackTo: z.int().nullable().meta({ description: 'The number that it repeats, where it was a rollback.' }),
  })
  .meta({ id: 'Snapshot' });

const leftOut = z
  .object({
    entry: z.string(),
    name: z.string(),
    version: z.string(),
    because: z.string().meta({ description: 'Purl of the release that was denied or quarantined.' }),
    id: z.string().meta({ description: 'Id of the denial or quarantine.' }),
    targets: z.array(z.string()).optional().meta({ description: 'Environments; absent: all of them.' }),
  })
  .meta({ id: 'LeftOut', description: 'An entry whose tree holds what was stopped.' });

const manifest = z
  .object({
    channel: z.string(),
    number: z.int(),
    publishedAt: time,
    rolledBackTo: z.int().nullable(),
    ecosystems: z.array(z.object({ ecosystem: z.string(), leftOut: z.array(leftOut) })),
  })
  .meta({ id: 'Manifest', description: 'What a snapshot holds, in short; the signed manifest names every file.' });

const check = z.discriminatedUnion('status', [
  z.object({ status: z.literal('whole'), number: z.int(), packages: z.int(), files: z.int() }),
  z.object({ status: z.literal('broken'), number: z.int(), problems: z.array(z.string()) }),
]);

const snapshotNumber = z
  .string()
  .regex(/^[1-9][0-9]{0,8}$/)
  .transform(Number)
  .meta({ description: 'Number of a snapshot.', examples: ['17'] });
const inChannel = z.strictObject({ channel: channelName });
const one = z.strictObject({ channel: channelName, number: snapshotNumber });

/** A file that came with a call and is not whole is the caller's to mend; nothing outside will answer better later. */
async function ofTheCaller<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'snapshot-file-damaged') throw error;
    const { code, what, why, next } = error;
    throw new Problem({ kind: 'usage', code, what, ...(why && { why }), ...(next && { next }), cause: error });
  }
}

const TAR = 'application/x-tar';
/** A server answers a call within five minutes, and so much comes in that time; larger ones are carried on a disk. Bytes. */
const LARGEST_SNAPSHOT = 4 * 1024 ** 3;
const publicKey = z
  .string()
  .regex(/^[A-Za-z0-9+/]{20,400}={0,2}$/)
  .meta({
    description:
      'Public key of the home that exported it, confirmed over another way: what stands between the lines of its PEM file.',
  });

const carrying = [
  operation({
    method: 'get',
    path: '/snapshots/{channel}/{number}/file',
    id: 'exportSnapshot',
    summary: 'A snapshot with everything that it takes to serve it, as one file (tar) that another home can import',
    description:
      'The headers `Pratique-Key-Id` and `Pratique-Public-Key` name the key that it is signed with, and `Pratique-Blobs` how many files it holds. An answer that breaks off is no file.',
    access: 'export-snapshot',
    params: one,
    answer: z.unknown(),
    alsoAnswers: [TAR],
    async work({ app, actor, params: { channel, number } }) {
      const exported = await app.rooms.snapshots.export({ channel, number }, actor);
      const headers = {
        'pratique-key-id': exported.keyId,
        'pratique-public-key': base64OfPem(exported.publicKey),
        'pratique-blobs': String(exported.blobs),
      };
      const parts = app.tar.pack(exported.files());
      return { kind: 'parts', type: TAR, parts, filename: `${channel}-${number}.tar`, headers };
    },
  }),
  operation({
    method: 'post',
    path: '/snapshots/{channel}',
    id: 'importSnapshot',
    summary: 'Make what another home exported the next snapshot of a channel that has no list entries',
    description:
      'Every byte is checked against what was signed before anything is published. What came before is refused.',
    access: 'import-snapshot',
    params: inChannel,
    query: z.strictObject({ key: publicKey.optional() }),
    upload: TAR,
    bodyBytes: LARGEST_SNAPSHOT,
    answer: z.object({
      channel: z.string(),
      number: z.int(),
      keyId: z.string(),
      from: z.object({ channel: z.string(), number: z.int() }),
    }),
    status: 201,
    problems: ['channel-has-lists', 'snapshot-not-newer', 'snapshot-key-unknown', 'unknown-ecosystem'],
    async work({ app, actor, params: { channel }, query, upload }) {
      const files = app.tar.unpack(upload, 'What was sent');
      const key = query.key === undefined ? undefined : pemOfBase64(query.key);
      const made = await ofTheCaller(() => app.rooms.snapshots.import({ channel, files, key }, actor));
      return created(`/snapshots/${channel}/${made.number}`, { channel, ...made });
    },
  }),
];

export const snapshots = [
  ...carrying,
  operation({
    method: 'get',
    path: '/snapshots/{channel}',
    id: 'listSnapshots',
    summary: 'Snapshots of a channel',
    access: 'signed-in',
    params: inChannel,
    query: z.strictObject(pageQuery),
    answer: page(snapshot),
    async work({ app, actor, params: { channel }, query, url }) {
      requireMay(actor, 'read', { channel });
      await requireChannel(app.db, channel);
      const before = readCursor(query.cursor, numberKey);
      const rows = await snapshotsOf(app.db, channel, { before, limit: query.limit + 1 });
      return pageReply(rows, { limit: query.limit, url, key: ({ number }) => number });
    },
  }),
  operation({
    method: 'get',
    path: '/snapshots/{channel}/{number}',
    id: 'showSnapshot',
    summary: 'What a snapshot holds',
    access: 'signed-in',
    params: one,
    answer: manifest,
    async work({ app, actor, params: { channel, number } }) {
      requireMay(actor, 'read', { channel });
      const found = await readSnapshot(app, channel, { number });
      if (found === undefined) throw unknownSnapshot(channel, number);
      const ecosystems = Object.entries(found.content).map(([ecosystem, content]) => {
        return { ecosystem, leftOut: content.leftOut };
      });
      return data({ ...found, ecosystems });
    },
  }),
  operation({
    method: 'get',
    path: '/snapshots/{channel}/{number}/manifest',
    id: 'showManifest',
    summary: 'The manifest of a snapshot as it was signed: what it holds, by digests',
    access: 'signed-in',
    params: one,
    answer: z.looseObject({ channel: z.string(), number: z.int(), publishedAt: time }).meta({ id: 'SignedManifest' }),
    async work({ app, actor, params: { channel, number } }) {
      requireMay(actor, 'read', { channel });
      const found = await readSnapshot(app, channel, { number });
      if (found === undefined) throw unknownSnapshot(channel, number);
      return data({ ...found });
    },
  }),
  operation({
    method: 'post',
    path: '/snapshots/{channel}/{number}/check',
    id: 'verifySnapshot',
    summary: 'Signature and digests of a snapshot, and with `deep` every byte. Changes nothing',
    access: 'signed-in',
    params: one,
    body: z.strictObject({ deep: z.boolean().default(false) }),
    answer: check,
    async work({ app, actor, params: { channel, number }, body }) {
      requireMay(actor, 'read', { channel });
      if ((await readSnapshot(app, channel, { number })) === undefined) throw unknownSnapshot(channel, number);
      return data(await app.rooms.snapshots.verify(channel, number, body.deep));
    },
  }),
  operation({
    method: 'post',
    path: '/snapshots/{channel}/{number}/rollback',
    id: 'rollBackSnapshot',
    summary: 'Publish anew what an older snapshot held; denials and quarantines in force still hold',
    access: 'roll-back-snapshot',
    params: one,
    body: z.strictObject({ reason: words('Why; `why` tells it of what the channel lacks since.').optional() }),
    answer: z.object({ channel: z.string(), number: z.int() }),
    status: 201,
    async work({ app, actor, params: { channel, number }, body: { reason } }) {
      await requireChannel(app.db, channel);
      const made = await app.rooms.snapshots.rollback(channel, number, actor, reason);
      return created(`/snapshots/${channel}/${made.number}`, { channel, number: made.number });
    },
  }),
];

function unknownSnapshot(channel: string, number: number): Problem {
  return new Problem({
    kind: 'not-found',
    code: 'unknown-snapshot',
    what: `There is no snapshot ${number} of ${channel}`,
    next: 'See `pratique snapshot list`.',
  });
}
