/** The operator's commands: a home is made, served, examined, copied and moved on. */
import { type Command, Option } from 'commander';
import { z } from 'zod';
import type { Diagnosis, DoctorCheck } from '../../../domain/diagnosis.ts';
import type { BackupReport, CliHost } from '../app.ts';
import { parseWhole } from '../arguments.ts';
import { EXIT } from '../exit-codes.ts';
import { type Answer, fields, table } from '../output.ts';
import { act, type Session } from '../session.ts';

const nothing = z.tuple([z.unknown()]);
const serveOptions = z.object({ port: z.string().optional(), host: z.string().optional() });
export const doctorOptions = z.object({
  deep: z.boolean().optional(),
  sources: z.boolean().optional(),
  fix: z.enum(['stuck']).optional(),
});
const LARGEST_PORT = 65_535;

export function registerOperate(program: Command, host: CliHost): void {
  program
    .command('init')
    .description('make a home: configuration, keys, database, channels tier2 and tier3; safe to repeat')
    .addHelpText('after', '\nExample: pratique init --home /srv/pratique')
    .action(act(host, 'init', nothing, init));
  program
    .command('serve')
    .description('run registry, pages and workers until a signal ends it')
    .option('--port <n>', 'port to listen on; 0 picks a free one (default: from pratique.yaml)')
    .option('--host <address>', 'address to listen on (default: from pratique.yaml)')
    .action(
      act(host, 'serve', z.tuple([serveOptions]), async (session, options) => {
        const port =
          options.port === undefined
            ? undefined
            : parseWhole(options.port, 'The port', { least: 0, most: LARGEST_PORT });
        await host.operations.serve(session.homeFolder, { port, host: options.host });
        return { json: {}, text: '', isPrinted: true };
      }),
    );
  program
    .command('work')
    .description('run workers alone; several may run on one database')
    .addOption(new Option('--attached', 'end when standard input ends').hideHelp())
    .action(
      act(host, 'work', z.tuple([z.object({ attached: z.boolean().optional() })]), async (session, { attached }) => {
        await host.operations.work(session.homeFolder, { attached: attached === true });
        return { json: {}, text: '', isPrinted: true };
      }),
    );
  registerCare(program, host);
}

function registerCare(program: Command, host: CliHost): void {
  program
    .command('doctor')
    .description('examine the home: configuration, database, disk, keys, sandbox, feeds, sources')
    .option('--deep', 'also read and hash every stored byte, and verify the whole ledger')
    .option('--sources', 'only ask the sources of packages whether they answer')
    .addOption(new Option('--fix <name>', 'stuck: try again what gave up, then examine').choices(['stuck']))
    .action(act(host, 'doctor', z.tuple([doctorOptions]), doctor));
  registerCopies(program, host);
  program
    .command('migrate')
    .description('bring the database forward to this release; every start does so too')
    .action(
      act(host, 'migrate', nothing, async (session) => {
        const applied = await host.operations.migrate(session.homeFolder);
        return { json: { applied }, text: applied.length === 0 ? 'nothing to do' : applied.join('\n') };
      }),
    );
  registerDemo(program, host);
}

function registerCopies(program: Command, host: CliHost): void {
  program
    .command('backup')
    .description('write everything into one file, also while the server runs')
    .argument('<file>')
    .option('--without-keys', 'leave the signing keys out; keep them elsewhere')
    .action(
      act(
        host,
        'backup',
        z.tuple([z.string(), z.object({ withoutKeys: z.boolean().optional() })]),
        async (session, file, options) => {
          const result = await host.operations.backup(session.homeFolder, file, { keys: options.withoutKeys !== true });
          return {
            json: { ...result },
            text: fields([['file', result.file], ['size', `${result.bytes} bytes`], ...held(result)]),
          };
        },
      ),
    );
  program
    .command('restore')
    .description('make a home from a backup; the folder must be empty')
    .argument('<file>')
    .option('--verify', 'then prove the ledger, the snapshots and every stored byte')
    .action(
      act(
        host,
        'restore',
        z.tuple([z.string(), z.object({ verify: z.boolean().optional() })]),
        async (session, file, options) => {
          const result = await host.operations.restore(session.homeFolder, file, { verify: options.verify === true });
          const text = fields([
            ['home', result.home],
            ['backup of', result.made_at],
            ...held(result),
            ['proven', result.verified ? 'yes: the ledger, the snapshots and every stored byte' : 'no'],
          ]);
          const hints = result.verified
            ? []
            : ['nothing was proven yet: restore with --verify proves every stored byte'];
          return { json: { ...result }, text, hints };
        },
      ),
    );
}

