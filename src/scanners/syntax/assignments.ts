/** Assignments of one source, kept as numbers: of most nobody asks anything. */
import type { Dotted } from './dotted.ts';
import type { Parts } from './given-values.ts';
import { doubled } from './rows.ts';
import type { Scopes } from './scopes.ts';
import type { Spots } from './spots.ts';
import { KIND, type Node, type Tree } from './tree.ts';
import type { Assignment, Scope } from './uses.ts';

/** What is kept of one: where it stands, the number of its target or `KEY`, the parts of its value, and its scope. */
const WIDTH = 5;
const [TARGET, FIRST, COUNT, SCOPE] = [1, 2, 3, 4];
/** Stands for the target of a property, whose key is the node that it stands at. */
const KEY = -1;

export class Assignments {
  private readonly tree: Tree;
  private readonly dotted: Dotted;
  private readonly scopes: Scopes;
  private length = 0;
  private data = new Int32Array(64 * WIDTH);
  private madeAll: readonly Assignment[] | undefined;

  constructor(tree: Tree, dotted: Dotted, scopes: Scopes) {
    this.tree = tree;
    this.dotted = dotted;
    this.scopes = scopes;
  }

  /** `target`: number in `dotted`. */
  push(place: number, target: number, { first, count }: Parts, scope: number): void {
    const base = this.length * WIDTH;
    if (base === this.data.length) this.data = doubled(this.data);
    this.data[base] = place;
    this.data[base + TARGET] = target;
    this.data[base + FIRST] = first;
    this.data[base + COUNT] = count;
    this.data[base + SCOPE] = scope;
    this.length += 1;
  }

  pushProperty(key: number, value: Parts, scope: number): void {
    this.push(key, KEY, value, scope);
  }

  get all(): readonly Assignment[] {
    this.madeAll ??= Array.from({ length: this.length }, (_, at) => new ReadAssignment(this, at * WIDTH));
    return this.madeAll;
  }

  /** Those in which one of the spots lies. */
  holding(spots: Spots): readonly Assignment[] {
    const found: Assignment[] = [];
    for (let base = 0; base < this.length * WIDTH; base += WIDTH)
      if (spots.after(this.startOf(base)) < this.endOf(base)) found.push(new ReadAssignment(this, base));
    return found;
  }

  isProperty(base: number): boolean {
    return this.data[base + TARGET] === KEY;
  }

  targetOf(base: number): string {
    const { tree } = this;
    if (!this.isProperty(base)) return this.dotted.textOf(this.data[base + TARGET] ?? 0);
    const place = this.data[base] ?? 0;
    const key = tree.text.slice(tree.startOf(place), tree.endOf(place));
    return tree.kindOf(place) === KIND.string || tree.language === 'r' ? key.replace(/["'`]/g, '') : key;
  }

  valueOf(base: number): readonly Node[] {
    return this.tree.parts(this.data[base + FIRST] ?? 0, this.data[base + COUNT] ?? 0);
  }

  startOf(base: number): number {
    return this.tree.startOf(this.data[base] ?? 0);
  }

  endOf(base: number): number {
    let last = this.data[base + FIRST] ?? 0;
    for (let left = (this.data[base + COUNT] ?? 0) - 1; left > 0; left -= 1) last = this.tree.nextOf(last);
    return this.tree.endOf(last);
  }

  scopeOf(base: number): Scope {
    return this.scopes.at(this.data[base + SCOPE] ?? 0);
  }
}

/** An assignment that somebody asks about. */
class ReadAssignment implements Assignment {
  private readonly assignments: Assignments;
  private readonly base: number;

  constructor(assignments: Assignments, base: number) {
    this.assignments = assignments;
    this.base = base;
  }

  get target(): string {
    return this.assignments.targetOf(this.base);
  }

  get property(): boolean {
    return this.assignments.isProperty(this.base);
  }

  get value(): readonly Node[] {
    return this.assignments.valueOf(this.base);
  }

  get start(): number {
    return this.assignments.startOf(this.base);
  }

  get end(): number {
    return this.assignments.endOf(this.base);
  }

  get scope(): Scope {
    return this.assignments.scopeOf(this.base);
  }
}
