/** `pratique assess`: this installation, measured by what others ask of package repositories. */
import { type Command, Option } from 'commander';
import { z } from 'zod';
import {
  type Assessed,
  type Assessment,
  FRAMEWORKS,
  isFramework,
  lacking,
} from '../../../features/assessment/index.ts';
import type { CliHost } from '../app.ts';
import { parseWhole } from '../arguments.ts';
import { EXIT } from '../exit-codes.ts';
import { type Answer, table } from '../output.ts';
import { act } from '../session.ts';

/** S2C2F has the most levels. */
const HIGHEST_LEVEL = 4;
const frameworks = Object.keys(FRAMEWORKS);
const framework = z.string().refine(isFramework);
export const assessOptions = z.object({ level: z.string().optional(), of: framework.optional() });

export function registerAssess(program: Command, host: CliHost): void {
  program
    .command('assess')
    .description('measure this installation by OpenSSF principles, packman and S2C2F, each with what shows it')
    .option(
      '--level <n>',
      `end with 1 unless everything up to this level (packman: tier) is met: 1 to ${HIGHEST_LEVEL}`,
    )
    .addOption(new Option('--of <name>', 'one of them alone').choices(frameworks))
    .addHelpText('after', '\nExample: pratique assess --of openssf --level 1')
    .action(
      act(host, 'assess', z.tuple([assessOptions]), async (session, { level, of }) =>
        assessmentAnswer(await (await session.app()).rooms.assessment.assess(of), demanded(level)),
      ),
    );
}

/** Throws `bad-number`. */
export function demanded(level: string | undefined): number | undefined {
  return level === undefined ? undefined : parseWhole(level, 'The level', { least: 1, most: HIGHEST_LEVEL });
}

/** The same of a home and of a server elsewhere. */
export function assessmentAnswer({ results, reached }: Assessment, level: number | undefined): Answer {
  const open = level === undefined ? [] : lacking(results, level);
  const rows = results.map((one) => [one.id, levelText(one), one.state, one.why ?? one.asks]);
  const levels = reached.map((one) => [one.framework, one.track, `${one.level} of ${one.of}`]);
  const hints = ['what shows each is in --json, and in docs/assessment.md'];
  if (open.length > 0) hints.unshift(`level ${level} lacks ${open.map(({ id }) => id).join(', ')}`);
  return {
    json: { level: level ?? null, lacking: open.map(({ id }) => id), reached, results },
    text: `${table(['ID', 'LEVEL', 'STATE', 'WHAT'], rows)}\n\n${table(['OF', 'TRACK', 'REACHED'], levels)}`,
    hints,
    exit: open.length === 0 ? EXIT.done : EXIT.notAllowed,
  };
}

function levelText({ level }: Assessed): string {
  return level === null ? '-' : String(level);
}
