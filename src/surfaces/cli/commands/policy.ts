/** `pratique policy`: the rules in force, their table of cases. */
import type { Command } from 'commander';
import { z } from 'zod';
import { readAsked } from '../../../features/availability/read.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import type { Explanation } from '../../../features/policy/index.ts';
import type { CliHost } from '../app.ts';
import { exitOfSet } from '../evidence-output.ts';
import { EXIT } from '../exit-codes.ts';
import { type Answer, plain, table } from '../output.ts';
import { act, type Session } from '../session.ts';

export function registerPolicy(program: Command, host: CliHost): void {
  const policy = program.command('policy').description('the rules that turn evidence into a verdict');
  policy
    .command('show')
    .description('the policy in force, as it is written')
    .action(act(host, 'policy-show', z.tuple([z.unknown()]), show));
  policy
    .command('test')
    .description('run the table of cases beside the policy (policy.cases.yaml)')
    .action(act(host, 'policy-test', z.tuple([z.unknown()]), test));
  policy
    .command('explain')
    .description('every rule, what it saw of a package and of what that needs, and what it said; collects evidence')
    .argument('<purl>', 'pkg:pypi/requests@2.32.3, or a name')
    .option('--all', 'also the rules that said nothing')
    .addHelpText('after', '\nExample: pratique policy explain pkg:pypi/requests --channel tier3')
    .action(act(host, 'policy-explain', z.tuple([z.string(), z.object({ all: z.boolean().optional() })]), explain));
}

async function explain(session: Session, text: string, { all }: { readonly all?: boolean | undefined }) {
  const app = await session.app();
  const { ecosystem, name, extras, version } = readAsked(text, app.ecosystems);
  const channel = await requireChannel(app.db, session.channel);
  const ask = { channel: channel.name, ecosystem: ecosystem.id, name, extras, version };
  const outcome = await app.rooms.vetting.vet(ask, session.progress.watch);
  session.progress.end();
  if (outcome.status !== 'vetted') {
    const { status, reason } = outcome;
    const exit = status === 'unresolvable' ? EXIT.notAllowed : EXIT.couldNotCheck;
    return { json: { channel: channel.name, results: [], failure: { status, reason } }, text: reason, exit };
  }
  const { root, verdict, releases, policy: digest } = outcome.set;
  const results = [];
  for (const release of releases) {
    const { facts, rules, verdict: own } = await app.rooms.policy.explain({ release, channel, now: app.now() });
    results.push({ purl: release.purl, role: release.role, verdict: own, rules, facts });
  }
  const json = { channel: channel.name, root, verdict, policy: digest, results };
  return { json, text: explanationText(results, all === true), exit: exitOfSet(outcome.set) };
}

interface Explained {
  readonly purl: string;
  readonly verdict: { readonly outcome: string };
  readonly rules: readonly RuleSaid[];
}
type RuleSaid = Pick<Explanation['rules'][number], 'rule' | 'when' | 'outcome' | 'text'> & { readonly state: string };

/** Each release with the rules that said something; with `all` the others too. */
export function explanationText(results: readonly Explained[], all: boolean): string {
  const lines = results.flatMap(({ purl, verdict: own, rules }) => [
    `${purl}  ${own.outcome}`,
    ...rules.filter(({ state }) => all || state !== 'not-matched').map(ruleLine),
  ]);
  return lines.map(plain).join('\n');
}

function ruleLine({ rule, when, outcome, state, text }: RuleSaid): string {
  return `  ${state.padEnd(11)}  ${rule} (${outcome}): ${text ?? when}`;
}

async function show(session: Session) {
  const { digest, settings, rules, text } = await (await session.app()).rooms.policy.current();
  return { json: { digest, settings, rules }, text: text.trimEnd() };
}

async function test(session: Session) {
  const results = await (await session.app()).rooms.policy.test();
  return testAnswer(results);
}

interface Tried {
  readonly name: string;
  readonly passed: boolean;
  readonly expected: { readonly outcome: string };
  readonly got: { readonly outcome: string; readonly reasons: readonly { readonly rule: string }[] };
  readonly fault: string | null;
}

/** The cases and what came of them. */
export function testAnswer(results: readonly Tried[]): Answer {
  const failed = results.filter(({ passed }) => !passed).length;
  const rows = results.map(({ name, passed, expected, got, fault }) => [
    passed ? 'ok' : 'failed',
    name,
    expected.outcome,
    fault !== null
      ? `could not be tried: ${fault}`
      : `${got.outcome}${got.reasons.length === 0 ? '' : `: ${got.reasons.map(({ rule }) => rule).join(', ')}`}`,
  ]);
  const summary = { passed: results.length - failed, failed };
  return {
    json: { results, summary },
    text: `${table(['', 'CASE', 'EXPECTED', 'GOT'], rows)}\n${summary.passed} passed, ${failed} failed`,
    exit: results.length === 0 ? EXIT.nothing : failed > 0 ? EXIT.notAllowed : EXIT.done,
  };
}
