/** What a reader keeps as numbers, made into nodes when somebody asks. */
import type { Dotted } from './dotted.ts';
import { type Power, powerOfNamed } from './powers.ts';
import { type CallNode, KIND, type Node, type Tree } from './tree.ts';
import type { Assignment, Call, Scope, Values } from './uses.ts';

/** Parts that stand beside each other, from one on. */
export interface Parts {
  readonly first: number;
  readonly count: number;
}

export interface ReadScope extends Scope {
  readonly values: Given;
  readonly outer: Given;
}

/** The scope of a function: `named` is its name or the call that it looks like, 0 where it has neither. */
export function inFunction(tree: Tree, scope: ReadScope, named: number): ReadScope {
  const callee = tree.kindOf(named) === KIND.call ? tree.innerOf(named) : named;
  const name = tree.kindOf(callee) === KIND.name ? tree.written(callee) : '';
  // Names are asked for by the outermost few; a bound on hostile nesting.
  const functions = name === '' || scope.functions.length >= 4 ? scope.functions : [...scope.functions, name];
  return { deferred: true, program: scope.program, functions, values: new Given(tree), outer: scope.outer };
}

/** Values by name, made into nodes when they are asked for. */
export class Given implements Values {
  private readonly tree: Tree;
  /** By the number of the word. */
  private known: Map<number, Value> | undefined;

  constructor(tree: Tree) {
    this.tree = tree;
  }

  get(name: string): readonly Node[] | undefined {
    const value = this.known === undefined ? undefined : this.find(this.tree.words.of(name));
    return value === undefined || value.isLong(this.tree) ? undefined : value.nodes(this.tree);
  }

  find(word: number): Value | undefined {
    return this.known?.get(word);
  }

  set(word: number, value: Value): void {
    this.known ??= new Map();
    this.known.set(word, value);
  }

  delete(word: number): void {
    this.known?.delete(word);
  }
}

/** Characters of a value that stands in for its name wherever that is used: each use costs as much as the value is long. */
const LONG = 4_000;
/** Calls that are given a longer one; those that follow it see its name. */
const MOST_GIVEN = 50;

/** Values that one after the other was added to; a text that is put together of more is cut at its start. */
const MOST_ADDED = 16;

export class Value {
  private readonly parts: Parts;
  /** The name that `+=` adds to. */
  private readonly addedTo: number;
  /** What it held before, where that is known. */
  private readonly before: Value | undefined;
  private readonly added: number;
  private made: readonly Node[] | undefined;
  private length: number | undefined;
  private given = 0;

  constructor(parts: Parts, addedTo: number, before?: Value) {
    this.parts = parts;
    this.addedTo = addedTo;
    this.added = addedTo === 0 || before === undefined ? 0 : before.added + 1;
    this.before = this.added === 0 || this.added > MOST_ADDED ? undefined : before;
  }

  /** Whether it may stand in the place of its name once more, as an argument. */
  isGiven(tree: Tree): boolean {
    if (!this.isLong(tree)) return true;
    this.given += 1;
    return this.given <= MOST_GIVEN;
  }

  isLong(tree: Tree): boolean {
    return this.lengthIn(tree) > LONG;
  }

  private lengthIn(tree: Tree): number {
    if (this.length !== undefined) return this.length;
    const { first, count } = this.parts;
    let last = first;
    for (let at = 1; at < count && tree.endOf(last) - tree.startOf(first) <= LONG; at += 1) last = tree.nextOf(last);
    this.length = tree.endOf(last) - tree.startOf(first) + (this.before?.lengthIn(tree) ?? 0);
    return this.length;
  }

  nodes(tree: Tree): readonly Node[] {
    this.made ??= this.make(tree);
    return this.made;
  }

  private make(tree: Tree): readonly Node[] {
    const parts = tree.parts(this.parts.first, this.parts.count);
    if (this.addedTo === 0) return parts;
    const place = tree.node(this.addedTo);
    const { id, start, end } = place;
    return [...(this.before?.nodes(tree) ?? [place]), { kind: 'operator', id, start, end, text: '+' }, ...parts];
  }
}

/** R functions that put texts in a row. */
const PASTES = ['paste', 'paste0', 'sprintf'];

