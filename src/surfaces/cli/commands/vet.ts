/** `pratique vet`: evidence for packages and their trees, without a request. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { VetOutcome } from '../../../features/vetting/index.ts';
import type { CliHost } from '../app.ts';
import { collect } from '../arguments.ts';
import { aboutSet, dossierText, exitOfSet, resultsOf } from '../evidence-output.ts';
import { EXIT, worstExit } from '../exit-codes.ts';
import { type AskedPackage, readAsked, readProjectFile } from '../project-file.ts';
import { act, type Session } from '../session.ts';

const options = z.object({ from: z.array(z.string()).optional() });

export function registerVet(program: Command, host: CliHost): void {
  program
    .command('vet')
    .description('collect evidence for packages and everything they would pull in; files no request')
    .argument('[purl...]', 'pkg:pypi/requests@2.32.3, or a name')
    .option('--from <file>', 'a requirements file; may be repeated', collect)
    .addHelpText('after', '\nExample: pratique vet pkg:pypi/requests --json')
    .action(act(host, 'vet', z.tuple([z.array(z.string()), options]), vet));
}

async function vet(session: Session, texts: readonly string[], { from }: z.infer<typeof options>) {
  const app = await session.app();
  const asked = texts.map((text) => readAsked(text, app.ecosystems));
  for (const file of from ?? []) asked.push(...(await readProjectFile(file, app.ecosystems)));
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
  return {
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
    exit: worstExit(outcomes.map(({ outcome }) => exitOf(outcome))),
  };
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
