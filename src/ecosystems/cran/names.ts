import type { NameRules } from '../contract.ts';

/** Longest name that is read; the longest on the public archive has 37 characters. */
const LONGEST_NAME_CHARACTERS = 128;

/**
 * A package name ("Writing R Extensions", 1.1.1): ASCII letters, digits and dots, at least two characters, beginning with
 * a letter and not ending in a dot.
 */
const NAME = /^[a-z][a-z0-9.]*[a-z0-9]$/i;

/** Names are case-sensitive and have no other form: the name itself, or `undefined` where the text can be no name. */
export function normaliseName(raw: string): string | undefined {
  return raw.length <= LONGEST_NAME_CHARACTERS && NAME.test(raw) ? raw : undefined;
}

/** The name rules of R packages. There are no extras: what a package only suggests is asked for by its own name. */
export const cranNames: NameRules = {
  normalise: normaliseName,
  parseRequest: (raw) => {
    const name = normaliseName(raw.trim());
    return name === undefined ? undefined : { name, extras: [] };
  },
};
