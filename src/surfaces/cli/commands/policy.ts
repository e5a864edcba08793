/** `pratique policy`: the rules in force, their table of cases. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { CliHost } from '../app.ts';
import { EXIT } from '../exit-codes.ts';
import { table } from '../output.ts';
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
}

async function show(session: Session) {
  const { digest, settings, rules, text } = await (await session.app()).rooms.policy.current();
  return { json: { digest, settings, rules }, text: text.trimEnd() };
}

async function test(session: Session) {
  const results = await (await session.app()).rooms.policy.test();
  const failed = results.filter(({ passed }) => !passed).length;
  const rows = results.map(({ name, passed, expected, got }) => [
    passed ? 'ok' : 'failed',
    name,
    expected.outcome,
    `${got.outcome}${got.reasons.length === 0 ? '' : `: ${got.reasons.map(({ rule }) => rule).join(', ')}`}`,
  ]);
  const summary = { passed: results.length - failed, failed };
  return {
    json: { results, summary },
    text: `${table(['', 'CASE', 'EXPECTED', 'GOT'], rows)}\n${summary.passed} passed, ${failed} failed`,
    exit: results.length === 0 ? EXIT.nothing : failed > 0 ? EXIT.notAllowed : EXIT.done,
  };
}
