/** Names that begin alike by custom rather than to be taken for one another: scopes and families of names. */

/** So many listed names with one beginning (`babel-`, `flask-`) are a custom, and one more of them imitates nobody. */
const FAMILY = 5;

/** What the names of a list have in common at their beginnings. */
export interface Families {
  /** Whether the name stands in a scope of which a name is listed: only the scope's owner publishes in it. */
  isInListedScope(name: string): boolean;
  /**
   * Whether the name is one of a family that writes the scope of the target as its own first words: `babel-traverse` beside
   * `@babel/traverse`, where many `babel-…` are listed.
   */
  isFamilyOfScope(name: string, target: string): boolean;
  /** Whether many listed names have the first word of this one: `flask-bootstrap` extends flask, whatever `bootstrap-flask` is. */
  hasFamily(name: string): boolean;
}

/** Takes time in proportion to the letters of all names; names in lower case. */
export function familiesOf(names: readonly string[]): Families {
  const counts = new Map<string, number>();
  for (const name of names)
    for (const { index } of name.matchAll(/[-./]/g)) {
      const beginning = name.slice(0, index + 1);
      counts.set(beginning, (counts.get(beginning) ?? 0) + 1);
    }
  const isFamily = (beginning: string) => (counts.get(beginning) ?? 0) >= FAMILY;
  return {
    isInListedScope: (name) => counts.has(scopeOf(name) ?? ''),
    isFamilyOfScope(name, target) {
      const words = `${scopeOf(target)?.slice(1, -1) ?? ''}-`;
      return words !== '-' && name.startsWith(words) && isFamily(words);
    },
    hasFamily: (name) => isFamily(/^[^-]+-/.exec(name)?.[0] ?? ''),
  };
}

/** `@babel/` of `@babel/core`. */
export function scopeOf(name: string): string | undefined {
  return /^@[^/]+\//.exec(name)?.[0];
}
