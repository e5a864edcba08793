/** `pratique log`: the ledger. */
import type { Command } from 'commander';
import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import { actorName } from '../../../domain/people.ts';
import type { Replay } from '../../../features/audit/index.ts';
import type { LedgerRow } from '../../../platform/ledger/port.ts';
import type { CliHost } from '../app.ts';
import { parseMoment, parseWhole } from '../arguments.ts';
import { checksAnswer } from '../dossier-format.ts';
import { EXIT } from '../exit-codes.ts';
import { type Answer, fields, table } from '../output.ts';
import { act, type Session } from '../session.ts';

export const filter = z.object({
  actor: z.string().optional(),
  kind: z.string().optional(),
  about: z.string().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
  limit: z.string().optional(),
});

export const extent = z.object({ chainOnly: z.boolean().default(false) });

/** Rows of one listing at most; an export has them all. */
export const MOST_ROWS = 1000;

export function registerLog(program: Command, host: CliHost): void {
  const log = program.command('log').description('the ledger: everything that happened, hash-chained');
  log
    .command('list')
    .description('newest first; --channel narrows it to one channel')
    .option('--actor <name>', 'only what this person (or `system`) did')
    .option('--kind <kind>', 'only facts of this kind: decision-made, snapshot-published, ...')
    .option('--about <id>', 'only facts about this request, decision, quarantine or image')
    .option('--since <date>', 'not before, in UTC')
    .option('--until <date>', 'before, in UTC')
    .option('--limit <n>', 'rows (default: 100)')
    .action(act(host, 'log-list', z.tuple([filter]), list));
  log
    .command('verify')
    .description('prove that no row was changed and none is missing, and that decisions have the dossiers they name')
    .option('--chain-only', 'leave the dossiers out: each is composed again, which takes a while where there are many')
    .action(act(host, 'log-verify', z.tuple([extent]), verify));
  log
    .command('replay')
    .argument('<decision>', 'its id: A-12')
    .description('a decision as it was seen: on what evidence, by whom, in which order, and what is known since')
    .addHelpText('after', '\nExample: pratique log replay A-12 --as audrey')
    .action(act(host, 'log-replay', z.tuple([z.string(), z.unknown()]), replay));
  log
    .command('export')
    .description('all rows as JSON Lines on standard output; with --json as one document')
    .action(
      act(host, 'log-export', z.tuple([z.unknown()]), async (session) => {
        const exported = (await session.app()).ledger.export();
        if (session.isJson) return exportedAnswer(await all(exported));
        let rows = 0;
        for await (const line of exported) {
          host.streams.out(line);
          rows += 1;
        }
        return { json: { rows }, text: '', isPrinted: true, hints: [`${rows} rows`] };
      }),
    );
}

async function all(exported: AsyncIterable<string>): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of exported) lines.push(line);
  return lines;
}

/** The lines of an export as one document. */
export function exportedAnswer(lines: readonly string[]): Answer {
  return { json: { results: lines.map((line): unknown => JSON.parse(line)) }, text: '' };
}

async function list(session: Session, { actor, kind, about, since, until, limit }: z.infer<typeof filter>) {
  const app = await session.app();
  const page = await app.ledger.list({
    order: 'newest-first',
    actor: actor === 'system' ? actorName({ kind: 'system' }) : actor,
    kinds: kind === undefined ? undefined : [kind],
    channel: await session.knownChannel(),
    about,
    since: since === undefined ? undefined : parseMoment(since),
    until: until === undefined ? undefined : parseMoment(until),
    limit: limit === undefined ? undefined : parseWhole(limit, 'The limit', { least: 1, most: MOST_ROWS }),
  });
  return { json: { results: page.rows }, text: rowsTable(page.rows) };
}

/** A row of the ledger, as a home or a server tells it. */
interface ToldRow extends Pick<LedgerRow, 'sequence' | 'at' | 'actor'> {
  readonly acting?:
    | {
        readonly roles: readonly string[];
        readonly channelRoles: readonly { readonly channel: string; readonly role: string }[];
      }
    | undefined;
  readonly fact: { readonly kind: string };
}

