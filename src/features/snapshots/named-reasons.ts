/** How many reasons one refusal names; the first is what has to be mended anyway. */
const REASONS_NAMED = 5;

/** The first of what stands in the way, in words, and how many more there are. */
export function namedReasons<T>(all: readonly T[], inWords: (one: T) => string): string {
  const more = all.length > REASONS_NAMED ? `; and ${all.length - REASONS_NAMED} more` : '';
  return `${all.slice(0, REASONS_NAMED).map(inWords).join('; ')}${more}`;
}
