/** Calls of one source, kept as numbers: of most nobody asks anything but that their name means nothing. */
import type { Dotted } from './dotted.ts';
import type { Called } from './handed-calls.ts';
import { ReadCall, type Value } from './kept.ts';
import { UNNOTED } from './name-answers.ts';
import type { Spots } from './spots.ts';
import type { Tree } from './tree.ts';
import type { Call, Scope } from './uses.ts';

/** What is kept of one: its node, name, the arguments before those of the function, and the number of its scope. */
const WIDTH = 4;
const [NAME, SKIPPED, SCOPE] = [1, 2, 3];

/** In source order, a chain from its end. */
export class Calls {
  private readonly tree: Tree;
  private readonly dotted: Dotted;
  private length = 0;
  private data = new Int32Array(64 * WIDTH);
  private readonly scopes: Scope[] = [];
  /** What names among the arguments stand for, of those calls that have such. */
  private readonly given = new Map<number, Map<number, Value>>();
  private madeAll: readonly Call[] | undefined;
  private madeNoted: readonly Call[] | undefined;

  constructor(tree: Tree, dotted: Dotted) {
    this.tree = tree;
    this.dotted = dotted;
  }

  push({ call, name, skipped }: Called, scope: Scope, given: Map<number, Value> | undefined): void {
    const base = this.length * WIDTH;
    if (base === this.data.length) this.grow();
    // What follows each other stands mostly in the same scope.
    if (this.scopes.at(-1) !== scope) this.scopes.push(scope);
    this.data[base] = call;
    this.data[base + NAME] = name;
    this.data[base + SKIPPED] = skipped;
    this.data[base + SCOPE] = this.scopes.length - 1;
    if (given !== undefined) this.given.set(this.length, given);
    this.length += 1;
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
    const scope = this.scopes[data[base + SCOPE] ?? 0];
    if (scope === undefined) throw new Error('a call without a scope');
    return new ReadCall(this.tree, this.dotted, {
      call: data[base] ?? 0,
      name: data[base + NAME] ?? 0,
      skipped: data[base + SKIPPED] ?? 0,
      scope,
      given: this.given.get(index),
    });
  }

  private grow(): void {
    const grown = new Int32Array(this.data.length * 2);
    grown.set(this.data);
    this.data = grown;
  }
}
