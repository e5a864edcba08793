/** The section about what is new against the versions that were accepted before. */
import type { Dossier, ReleaseChange } from '../dossier.ts';
import { count, grouped } from '../parts/told.ts';
import { type Block, heading, type Line, paragraph, stacked } from './document.ts';
import { placeOf } from './links.ts';

export function changeBlocks(dossier: Dossier): readonly Block[] {
  const { changes } = dossier;
  const compared = changes.filter(({ since, isCleared }) => since !== null && !isCleared);
  const fresh = changes.filter(({ since, isCleared }) => since === null && !isCleared);
  const kept = changes.filter(({ isCleared }) => isCleared);
  const start = heading(2, 'changes', 'What is new');
  if (changes.length === 0)
    return [start, paragraph('Could not check: this evidence holds no comparison with what was accepted before.')];
  const blocks: Block[] = [start];
  if (fresh.length > 0) {
    const names = fresh.map((one) => nameOf(one, dossier)).join(', ');
    const which = fresh.length === 1 ? names : `${count(fresh.length, 'package')}: ${names}`;
    blocks.push(paragraph(`No earlier version is available here of ${which}.`));
  }
  if (kept.length > 0)
    blocks.push(
      paragraph(`Available here in this very version: ${kept.map((one) => nameOf(one, dossier)).join(', ')}.`),
    );
  if (compared.length > 0)
    blocks.push({
      kind: 'table',
      caption: 'Against the version that was accepted before',
      columns: ['Package', 'Compared with', 'Can now also', 'Can no longer', 'Other differences'],
      rows: compared.map((change) => [
        [{ text: nameOf(change, dossier), to: placeOf(change.evidence[0] ?? '') }],
        [change.since ?? ''],
        [change.gained.join('; ') || 'nothing new'],
        [change.lost.join('; ') || 'nothing less'],
        otherDifferences(change),
      ]),
    });
  return [...blocks, ...compared.flatMap((change) => fileBlocks(change, dossier))];
}

function otherDifferences({ files, lines }: ReleaseChange): Line {
  const told = [
    ...files.map(({ text, evidence: [at] }): Line => [{ text, to: placeOf(at ?? '') }]),
    ...lines.map(({ text }) => [text]),
  ];
  return told.length === 0 ? ['none found'] : stacked(told);
}

/** Which files differ most, folded: it is for those who want to read them. */
function fileBlocks(change: ReleaseChange, dossier: Dossier): readonly Block[] {
  return change.files
    .filter(({ largest }) => largest.length > 0)
    .map(({ of, largest, evidence: [at = ''] }) => ({
      kind: 'folded',
      id: `files-${placeOf(at)}`,
      title: `The files of ${nameOf(change, dossier)} that differ most from ${change.since ?? ''}`,
      blocks: [
        {
          kind: 'table',
          caption: of.map(({ filename, comparedWith }) => `${filename} against ${comparedWith}`).join('; '),
          columns: ['File', 'What became of it', 'Lines added', 'Lines removed'],
          rows: largest.map(({ path, change: what, lines }) => [
            [{ code: path }],
            [lines?.unordered === true ? `${what}; too much for counting moved lines` : what],
            [lines === null ? 'no lines to count' : grouped(lines.added)],
            [lines === null ? 'no lines to count' : grouped(lines.removed)],
          ]),
        },
      ],
    }));
}

function nameOf({ purl }: ReleaseChange, { packages }: Dossier): string {
  const found = packages.find((one) => one.purl === purl);
  return found === undefined ? purl : `${found.name} ${found.version}`;
}
