/** What is new in each release against the one that was cleared before it. */
import { z } from 'zod';
import type { FileDifference, ReleaseChange, Statement } from '../dossier.ts';
import { type Reading, type Told, textAt, textsAt } from './told.ts';
import { abilityInWords } from './words.ts';

const SCANNER = 'changes';
const IN_FILES = 'changed-lines';

/** One entry for each release that was compared, or is new here; none where the check did not run. */
export function changesOf(reading: Reading): readonly ReleaseChange[] {
  return reading.set.releases.flatMap((release) => {
    const told = reading.toldOf.get(release) ?? [];
    const compared = told.find(({ scanner, finding }) => scanner === SCANNER && finding.data.code === 'compared');
    return compared === undefined ? [] : [changeOf(compared, told)];
  });
}

function changeOf({ release, finding, at }: Told, told: readonly Told[]): ReleaseChange {
  const { data } = finding;
  return {
    purl: release.purl,
    since: textAt(data, 'since'),
    isCleared: data.isCleared === true,
    gained: textsAt(data, 'gained').map(abilityInWords),
    lost: textsAt(data, 'lost').map(abilityInWords),
    lines: told.filter(isAboutChange).map(statement),
    files: told.flatMap(filesOf),
    evidence: [at],
  };
}

/** Other findings of the change check, and what other checks say that compare with an earlier release. */
function isAboutChange({ scanner, finding }: Told): boolean {
  if (scanner === SCANNER) return finding.data.code !== 'compared';
  if (scanner === IN_FILES) return finding.data.code === 'not-compared';
  return (scanner === 'identity' || scanner === 'accounts') && typeof finding.data.since === 'string';
}

function statement({ finding, at }: Told): Statement {
  return { text: finding.summary, evidence: [at] };
}

const count = z.number();
const filesData = z.object({
  code: z.literal('files'),
  files: z.array(z.object({ filename: z.string(), comparedWith: z.string() })),
  changes: z.object({
    largest: z.array(
      z.object({
        path: z.string(),
        change: z.enum(['added', 'removed', 'changed']),
        lines: z.object({ added: count, removed: count, unordered: z.boolean() }).nullable(),
      }),
    ),
  }),
});

function filesOf({ scanner, finding, at }: Told): readonly FileDifference[] {
  const data = scanner === IN_FILES ? filesData.safeParse(finding.data) : undefined;
  if (data?.success !== true) return [];
  const { files, changes } = data.data;
  return [{ text: finding.summary, of: files, largest: changes.largest, evidence: [at] }];
}
