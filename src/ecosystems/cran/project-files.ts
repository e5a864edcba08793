/** What an R project says it needs: `renv.lock`, and the `DESCRIPTION` of a package. */
import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import type { NeededPackage, ProjectFileRules } from '../contract.ts';
import { parseDcf } from './dcf.ts';
import { normaliseName } from './names.ts';
import { BASE_PACKAGES, hardRequirements } from './requirements.ts';
import { cranVersions } from './versions.ts';

const lock = z.looseObject({
  Packages: z.record(
    z.string(),
    z.looseObject({ Package: z.string(), Version: z.string(), Source: z.string().default('Repository') }),
  ),
});

export const cranProjectFiles: ProjectFileRules = {
  reads: (filename) => filename === 'renv.lock' || filename === 'DESCRIPTION',
  read: (filename, text) => (filename === 'renv.lock' ? readLock(text) : readDescription(text)),
};

function readLock(text: string): readonly NeededPackage[] | undefined {
  const parsed = lock.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  return Object.values(parsed.data.Packages).map(({ Package: name, Version: raw, Source: source }) => {
    const version = cranVersions.normalise(raw);
    // renv names a repository of its own kind for Bioconductor, and the host for what comes from a repository of code.
    if (source !== 'Repository' || version === undefined || normaliseName(name) === undefined)
      throw elsewhere(name, source === 'Repository' ? raw : source);
    return { name, version };
  });
}

/** Depends, Imports and LinkingTo: what installing the package brings along. */
function readDescription(text: string): readonly NeededPackage[] | undefined {
  const [record] = parseDcf(text) ?? [];
  const needed = record === undefined ? undefined : hardRequirements(record);
  return needed?.flatMap(({ name, comparisons }) => {
    if (name === 'R' || BASE_PACKAGES.has(name)) return [];
    const range = comparisons.map(({ operator, version }) => `${operator} ${version}`).join(', ');
    return [{ name, version: null, ...(range === '' ? {} : { range }) }];
  });
}

function elsewhere(name: string, place: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'not-a-release',
    what: `${name.slice(0, 80)} comes from ${place.slice(0, 80)}`,
    why: 'only releases of a repository like CRAN can be cleared',
    next: 'Take it out, or install a release of it from CRAN and make the lock file again.',
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
