import { createHash } from 'node:crypto';
import type { Finding } from '../../domain/evidence.ts';
import type { ArchiveRules } from '../../ecosystems/contract.ts';
import type { Scanner, Subject } from '../contract.ts';

type IntegrityCode =
  | 'index-sha256'
  | 'index-size'
  | 'sidecar-differs'
  | 'sidecar-sha256'
  | 'runtime-differs'
  | 'no-index-hash';

/**
 * Compares what arrived with what the index promised: hash and size of the file, and the metadata that the index
 * serves beside it (PEP 658) or says on its page with the metadata inside. Installers resolve by the one and install the other.
 */
export const integrityScanner: Scanner<'distribution'> = {
  id: 'integrity',
  version: 3,
  looksAt: 'distribution',
  ecosystems: 'every',
  emits: ['archive'],
  // Bytes and promise are both recorded; neither changes later.
  staleAfterHours: null,
  sees: 'A file whose SHA-256 or size is not what the index says, metadata served beside a file that is not what the index says of it, or that differs from the metadata inside it, and for PyPI a file that asks for another Python than the index page says.',
  cannotSee:
    'Whether the index itself was honest when the file was first seen; provenance answers that. A page that says of no file which Python it asks for.',
  async scan(subject, { ecosystem }) {
    const { archives } = ecosystem;
    const findings = [
      ...compareFile(subject),
      ...compareSidecar(subject, archives),
      ...compareRuntime(subject, archives),
    ];
    const { sidecar, examination } = subject.file;
    const inside = examination.status === 'done' ? examination.result.metadata : null;
    if (sidecar !== undefined && inside === null && findings.length === 0) {
      const why = examination.status === 'failed' ? `: ${examination.reason}` : '';
      return { status: 'failed', reason: `The metadata inside the file could not be read${why}`, retryable: true };
    }
    return { status: 'completed', findings };
  },
};

function compareFile(subject: Subject<'distribution'>): readonly Finding[] {
  const { distribution, file } = subject;
  const findings: Finding[] = [];
  if (distribution.sha256 === undefined && !isStrong(distribution.integrity)) {
    const summary = `The index gives ${distribution.integrity === undefined ? 'no SHA-256' : 'nothing better than SHA-1 or MD5'} for this file: what arrived could not be compared`;
    findings.push({ ...finding(subject, 'no-index-hash', summary), severity: 'info' });
  } else if (distribution.sha256 !== undefined && distribution.sha256 !== file.sha256) {
    const summary = `The file is ${file.sha256}, the index says ${distribution.sha256}`;
    findings.push(finding(subject, 'index-sha256', summary));
  }
  if (distribution.size !== undefined && distribution.size !== file.size) {
    const summary = `The file has ${file.size} bytes, the index says ${distribution.size}`;
    findings.push(finding(subject, 'index-size', summary));
  }
  return findings;
}

/** Hashes in SRI form were compared while the file arrived; what did not match was not kept. */
function isStrong(integrity: string | undefined): boolean {
  return integrity !== undefined && /(?:^|\s)sha(?:256|384|512)-/.test(integrity);
}

function compareSidecar(
  subject: Subject<'distribution'>,
  { contradictions }: Pick<ArchiveRules, 'contradictions'>,
): readonly Finding[] {
  const { distribution, file } = subject;
  if (file.sidecar === undefined) return [];
  const findings: Finding[] = [];
  const stated = distribution.metadata?.sha256;
  if (stated !== undefined && stated !== `sha256:${createHash('sha256').update(file.sidecar, 'utf8').digest('hex')}`) {
    const summary = 'The metadata served beside the file has another SHA-256 than the index says';
    findings.push(finding(subject, 'sidecar-sha256', summary));
  }
  const inside = file.examination.status === 'done' ? file.examination.result.metadata : null;
  if (inside !== null)
    for (const summary of contradictions(inside, file.sidecar))
      findings.push(finding(subject, 'sidecar-differs', summary));
  return findings;
}

/**
 * Whoever has a Python that the file does not want gets a failing install, or none of a file that would do. Honest releases
 * have it too, where an index states of all files what the first one asked for: worth knowing, and no breach of the archive.
 */
function compareRuntime(
  subject: Subject<'distribution'>,
  { contradictsRuntime }: Pick<ArchiveRules, 'contradictsRuntime'>,
): readonly Finding[] {
  const { distribution, file } = subject;
  const inside = file.examination.status === 'done' ? file.examination.result.metadata : null;
  const summary = inside === null ? undefined : contradictsRuntime?.(inside, distribution);
  return summary === undefined ? [] : [{ ...finding(subject, 'runtime-differs', summary), severity: 'info' }];
}

function finding(subject: Subject<'distribution'>, code: IntegrityCode, summary: string): Finding {
  return {
    kind: 'archive',
    severity: 'high',
    subject: subject.distribution.filename,
    summary,
    location: undefined,
    data: { code },
  };
}
