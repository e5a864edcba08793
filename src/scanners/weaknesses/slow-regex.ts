const ATOM = String.raw`(\[(?:[^\]\\]|\\.){1,60}\]|\\[wdsWDS]|\\?[^()[\]\\|])`;
const OPTIONAL = String.raw`(?:(?:\[(?:[^\]\\]|\\.){1,60}\]|\\[wdsWDS]|\\?[^()[\]\\|])[?*]\??)`;
/**
 * A repeated group that can be one repeated atom, again and again: `(a+)+`, `([a-z]*)*`, `(\w+\s?)*`. Two ways to read
 * every letter, so 2^n for n letters.
 */
const NESTED = new RegExp(
  String.raw`\((?:\?:)?${OPTIONAL}{0,3}${ATOM}(?:[+*]|\{\d{1,3},\d{0,3}\})\??(?:\1[+*]\??)*(?:\.|${OPTIONAL}{0,3})\)(?:[+*]|\{\d+,\})`,
);

/** A group around one atom that is repeated: it repeats the atom. */
const ONE_ATOM = new RegExp(String.raw`\((?:\?:)?${ATOM}\)(?=[+*])`, 'g');

/** Whether some texts make a backtracking engine search for ever. Tells only the plainest form: others need an automaton. */
export function isSlow(pattern: string): boolean {
  return NESTED.test(pattern.slice(0, 2_000).replace(ONE_ATOM, '$1'));
}
