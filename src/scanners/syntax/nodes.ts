/** Nodes of a syntax tree, as those who ask see them. */

/** Parts between two separators, in source order: operands, operators and keywords. */
export interface Sequence {
  readonly parts: readonly Node[];
  readonly start: number;
  /** Python: columns before the first word of the line (a tab counts 8, as in CPython); elsewhere 0. */
  readonly indent: number;
}

/** Offsets into the text. */
export interface Place {
  readonly start: number;
  readonly end: number;
}
/** One node; `id` is its place in the tree. */
interface Placed extends Place {
  readonly id: number;
}
export interface NameNode extends Placed {
  readonly kind: 'name';
  readonly text: string;
}
/** A keyword or an operator. */
export interface SignNode extends Placed {
  readonly kind: 'word' | 'operator';
  readonly text: string;
}
export interface MemberNode extends Placed {
  readonly kind: 'member';
  readonly of: Node;
  readonly name: string;
}
export interface CallNode extends Placed {
  readonly kind: 'call';
  readonly callee: Node;
  readonly args: readonly Sequence[];
}
export interface IndexNode extends Placed {
  readonly kind: 'index';
  readonly of: Node;
  readonly items: readonly Sequence[];
}
export interface GroupNode extends Placed {
  readonly kind: 'group';
  readonly bracket: string;
  readonly items: readonly Sequence[];
}
/** A string literal, adjacent Python literals joined. */
export interface StringNode extends Placed {
  readonly kind: 'string';
  /** Ranges of literal text as it stands in the source, with prefixes and quotes. */
  readonly pieces: readonly Place[];
  /** What is put into it: fields of an f-string or template. */
  readonly fields: readonly Sequence[];
}
export interface LiteralNode extends Placed {
  readonly kind: 'number' | 'regex';
}
export type Node = NameNode | SignNode | MemberNode | CallNode | IndexNode | GroupNode | StringNode | LiteralNode;
