/** What is new in each release against the one that was cleared before it. */
import type { ReleaseChange, Statement } from '../dossier.ts';
import { type Reading, type Told, textAt, textsAt } from './told.ts';
import { abilityInWords } from './words.ts';

const SCANNER = 'changes';

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
    evidence: [at],
  };
}

/** Other findings of the change check, and what other checks say that compare with an earlier release. */
function isAboutChange({ scanner, finding }: Told): boolean {
  if (scanner === SCANNER) return finding.data.code !== 'compared';
  return scanner === 'identity' && typeof finding.data.since === 'string';
}

function statement({ finding, at }: Told): Statement {
  return { text: finding.summary, evidence: [at] };
}
