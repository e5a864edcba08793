/** Requirements files of pip (its "Requirements File Format"): requirements, with hashes and markers, and options. */
import { Problem } from '../../../domain/problem.ts';
import type { Target } from '../../../domain/target.ts';
import type { NeededPackage } from '../../contract.ts';
import { neededBy } from './needed.ts';

/** More lines than any project has; a larger file is something else. */
const MOST_LINES = 20_000;
/** Options that say where packages come from or how they are built: here that is not the project's to say. */
const PASSED_OVER =
  /^(?:-i|--index-url|--extra-index-url|--no-index|-f|--find-links|--no-binary|--only-binary|--prefer-binary|--require-hashes|--pre|--trusted-host|--use-feature)\b/;

/** Throws for a line that names other files: what stands in them would be left out in silence. */
export function readRequirementLines(text: string, targets: readonly Target[]): readonly NeededPackage[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/);
  if (lines.length > MOST_LINES)
    throw new Problem({ kind: 'usage', code: 'too-long', what: `It has more than ${MOST_LINES} lines` });
  return lines.flatMap((raw, at) => {
    const line = raw.replace(/(?:^|\s)#.*$/, '').trim();
    if (line === '' || PASSED_OVER.test(line)) return [];
    if (line.startsWith('-')) throw otherFile(line, at + 1);
    if (/^(?:\.{0,2}\/|[A-Za-z]:\\|file:|https?:|git\+)/.test(line)) throw noRelease(line, at + 1);
    // Options of one requirement stand behind it (pip, "Per-requirement Options").
    return neededBy(line.replace(/\s--?[a-z][a-z-]*(?:[= ].*)?$/s, '').trim(), targets);
  });
}

function otherFile(line: string, number: number): Problem {
  const isConstraint = /^(?:-c|--constraint)/.test(line);
  return new Problem({
    kind: 'usage',
    code: 'other-file',
    what: `Line ${number} points at something outside the file: ${line.slice(0, 80)}`,
    why: 'what it adds would be left out in silence',
    next: isConstraint
      ? 'Give a file with the versions that were resolved: pip freeze, pip-compile, or a lock file.'
      : 'Give each file by itself, or one with all that was resolved: pip freeze, pip-compile, or a lock file.',
  });
}

function noRelease(line: string, number: number): Problem {
  return new Problem({
    kind: 'usage',
    code: 'not-a-release',
    what: `Line ${number} names a file or an address: ${line.slice(0, 80)}`,
    why: 'only releases of a registry can be cleared',
    next: 'Take it out, or take a release of it from the registry.',
  });
}
