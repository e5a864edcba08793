/** What newer evidence says that older evidence did not: all that somebody who saw the older has to look at. Pure. */
import type { Evidence, EvidenceSet, Finding, Severity, VerdictOutcome } from './evidence.ts';

export interface FindingNote {
  readonly purl: string;
  readonly scanner: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly summary: string;
}

/** A check that ends otherwise than before: it could not look, or can look by now. */
export interface CheckNote {
  readonly purl: string;
  readonly scanner: string;
  readonly before: Evidence['status'] | 'not-run';
  readonly after: Evidence['status'] | 'not-run';
}

export interface EvidenceDifference {
  readonly verdict: { readonly before: VerdictOutcome; readonly after: VerdictOutcome } | null;
  readonly releases: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Of releases that are in both. */
  readonly findings: { readonly added: readonly FindingNote[]; readonly removed: readonly FindingNote[] };
  readonly checks: readonly CheckNote[];
}

export function evidenceDifference(before: EvidenceSet, after: EvidenceSet): EvidenceDifference {
  const old = new Map(before.releases.map((release) => [release.purl, release]));
  const fresh = new Map(after.releases.map((release) => [release.purl, release]));
  const both = [...fresh.values()].filter(({ purl }) => old.has(purl));
  const notes = both.map((release) => ({
    before: notesOf(release.purl, old.get(release.purl)?.evidence ?? []),
    after: notesOf(release.purl, release.evidence),
  }));
  const without = (from: FindingNotes, others: FindingNotes) =>
    [...from].flatMap(([key, note]) => (others.has(key) ? [] : [note]));
  const outcomes = { before: before.verdict.outcome, after: after.verdict.outcome };
  return {
    verdict: outcomes.before === outcomes.after ? null : outcomes,
    releases: {
      added: [...fresh.keys()].filter((purl) => !old.has(purl)),
      removed: [...old.keys()].filter((purl) => !fresh.has(purl)),
    },
    findings: {
      added: notes.flatMap((one) => without(one.after, one.before)),
      removed: notes.flatMap((one) => without(one.before, one.after)),
    },
    checks: both.flatMap(({ purl, evidence }) => checksOf(purl, old.get(purl)?.evidence ?? [], evidence)),
  };
}

/** The difference in one line, the worst first: `the verdict is refuse (was review); 1 finding is new: ...`. */
export function differenceText({ verdict, releases, findings, checks }: EvidenceDifference): string {
  const said = [
    verdict === null ? '' : `the verdict is ${verdict.after} (was ${verdict.before})`,
    counted(
      'finding is new',
      'findings are new',
      findings.added.map(({ purl, summary }) => `${purl}: ${summary}`),
    ),
    counted(
      'finding is gone',
      'findings are gone',
      findings.removed.map(({ purl, summary }) => `${purl}: ${summary}`),
    ),
    counted('release came in', 'releases came in', releases.added),
    counted('release went', 'releases went', releases.removed),
    counted(
      'check ends otherwise',
      'checks end otherwise',
      checks.map((one) => `${one.scanner} on ${one.purl}: ${one.before}, now ${one.after}`),
    ),
  ].filter((text) => text !== '');
  return said.length === 0 ? 'it says the same, and was collected later' : said.join('; ');
}

/** What stands in one line; the whole difference goes along as data. */
const SHOWN = 3;

function counted(one: string, many: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  const more = items.length > SHOWN ? `, and ${items.length - SHOWN} more` : '';
  return `${items.length} ${items.length === 1 ? one : many}: ${items.slice(0, SHOWN).join(', ')}${more}`;
}

type FindingNotes = ReadonlyMap<string, FindingNote>;

function notesOf(purl: string, evidence: readonly Evidence[]): FindingNotes {
  const notes = evidence.flatMap(({ scanner, findings }) =>
    findings.map((finding) => [keyOf(scanner, finding), noteOf(purl, scanner, finding)] as const),
  );
  return new Map(notes);
}

function keyOf(scanner: string, { kind, severity, subject, summary, location }: Finding): string {
  return JSON.stringify([scanner, kind, severity, subject, summary, location ?? null]);
}

function noteOf(purl: string, scanner: string, { kind, severity, subject, summary }: Finding): FindingNote {
  return { purl, scanner, kind, severity, subject, summary };
}

/** The evidence of a release may hold one scanner several times, once for each file: the worst ending counts. */
function checksOf(purl: string, before: readonly Evidence[], after: readonly Evidence[]): readonly CheckNote[] {
  const old = endings(before);
  const fresh = endings(after);
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((scanner) => {
    const change = { before: old.get(scanner) ?? 'not-run', after: fresh.get(scanner) ?? 'not-run' } as const;
    return change.before === change.after ? [] : [{ purl, scanner, ...change }];
  });
}

function endings(evidence: readonly Evidence[]): ReadonlyMap<string, Evidence['status']> {
  const found = new Map<string, Evidence['status']>();
  for (const { scanner, status } of evidence)
    if (status === 'failed' || found.get(scanner) !== 'failed') found.set(scanner, status);
  return found;
}