const demoOptions = z.object({
  ecosystem: z.enum(['all', 'cran', 'npm', 'pypi']),
  keep: z.boolean().optional(),
  offline: z.boolean().optional(),
});

function registerDemo(program: Command, host: CliHost): void {
  program
    .command('demo')
    .description('the main job end to end on a real package, in a throw-away home')
    .option('--ecosystem <id>', 'pypi, npm, cran, or all whose client is on this machine', 'all')
    .option('--keep', 'leave the server and its home running')
    .option('--offline', 'small packages made here instead of upstreams')
    .action(
      act(host, 'demo', z.tuple([demoOptions]), async (_session, { ecosystem, keep, offline }) => {
        const say = (text: string) => host.streams.err(`${text}\n`);
        const report = await host.operations.demo({ ecosystem, keep: keep === true, offline: offline === true, say });
        const kept = keep === true && report.ok ? `\n${JSON.stringify(report, null, 2)}` : '';
        const text = `${report.ok ? 'The demonstration went through.' : 'The demonstration failed.'}${kept}`;
        return { json: { ...report }, text, exit: report.ok ? EXIT.done : EXIT.notAllowed };
      }),
    );
}

async function init(session: Session) {
  const { home, channels, operatorCode } = await session.host.operations.init(session.homeFolder);
  const lines: [string, string][] = [
    ['home', home],
    ['channels made', channels.length === 0 ? 'none, they are there' : channels.join(', ')],
    ['code of the first operator', operatorCode ?? 'claimed already'],
  ];
  const next = `pratique user create NAME --code ${operatorCode ?? ''} --home ${home}`;
  const json = { home, channels, operator_code: operatorCode };
  return { json, text: fields(lines), hints: operatorCode === null ? [] : [`become the first operator: ${next}`] };
}

async function doctor(session: Session, { deep, sources: sourcesOnly, fix }: z.infer<typeof doctorOptions>) {
  const ask = { deep: deep === true, sourcesOnly: sourcesOnly === true, fixStuck: fix === 'stuck' };
  return diagnosisAnswer(await session.host.operations.doctor(session.homeFolder, ask));
}

/** The same of a home and of a server elsewhere. */
export function diagnosisAnswer({ checks, sources, retried }: Diagnosis): Answer {
  const rows = checks.map(({ state, name, detail, next }) => [
    state,
    name,
    next === null ? detail : `${detail}; ${next}`,
  ]);
  for (const { ecosystem, name, state, detail } of sources) rows.push([state, `source ${ecosystem} ${name}`, detail]);
  // Whoever serves one ecosystem needs no client of the others; where nothing answers at all, nothing can be vetted.
  const sourcesAnswer = sources.every(({ state }) => state !== 'failed') && sources.some(({ answers }) => answers);
  const exit = worstOf(checks, sourcesAnswer);
  const hints = retried === null ? [] : [`${retried} reactions were tried again`];
  return {
    json: { results: checks, checks, sources, retried },
    hints,
    text: table(['', 'CHECK', 'DETAIL'], rows),
    exit,
  };
}

/** A demonstration without an upstream goes on by itself: sources that do not answer fail only a whole examination. */
function worstOf(checks: readonly DoctorCheck[], sourcesAnswer: boolean) {
  if (checks.some(({ state }) => state === 'failed')) return EXIT.notAllowed;
  return checks.length > 0 && !sourcesAnswer ? EXIT.couldNotCheck : EXIT.done;
}

/** What a backup holds, in words. */
function held({ blobs, ledger, keys }: Pick<BackupReport, 'blobs' | 'ledger' | 'keys'>): readonly [string, string][] {
  return [
    ['blobs', String(blobs)],
    ['ledger', `${ledger.sequence} rows, head ${ledger.hash}`],
    ['signing keys', keys ? 'in the backup: keep it as safe as them' : 'not in the backup'],
  ];
}
