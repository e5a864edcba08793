/**
 * Syntax trees of Python, JavaScript and R in one tolerant form: calls, members, strings and brackets exactly; what stands
 * between them (operators, keywords) as a flat list. That is what rules ask for, it needs one token of look-ahead, reads
 * a broken file to its end, and costs a fraction of a full grammar.
 */
import type { Language } from './language.ts';
import type { CallNode, GroupNode, IndexNode, MemberNode, Node, Place, Sequence, StringNode } from './nodes.ts';
import { doubled } from './rows.ts';
import { operatorNumber, SIGN_BITS } from './signs.ts';
import type { Words } from './words.ts';

export type { CallNode, IndexNode, Node, Sequence, StringNode } from './nodes.ts';

export const KIND = {
  name: 1,
  word: 2,
  operator: 3,
  member: 4,
  call: 5,
  index: 6,
  group: 7,
  string: 8,
  number: 9,
  regex: 10,
  sequence: 11,
  piece: 12,
} as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

/**
 * What is kept of one node: its kind with a mark above it, what is next beside it, and its start and end. The mark of a name
 * or word is its number, of an operator too (`operatorNumber`), of a group the code of its bracket; of a sequence it is its signs with the number of its parts
 * above. A sequence has its indent and first part where others have end and start. What holds others has two places more.
 */
const [NEXT, END, START, INNER, ITEMS] = [1, 2, 3, 4, 5];
const LEAF = 4;
const NEST = 6;
const KIND_BITS = 4;
const KIND_MASK = (1 << KIND_BITS) - 1;

/** Numbers for each character, at first: ordinary source takes fewer. */
const ROOM_PER_CHARACTER = 1;

/** What has other nodes inside. */
const NESTS = new Uint8Array(1 << KIND_BITS);
for (const kind of [KIND.member, KIND.call, KIND.index, KIND.group, KIND.string]) NESTS[kind] = 1;

/**
 * Nodes as numbers in one array: a file has hundreds of thousands of them, most of which nobody asks about. Node 0 is none.
 * Who asks about one gets an object with what stands inside made as it is asked for.
 */
export class Tree {
  readonly text: string;
  readonly words: Words;
  readonly language: Language;
  private data: Int32Array;
  private length = NEST;

  constructor(text: string, words: Words, language: Language) {
    this.text = text;
    this.words = words;
    this.language = language;
    this.data = new Int32Array(Math.ceil(text.length * ROOM_PER_CHARACTER) + 64);
  }

  add(kind: Kind, mark: number, start: number, end: number): number {
    const id = this.length;
    if (id + NEST > this.data.length) this.data = doubled(this.data);
    this.data[id] = kind | (mark << KIND_BITS);
    this.data[id + START] = start;
    this.data[id + END] = end;
    this.length += NESTS[kind] === 1 ? NEST : LEAF;
    return id;
  }

  kindOf(id: number): number {
    return (this.data[id] ?? 0) & KIND_MASK;
  }

  /** Number of a name or word (`Words`) or of an operator. */
  markOf(id: number): number {
    return (this.data[id] ?? 0) >>> KIND_BITS;
  }

  startOf(id: number): number {
    return this.data[id + START] ?? 0;
  }

  /** Offset after the last character. */
  endOf(id: number): number {
    return this.data[id + END] ?? 0;
  }

  /** Characters. */
  lengthOf(id: number): number {
    return this.endOf(id) - this.startOf(id);
  }

  /** The node or sequence beside it; 0 after the last one. */
  nextOf(id: number): number {
    return this.data[id + NEXT] ?? 0;
  }

  /** What a member, an index or a call is one of; the first piece of a string in pieces. */
  innerOf(id: number): number {
    return this.data[id + INNER] ?? 0;
  }

  /** First sequence inside a call, index, group or string; where the name of a member begins. */
  itemsOf(id: number): number {
    return this.data[id + ITEMS] ?? 0;
  }

  /** First part of a sequence. */
  firstOf(sequence: number): number {
    return this.data[sequence + START] ?? 0;
  }

  indentOf(sequence: number): number {
    return this.data[sequence + END] ?? 0;
  }

  /** `SIGN` bits of a sequence. */
  signsOf(sequence: number): number {
    return this.markOf(sequence) & ((1 << SIGN_BITS) - 1);
  }

  /** Number of the parts of a sequence. */
  countOf(sequence: number): number {
    return this.markOf(sequence) >>> SIGN_BITS;
  }

  setEnd(id: number, end: number): void {
    this.data[id + END] = end;
  }

  setNext(id: number, next: number): void {
    this.data[id + NEXT] = next;
  }

  setInside(id: number, inner: number, items: number): void {
    this.data[id + INNER] = inner;
    this.data[id + ITEMS] = items;
  }

  addSequence(first: number, indent: number, count: number, signs: number): number {
    return this.add(KIND.sequence, (count << SIGN_BITS) | signs, first, indent);
  }

  /** Whether a name, word or operator is this one. */
  is(id: number, written: string): boolean {
    const start = this.startOf(id);
    return this.endOf(id) - start === written.length && this.text.startsWith(written, start);
  }

  /** Whether a member has this name. */
  isMember(id: number, name: string): boolean {
    const start = this.itemsOf(id);
    return this.endOf(id) - start === name.length && this.text.startsWith(name, start);
  }

