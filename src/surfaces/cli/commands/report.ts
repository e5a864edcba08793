/** `pratique report` and `reports`: anybody says that a package is suspicious; whoever looks into it says what came of it. */
import type { Command } from 'commander';
import { z } from 'zod';
import { unknownReport } from '../../../features/reports/index.ts';
import { findReport, pageOfReports, type Report } from '../../../features/reports/read.ts';
import type { CliHost } from '../app.ts';
import { type Answer, fields, table } from '../output.ts';
import { act } from '../session.ts';

const MOST_LISTED = 1000;
export const reasoned = z.tuple([z.string(), z.object({ reason: z.string() })]);
export const listed = z.tuple([z.object({ closed: z.boolean().optional() })]);

export function registerReport(program: Command, host: CliHost): void {
  program
    .command('report')
    .description(
      'say that a package is suspicious; reviewers and operators are told at once, and nothing is stopped yet',
    )
    .argument('<purl>', 'pkg:pypi/NAME or pkg:pypi/NAME@VERSION')
    .requiredOption('--reason <text>', 'what is suspicious about it')
    .addHelpText('after', '\nExample: pratique report pkg:pypi/netclient@2.2.2 --reason "It reads tokens." --as rosa')
    .action(
      act(host, 'report', reasoned, async (session, purl, { reason }) => {
        const { reports: room } = (await session.app()).rooms;
        const filed = await room.file(await session.actor(), { purl, reason });
        await session.settle();
        return filedAnswer(filed);
      }),
    );
  const reports = program.command('reports').description('what people report about packages, and what came of it');
  reports
    .command('list')
    .description('what is open')
    .option('--closed', 'also what is closed')
    .action(
      act(host, 'reports-list', listed, async (session, { closed }) => {
        const asked = { closed: closed === true, limit: MOST_LISTED };
        return reportsAnswer(await pageOfReports((await session.app()).db, asked));
      }),
    );
  reports
    .command('show')
    .argument('<id>')
    .description('one report')
    .action(
      act(host, 'reports-show', z.tuple([z.string(), z.unknown()]), async (session, id) => {
        const found = await findReport((await session.app()).db, id);
        if (found === undefined) throw unknownReport(id);
        return reportAnswer(found);
      }),
    );
  reports
    .command('close')
    .argument('<id>')
    .description('say what came of a report; whoever filed it is told')
    .requiredOption('--reason <text>', 'what came of it')
    .action(
      act(host, 'reports-close', reasoned, async (session, id, { reason }) => {
        const { reports: room } = (await session.app()).rooms;
        const closed = await room.close(await session.actor(), id, reason);
        await session.settle();
        return reportAnswer(closed);
      }),
    );
}

/** What is reported. */
export function reportsAnswer(results: readonly Report[]): Answer {
  const rows = results.map((one) => [one.id, packageText(one), one.reportedBy, one.reason]);
  return { json: { results }, text: table(['ID', 'PACKAGE', 'BY', 'REASON'], rows) };
}

/** A report that was filed, and what comes next. */
export function filedAnswer(report: Report): Answer {
  return { ...reportAnswer(report), hints: [`pratique reports show ${report.id} tells what came of it`] };
}

/** One report. */
export function reportAnswer(report: Report): Answer {
  const { id, reason, reportedBy, reportedAt, closedAt, closedReason } = report;
  const text = fields([
    ['report', id],
    ['package', packageText(report)],
    ['reason', reason],
    ['reported', `${reportedAt} by ${reportedBy}`],
    ['closed', closedAt ?? 'no'],
    ['outcome', closedReason ?? 'not yet'],
  ]);
  return { json: { report }, text };
}

function packageText({ ecosystem, name, version }: Report): string {
  return `${ecosystem} ${name} ${version ?? '(all versions)'}`;
}
