/** Scopes of one source as numbers: a file has a function every few lines, and hardly any of them is asked about. */
import type { GivenValues } from './given-values.ts';
import { doubled } from './rows.ts';
import { KIND, type Node, type Tree } from './tree.ts';
import type { Scope, Values } from './uses.ts';

/** The scope of the module itself. */
export const MODULE = 0;
/** Stands for the number of a scope where there is none. */
export const NO_SCOPE = -1;

/** What is kept of one: the scope around it, what it is named by, what it is, and the scope whose values are its own. */
const WIDTH = 4;
const [NAMED, BITS, OWNER] = [1, 2, 3];
const [DEFERRED, PROGRAM] = [1, 2];

/** Names that a scope has: they are asked for by the outermost few, and a hostile file nests without end. */
const MOST_NAMES = 4;

export class Scopes {
  private readonly tree: Tree;
  private readonly given: GivenValues;
  private count = 0;
  private data = new Int32Array(64 * WIDTH);
  private readonly made = new Map<number, Scope>();
  /** By the scope that owns them. */
  private readonly values = new Map<number, Values>();

  constructor(tree: Tree, given: GivenValues) {
    this.tree = tree;
    this.given = given;
    this.add(MODULE, 0, 0);
  }

  /** The scope of a function: `named` is its name or the call that it looks like, 0 where it has neither. */
  inFunction(scope: number, named: number): number {
    const added = this.add(scope, named, this.bitsOf(scope) | DEFERRED);
    this.data[added * WIDTH + OWNER] = added;
    return added;
  }

  /** What runs in a scope as a program, not on import. */
  asProgram(scope: number): number {
    const added = this.add(scope, 0, this.bitsOf(scope) | PROGRAM);
    this.data[added * WIDTH + OWNER] = this.ownerOf(scope);
    return added;
  }

  /** The scope whose values a scope has: of a function its own. */
  ownerOf(scope: number): number {
    return this.data[scope * WIDTH + OWNER] ?? MODULE;
  }

  /** The same for the same number: scopes are told apart by what they are. */
  at(scope: number): Scope {
    const known = this.made.get(scope);
    if (known !== undefined) return known;
    const bits = this.bitsOf(scope);
    const made: Scope = {
      deferred: (bits & DEFERRED) !== 0,
      program: (bits & PROGRAM) !== 0,
      functions: this.functionsOf(scope),
      values: this.valuesOf(this.ownerOf(scope)),
      outer: this.valuesOf(MODULE),
    };
    this.made.set(scope, made);
    return made;
  }

  private functionsOf(scope: number): readonly string[] {
    const names: string[] = [];
    for (let at = scope; at !== MODULE; at = this.data[at * WIDTH] ?? MODULE) {
      const name = this.nameOf(this.data[at * WIDTH + NAMED] ?? 0);
      if (name !== '') names.push(name);
    }
    return names.reverse().slice(0, MOST_NAMES);
  }

  private nameOf(named: number): string {
    const { tree } = this;
    const callee = tree.kindOf(named) === KIND.call ? tree.innerOf(named) : named;
    return tree.kindOf(callee) === KIND.name ? tree.written(callee) : '';
  }

  private valuesOf(owner: number): Values {
    const known = this.values.get(owner);
    if (known !== undefined) return known;
    const values = new ScopeValues(this.given, owner);
    this.values.set(owner, values);
    return values;
  }

  private bitsOf(scope: number): number {
    return this.data[scope * WIDTH + BITS] ?? 0;
  }

  private add(around: number, named: number, bits: number): number {
    const base = this.count * WIDTH;
    if (base === this.data.length) this.data = doubled(this.data);
    this.data[base] = around;
    this.data[base + NAMED] = named;
    this.data[base + BITS] = bits;
    this.count += 1;
    return this.count - 1;
  }
}

/** What names were given in one scope. */
class ScopeValues implements Values {
  private readonly given: GivenValues;
  private readonly owner: number;

  constructor(given: GivenValues, owner: number) {
    this.given = given;
    this.owner = owner;
  }

  get(name: string): readonly Node[] | undefined {
    return this.given.get(this.owner, name);
  }
}
