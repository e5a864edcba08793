/** What a statement of Python begins with. */
import { SIGN } from './signs.ts';
import { KIND, type Tree } from './tree.ts';
import { knownWord } from './words.ts';

const IMPORT = knownWord('import');
const FROM = knownWord('from');

/** Characters of a statement that are looked at for `__main__`. */
const MAIN_GUARD = 200;

/** The first colon among these parts, and its place; 0 and their number where there is none. */
export function colonIn(tree: Tree, first: number): { readonly id: number; readonly at: number } {
  let at = 0;
  let id = first;
  for (; id !== 0; id = tree.nextOf(id)) {
    if (tree.isColon(id)) break;
    at += 1;
  }
  return { id, at };
}

/** The first name or call before the colon; 0 where there is none. */
export function namedBefore(tree: Tree, first: number, colon: { readonly id: number }): number {
  for (let id = first; id !== 0 && id !== colon.id; id = tree.nextOf(id)) {
    const kind = tree.kindOf(id);
    if (kind === KIND.call || kind === KIND.name) return id;
  }
  return 0;
}

/** The import of `try: import a` on one line, as a list of its own: after a colon only a statement begins with either word. 0: none. */
export function importInLine(tree: Tree, statement: number): number {
  const first = tree.firstOf(statement);
  if (tree.kindOf(first) !== KIND.word || (tree.signsOf(statement) & SIGN.colon) === 0) return 0;
  let left = tree.countOf(statement) - 1;
  for (let id = first; id !== 0; id = tree.nextOf(id), left -= 1) {
    const next = tree.nextOf(id);
    if (tree.isColon(id) && (tree.isWord(next, IMPORT) || tree.isWord(next, FROM)))
      return tree.addSequence(next, tree.indentOf(statement), left, tree.signsOf(statement));
  }
  return 0;
}

/** `if __name__ == '__main__':` */
export function isMainGuard(tree: Tree, first: number): boolean {
  let isNamed = false;
  let end = 0;
  for (let id = first; id !== 0; id = tree.nextOf(id)) {
    isNamed ||= tree.kindOf(id) === KIND.name && tree.is(id, '__name__');
    end = tree.endOf(id);
  }
  const start = tree.startOf(first);
  return isNamed && tree.text.slice(start, Math.min(end, start + MAIN_GUARD)).includes('__main__');
}
