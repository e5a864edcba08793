import type { Tree } from './tree.ts';

/** Nodes beside each other, as they are found. */
export class Chain {
  first = 0;
  private last = 0;
  private readonly tree: Tree;

  constructor(tree: Tree) {
    this.tree = tree;
  }

  /** Adds what begins with `first` and ends with `last`; 0 is nothing. */
  put(first: number, last: number): void {
    if (first === 0) return;
    if (this.first === 0) this.first = first;
    else this.tree.setNext(this.last, first);
    this.last = last;
  }
}
