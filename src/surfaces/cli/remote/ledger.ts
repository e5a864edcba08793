/** `pratique log` on a server elsewhere. */
import { z } from 'zod';
import { actorName } from '../../../domain/people.ts';
import { parseMoment, parseWhole } from '../arguments.ts';
import { exportedAnswer, extent, filter, MOST_ROWS, replayAnswer, rowsTable } from '../commands/log.ts';
import { EXIT } from '../exit-codes.ts';
import type { RemoteWork } from './work.ts';

const row = z.looseObject({
  sequence: z.int(),
  at: z.string(),
  actor: z.string(),
  acting: z
    .looseObject({
      roles: z.array(z.string()),
      channelRoles: z.array(z.object({ channel: z.string(), role: z.string() })),
    })
    .optional(),
  fact: z.looseObject({ kind: z.string() }),
});
const page = z.object({ results: z.array(row), next: z.string().nullable() });
const check = z.discriminatedUnion('status', [
  z.object({ status: z.literal('whole'), rows: z.int(), head: z.string() }),
  z.object({ status: z.literal('broken'), sequence: z.int(), what: z.string() }),
]);
const replayed = z.looseObject({
  decision: z.looseObject({
    ...{ id: z.string(), outcome: z.string(), decidedBy: z.string(), decidedAt: z.string(), reason: z.string() },
    list: z.enum(['core', 'extra']).nullable(),
    ...{ ecosystem: z.string(), name: z.string(), version: z.string().nullable(), channel: z.string() },
  }),
  seen: z.looseObject({ digest: z.string(), collectedAt: z.string(), verdict: z.string() }).nullable(),
  dossier: z.looseObject({ status: z.string(), what: z.string().optional() }),
  rows: z.array(row),
  since: z.looseObject({ text: z.string(), stoppedBy: z.string().nullable() }),
});

/** Rows where nothing is said, as on a home; and on a page of the API at most. */
const USUAL_ROWS = 100;
const LARGEST_PAGE = 200;

export const ledgerWorks: Readonly<Record<string, RemoteWork>> = {
  async 'log-list'({ session, remote }, given) {
    const [{ actor, kind, about, since, until, limit }] = z.tuple([filter]).parse(given);
    const most = limit === undefined ? USUAL_ROWS : parseWhole(limit, 'The limit', { least: 1, most: MOST_ROWS });
    const narrowed = {
      ...{ kind, about, channel: session.askedChannel },
      actor: actor === 'system' ? actorName({ kind: 'system' }) : actor,
      since: since === undefined ? undefined : parseMoment(since).toISOString(),
      until: until === undefined ? undefined : parseMoment(until).toISOString(),
    };
    const results: z.infer<typeof row>[] = [];
    let cursor: string | null | undefined;
    while (results.length < most && cursor !== null) {
      const query = { ...narrowed, cursor, limit: String(Math.min(LARGEST_PAGE, most - results.length)) };
      const read = await remote.ask(page, { method: 'GET', path: '/ledger', query });
      results.push(...read.results);
      cursor = read.next;
    }
    return { json: { results }, text: rowsTable(results) };
  },
  /** The chain alone: the dossiers of decisions are composed again on the home. */
  async 'log-verify'({ remote }, given) {
    const [{ chainOnly }] = z.tuple([extent]).parse(given);
    const found = await remote.ask(check, { method: 'POST', path: '/ledger/check' });
    const left = 'the dossiers of decisions were not compared';
    const json = { ...found, covers: ['chain'] };
    if (found.status === 'broken')
      return { json, text: `broken at row ${found.sequence}: ${found.what}\n${left}`, exit: EXIT.notAllowed };
    const why = chainOnly ? '--chain-only' : 'on a server elsewhere; run it on the home for them';
    return { json, text: `whole: ${found.rows} rows, head ${found.head}\n${left} (${why})` };
  },
  async 'log-replay'({ remote }, given) {
    const [id] = z.tuple([z.string(), z.unknown()]).parse(given);
    const { value } = await remote.read(replayed, `/ledger/replay/${encodeURIComponent(id)}`);
    return replayAnswer(value);
  },
  async 'log-export'({ session, remote }) {
    const document = await remote.document('/ledger/export', {});
    if (session.isJson) return exportedAnswer(new TextDecoder().decode(document).trimEnd().split('\n'));
    return { json: {}, text: '', document };
  },
};
