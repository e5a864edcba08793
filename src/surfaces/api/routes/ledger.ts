/** `/ledger`: everything that happened, hash-chained. */
import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import { channelName, page, pageQuery, personName, time } from '../fields.ts';
import { data, operation } from '../operation.ts';
import { numberKey, pageReply, readCursor } from '../pages.ts';

const row = z
  .object({
    sequence: z.int(),
    at: time,
    actor: z.string(),
    acting: z
      .object({
        roles: z.array(z.string()),
        channelRoles: z.array(z.object({ channel: z.string(), role: z.string() })),
        by: z.object({ kind: z.string(), id: z.string().optional() }),
      })
      .optional()
      .meta({ description: 'In which roles they acted, and by what sign-in; not there where the system acted.' }),
    fact: z.looseObject({ kind: z.string() }),
    previous: z.string().meta({ description: 'SHA-256 of the row before, hexadecimal.' }),
    hash: z.string(),
  })
  .meta({ id: 'LedgerRow' });

const replay = z.object({
  decision: z.looseObject({ id: z.string(), outcome: z.string(), decidedBy: z.string(), decidedAt: time }),
  seen: z
    .object({
      digest: z.string(),
      collectedAt: time,
      verdict: z.string(),
      reasons: z.array(z.string()),
      releases: z.array(z.string()),
    })
    .nullable()
    .meta({ description: 'The evidence that the deciding person had.' }),
  dossier: z.looseObject({ status: z.enum(['whole', 'older-composer', 'not-pinned', 'broken']) }),
  rows: z.array(row).meta({ description: 'What the ledger says of the request and the decision, oldest first.' }),
  since: z.object({
    difference: z.looseObject({}).nullable(),
    text: z.string(),
    stoppedBy: z.string().nullable(),
  }),
});

const check = z.discriminatedUnion('status', [
  z.object({ status: z.literal('whole'), rows: z.int(), head: z.string() }),
  z.object({ status: z.literal('broken'), sequence: z.int(), what: z.string() }),
]);

export const ledger = [
  operation({
    method: 'get',
    path: '/ledger',
    id: 'listLedger',
    summary: 'Rows of the ledger, newest first',
    access: 'read-ledger',
    query: z.strictObject({
      ...pageQuery,
      actor: personName.optional(),
      kind: z
        .string()
        .regex(/^[a-z-]{3,40}$/)
        .optional()
        .meta({ description: 'Kind of fact.', examples: ['decision-made'] }),
      channel: channelName.optional(),
      about: z
        .string()
        .max(64)
        .optional()
        .meta({ description: 'Request, decision, quarantine or image that facts name.', examples: ['A-12'] }),
      since: time.optional(),
      until: time.optional(),
    }),
    answer: page(row),
    async work({ app, actor, query, url }) {
      requireMay(actor, 'read-ledger');
      const { limit, kind, channel, about, since, until } = query;
      const { rows } = await app.ledger.list({
        order: 'newest-first',
        actor: query.actor,
        kinds: kind === undefined ? undefined : [kind],
        ...{ channel, about },
        since: since === undefined ? undefined : new Date(since),
        until: until === undefined ? undefined : new Date(until),
        after: readCursor(query.cursor, numberKey),
        limit: limit + 1,
      });
      const reply = pageReply(rows, { limit, url, key: ({ sequence }) => sequence });
      return { ...reply, noted: { what: 'ledger', id: url.slice(0, 200), channel: null } };
    },
  }),
  operation({
    method: 'get',
    path: '/ledger/export',
    id: 'exportLedger',
    summary: 'The whole ledger as JSON Lines',
    access: 'read-ledger',
    answer: row,
    alsoAnswers: ['application/jsonl'],
    async work({ app, actor }) {
      requireMay(actor, 'read-ledger');
      const parts = app.ledger.export();
      const noted = { what: 'ledger', id: 'export', channel: null } as const;
      return { kind: 'parts', type: 'application/jsonl', parts, filename: 'ledger.jsonl', noted };
    },
  }),
  operation({
    method: 'get',
    path: '/ledger/replay/{decision}',
    id: 'replayDecision',
    summary: 'A decision as it was seen, and what is known about it by now',
    access: 'read-ledger',
    params: z.strictObject({ decision: z.string().regex(/^[A-Z]-\d{1,12}$/) }),
    answer: replay,
    async work({ app, actor, params }) {
      requireMay(actor, 'read-ledger');
      const { decision, dossier, since, ...rest } = await app.rooms.audit.replay(params.decision);
      const difference = since.difference === null ? null : { ...since.difference };
      const noted = { what: 'ledger', id: params.decision, channel: decision.channel } as const;
      const told = { ...rest, decision: { ...decision }, dossier: { ...dossier }, since: { ...since, difference } };
      return { ...data(told), noted };
    },
  }),
  operation({
    method: 'post',
    path: '/ledger/check',
    id: 'verifyLedger',
    summary: 'Prove that no row was changed and none is missing. Changes nothing',
    access: 'read-ledger',
    answer: check,
    async work({ app, actor }) {
      requireMay(actor, 'read-ledger');
      return data(await app.ledger.verify());
    },
  }),
];
