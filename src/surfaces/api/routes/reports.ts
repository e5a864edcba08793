/** `/reports`: anybody says that a package is suspicious; whoever looks into it says what came of it. */
import { z } from 'zod';
import { may, requireMaySomewhere } from '../../../domain/authority.ts';
import { type Actor, actorName } from '../../../domain/people.ts';
import { unknownReport } from '../../../features/reports/index.ts';
import { findReport, lockReport, pageOfReports, type Report } from '../../../features/reports/read.ts';
import { page, pageQuery, reportId, time, words } from '../fields.ts';
import { created, data, operation } from '../operation.ts';
import { pageReply, readCursor, timedKey } from '../pages.ts';
import { readable } from '../reading.ts';

const report = z
  .object({
    id: z.string(),
    ecosystem: z.string(),
    name: z.string(),
    version: z.string().nullable().meta({ description: 'null: the package as a whole.' }),
    reason: z.string(),
    reportedBy: z.string(),
    reportedAt: time,
    closedBy: z.string().nullable(),
    closedReason: z.string().nullable().meta({ description: 'What came of it.' }),
    closedAt: time.nullable(),
  })
  .meta({ id: 'Report' });
const one = z.strictObject({ id: reportId });

const showReport = operation({
  method: 'get',
  path: '/reports/{id}',
  id: 'showReport',
  summary: "One report; another person's for those who read details",
  access: 'signed-in',
  params: one,
  answer: report,
  lock: (db, { id }) => lockReport(db, id),
  async work({ app, actor, params }) {
    requireMaySomewhere(actor, 'read');
    const found = await findReport(app.db, params.id);
    if (found === undefined || !mayRead(actor, found)) throw unknownReport(params.id, found !== undefined);
    return data(found);
  },
});

export const reports = [
  operation({
    method: 'get',
    path: '/reports',
    id: 'listReports',
    summary: 'What people report about packages, oldest first: all of it for those who read details, else their own',
    access: 'signed-in',
    query: z.strictObject({
      ...pageQuery,
      closed: z.enum(['true', 'false']).default('false').meta({ description: 'Also what is closed.' }),
    }),
    answer: page(report),
    async work({ app, actor, query, url }) {
      const { ecosystems } = readable(actor, {});
      const { limit } = query;
      const last = readCursor(query.cursor, timedKey);
      const after = last === undefined ? undefined : { at: new Date(last[0]), id: last[1] };
      const by = may(actor, 'read-details') ? undefined : actorName(actor);
      const asked = { closed: query.closed === 'true', ecosystems, by, after, limit: limit + 1 };
      const rows = await pageOfReports(app.db, asked);
      return pageReply(rows, { limit, url, key: ({ reportedAt, id }) => [reportedAt, id] });
    },
  }),
  operation({
    method: 'post',
    path: '/reports',
    id: 'fileReport',
    summary: 'Say that a package is suspicious; nothing is stopped by it, reviewers and operators are told at once',
    access: 'report-package',
    body: z.strictObject({
      purl: z
        .string()
        .min(1)
        .max(512)
        .meta({ description: 'A package, or a release.', examples: ['pkg:pypi/a@1.0'] }),
      reason: words('What is suspicious about it.'),
    }),
    answer: report,
    status: 201,
    problems: ['not-a-purl'],
    async work({ app, actor, body }) {
      const filed = await app.rooms.reports.file(actor, body);
      return created(`/reports/${filed.id}`, filed);
    },
  }),
  showReport,
  operation({
    method: 'post',
    path: '/reports/{id}/closing',
    id: 'closeReport',
    summary: 'Say what came of a report; whoever filed it is told',
    access: 'close-report',
    params: one,
    body: z.strictObject({ reason: words('What came of it.') }),
    answer: report,
    decidesOn: showReport,
    problems: ['already-closed'],
    work: async ({ app, actor, params, body }) => data(await app.rooms.reports.close(actor, params.id, body.reason)),
  }),
];

/** One's own, or those of all where details may be read. */
function mayRead(actor: Actor, { ecosystem, reportedBy }: Report): boolean {
  return reportedBy === actorName(actor) || may(actor, 'read-details', { ecosystem });
}
