/** The reports room: anybody says that a package is suspicious; whoever looks into it says what came of it. */
import { requireMay, requireMaySomewhere } from '../../domain/authority.ts';
import { freeText } from '../../domain/free-text.ts';
import { type Actor, actorName } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import { parsePurl } from '../../domain/purl.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Ledger } from '../../platform/ledger/port.ts';
import { type Report, reportOf } from './read.ts';
import { closeRow, findRow, insertRow, nextId } from './store.ts';

export interface ReportsDeps {
  readonly ledger: Ledger;
  ecosystem(id: string): Ecosystem | undefined;
}

export interface Reports {
  /** About a package or one release of it, cleared or not. Throws `not-a-purl`. Nothing is stopped by it: people look first. */
  file(actor: Actor, report: { readonly purl: string; readonly reason: string }): Promise<Report>;
  /** With what came of it; whoever reported is told. Throws `unknown-report` and `already-closed`. */
  close(actor: Actor, id: string, reason: string): Promise<Report>;
}

export function createReports(deps: ReportsDeps): Reports {
  return {
    async file(actor, asked) {
      requireMaySomewhere(actor, 'report-package');
      const { ecosystem, name, version } = packageOf(deps, asked.purl);
      const reason = freeText('The reason', asked.reason);
      return deps.ledger.change(actor, async ({ db, now, append }) => {
        const reported = { reported_by: actorName(actor), reported_at: now };
        const open = { closed_by: null, closed_reason: null, closed_at: null };
        const row = { id: await nextId(db), ecosystem, name, version, reason, ...reported, ...open };
        await insertRow(db, row);
        append({ kind: 'report-filed', report: row.id, ecosystem, name, version, reason });
        return reportOf(row);
      });
    },
    async close(actor, id, text) {
      requireMay(actor, 'close-report');
      const reason = freeText('The reason', text);
      return deps.ledger.change(actor, async ({ db, now, append }) => {
        const row = await closeRow(db, id, { by: actorName(actor), reason, at: now });
        if (row === undefined) throw (await findRow(db, id)) === undefined ? unknownReport(id) : alreadyClosed(id);
        const { ecosystem, name, version } = row;
        append({ kind: 'report-closed', report: id, ecosystem, name, version, reason });
        return reportOf(row);
      });
    },
  };
}

/** In the normal form of its ecosystem. */
function packageOf(deps: ReportsDeps, text: string) {
  const purl = parsePurl(text);
  const ecosystem = deps.ecosystem(purl?.ecosystem ?? '');
  const name = ecosystem?.names.normalise(purl?.name ?? '');
  const version = purl?.version === undefined ? null : ecosystem?.versions.normalise(purl.version);
  if (ecosystem !== undefined && name !== undefined && version !== undefined)
    return { ecosystem: ecosystem.id, name, version };
  throw new Problem({
    kind: 'usage',
    code: 'not-a-purl',
    what: `${JSON.stringify(text.slice(0, 120))} names no package of an ecosystem here`,
    next: 'Write it as pkg:pypi/NAME or pkg:pypi/NAME@VERSION.',
  });
}

export function unknownReport(id: string, isConcealed = false): Problem {
  return new Problem({
    unsaid: { isConcealed },
    kind: 'not-found',
    code: 'unknown-report',
    what: `There is no report ${JSON.stringify(id.slice(0, 40))}`,
    next: 'See `pratique reports list --closed`.',
  });
}

function alreadyClosed(id: string): Problem {
  const next = `See \`pratique reports show ${id}\`; what is new about it is a new report.`;
  return new Problem({ kind: 'conflict', code: 'already-closed', what: `${id} is closed already`, next });
}
