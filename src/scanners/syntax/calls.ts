/** Calls of one source, kept as numbers: of most nobody asks anything but that their name means nothing. */
import type { Dotted } from './dotted.ts';
import type { GivenValues } from './given-values.ts';
import type { Called } from './handed-calls.ts';
import { UNNOTED } from './name-answers.ts';
import { type Power, powerOfNamed } from './powers.ts';
import { doubled } from './rows.ts';
import type { Scopes } from './scopes.ts';
import { SIGN } from './signs.ts';
import type { Spots } from './spots.ts';
import type { CallNode, Node, Tree } from './tree.ts';
import type { Call, Scope } from './uses.ts';

/**
 * What is kept of one: its node, name, the arguments before those of the function, its scope, and how many arguments were
 * given a value before it.
 */
const WIDTH = 5;
const [NAME, SKIPPED, SCOPE, GIVEN] = [1, 2, 3, 4];
/** What is kept of an argument that was given a value: its sequence and the number of the value. */
const GIVEN_WIDTH = 2;

/** In source order, a chain from its end. */
export class Calls {
  readonly tree: Tree;
  readonly dotted: Dotted;
  private readonly scopes: Scopes;
  private readonly values: GivenValues;
  private length = 0;
  private data = new Int32Array(64 * WIDTH);
  /** Names among the arguments that stand for a value, in the order of the calls. */
  private given = new Int32Array(16 * GIVEN_WIDTH);
  private givenLength = 0;
  private madeAll: readonly Call[] | undefined;
  private madeNoted: readonly Call[] | undefined;

  constructor(tree: Tree, read: { readonly dotted: Dotted; readonly scopes: Scopes; readonly values: GivenValues }) {
    this.tree = tree;
    this.dotted = read.dotted;
    this.scopes = read.scopes;
    this.values = read.values;
  }

  push(call: number, name: number, skipped: number, scope: number): void {
    const base = this.length * WIDTH;
    if (base === this.data.length) this.data = doubled(this.data);
    this.data[base] = call;
    this.data[base + NAME] = name;
    this.data[base + SKIPPED] = skipped;
    this.data[base + SCOPE] = scope;
    this.data[base + GIVEN] = this.givenLength;
    this.length += 1;
  }

  /** What an argument of the last call stands for. */
  give(argument: number, value: number): void {
    const base = this.givenLength;
    if (base === this.given.length) this.given = doubled(this.given);
    this.given[base] = argument;
    this.given[base + 1] = value;
    this.givenLength += GIVEN_WIDTH;
  }

  get all(): readonly Call[] {
    this.madeAll ??= this.where(() => true);
    return this.madeAll;
  }

  /** Those whose name holds a word that answers about names know (`name-answers.ts`). */
  get noted(): readonly Call[] {
    const { data, dotted } = this;
    this.madeNoted ??= this.where((base) => dotted.numberOf(data[base + NAME] ?? 0) !== UNNOTED);
    return this.madeNoted;
  }

  /** Those in which one of the spots lies. */
  holding(spots: Spots): readonly Call[] {
    const { data, tree } = this;
    return this.where((base) => {
      const call = data[base] ?? 0;
      return spots.after(tree.startOf(call)) < tree.endOf(call);
    });
  }

  private where(test: (base: number) => boolean): readonly Call[] {
    const found: Call[] = [];
    for (let at = 0; at < this.length; at += 1) if (test(at * WIDTH)) found.push(this.at(at));
    return found;
  }

  private at(index: number): Call {
    const { data } = this;
    const base = index * WIDTH;
    return new ReadCall(this, index, {
      call: data[base] ?? 0,
      name: data[base + NAME] ?? 0,
      skipped: data[base + SKIPPED] ?? 0,
    });
  }

  hasKeywords(index: number): boolean {
    const { tree } = this;
    let id = tree.itemsOf(this.data[index * WIDTH] ?? 0);
    while (id !== 0 && (tree.signsOf(id) & SIGN.gives) === 0) id = tree.nextOf(id);
    return id !== 0;
  }

  scopeOf(index: number): Scope {
    return this.scopes.at(this.data[index * WIDTH + SCOPE] ?? 0);
  }

  argsOf(index: number): readonly (readonly Node[])[] {
    const { tree, given, values } = this;
    const base = index * WIDTH;
    const end = index + 1 < this.length ? (this.data[base + WIDTH + GIVEN] ?? 0) : this.givenLength;
    let at = this.data[base + GIVEN] ?? 0;
    const args: (readonly Node[])[] = [];
    for (let id = tree.itemsOf(this.data[base] ?? 0); id !== 0; id = tree.nextOf(id)) {
      const isGiven = at < end && given[at] === id;
      args.push(isGiven ? values.nodes(given[at + 1] ?? 0) : tree.partsOf(id));
      if (isGiven) at += GIVEN_WIDTH;
    }
    const skipped = this.data[base + SKIPPED] ?? 0;
    return skipped === 0 ? args : args.slice(skipped);
  }
}

/** A call that somebody asks about. */
class ReadCall implements Call {
  private readonly calls: Calls;
  private readonly index: number;
  private readonly id: number;
  private readonly named: number;
  private readonly skipped: number;
  private madeNode: CallNode | undefined;
  private madeArgs: readonly (readonly Node[])[] | undefined;

  constructor(calls: Calls, index: number, { call, name, skipped }: Called) {
    this.calls = calls;
    this.index = index;
    this.id = call;
    this.named = name;
    this.skipped = skipped;
  }

  get name(): string {
    return this.calls.dotted.textOf(this.named);
  }

  get number(): number {
    return this.calls.dotted.numberOf(this.named);
  }

  get power(): Power | undefined {
    return powerOfNamed(this, this.calls.tree.language);
  }

  get start(): number {
    return this.calls.tree.startOf(this.id);
  }

  get end(): number {
    return this.calls.tree.endOf(this.id);
  }

  get scope(): Scope {
    return this.calls.scopeOf(this.index);
  }

  get hasKeywords(): boolean {
    return this.calls.hasKeywords(this.index);
  }

  get node(): CallNode {
    this.madeNode ??= this.makeNode();
    return this.madeNode;
  }

  get args(): readonly (readonly Node[])[] {
    this.madeArgs ??= this.calls.argsOf(this.index);
    return this.madeArgs;
  }

  private makeNode(): CallNode {
    const call = this.calls.tree.call(this.id);
    if (this.skipped === 0) return call;
    const { id, start, end, callee } = call;
    return { kind: 'call', id, start, end, callee, args: call.args.slice(this.skipped) };
  }
}
