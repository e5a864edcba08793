/**
 * Whether the pre-filters of the scanners lose anything: the findings of a reading that parses only what they tell against
 * those of one that parses every source file.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ScanOutcome } from '../src/domain/evidence.ts';
import { CONTENT_SCANNERS } from '../src/scanners/content-catalog.ts';
import type { ContentReading } from '../src/scanners/contract.ts';
import type { Package } from './scanner-corpus.ts';

export interface Readings {
  /** One outcome for each scanner and package. */
  readonly outcomes: number;
  /** Those that differ, with one line for each finding that only one reading has. */
  readonly differences: readonly string[];
}

/** Reads every package both ways. */
export async function compareReadings(packages: readonly Package[]): Promise<Readings> {
  const differences: string[] = [];
  for (const one of packages) {
    const [hinted, everything] = [await outcomesOf(one, 'hinted'), await outcomesOf(one, 'everything')];
    for (const [at, { id }] of CONTENT_SCANNERS.entries())
      if (!isDeepStrictEqual(hinted[at], everything[at]))
        differences.push(`${id} on ${one.subject.filename}`, ...apart(hinted[at], everything[at]));
  }
  return { outcomes: packages.length * CONTENT_SCANNERS.length, differences };
}

async function outcomesOf({ path, subject, archives }: Package, reading: ContentReading) {
  const inspections = CONTENT_SCANNERS.map((scanner) => scanner.inspect(subject, reading));
  await archives.walk(path, subject.filename, async (file) => {
    for (const inspection of inspections) await inspection.file(file);
  });
  return Promise.all(inspections.map((inspection) => inspection.done()));
}

function apart(hinted: ScanOutcome | undefined, everything: ScanOutcome | undefined): readonly string[] {
  const [some, all] = [linesOf(hinted), linesOf(everything)];
  return [
    ...all.filter((line) => !some.includes(line)).map((line) => `  only without the pre-filter: ${line}`),
    ...some.filter((line) => !all.includes(line)).map((line) => `  only with it: ${line}`),
  ];
}

function linesOf(outcome: ScanOutcome | undefined): readonly string[] {
  return outcome?.status === 'completed'
    ? outcome.findings.map((finding) => JSON.stringify(finding))
    : [`${outcome?.status}`];
}
