const ATOM = String.raw`(\[(?:[^\]\\]|\\.){1,60}\]|\\[wdsWDS]|\\?[^()[\]\\|])`;
const OPTIONAL = String.raw`(?:(?:\[(?:[^\]\\]|\\.){1,60}\]|\\[wdsWDS]|\\?[^()[\]\\|])[?*]\??)`;
/**
 * A repeated group that can be one repeated atom, again and again: `(a+)+`, `([a-z]*)*`, `(\w+\s?)*`. Two ways to read
 * every letter, so 2^n for n letters.
 */
const NESTED = new RegExp(
  String.raw`\((?:\?:)?${OPTIONAL}{0,3}${ATOM}[+*]\??(?:\1[+*]\??)*${OPTIONAL}{0,3}\)(?:[+*]|\{\d+,\})`,
);

/** Whether some texts make a backtracking engine search for ever. Tells only the plainest form: others need an automaton. */
export function isSlow(pattern: string): boolean {
  return NESTED.test(pattern.slice(0, 2_000));
}