  /** Whether it is this word of the language, by its number. */
  isWord(id: number, word: number): boolean {
    return this.data[id] === (KIND.word | (word << KIND_BITS));
  }

  /** Whether it is a group in curly brackets. */
  isCurly(id: number): boolean {
    return this.data[id] === (KIND.group | (OPEN_CURLY << KIND_BITS));
  }

  isColon(id: number): boolean {
    return this.kindOf(id) === KIND.operator && this.markOf(id) === COLON;
  }

  /** Text of a name, word or operator; R's backticks are no part of a name. */
  written(id: number): string {
    const start = this.startOf(id);
    const end = this.endOf(id);
    const quoted = this.language === 'r' && this.kindOf(id) === KIND.name && this.text.charCodeAt(start) === BACKTICK;
    return quoted ? this.text.slice(start + 1, end - 1) : this.text.slice(start, end);
  }

  /** Name of a member. */
  memberName(id: number): string {
    return this.text.slice(this.itemsOf(id), this.endOf(id));
  }

  /** One node to ask about. */
  node(id: number): Node {
    const [start, end] = [this.startOf(id), this.endOf(id)];
    switch (this.kindOf(id)) {
      case KIND.name:
        return { kind: 'name', id, text: this.written(id), start, end };
      case KIND.word:
        return { kind: 'word', id, text: this.written(id), start, end };
      case KIND.member:
        return new Member(this, id);
      case KIND.call:
        return new Call(this, id);
      case KIND.index:
        return new Index(this, id);
      case KIND.group:
        return new Group(this, id);
      case KIND.string:
        return new Text(this, id);
      case KIND.number:
        return { kind: 'number', id, start, end };
      case KIND.regex:
        return { kind: 'regex', id, start, end };
      default:
        return { kind: 'operator', id, text: this.written(id), start, end };
    }
  }

  call(id: number): CallNode {
    return new Call(this, id);
  }

  /** `count` parts from `first` on. */
  parts(first: number, count: number): readonly Node[] {
    const parts: Node[] = [];
    for (let id = first; parts.length < count && id !== 0; id = this.nextOf(id)) parts.push(this.node(id));
    return parts;
  }

  partsOf(sequence: number): readonly Node[] {
    return this.parts(this.firstOf(sequence), this.countOf(sequence));
  }

  /** This sequence and those beside it. */
  sequences(first: number): readonly Sequence[] {
    const found: Sequence[] = [];
    for (let id = first; id !== 0; id = this.nextOf(id)) found.push(new Parts(this, id));
    return found;
  }

  /** Pieces of a string literal. */
  pieces(string: number): readonly Place[] {
    const first = this.innerOf(string);
    if (first === 0) return [{ start: this.startOf(string), end: this.endOf(string) }];
    const found: Place[] = [];
    for (let id = first; id !== 0; id = this.nextOf(id)) found.push({ start: this.startOf(id), end: this.endOf(id) });
    return found;
  }
}

const BACKTICK = 96;
const OPEN_CURLY = 123;
const COLON = operatorNumber(':');

class Parts implements Sequence {
  readonly start: number;
  readonly indent: number;
  private readonly tree: Tree;
  private readonly id: number;
  private made: readonly Node[] | undefined;

  constructor(tree: Tree, id: number) {
    this.tree = tree;
    this.id = id;
    this.start = tree.startOf(tree.firstOf(id));
    this.indent = tree.indentOf(id);
  }

  get parts(): readonly Node[] {
    this.made ??= this.tree.partsOf(this.id);
    return this.made;
  }
}

/** A node with others inside, which are made when they are asked for. */
abstract class Nest {
  readonly id: number;
  readonly start: number;
  readonly end: number;
  protected readonly tree: Tree;
  private madeInner: Node | undefined;
  private madeItems: readonly Sequence[] | undefined;

  constructor(tree: Tree, id: number) {
    this.tree = tree;
    this.id = id;
    this.start = tree.startOf(id);
    this.end = tree.endOf(id);
  }

  protected get inner(): Node {
    this.madeInner ??= this.tree.node(this.tree.innerOf(this.id));
    return this.madeInner;
  }

  protected get sequences(): readonly Sequence[] {
    this.madeItems ??= this.tree.sequences(this.tree.itemsOf(this.id));
    return this.madeItems;
  }
}

class Member extends Nest implements MemberNode {
  readonly kind = 'member';

  get of(): Node {
    return this.inner;
  }

  get name(): string {
    return this.tree.memberName(this.id);
  }
}

class Call extends Nest implements CallNode {
  readonly kind = 'call';

  get callee(): Node {
    return this.inner;
  }

  get args(): readonly Sequence[] {
    return this.sequences;
  }
}

class Index extends Nest implements IndexNode {
  readonly kind = 'index';

  get of(): Node {
    return this.inner;
  }

  get items(): readonly Sequence[] {
    return this.sequences;
  }
}

class Group extends Nest implements GroupNode {
  readonly kind = 'group';

  get bracket(): string {
    return this.tree.text.charAt(this.start);
  }

  get items(): readonly Sequence[] {
    return this.sequences;
  }
}

class Text extends Nest implements StringNode {
  readonly kind = 'string';

  get pieces(): readonly Place[] {
    return this.tree.pieces(this.id);
  }

  get fields(): readonly Sequence[] {
    return this.sequences;
  }
}
