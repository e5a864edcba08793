/** `pratique report` and `reports` on a server elsewhere. */
import { z } from 'zod';
import { filedAnswer, listed, reasoned, reportAnswer, reportsAnswer } from '../commands/report.ts';
import { one, pathOf } from './fields.ts';
import type { RemoteWork } from './work.ts';

const report = z.looseObject({
  ...{ id: z.string(), ecosystem: z.string(), name: z.string(), version: z.string().nullable(), reason: z.string() },
  ...{ reportedBy: z.string(), reportedAt: z.string() },
  ...{ closedBy: z.string().nullable(), closedReason: z.string().nullable(), closedAt: z.string().nullable() },
});

export const reportWorks: Readonly<Record<string, RemoteWork>> = {
  async report({ remote }, given) {
    const [purl, { reason }] = reasoned.parse(given);
    return filedAnswer(await remote.ask(report, { method: 'POST', path: '/reports', body: { purl, reason } }));
  },
  async 'reports-list'({ remote }, given) {
    const [{ closed }] = listed.parse(given);
    return reportsAnswer(await remote.list(report, '/reports', { closed: closed === true ? 'true' : undefined }));
  },
  async 'reports-show'({ remote }, given) {
    const [id] = one.parse(given);
    return reportAnswer((await remote.read(report, pathOf('reports', id))).value);
  },
  async 'reports-close'({ remote }, given) {
    const [id, body] = reasoned.parse(given);
    const read = pathOf('reports', id);
    return reportAnswer(await remote.decide(report, { read, path: `${read}/closing`, body }));
  },
};
