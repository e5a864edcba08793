/** `pratique log`: the ledger. */
import type { Command } from 'commander';
import { z } from 'zod';
import { actorName } from '../../../domain/people.ts';
import type { CliHost } from '../app.ts';
import { parseMoment, parseWhole } from '../arguments.ts';
import { checksAnswer } from '../dossier-format.ts';
import { EXIT } from '../exit-codes.ts';
import { table } from '../output.ts';
import { act, type Session } from '../session.ts';

const filter = z.object({
  actor: z.string().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
  limit: z.string().optional(),
});

const extent = z.object({ chainOnly: z.boolean().default(false) });

/** Rows of one listing at most; an export has them all. */
const MOST_ROWS = 1000;

export function registerLog(program: Command, host: CliHost): void {
  const log = program.command('log').description('the ledger: everything that happened, hash-chained');
  log
    .command('list')
    .description('newest first')
    .option('--actor <name>', 'only what this person (or `system`) did')
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
    .command('export')
    .description('all rows as JSON Lines on standard output')
    .action(
      act(host, 'log-export', z.tuple([z.unknown()]), async (session) => {
        const app = await session.app();
        let rows = 0;
        for await (const line of app.ledger.export()) {
          host.streams.out(line);
          rows += 1;
        }
        return { json: { rows }, text: '', isPrinted: true, hints: [`${rows} rows`] };
      }),
    );
}

async function list(session: Session, { actor, since, until, limit }: z.infer<typeof filter>) {
  const app = await session.app();
  const page = await app.ledger.list({
    order: 'newest-first',
    actor: actor === 'system' ? actorName({ kind: 'system' }) : actor,
    since: since === undefined ? undefined : parseMoment(since),
    until: until === undefined ? undefined : parseMoment(until),
    limit: limit === undefined ? undefined : parseWhole(limit, 'The limit', { least: 1, most: MOST_ROWS }),
  });
  const rows = page.rows.map(({ sequence, at, actor: who, fact }) => {
    const { kind, ...rest } = fact;
    return [String(sequence), at, who, kind, JSON.stringify(rest)];
  });
  return { json: { results: page.rows }, text: table(['ROW', 'AT', 'WHO', 'WHAT', 'DETAILS'], rows) };
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
