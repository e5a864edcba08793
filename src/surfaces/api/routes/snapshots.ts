/** `/snapshots`: what clients are served. */
import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import { Problem } from '../../../domain/problem.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import { readSnapshot, snapshotsOf } from '../../../features/snapshots/read.ts';
import { channelName, digest, page, pageQuery, time } from '../fields.ts';
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

export const snapshots = [
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
    body: z.strictObject({}),
    answer: z.object({ channel: z.string(), number: z.int() }),
    status: 201,
    async work({ app, actor, params: { channel, number } }) {
      await requireChannel(app.db, channel);
      const made = await app.rooms.snapshots.rollback(channel, number, actor);
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
