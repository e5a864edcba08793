/** What a Python project says it needs: requirements files, `pyproject.toml`, and the lock files of uv, Poetry and PEP 751. */
import { parse } from 'smol-toml';
import type { Target } from '../../domain/target.ts';
import type { NeededPackage, ProjectFileRules } from '../contract.ts';
import { readLock } from './project-files/locks.ts';
import { readProject } from './project-files/pyproject.ts';
import { readRequirementLines } from './project-files/requirement-lines.ts';

const REQUIREMENTS = /^(?:[\w.-]*requirements[\w.-]*|constraints[\w.-]*)[.](?:txt|in)$/i;
const LOCKS = /^(?:uv[.]lock|poetry[.]lock|pylock(?:[.][^.]+)?[.]toml)$/;

export const pypiProjectFiles: ProjectFileRules = {
  reads: (filename) => REQUIREMENTS.test(filename) || LOCKS.test(filename) || filename === 'pyproject.toml',
  read(filename, text, targets = []) {
    const found = readAny(filename, text, targets);
    if (found === undefined) return undefined;
    return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
  },
};

function readAny(filename: string, text: string, targets: readonly Target[]): readonly NeededPackage[] | undefined {
  if (filename !== 'pyproject.toml' && !LOCKS.test(filename)) return readRequirementLines(text, targets);
  const document = tomlOf(text);
  if (document === undefined) return undefined;
  return filename === 'pyproject.toml' ? readProject(document, targets) : readLock(document, targets);
}

function tomlOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
