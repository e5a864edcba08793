/** Functions that are called by way of others: what is called, and with which arguments. */
import type { Bindings } from './bindings.ts';
import { KIND, type Tree } from './tree.ts';
import { USE, usesOf } from './words.ts';

/** A call of the dotted name with the number `name`; its arguments are those of the node `call` after the first `skipped`. */
export interface Called {
  readonly call: number;
  readonly name: number;
  readonly skipped: number;
}

/** A function of a module, or one that makes code: other plain names are those of the file itself. */
const IS_KNOWN = /\.|^(?:eval|Function)$/;

/** What a call calls that it only hands on its arguments to; `undefined` for most. */
export function handedOn(call: number, tree: Tree, bindings: Bindings): Called | undefined {
  const callee = tree.innerOf(call);
  const isMember = tree.kindOf(callee) === KIND.member;
  if (tree.language === 'r')
    return (isMember ? tree.isMember(callee, 'do.call') : tree.is(callee, 'do.call'))
      ? doneCall(call, tree, bindings)
      : undefined;
  if (tree.language !== 'javascript' || !isMember || !reaches(callee, tree)) return undefined;
  // `Reflect.apply(f, this, [a])` and `Reflect.construct(f, [a])` (ECMA-262, Reflect).
  if (tree.is(tree.innerOf(callee), 'Reflect')) {
    const what = tree.itemsOf(call);
    const named = what === 0 ? 0 : tree.firstOf(what);
    return named === 0 || tree.nextOf(named) !== 0
      ? undefined
      : { call, name: bindings.nameAt(named), skipped: tree.isMember(callee, 'apply') ? 2 : 1 };
  }
  // `f.call(this, a)` is `f(a)` (ECMA-262, Function.prototype.call).
  if (!tree.isMember(callee, 'call') && !tree.isMember(callee, 'apply')) return undefined;
  const name = bindings.nameAt(tree.innerOf(callee));
  return IS_KNOWN.test(bindings.dotted.textOf(name)) ? { call, name, skipped: 1 } : undefined;
}

/** Whether one of the words of a member is asked about here: a look at them spares most calls the questions. */
function reaches(member: number, tree: Tree): boolean {
  return ((usesOf(tree.markOf(member)) | usesOf(tree.markOf(tree.innerOf(member)))) & USE.reaches) !== 0;
}

/** R: `do.call("system", list(x))` is `system(x)` (R manual). */
function doneCall(call: number, tree: Tree, bindings: Bindings): Called | undefined {
  const what = tree.itemsOf(call);
  const named = tree.firstOf(what);
  if (what === 0 || named === 0 || tree.nextOf(named) !== 0) return undefined;
  const name = bindings.nameAt(named);
  const list = tree.firstOf(tree.nextOf(what));
  const isListed = tree.kindOf(list) === KIND.call && tree.is(tree.innerOf(list), 'list') && tree.nextOf(list) === 0;
  return isListed ? { call: list, name, skipped: 0 } : { call, name, skipped: 1 };
}
