/**
 * How each ecosystem's archives are read, one line each: all that the confined program needs of an ecosystem, loaded when
 * the first of its files comes. Readers of upstream, resolvers and protocols were a third of its heap, and never used.
 */
import type { ArchiveRules } from './contract.ts';

export const ARCHIVES: Readonly<Record<string, () => Promise<ArchiveRules>>> = {
  cran: async () => (await import('./cran/archive.ts')).cranArchives,
  npm: async () => (await import('./npm/archive.ts')).npmArchives,
  pypi: async () => (await import('./pypi/archive.ts')).pypiArchives,
};