/** Rows for a person. */
export function rowsTable(rows: readonly ToldRow[]): string {
  return table(['ROW', 'AT', 'WHO', 'AS', 'WHAT', 'DETAILS'], rows.map(lineOf));
}

function lineOf({ sequence, at, actor, acting, fact }: ToldRow): readonly string[] {
  const roles = [
    ...(acting?.roles ?? []),
    ...(acting?.channelRoles ?? []).map((one) => `${one.role} in ${one.channel}`),
  ];
  return [String(sequence), at, actor, roles.join(', '), fact.kind, detailsOf(fact)];
}

/** What a fact says beside its kind. */
function detailsOf({ kind: _kind, ...rest }: { readonly kind: string }): string {
  const said = Object.entries<unknown>(rest).filter(([, value]) => value !== null);
  return said
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('; ');
}

/** A decision as it was seen, and what is known about it by now. */
async function replay(session: Session, decision: string) {
  const app = await session.app();
  requireMay(await session.actor(), 'read-ledger');
  return replayAnswer(await app.rooms.audit.replay(decision));
}

interface ToldReplay {
  readonly decision: Pick<
    Replay['decision'],
    'id' | 'list' | 'ecosystem' | 'name' | 'version' | 'channel' | 'decidedAt' | 'decidedBy' | 'reason'
  > & { readonly outcome: string };
  readonly seen: { readonly digest: string; readonly collectedAt: string; readonly verdict: string } | null;
  readonly dossier: { readonly status: string; readonly what?: string | undefined };
  readonly since: { readonly text: string; readonly stoppedBy: string | null };
  readonly rows: readonly ToldRow[];
}

/** A decision as it was seen. */
export function replayAnswer(replayed: ToldReplay): Answer {
  const { decision: made, seen, dossier, since, rows } = replayed;
  const head = fields([
    ['decision', `${made.id}: ${made.outcome}${made.list === null ? '' : ` to ${made.list}`}`],
    ['about', `${made.ecosystem} ${made.name} ${made.version ?? ''} in ${made.channel}`],
    ['made', `${made.decidedAt} by ${made.decidedBy}`],
    ['reason', made.reason],
    ['evidence', seen === null ? 'none' : `${seen.digest}, collected ${seen.collectedAt}: ${seen.verdict}`],
    ['dossier', dossier.status === 'broken' ? `BROKEN: ${dossier.what ?? ''}` : dossier.status],
    ['known since', since.text],
    ['stopped now', since.stoppedBy ?? 'no'],
  ]);
  const isWhole = dossier.status !== 'broken';
  return { json: { ...replayed }, text: `${head}\n\n${rowsTable(rows)}`, exit: isWhole ? EXIT.done : EXIT.notAllowed };
}

/** The chain, and behind it what decisions are pinned to; the answer says which of the two was looked at. */
async function verify(session: Session, { chainOnly }: z.infer<typeof extent>) {
  const app = await session.app();
  const check = await app.ledger.verify();
  if (check.status === 'broken')
    return {
      json: { ...check, covers: ['chain'] },
      text: `broken at row ${check.sequence}: ${check.what}\nthe dossiers of decisions were not compared`,
      exit: EXIT.notAllowed,
    };
  const text = `whole: ${check.rows} rows, head ${check.head}`;
  if (chainOnly)
    return {
      json: { ...check, covers: ['chain'] },
      text: `${text}\nthe dossiers of decisions were not compared (--chain-only)`,
    };
  const checks = await app.rooms.dossiers.verify();
  const dossiers = checksAnswer(checks);
  const counts = [...Map.groupBy(checks, ({ status }) => status)].map(([status, of]) => `${of.length} ${status}`);
  const summary = `dossiers of ${checks.length} decisions compared${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`;
  return {
    json: { ...check, covers: ['chain', 'dossiers'], dossiers: dossiers.json },
    text: `${text}\n${summary}${dossiers.exit === EXIT.done ? '' : `\n${dossiers.text}`}`,
    exit: dossiers.exit,
  };
}
