/** Phrases of one source, kept as numbers: most are asked nothing but which signs stand in them. */
import type { Parts } from './given-values.ts';
import { doubled } from './rows.ts';
import type { Scopes } from './scopes.ts';
import { SIGN, signOf } from './signs.ts';
import type { Spots } from './spots.ts';
import { KIND, type Node, type Tree } from './tree.ts';
import type { Phrase, Scope } from './uses.ts';

/** What is kept of one: its sequence, start, and the scope's number with a bit for an argument below. */
const WIDTH = 3;
const [START, SCOPE] = [1, 2];

/** Whether a name can be one that is asked about, by a look at where it stands in a text. */
export type NameTest = (text: string, start: number, end: number) => boolean;

/** What a phrase must have for a question about it: one of the signs, or the first part. */
export interface Concern {
  /** `SIGN` bits. */
  readonly signs: number;
  /** Asked of the name that a value is given to or that is compared, where the question is about no other phrase. */
  readonly named?: NameTest;
  /** Asked of the `KIND` of the first part, where the question is about no other phrase. */
  readonly first?: (kind: number) => boolean;
  /** A word or an operator. */
  readonly begins?: string;
}

const GIVES = SIGN.gives | SIGN.colon;
const BACKSLASH = 92;
const BACKTICK = 96;
/** Characters of a literal that is looked at as it is written. */
const LONGEST_KEY = 1_000;

/** In source order, each before what stands inside it. */
export class Phrases {
  length = 0;
  private readonly tree: Tree;
  private data = new Int32Array(64 * WIDTH);
  private readonly scopes: Scopes;

  constructor(tree: Tree, scopes: Scopes) {
    this.tree = tree;
    this.scopes = scopes;
  }

  push(sequence: number, start: number, scope: number, argument: boolean): void {
    const base = this.length * WIDTH;
    if (base === this.data.length) this.data = doubled(this.data);
    this.data[base] = sequence;
    this.data[base + START] = start;
    this.data[base + SCOPE] = (scope << 1) | (argument ? 1 : 0);
    this.length += 1;
  }

  /** `SIGN` bits of a phrase. */
  signsOf(index: number): number {
    return this.tree.signsOf(this.sequenceOf(index));
  }

  private sequenceOf(index: number): number {
    return this.data[index * WIDTH] ?? 0;
  }

  /** Whether a question may concern a phrase: an answer without making anything of it. */
  concerns(index: number, { signs, named, first, begins }: Concern): boolean {
    const sequence = this.sequenceOf(index);
    const part = this.tree.firstOf(sequence);
    const kind = this.tree.kindOf(part);
    const found = this.tree.signsOf(sequence) & signs;
    if (
      found !== 0 &&
      (first === undefined || first(kind)) &&
      (named === undefined || this.isNamed(part, found, named))
    )
      return true;
    if (begins === undefined) return false;
    return (kind === KIND.word || kind === KIND.operator) && this.tree.is(part, begins);
  }

  /** Whether one of the spots lies in a phrase. */
  holds(index: number, spots: Spots): boolean {
    const spot = spots.after(this.data[index * WIDTH + START] ?? 0);
    if (spot === Number.POSITIVE_INFINITY) return false;
    const sequence = this.sequenceOf(index);
    let last = this.tree.firstOf(sequence);
    for (let left = this.tree.countOf(sequence) - 1; left > 0; left -= 1) last = this.tree.nextOf(last);
    return spot < this.tree.endOf(last);
  }

  /** Whether the test holds for the name before the first sign that gives a value, or on a side of a comparison. */
  private isNamed(first: number, signs: number, test: NameTest): boolean {
    const { tree } = this;
    let before = 0;
    let isGiven = (signs & GIVES) === 0;
    for (let part = first; part !== 0; part = tree.nextOf(part)) {
      const sign = tree.kindOf(part) === KIND.operator ? signOf(tree.markOf(part)) : 0;
      if ((sign & GIVES) !== 0 && !isGiven) {
        if (this.mayBeNamed(before, test)) return true;
        isGiven = true;
      }
      if (sign === SIGN.compares && (signs & SIGN.compares) !== 0)
        if (this.mayBeNamed(before, test) || this.mayBeNamed(tree.nextOf(part), test)) return true;
      before = part;
    }
    return false;
  }

  /** The test of the last name of a chain; yes where only the decoded text would tell. */
  private mayBeNamed(node: number, test: NameTest): boolean {
    const { tree } = this;
    const [start, end] = [tree.startOf(node), tree.endOf(node)];
    switch (tree.kindOf(node)) {
      case KIND.name:
        return tree.text.charCodeAt(start) === BACKTICK || test(tree.text, start, end);
      case KIND.member:
        return test(tree.text, tree.itemsOf(node), end);
      case KIND.string: {
        const isPlain = tree.language === 'javascript' && tree.innerOf(node) === 0 && isWritten(tree.text, start, end);
        return !isPlain || test(tree.text, start + 1, end - 1);
      }
      case KIND.index: {
        const key = tree.firstOf(tree.itemsOf(node));
        return tree.kindOf(key) === KIND.string && this.mayBeNamed(key, test);
      }
      default:
        return false;
    }
  }

  at(index: number): Phrase | undefined {
    const base = index * WIDTH;
    if (index >= this.length) return undefined;
    const scoped = this.data[base + SCOPE] ?? 0;
    const scope = this.scopes.at(scoped >> 1);
    const sequence = this.sequenceOf(index);
    const parts = { first: this.tree.firstOf(sequence), count: this.tree.countOf(sequence) };
    const argument = (scoped & 1) !== 0;
    return new Asked(this.tree, {
      parts,
      start: this.data[base + START] ?? 0,
      argument,
      scope,
      next: () => this.at(index + 1),
    });
  }
}

/** A phrase that somebody asks about; its parts are made when they are asked for. */
class Asked implements Phrase {
  readonly start: number;
  readonly argument: boolean;
  readonly scope: Scope;
  private readonly tree: Tree;
  private readonly place: Parts;
  private readonly follower: () => Phrase | undefined;
  private made: readonly Node[] | undefined;

  constructor(
    tree: Tree,
    phrase: Pick<Phrase, 'start' | 'argument' | 'scope'> & {
      readonly parts: Parts;
      readonly next: () => Phrase | undefined;
    },
  ) {
    this.tree = tree;
    this.place = phrase.parts;
    this.start = phrase.start;
    this.argument = phrase.argument;
    this.scope = phrase.scope;
    this.follower = phrase.next;
  }

  get parts(): readonly Node[] {
    this.made ??= this.tree.parts(this.place.first, this.place.count);
    return this.made;
  }

  get next(): Phrase | undefined {
    return this.follower();
  }
}

/** Whether a literal says what is written between its quotes. */
function isWritten(text: string, start: number, end: number): boolean {
  if (end - start < 2 || end - start > LONGEST_KEY || text.charCodeAt(start) !== text.charCodeAt(end - 1)) return false;
  for (let at = start; at < end; at += 1) if (text.charCodeAt(at) === BACKSLASH) return false;
  return true;
}