/** Whether a value goes on from the text that a name held before: `sql = sql + x`, `sql <- paste0(sql, x)`. */
export function goesOn(tree: Tree, { first, count }: Parts, word: number, before: Value | undefined): boolean {
  if (before === undefined) return false;
  if (count > 2) return isWord(tree, first, word) && tree.is(tree.nextOf(first), '+');
  if (count !== 1 || tree.language !== 'r' || tree.kindOf(first) !== KIND.call) return false;
  const [callee, argument] = [tree.innerOf(first), tree.itemsOf(first)];
  return argument !== 0 && isWord(tree, tree.firstOf(argument), word) && PASTES.some((name) => tree.is(callee, name));
}

function isWord(tree: Tree, id: number, word: number): boolean {
  return tree.kindOf(id) === KIND.name && tree.markOf(id) === word;
}

/** A call as it is read. */
export class ReadCall implements Call {
  readonly scope: Scope;
  private readonly tree: Tree;
  private readonly id: number;
  private readonly dotted: Dotted;
  private readonly named: number;
  /** Arguments before those of the function. */
  private readonly skipped: number;
  private readonly given: Map<number, Value> | undefined;
  private madeNode: CallNode | undefined;
  private madeArgs: readonly (readonly Node[])[] | undefined;

  constructor(
    tree: Tree,
    dotted: Dotted,
    read: {
      readonly call: number;
      /** Number in `dotted`. */
      readonly name: number;
      readonly scope: Scope;
      readonly given: Map<number, Value> | undefined;
      readonly skipped: number;
    },
  ) {
    this.tree = tree;
    this.skipped = read.skipped;
    this.dotted = dotted;
    this.id = read.call;
    this.named = read.name;
    this.scope = read.scope;
    this.given = read.given;
  }

  get name(): string {
    return this.dotted.textOf(this.named);
  }

  get number(): number {
    return this.dotted.numberOf(this.named);
  }

  get power(): Power | undefined {
    return powerOfNamed(this, this.tree.language);
  }

  get start(): number {
    return this.tree.startOf(this.id);
  }

  get end(): number {
    return this.tree.endOf(this.id);
  }

  get node(): CallNode {
    this.madeNode ??= this.makeNode();
    return this.madeNode;
  }

  get args(): readonly (readonly Node[])[] {
    this.madeArgs ??= this.makeArgs();
    return this.madeArgs;
  }

  private makeNode(): CallNode {
    const call = this.tree.call(this.id);
    if (this.skipped === 0) return call;
    const { id, start, end, callee } = call;
    return { kind: 'call', id, start, end, callee, args: call.args.slice(this.skipped) };
  }

  private makeArgs(): readonly (readonly Node[])[] {
    const { tree, given } = this;
    const args: (readonly Node[])[] = [];
    for (let id = tree.itemsOf(this.id); id !== 0; id = tree.nextOf(id))
      args.push(given?.get(id)?.nodes(tree) ?? tree.partsOf(id));
    return this.skipped === 0 ? args : args.slice(this.skipped);
  }
}

/** An assignment as it is read. */
export class ReadAssignment implements Assignment {
  readonly property: boolean;
  readonly start: number;
  readonly scope: Scope;
  private readonly tree: Tree;
  private readonly dotted: Dotted;
  private readonly named: number;
  private readonly parts: Parts;

  constructor(
    tree: Tree,
    dotted: Dotted,
    /** `target`: number in `dotted`, or the node of the key where `property` is true. */
    read: Pick<Assignment, 'property' | 'start' | 'scope'> & { readonly target: number; readonly value: Parts },
  ) {
    this.tree = tree;
    this.dotted = dotted;
    this.named = read.target;
    this.property = read.property;
    this.start = read.start;
    this.scope = read.scope;
    this.parts = read.value;
  }

  get target(): string {
    const { tree, named } = this;
    if (!this.property) return this.dotted.textOf(named);
    const key = tree.text.slice(tree.startOf(named), tree.endOf(named));
    return tree.kindOf(named) === KIND.string || tree.language === 'r' ? key.replace(/["'`]/g, '') : key;
  }

  get value(): readonly Node[] {
    return this.tree.parts(this.parts.first, this.parts.count);
  }

  get end(): number {
    const { first, count } = this.parts;
    let last = first;
    for (let left = count - 1; left > 0; left -= 1) last = this.tree.nextOf(last);
    return this.tree.endOf(last);
  }
}
