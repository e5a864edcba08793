/** What names were given in each scope, kept as numbers and made into nodes when somebody asks. */
import { NO_PAIR, Pairs } from './pairs.ts';
import { doubled } from './rows.ts';
import { KIND, type Node, type Tree } from './tree.ts';

/** Parts that stand beside each other, from one on. */
export interface Parts {
  readonly first: number;
  readonly count: number;
}

/** Stands for the number of a value where there is none. */
export const NO_VALUE = 0;

/**
 * What is kept of one value: its parts, the name that `+=` adds to, what that held before, how many were added one after the
 * other, its length, and how many calls were given it.
 */
const WIDTH = 7;
const [COUNT, ADDED_TO, BEFORE, ADDED, LENGTH, GIVEN] = [1, 2, 3, 4, 5, 6];

/** Characters of a value that stands in for its name wherever that is used: each use costs as much as the value is long. */
const LONG = 4_000;
/** Calls that are given a longer one; those that follow it see its name. */
const MOST_GIVEN = 50;
/** Values that one after the other was added to; a text that is put together of more is cut at its start. */
const MOST_ADDED = 16;

export class GivenValues {
  private readonly tree: Tree;
  /** A scope with a word; beside each, the value that the word has there. */
  private readonly places = new Pairs();
  private held = new Int32Array(64);
  private length = WIDTH;
  private data = new Int32Array(32 * WIDTH);
  private readonly made = new Map<number, readonly Node[]>();

  constructor(tree: Tree) {
    this.tree = tree;
  }

  /** What a name was given last in a scope, where that is short enough to stand for it. */
  get(scope: number, name: string): readonly Node[] | undefined {
    const value = this.find(scope, this.tree.words.of(name));
    return value === NO_VALUE || this.isLong(value) ? undefined : this.nodes(value);
  }

  /** Number of what a word was given last in a scope. */
  find(scope: number, word: number): number {
    const place = this.places.find(scope, word);
    return place === NO_PAIR ? NO_VALUE : (this.held[place] ?? NO_VALUE);
  }

  set(scope: number, word: number, value: number): void {
    const place = this.places.of(scope, word);
    if (place >= this.held.length) this.held = doubled(this.held);
    this.held[place] = value;
  }

  forget(scope: number, word: number): void {
    const place = this.places.find(scope, word);
    if (place !== NO_PAIR) this.held[place] = NO_VALUE;
  }

  /** A new value; `addedTo` is the name that it is added to, whose value was `before`, or 0. */
  add({ first, count }: Parts, addedTo: number, before: number): number {
    const value = this.length;
    if (value === this.data.length) this.data = doubled(this.data);
    this.length += WIDTH;
    const added = addedTo === 0 || before === NO_VALUE ? 0 : this.at(before, ADDED) + 1;
    this.data[value] = first;
    this.data[value + COUNT] = count;
    this.data[value + ADDED_TO] = addedTo;
    this.data[value + BEFORE] = added === 0 || added > MOST_ADDED ? NO_VALUE : before;
    this.data[value + ADDED] = added;
    return value;
  }

  /** Whether a value may stand in the place of its name once more, as an argument. */
  isGiven(value: number): boolean {
    if (!this.isLong(value)) return true;
    const given = this.at(value, GIVEN) + 1;
    this.data[value + GIVEN] = given;
    return given <= MOST_GIVEN;
  }

  nodes(value: number): readonly Node[] {
    const known = this.made.get(value);
    if (known !== undefined) return known;
    const nodes = this.make(value);
    this.made.set(value, nodes);
    return nodes;
  }

  private isLong(value: number): boolean {
    return this.lengthOf(value) > LONG;
  }

  private lengthOf(value: number): number {
    const known = this.at(value, LENGTH);
    if (known !== 0) return known;
    const { tree } = this;
    const [first, count, before] = [this.at(value, 0), this.at(value, COUNT), this.at(value, BEFORE)];
    const start = tree.startOf(first);
    let last = first;
    for (let at = 1; at < count && tree.endOf(last) - start <= LONG; at += 1) last = tree.nextOf(last);
    const length = tree.endOf(last) - start + (before === NO_VALUE ? 0 : this.lengthOf(before));
    this.data[value + LENGTH] = length;
    return length;
  }

  private make(value: number): readonly Node[] {
    const [addedTo, before] = [this.at(value, ADDED_TO), this.at(value, BEFORE)];
    const parts = this.tree.parts(this.at(value, 0), this.at(value, COUNT));
    if (addedTo === 0) return parts;
    const place = this.tree.node(addedTo);
    const { id, start, end } = place;
    const held = before === NO_VALUE ? [place] : this.nodes(before);
    return [...held, { kind: 'operator', id, start, end, text: '+' }, ...parts];
  }

  private at(value: number, column: number): number {
    return this.data[value + column] ?? 0;
  }
}

/** R functions that put texts in a row. */
const PASTES = ['paste', 'paste0', 'sprintf'];

/** Whether a value goes on from the text that a name held before: `sql = sql + x`, `sql <- paste0(sql, x)`. */
export function goesOn(tree: Tree, { first, count }: Parts, word: number): boolean {
  if (count > 2) return isWord(tree, first, word) && tree.is(tree.nextOf(first), '+');
  if (count !== 1 || tree.language !== 'r' || tree.kindOf(first) !== KIND.call) return false;
  const [callee, argument] = [tree.innerOf(first), tree.itemsOf(first)];
  return argument !== 0 && isWord(tree, tree.firstOf(argument), word) && PASTES.some((name) => tree.is(callee, name));
}

function isWord(tree: Tree, id: number, word: number): boolean {
  return tree.kindOf(id) === KIND.name && tree.markOf(id) === word;
}
