/** `pratique vet`: evidence for packages and their trees, without a request. */
import type { Command } from 'commander';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import { type AskedPackage, readAsked } from '../../../features/availability/read.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import type { VetOutcome } from '../../../features/vetting/index.ts';
import type { CliHost } from '../app.ts';
import { collect } from '../arguments.ts';
import { dossierFormat } from '../dossier-format.ts';
import { aboutSet, dossierText, exitOfSet, resultsOf } from '../evidence-output.ts';
import { EXIT, worstExit } from '../exit-codes.ts';
import { readProjectFile } from '../project-file.ts';
import { act, type Session } from '../session.ts';

const options = z.object({ from: z.array(z.string()).optional() });

export function registerVet(program: Command, host: CliHost): void {
  program
    .command('vet')
    .description('collect evidence for packages and everything they would pull in; files no request')
    .argument('[purl...]', 'pkg:pypi/requests@2.32.3, or a name')
    .option('--from <file>', 'a requirements, project or lock file; may be repeated', collect)
    .addOption(dossierFormat())
    .option('--output <file>', 'write the answer into a file')
    .addHelpText('after', '\nExample: pratique vet pkg:pypi/requests --json')
    .action(act(host, 'vet', z.tuple([z.array(z.string()), options]), vet));
}

async function vet(session: Session, texts: readonly string[], { from }: z.infer<typeof options>) {
  const app = await session.app();
  const { targets } = await requireChannel(app.db, session.channel);
  const asked = texts.map((text) => readAsked(text, app.ecosystems));
  for (const file of from ?? []) asked.push(...(await readProjectFile(file, app.ecosystems, targets)));
  if (asked.length > 1 && session.document !== undefined) throw onePackage(session.document);
  if (asked.length === 0) return { json: { results: [] }, text: 'nothing to vet', exit: EXIT.nothing };
  const outcomes: { readonly asked: AskedPackage; readonly outcome: VetOutcome }[] = [];
  for (const one of asked) {
    const { ecosystem, name, extras, version } = one;
    const ask = { channel: session.channel, ecosystem: ecosystem.id, name, extras, version };
    outcomes.push({ asked: one, outcome: await app.rooms.vetting.vet(ask, session.progress.watch) });
  }
  session.progress.end();
  const sets = outcomes.flatMap(({ outcome }) => (outcome.status === 'vetted' ? [outcome] : []));
  const failures = outcomes.flatMap(({ asked: { text }, outcome }) =>
    outcome.status === 'vetted' ? [] : [{ asked: text, status: outcome.status, reason: outcome.reason }],
  );
  const exit = worstExit(outcomes.map(({ outcome }) => exitOf(outcome)));
  return {
    ...(await documentOf(session, sets)),
    json: {
      channel: session.channel,
      sets: sets.map(({ set, digest }) => ({ digest, ...aboutSet(set) })),
      results: sets.flatMap(({ set }) => resultsOf(set)),
      failures,
    },
    text: [
      ...sets.map(({ set }) => dossierText(set)),
      ...failures.map((one) => `${one.asked}: ${one.status}: ${one.reason}`),
    ].join('\n\n'),
    exit,
  };
}

async function documentOf(session: Session, sets: readonly Extract<VetOutcome, { status: 'vetted' }>[]) {
  const [only] = sets;
  if (session.document === undefined || only === undefined) return {};
  const { dossiers } = (await session.app()).rooms;
  return { document: await dossiers.render(dossiers.ofSet(only.set, only.digest), session.document) };
}

function onePackage(format: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'one-package',
    what: `A dossier (--format ${format}) is about one package and what it brings along`,
    next: 'Name one package at a time.',
  });
}

function exitOf(outcome: VetOutcome) {
  switch (outcome.status) {
    case 'vetted':
      return exitOfSet(outcome.set);
    case 'unresolvable':
      return EXIT.notAllowed;
    case 'could-not-check':
      return EXIT.couldNotCheck;
  }
}
