/** What rules see of provenance: one state for the whole release, the worst of its files. */
import type { Evidence, Finding, JsonValue } from '../../domain/evidence.ts';

export type ProvenanceFact = {
  /**
   * `verified`; `absent` (no file has any); `partly` (some files have it); `invalid`, a registry's signature too;
   * `unverifiable` (by nobody the trust root knows, or by no key that the registry publishes); `could not check`; `not applicable`.
   */
  state: string;
  /** Of the verified builds, each once. */
  repositories: string[];
  workflows: string[];
  issuers: string[];
  /** What is gone or changed against earlier releases, in words. */
  changes: string[];
  text: string;
};

/** Worst first. */
const STATES = [
  'invalid',
  'unverifiable',
  'could not check',
  'partly',
  'absent',
  'verified',
  'not applicable',
] as const;
type State = (typeof STATES)[number];
/** Codes of findings that say that provenance is not what it was, or not what the registry says. */
const CHANGES: ReadonlySet<string> = new Set([
  'gone',
  'issuer-changed',
  'repository-changed',
  'workflow-changed',
  'publisher-disagrees',
]);

export function provenanceFact(evidence: readonly Evidence[]): ProvenanceFact {
  const mine = evidence.filter(({ scanner }) => scanner === 'provenance');
  const signatures = evidence.filter(({ scanner }) => scanner === 'registry-signature').flatMap((one) => one.findings);
  const bad = signatures.filter((finding) => stateOf(finding).some((one) => one !== 'verified'));
  const findings = [...mine.flatMap((one) => one.findings), ...bad];
  const states = mine.flatMap(({ status, findings: found }): State[] => {
    const of = found.flatMap(stateOf);
    if (status === 'failed') return [...of, 'could not check'];
    return status === 'not-applicable' && of.length === 0 ? ['not applicable'] : of;
  });
  states.push(...bad.flatMap(stateOf));
  const state = mixed(STATES.find((one) => states.includes(one)) ?? 'could not check', states);
  const speaking = findings.filter((finding) => stateOf(finding).includes(state));
  const publishers = findings.flatMap(({ data }) => (data.code === 'verified' ? listOf(data.publishers) : []));
  const claims = (key: string) => [...new Set(publishers.flatMap((one) => textIn(one, key)))].toSorted();
  return {
    state,
    repositories: claims('repository'),
    workflows: claims('workflow'),
    issuers: claims('issuer'),
    changes: findings.filter(({ data }) => CHANGES.has(String(data.code))).map(({ summary }) => summary),
    text: speaking.map(({ summary }) => summary).join('; '),
  };
}

/** Some files with and some without: that is neither. */
function mixed(worst: State, states: readonly State[]): State {
  return worst === 'absent' && states.includes('verified') ? 'partly' : worst;
}

function stateOf({ data }: Finding): readonly State[] {
  // A key that is not published, or was none any more, proves as little as a builder that nobody knows.
  if (data.code === 'key-unknown' || data.code === 'key-expired') return ['unverifiable'];
  return STATES.filter((state) => state === data.code);
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function textIn(value: JsonValue, key: string): readonly string[] {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return [];
  const found = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof found === 'string' ? [found] : [];
}
