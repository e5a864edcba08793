/** Every advisory of the tree with the path that brings it in, and what would end it. */
import type { JsonValue } from '../../../domain/evidence.ts';
import type { KnownFlaw } from '../dossier.ts';
import { numberAt, type Reading, type Told, textAt, textsAt } from './told.ts';

const ORDER = ['critical', 'high', 'unknown', 'medium', 'low', 'none', 'info'];

/** Weightiest first. The same advisory for two releases stands twice: each has its own path. */
export function flawsOf(reading: Reading): readonly KnownFlaw[] {
  return reading.told
    .filter(({ finding }) => finding.kind === 'vulnerability' || finding.kind === 'malicious')
    .map((told) => flawOf(told, reading))
    .toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || (b.cvss ?? 0) - (a.cvss ?? 0));
}

function flawOf({ release, finding, at }: Told, { paths }: Reading): KnownFlaw {
  const { data, severity, summary } = finding;
  return {
    id: textAt(data, 'id') ?? summary,
    aliases: textsAt(data, 'aliases'),
    text: summary,
    severity,
    cvss: numberAt(data, 'cvss'),
    vector: textAt(data, 'vector'),
    exploited: exploitedInWords(data.knownExploited),
    epss: chanceInWords(data.epss),
    purl: release.purl,
    path: paths.get(release.purl) ?? [release.purl],
    fixed: textsAt(data, 'fixed'),
    nextFix: textAt(data, 'nextFix'),
    clearedAndFree: textsAt(data, 'clearedAndFree'),
    evidence: [at],
  };
}

function exploitedInWords(value: JsonValue | undefined): string {
  if (value === true) return 'known to be exploited';
  if (value === false) return 'not on the list of exploited flaws';
  return `could not check (list ${typeof value === 'string' ? value : 'not configured'})`;
}

function chanceInWords(value: JsonValue | undefined): string {
  if (typeof value === 'number') return `${(value * 100).toFixed(1)} % chance of exploitation within 30 days (EPSS)`;
  return value === null ? 'no chance of exploitation listed' : 'chance of exploitation could not be checked';
}
