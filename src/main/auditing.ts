/** What the audit room is handed: the book, the evidence, and what stops a release by now. */
import { purlOf } from '../domain/purl.ts';
import { type AuditDeps, createAudit } from '../features/audit/index.ts';
import type { Dossiers } from '../features/dossier/index.ts';
import type { StoppedBy } from '../features/images/index.ts';
import { newestEvidenceAbout, readEvidenceSet } from '../features/vetting/read.ts';
import { listLedger } from '../platform/ledger/history.ts';
import type { Foundation } from './foundation.ts';

interface Auditing {
  readonly dossiers: Pick<Dossiers, 'check'>;
  stopsIn(channel: string): Promise<StoppedBy>;
}

/** The audit room of a home. */
export function auditOf({ database, blobs }: Foundation, { dossiers, stopsIn }: Auditing) {
  const { db } = database;
  const deps: AuditDeps = {
    db,
    ledger: async (filter) => (await listLedger(db, filter)).rows,
    evidence: (digest) => readEvidenceSet(blobs, digest),
    async newestEvidence({ channel, ecosystem, name, version }) {
      if (version === null) return undefined;
      const root = purlOf({ ecosystem, name, version });
      return newestEvidenceAbout(db, { channel, ecosystem, name, root });
    },
    async dossier(decision) {
      const check = await dossiers.check(decision);
      return check.status === 'broken' ? { status: 'broken', what: check.what } : { status: check.status };
    },
    async stoppedBy({ channel, ecosystem, name, version }) {
      return version === null ? undefined : (await stopsIn(channel))({ ecosystem, name, version });
    },
  };
  return createAudit(deps);
}
