/**
 * The tree as CycloneDX 1.6 JSON (ECMA-424): components with their files and hashes, the dependency graph, and each
 * advisory with what people decided about it (VEX). No state here is ever "not affected": only people can say that, and
 * this product does not ask them.
 */
import { hexOf } from '../../../domain/digest.ts';
import type { EvidenceSet, Finding, Severity, VettedRelease } from '../../../domain/evidence.ts';
import type { KnownFlaw } from '../dossier.ts';
import type { PageInput } from '../page/page.ts';
import type { Standing } from '../page/standing.ts';
import { textAt } from '../parts/told.ts';
import { uuidOf } from './machine-ids.ts';

interface Property {
  readonly name: string;
  readonly value: string;
}

export function cyclonedxOf({ dossier, digest, set, standing }: PageInput, productVersion: string) {
  const root = set.releases.find(({ purl }) => purl === set.root);
  const others = set.releases.filter((release) => release !== root);
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(digest)}`,
    version: 1,
    metadata: {
      timestamp: set.collectedAt,
      lifecycles: [{ phase: 'pre-build' }],
      tools: { components: [{ type: 'application', name: 'pratique', version: productVersion }] },
      ...(root !== undefined && { component: componentOf(root) }),
      properties: properties({
        channel: set.channel,
        dossier: digest,
        evidence: dossier.evidence,
        policy: set.policy,
        request: dossier.request?.id,
        decision: standing.decision?.id,
        verdict: set.verdict.outcome,
      }),
    },
    components: others.map(componentOf),
    dependencies: dependenciesOf(set),
    vulnerabilities: dossier.flaws.map((flaw) => vulnerabilityOf(flaw, standing)),
  };
}

function componentOf(release: VettedRelease) {
  const { purl, name, version, role, files, verdict, releasedAt, evidence } = release;
  const [only, ...more] = files;
  const licences = evidence.flatMap(({ findings }) => findings).filter(({ kind }) => kind === 'licence');
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    // A release of several files has no hash of its own: its files have.
    ...(only !== undefined && more.length === 0 && { hashes: [sha256(only.sha256)] }),
    ...licencesOf(licences),
    components: files.map((file) => ({
      type: 'file',
      'bom-ref': `${purl}#${file.filename}`,
      name: file.filename,
      hashes: [sha256(file.sha256)],
      properties: properties({ size: String(file.size), kind: file.kind }),
    })),
    properties: properties({ role, verdict: verdict.outcome, published: releasedAt ?? undefined }),
  };
}

function sha256(digest: VettedRelease['files'][number]['sha256']) {
  return { alg: 'SHA-256', content: hexOf(digest) };
}

/** The declared expression, where a check read one in SPDX's normal form. */
function licencesOf(findings: readonly Finding[]) {
  const expression = findings.map(({ data }) => textAt(data, 'expression') ?? '').find((one) => one !== '');
  return expression === undefined ? {} : { licenses: [{ expression }] };
}

function dependenciesOf({ releases }: EvidenceSet) {
  return releases.map(({ purl, needs }) => ({
    ref: purl,
    dependsOn: [...new Set(needs.map(({ to }) => to))].toSorted(),
  }));
}

function vulnerabilityOf(flaw: KnownFlaw, standing: Standing) {
  const fix = flaw.nextFix ?? flaw.fixed.at(-1);
  return {
    'bom-ref': `${flaw.id}@${flaw.purl}`,
    id: flaw.id,
    source: { name: 'OSV' },
    references: flaw.aliases.map((id) => ({ id, source: { name: id.split('-')[0] ?? id } })),
    ratings: [
      {
        severity: SEVERITIES[flaw.severity],
        ...(flaw.cvss !== null && { score: flaw.cvss }),
        ...(flaw.vector !== null && { method: methodOf(flaw.vector), vector: flaw.vector }),
      },
    ],
    description: flaw.text,
    ...(fix !== undefined && { recommendation: `Version ${fix} ends it.` }),
    analysis: analysisOf(standing, fix),
    affects: [{ ref: flaw.purl }],
    properties: properties({
      path: flaw.path.join(' > '),
      exploited: flaw.exploited,
      epss: flaw.epss,
      'cleared-and-free': flaw.clearedAndFree.join(', ') || undefined,
    }),
  };
}

const SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
  none: 'none',
  info: 'info',
  unknown: 'unknown',
};

/** Source: CycloneDX 1.6, `scoreMethod`. */
function methodOf(vector: string): string {
  if (vector.startsWith('CVSS:4.0')) return 'CVSSv4';
  if (vector.startsWith('CVSS:3.1')) return 'CVSSv31';
  return vector.startsWith('CVSS:3.0') ? 'CVSSv3' : 'CVSSv2';
}

/**
 * Until a person decided: in triage. From then on: it may be exploited, and the note says what is done about it. That
 * somebody accepts a flaw does not make it unreachable.
 */
function analysisOf({ decision }: Standing, fix: string | undefined) {
  if (decision === null || decision.decidedBy === 'system')
    return { state: 'in_triage', detail: 'No person has decided about it yet.' };
  const until = decision.until === null ? '' : ` Until ${decision.until}.`;
  const note = decision.note === null ? '' : ` ${decision.note}`;
  const response = [
    ...(decision.note === null ? [] : ['workaround_available']),
    ...(fix === undefined ? [] : ['update']),
  ];
  return {
    state: 'exploitable',
    ...(response.length > 0 && { response }),
    detail: `${decision.id}, ${decision.outcome}: ${decision.reason}${note}${until}`,
    lastUpdated: decision.decidedAt,
  };
}

/** Names are in the product's own space, as CycloneDX asks of properties. */
function properties(all: Readonly<Record<string, string | undefined>>): readonly Property[] {
  return Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name: `pratique:${name}`, value }],
  );
}
