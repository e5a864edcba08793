/**
 * Findings as SARIF 2.1.0 (OASIS): one rule for each kind and code of finding, places inside archives as nested artifacts,
 * and every check that could not look as a notification, so that its silence is not taken for "nothing found".
 */
import { hexOf } from '../../../domain/digest.ts';
import type { EvidenceSet, Finding, Severity, VettedRelease } from '../../../domain/evidence.ts';
import type { PageInput } from '../page/page.ts';
import { readSet, type Told, textAt, textsAt } from '../parts/told.ts';
import { questionOf } from '../parts/words.ts';
import { fingerprint } from './machine-ids.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

export function sarifOf({ dossier, digest, set }: PageInput, productVersion: string) {
  const { told } = readSet(set);
  const artifacts = new Artifacts(set);
  const rules = rulesOf(told);
  const numbers = new Map(rules.map(({ id }, index) => [id, index]));
  const weaknesses = [...new Set(told.flatMap(({ finding }) => cweOf(finding) ?? []))].toSorted();
  const results = told.map((one) => resultOf(one, { artifacts, ruleIndex: numbers.get(ruleId(one.finding)) ?? -1 }));
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Pratique',
            version: productVersion,
            rules: rules.map((rule) => withTaxa(rule, weaknesses)),
            supportedTaxonomies: weaknesses.length === 0 ? [] : [{ name: 'CWE', index: 0 }],
          },
        },
        automationDetails: { id: `pratique/${set.channel}/${set.root}/` },
        invocations: [invocationOf(set)],
        artifacts: artifacts.all,
        results,
        taxonomies: weaknesses.length === 0 ? [] : [taxonomy(weaknesses)],
        columnKind: 'utf16CodeUnits',
        properties: { dossier: digest, evidence: dossier.evidence, policy: set.policy },
      },
    ],
  };
}

interface Rule {
  readonly id: string;
  readonly text: string;
  readonly severity: Severity;
  readonly cwe: string | undefined;
  readonly scanner: string;
}

function rulesOf(told: readonly Told[]): readonly Rule[] {
  const rules = new Map<string, Rule>();
  for (const { finding, scanner } of told) {
    const id = ruleId(finding);
    if (rules.has(id)) continue;
    rules.set(id, { id, text: finding.summary, severity: finding.severity, cwe: cweOf(finding), scanner });
  }
  return [...rules.values()];
}

/** `weakness/tls-verification-off`: kind and what about it, stable between runs. */
function ruleId({ kind, data }: Finding): string {
  const about = ['id', 'rule', 'sign', 'capability', 'code', 'method']
    .map((key) => textAt(data, key))
    .find((one) => one !== null);
  return about === undefined || about === null ? kind : `${kind}/${about}`;
}

function cweOf({ data }: Finding): string | undefined {
  return /^CWE-(\d+)$/.exec(textAt(data, 'cwe') ?? '')?.[1];
}

function withTaxa({ id, text, severity, cwe, scanner }: Rule, weaknesses: readonly string[]) {
  return {
    id,
    shortDescription: { text },
    help: { text: questionOf(scanner) },
    defaultConfiguration: { level: levelOf(severity) },
    properties: { tags: [scanner, ...(cwe === undefined ? [] : ['security', `external/cwe/cwe-${cwe}`])] },
    ...(cwe !== undefined && {
      relationships: [
        {
          target: { id: cwe, index: weaknesses.indexOf(cwe), toolComponent: { name: 'CWE', index: 0 } },
          kinds: ['superset'],
        },
      ],
    }),
  };
}

function taxonomy(weaknesses: readonly string[]) {
  return {
    name: 'CWE',
    organization: 'MITRE',
    shortDescription: { text: 'Common Weakness Enumeration' },
    isComprehensive: false,
    taxa: weaknesses.map((id) => ({ id, name: `CWE-${id}` })),
  };
}

function levelOf(severity: Severity): 'error' | 'warning' | 'note' | 'none' {
  switch (severity) {
    case 'critical':
    case 'high':
      return 'error';
    // Unknown is not harmless.
    case 'unknown':
    case 'medium':
      return 'warning';
    case 'low':
      return 'note';
    case 'none':
    case 'info':
      return 'none';
  }
}

