/** The words of a name, of whatever ecosystem. */

/** A scope is a word like others: `@babel/core` and `babel-core` look the same, and so does `@babel-core/core`. */
export function wordsOf(name: string): readonly string[] {
  return name.split(/[-_.@/]/).filter((word, at, words) => word !== '' && word !== words[at - 1]);
}

/** The letters of a name without what stands between its words. */
export function bareOf(name: string): string {
  return wordsOf(name).join('');
}
