/** A repeated group of one repeated atom: `(a+)+`, `([a-z]*)*`. Two ways to read every letter, so 2^n for n letters. */
const NESTED = /\((?:\?:)?(\[(?:[^\]\\]|\\.){1,60}\]|\\[wdsWDS]|\\?[^()[\]\\])[+*]\??(?:\1[+*]\??)*\)(?:[+*]|\{\d+,\})/;

/** Whether some texts make a backtracking engine search for ever. Tells only the plainest form: others need an automaton. */
export function isSlow(pattern: string): boolean {
  return NESTED.test(pattern.slice(0, 2_000));
}
