/** An evidence set with one of everything: for what is made from evidence. Names and texts in it are hostile on purpose. */
import type { Digest } from '../../src/domain/digest.ts';
import type { Evidence, EvidenceSet, Finding, VettedFile, VettedRelease } from '../../src/domain/evidence.ts';

const AT = '2026-11-20T09:12:00.000Z';

export const SAMPLE_MARKUP = '<img src=x onerror=alert(1)>';

export function digestOf(letter: string): Digest {
  return `sha256:${letter.repeat(64)}`;
}

export function finding(of: Partial<Finding> & Pick<Finding, 'kind' | 'summary'>): Finding {
  return { severity: 'info', subject: 'pkg:pypi/mast@1.4', location: undefined, data: {}, ...of };
}

export function evidence(scanner: string, findings: readonly Finding[], more: Partial<Evidence> = {}): Evidence {
  const plain = { version: 1, status: 'completed' as const, reason: null, collectedAt: AT, freshUntil: null };
  return { scanner, ...plain, findings, ...more };
}

function file(filename: string, letter: string): VettedFile {
  return {
    ...{ filename, sha256: digestOf(letter), size: 12_345, kind: 'wheel', uploadedAt: AT, requiresRuntime: undefined },
    ...{ yanked: false, metadataSha256: undefined, source: 'local', targets: ['cp312-manylinux_2_28_x86_64'] },
  };
}

const FLAW = finding({
  kind: 'vulnerability',
  severity: 'medium',
  summary: 'PYSEC-1: Eats all memory',
  data: {
    ...{ id: 'PYSEC-1', aliases: ['CVE-1-1'], state: 'scored', cvss: 5.3, knownExploited: false, epss: 0.012 },
    ...{
      vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L',
      fixed: ['1.5'],
      nextFix: '1.5',
      clearedAndFree: ['1.2'],
    },
  },
});

const WEAK = finding({
  kind: 'weakness',
  severity: 'medium',
  subject: 'mast/net work.py',
  summary: 'does not check the certificate of the other side (CWE-295)',
  location: 'mast/net work.py:7',
  data: { rule: 'tls-verification-off', cwe: 'CWE-295', line: 'verify=False' },
});

const CAN_CONNECT = finding({
  kind: 'capability',
  subject: 'mast/net work.py',
  summary: 'can use network: in 1 source files',
  location: 'mast/net work.py:2',
  data: { capability: 'network', count: 1, atLeast: false, examples: [] },
});

const SAYS = finding({
  kind: 'identity',
  subject: 'pkg:pypi/sails@1.0',
  summary: 'The metadata of sails 1.0 names Ada (its own words)',
  data: { code: 'statement', authors: [{ name: 'Ada', email: null }], maintainers: [], summary: SAMPLE_MARKUP },
});

const root: VettedRelease = {
  ...{ purl: 'pkg:pypi/sails@1.0', ecosystem: 'pypi', name: 'sails', version: '1.0', role: 'root', extras: [] },
  ...{ requiredBy: [], needs: [{ target: 'cp312-manylinux_2_28_x86_64', to: 'pkg:pypi/mast@1.4' }] },
  ...{ targets: ['cp312-manylinux_2_28_x86_64'], releasedAt: AT, files: [file('sails-1.0-py3-none-any.whl', 'a')] },
  evidence: [
    evidence('capabilities', []),
    evidence('identity', [SAYS]),
    evidence('popularity', [], { status: 'failed', reason: 'no popularity list imported' }),
    evidence('vulnerabilities', []),
    evidence('weaknesses', []),
  ],
  verdict: { outcome: 'admit', reasons: [] },
};

const dependency: VettedRelease = {
  ...{ purl: 'pkg:pypi/mast@1.4', ecosystem: 'pypi', name: 'mast', version: '1.4', role: 'dependency', extras: [] },
  ...{ requiredBy: ['pkg:pypi/sails@1.0'], needs: [], targets: ['cp312-manylinux_2_28_x86_64'], releasedAt: AT },
  files: [file('mast-1.4-cp312-a.whl', 'b'), file('mast-1.4-cp312-b.whl', 'c')],
  evidence: [
    evidence('capabilities', [CAN_CONNECT]),
    evidence('identity', [], { status: 'not-applicable', reason: 'not of this ecosystem' }),
    evidence('popularity', [], { status: 'failed', reason: 'no popularity list imported' }),
    evidence('vulnerabilities', [FLAW]),
    evidence('weaknesses', [WEAK]),
  ],
  verdict: {
    outcome: 'review',
    reasons: [{ rule: 'vulnerability-low', outcome: 'review', text: 'mast 1.4 has PYSEC-1 (CVSS 5.3)', needs: 'note' }],
  },
};

/** `sails` needs `mast`, which has a flaw and can connect to other computers. */
export function sampleSet(more: Partial<EvidenceSet> = {}): EvidenceSet {
  return {
    schema: 'pratique.evidence-set/1',
    ...{ channel: 'tier3', ecosystem: 'pypi', asked: { name: 'sails', extras: [], version: null } },
    ...{ root: root.purl, releases: [root, dependency], unavailableTargets: [], alternative: null, warnings: [] },
    ...{ verdict: { outcome: 'review', reasons: [] }, policy: digestOf('d'), collectedAt: AT },
    ...more,
  };
}