interface Around {
  readonly artifacts: Artifacts;
  readonly ruleIndex: number;
}

function resultOf({ release, scanner, finding, at }: Told, { artifacts, ruleIndex }: Around) {
  const level = levelOf(finding.severity);
  const id = ruleId(finding);
  const { path, line } = placeOf(finding);
  const shown = textAt(finding.data, 'line');
  const artifact = artifacts.of(release, finding, path);
  return {
    ruleId: id,
    ruleIndex,
    level,
    // Source: SARIF 2.1.0, 3.27.9 and 3.27.10: what is no failure has the level "none".
    kind: level === 'none' ? 'informational' : 'fail',
    message: { text: finding.summary },
    locations: [
      {
        ...(artifact !== undefined && {
          physicalLocation: {
            artifactLocation: artifact,
            ...(line !== undefined && {
              region: { startLine: line, ...(shown !== null && { snippet: { text: shown } }) },
            }),
          },
        }),
        logicalLocations: [{ name: release.name, fullyQualifiedName: release.purl, kind: 'package' }],
      },
    ],
    partialFingerprints: { 'pratiqueFinding/v1': fingerprint(release.name, id, path ?? '', shown ?? finding.summary) },
    properties: { scanner, severity: finding.severity, evidence: at },
  };
}

/** `requests/utils.py:19` is a path and a line. */
function placeOf({ location }: Finding): { readonly path: string | undefined; readonly line: number | undefined } {
  if (location === undefined) return { path: undefined, line: undefined };
  const match = /^(.*):(\d{1,9})$/s.exec(location);
  const line = Number(match?.[2]);
  return match === null || line < 1 ? { path: location, line: undefined } : { path: match[1], line };
}

/** Files of the tree, and the files inside them that findings are about (SARIF 2.1.0, 3.24.3: nested artifacts). */
class Artifacts {
  private readonly list: {
    location: { uri: string };
    parentIndex?: number;
    length?: number;
    hashes?: { 'sha-256': string };
    roles?: string[];
  }[] = [];
  private readonly files = new Map<string, number>();
  private readonly nested = new Map<string, number>();

  constructor({ releases }: EvidenceSet) {
    for (const { files } of releases)
      for (const { filename, sha256, size } of files) {
        if (this.files.has(filename)) continue;
        this.files.set(filename, this.list.length);
        const location = { uri: encodeURIComponent(filename) };
        this.list.push({ location, length: size, hashes: { 'sha-256': hexOf(sha256) }, roles: ['analysisTarget'] });
      }
  }

  get all() {
    return this.list;
  }

  /** Where a finding is: the file that it names, else the first of the release, and the place in it. */
  of(release: VettedRelease, finding: Finding, path: string | undefined): { uri: string; index: number } | undefined {
    // Evidence of earlier releases of the program names distributions under "files".
    const named = [textsAt(finding.data, 'distributions')[0], textsAt(finding.data, 'files')[0]];
    const filename = [finding.subject, ...named, release.files[0]?.filename].find(
      (one) => one !== undefined && this.files.has(one),
    );
    const parent = filename === undefined ? undefined : this.files.get(filename);
    if (parent === undefined) return undefined;
    if (path === undefined) return { uri: this.list[parent]?.location.uri ?? '', index: parent };
    const uri = `/${path.split('/').map(encodeURIComponent).join('/')}`;
    const key = `${parent} ${uri}`;
    const index = this.nested.get(key) ?? this.list.push({ location: { uri }, parentIndex: parent }) - 1;
    this.nested.set(key, index);
    return { uri, index };
  }
}

function invocationOf({ releases, collectedAt }: EvidenceSet) {
  const failed = releases.flatMap(({ purl, evidence }) =>
    evidence.filter(({ status }) => status === 'failed').map(({ scanner, reason }) => ({ purl, scanner, reason })),
  );
  return {
    // The vetting itself ran; what could not look is told below.
    executionSuccessful: true,
    endTimeUtc: collectedAt,
    toolExecutionNotifications: failed.map(({ purl, scanner, reason }) => ({
      level: 'error',
      descriptor: { id: scanner },
      message: { text: `Could not check ${purl} with ${scanner}: ${reason ?? 'no reason given'}` },
    })),
  };
}
