/** `/ledger`: everything that happened, hash-chained. */
import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import { page, pageQuery, personName, time } from '../fields.ts';
import { data, operation } from '../operation.ts';
import { numberKey, pageReply, readCursor } from '../pages.ts';

const row = z
  .object({
    sequence: z.int(),
    at: time,
    actor: z.string(),
    fact: z.looseObject({ kind: z.string() }),
    previous: z.string().meta({ description: 'SHA-256 of the row before, hexadecimal.' }),
    hash: z.string(),
  })
  .meta({ id: 'LedgerRow' });

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
      since: time.optional(),
      until: time.optional(),
    }),
    answer: page(row),
    async work({ app, actor, query, url }) {
      requireMay(actor, 'read-ledger');
      const { limit, kind, since, until } = query;
      const { rows } = await app.ledger.list({
        order: 'newest-first',
        actor: query.actor,
        kinds: kind === undefined ? undefined : [kind],
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
      const lines = app.ledger.export();
      const noted = { what: 'ledger', id: 'export', channel: null } as const;
      return { kind: 'lines', type: 'application/jsonl', lines, filename: 'ledger.jsonl', noted };
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
