/** What a statement of Python begins with. */
import { operatorNumber, SIGN } from './signs.ts';
import { KIND, type Tree } from './tree.ts';
import { knownWord } from './words.ts';

const IMPORT = knownWord('import');
const FROM = knownWord('from');
const AND = knownWord('and');
const EQUALS = operatorNumber('==');
/** Characters of a string that are looked at for `__main__`: more than it has with its quotes. */
const LONGEST_MAIN = 12;

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
  const isBlock = tree.kindOf(first) === KIND.word || tree.is(first, 'case');
  if (!isBlock || (tree.signsOf(statement) & SIGN.colon) === 0) return 0;
  let left = tree.countOf(statement) - 1;
  for (let id = first; id !== 0; id = tree.nextOf(id), left -= 1) {
    const next = tree.nextOf(id);
    if (tree.isColon(id) && (tree.isWord(next, IMPORT) || tree.isWord(next, FROM)))
      return tree.addSequence(next, tree.indentOf(statement) | 1, left, tree.signsOf(statement));
  }
  return 0;
}

/**
 * `if __name__ == '__main__':`, either way round, in brackets or not, and whatever else is asked for besides. With any other
 * sign, or as an alternative, what follows may run on import.
 */
export function isMainGuard(tree: Tree, first: number): boolean {
  const condition = tree.nextOf(first);
  const isBracketed = tree.kindOf(condition) === KIND.group && tree.nextOf(tree.itemsOf(condition)) === 0;
  const left = isBracketed ? tree.firstOf(tree.itemsOf(condition)) : condition;
  const sign = tree.nextOf(left);
  const right = tree.nextOf(sign);
  if (tree.kindOf(sign) !== KIND.operator || tree.markOf(sign) !== EQUALS) return false;
  if (!(isMain(tree, right) && isModuleName(tree, left)) && !(isMain(tree, left) && isModuleName(tree, right)))
    return false;
  const next = tree.nextOf(isBracketed ? condition : right);
  return (!isBracketed || tree.nextOf(right) === 0) && (tree.isColon(next) || tree.isWord(next, AND));
}

function isModuleName(tree: Tree, part: number): boolean {
  return tree.kindOf(part) === KIND.name && tree.is(part, '__name__');
}

function isMain(tree: Tree, part: number): boolean {
  if (tree.kindOf(part) !== KIND.string) return false;
  const written = tree.text.slice(tree.startOf(part), Math.min(tree.endOf(part), tree.startOf(part) + LONGEST_MAIN));
  return /^(?:"__main__"|'__main__')$/.test(written);
}
