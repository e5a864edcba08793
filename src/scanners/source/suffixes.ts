import type { EcosystemId } from '../../domain/purl.ts';

/** Endings of what runs, by ecosystem, lower case. `.pth` files run at every start of Python (`site`). */
const SUFFIXES: Readonly<Record<EcosystemId, readonly string[]>> = {
  pypi: ['.py', '.pyx', '.pth'],
  npm: ['.js', '.cjs', '.mjs'],
  cran: ['.r'],
};

/** Endings of the files that are compared with a repository; none where an ecosystem has no such files. */
export function sourceSuffixes(ecosystem: EcosystemId): readonly string[] {
  return SUFFIXES[ecosystem] ?? [];
}
