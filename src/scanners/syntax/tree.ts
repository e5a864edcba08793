/**
 * Syntax trees of Python, JavaScript and R in one tolerant form: calls, members, strings and brackets exactly; what stands
 * between them (operators, keywords) as a flat list. That is what rules ask for, it needs one token of look-ahead, reads
 * a broken file to its end, and costs a fraction of a full grammar.
 */
import type { Language } from './language.ts';
import { TOKEN, type Tokens } from './tokens.ts';

/** Parts between two separators, in source order: operands, operators and keywords. */
export interface Sequence {
  readonly parts: readonly Node[];
  readonly start: number;
  /** Python: columns before the first word of the line (a tab counts 8, as in CPython); elsewhere 0. */
  readonly indent: number;
}

interface Place {
  readonly start: number;
  readonly end: number;
}
export interface NameNode extends Place {
  readonly kind: 'name';
  readonly text: string;
}
/** A keyword or an operator. */
export interface SignNode extends Place {
  readonly kind: 'word' | 'operator';
  readonly text: string;
}
export interface MemberNode extends Place {
  readonly kind: 'member';
  readonly of: Node;
  readonly name: string;
}
export interface CallNode extends Place {
  readonly kind: 'call';
  readonly callee: Node;
  readonly args: readonly Sequence[];
}
export interface IndexNode extends Place {
  readonly kind: 'index';
  readonly of: Node;
  readonly items: readonly Sequence[];
}
export interface GroupNode extends Place {
  readonly kind: 'group';
  readonly bracket: string;
  readonly items: readonly Sequence[];
}
/** A string literal, adjacent Python literals joined. */
export interface StringNode extends Place {
  readonly kind: 'string';
  /** Ranges of literal text as it stands in the source, with prefixes and quotes. */
  readonly pieces: readonly Place[];
  /** What is put into it: fields of an f-string or template. */
  readonly fields: readonly Sequence[];
}
export interface LiteralNode extends Place {
  readonly kind: 'number' | 'regex';
}
export type Node = NameNode | SignNode | MemberNode | CallNode | IndexNode | GroupNode | StringNode | LiteralNode;

/**
 * Deepest nesting that is kept; CPython refuses more than 200 open brackets (Parser/lexer, MAXLEVEL). What lies deeper is
 * not lost, it is listed flat in the level above.
 */
const DEEPEST = 200;

/** Most members, calls and indexes in one chain; what follows is listed beside it. A bound for whoever walks down a chain. */
const LONGEST_CHAIN = 1_000;

const KEYWORDS: Readonly<Record<Language, ReadonlySet<string>>> = {
  python: new Set(
    'and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
      ' ',
    ),
  ),
  javascript: new Set(
    'as async await break case catch class const continue debugger default delete do else export extends finally for from function if import in instanceof let new of return switch throw try typeof var void while with yield'.split(
      ' ',
    ),
  ),
  r: new Set('if else for while repeat function in next break'.split(' ')),
};
/** Keywords that are called or imported like a function. */
const CALLED_WORDS: ReadonlySet<string> = new Set(['import', 'async', 'from', 'of', 'as', 'let']);
/** Whether a token ends what stands in brackets; the end of the text does too. */
function closes(kind: number | undefined): boolean {
  return kind === undefined || kind === TOKEN.close || kind === TOKEN.templateMiddle || kind === TOKEN.templateClose;
}

/**
 * Collects lists inside lists on one stack, the innermost on top, and cuts each to its length: lists that grow by
 * themselves would take several times the memory.
 */
class Stack<T> {
  private readonly held: T[] = [];
  /** Where the next one goes; the array is never cut, which would cost more than what it keeps alive meanwhile. */
  height = 0;

  push(one: T): void {
    this.held[this.height] = one;
    this.height += 1;
  }

  /** The top one of those from `base` on. */
  topFrom(base: number): T | undefined {
    return this.height > base ? this.held[this.height - 1] : undefined;
  }

  /** Takes off what was put on from `base` on. */
  takeFrom(base: number): readonly T[] {
    if (this.height === base) return [];
    const taken = this.held.slice(base, this.height);
    this.height = base;
    return taken;
  }
}

const DOT = 46;
const QUESTION = 63;
const DOLLAR = 36;
const AT = 64;
const COLON = 58;

/** Statements of a token list. Never throws; linear in the tokens. */
export function parseTree(tokens: Tokens, language: Language): readonly Sequence[] {
  return new TreeParser(tokens, language).run();
}

class TreeParser {
  private readonly tokens: Tokens;
  private readonly language: Language;
  private readonly keywords: ReadonlySet<string>;
  private readonly nodes = new Stack<Node>();
  private readonly sequences = new Stack<Sequence>();
  private at = 0;
  private depth = 0;
  /** Brackets below the deepest level, which are not followed. */
  private flattened = 0;
  private indent = 0;
  private importing = false;

  constructor(tokens: Tokens, language: Language) {
    this.tokens = tokens;
    this.language = language;
    this.keywords = KEYWORDS[language];
  }

  run(): readonly Sequence[] {
    const statements: Sequence[] = [];
    while (this.at < this.tokens.length) {
      for (const item of this.items()) statements.push(item);
      this.at += 1;
    }
    return statements;
  }

  /** Sequences up to the bracket that closes them; stands on it afterwards. */
  private items(): readonly Sequence[] {
    const base = this.sequences.height;
    while (!closes(this.tokens.kindAt(this.at)) || this.isFlatClose()) {
      const sequence = this.sequence();
      if (sequence.parts.length > 0) this.sequences.push(sequence);
      if (this.isSeparator()) this.at += 1;
    }
    return this.sequences.takeFrom(base);
  }

  private isFlatClose(): boolean {
    return this.flattened > 0 && this.tokens.kindAt(this.at) === TOKEN.close;
  }

  private isSeparator(): boolean {
    const kind = this.tokens.kindAt(this.at);
    if (kind === TOKEN.line) return true;
    if (kind !== TOKEN.operator) return false;
    const code = this.tokens.codeAt(this.at);
    // A comma between statements keeps Python's `import a, b` and `x, y = f()`, and JavaScript's `import a, { b }`, whole.
    return code === 59 || (code === 44 && (this.depth > 0 || (this.language !== 'python' && !this.importing)));
  }

  private isImport(): boolean {
    return this.tokens.endOf(this.at) - this.tokens.startOf(this.at) === 6 && this.tokens.textOf(this.at) === 'import';
  }

  private sequence(): Sequence {
    const base = this.nodes.height;
    const start = this.tokens.startOf(this.at);
    if (this.language === 'python' && this.depth === 0) this.measureIndent(start);
    const { indent } = this;
    this.importing = this.depth === 0 && this.isImport();
    while (true) {
      const kind = this.tokens.kindAt(this.at);
      const last = this.nodes.topFrom(base);
      if (kind === TOKEN.line && this.continues(last)) {
        this.at += 1;
        continue;
      }
      if ((closes(kind) && !this.isFlatClose()) || this.isSeparator()) break;
      if (this.language === 'javascript' && this.endsHere(last)) break;
      this.nodes.push(this.part());
    }
    return { parts: this.nodes.takeFrom(base), start, indent };
  }

  /** R: a line that ends in an operator goes on. */
  private continues(last: Node | undefined): boolean {
    return this.language === 'r' && last?.kind === 'operator';
  }

  private measureIndent(start: number): void {
    const lastKind = this.tokens.kindAt(this.at - 1);
    if (this.at > 0 && lastKind !== TOKEN.line) return;
    const lineStart = this.tokens.text.lastIndexOf('\n', start - 1) + 1;
    let columns = 0;
    for (let at = lineStart; at < start; at += 1)
      columns = this.tokens.text.charCodeAt(at) === 9 ? columns - (columns % 8) + 8 : columns + 1;
    this.indent = columns;
  }

  /** JavaScript's automatic semicolon: an operand, a new line, an operand. */
  private endsHere(last: Node | undefined): boolean {
    if (last === undefined || last.kind === 'operator' || last.kind === 'word') return false;
    const kind = this.tokens.kindAt(this.at);
    if (kind !== TOKEN.name && kind !== TOKEN.string && kind !== TOKEN.templateOpen) return false;
    for (let at = last.end; at < this.tokens.startOf(this.at); at += 1)
      if (this.tokens.text.charCodeAt(at) === 10) return true;
    return false;
  }

  private part(): Node {
    const kind = this.tokens.kindAt(this.at);
    const start = this.tokens.startOf(this.at);
    const end = this.tokens.endOf(this.at);
    switch (kind) {
      case TOKEN.name:
        return this.named(start, end);
      case TOKEN.string:
      case TOKEN.templateOpen:
        return this.postfixed(this.string(start));
      case TOKEN.number:
      case TOKEN.regex:
        this.at += 1;
        return this.postfixed({ kind: kind === TOKEN.number ? 'number' : 'regex', start, end });
      case TOKEN.open:
        if (this.depth < DEEPEST) return this.postfixed(this.group(start));
        this.flattened += 1;
        break;
      case TOKEN.close:
        this.flattened -= 1;
        break;
    }
    this.at += 1;
    return { kind: 'operator', text: this.tokens.text.slice(start, end), start, end };
  }

  private named(start: number, end: number): Node {
    const text = this.tokens.text.slice(start, end);
    this.at += 1;
    const called = this.tokens.kindAt(this.at) === TOKEN.open && this.codeHere() === 40;
    if (this.keywords.has(text) && !(called && this.language === 'javascript' && CALLED_WORDS.has(text)))
      return { kind: 'word', text, start, end };
    const name = this.language === 'r' && text.startsWith('`') ? text.slice(1, -1) : text;
    return this.postfixed({ kind: 'name', text: name, start, end });
  }

  private codeHere(): number {
    return this.tokens.codeAt(this.at);
  }

  private group(start: number): GroupNode {
    const bracket = this.tokens.text.charAt(start);
    const items = this.bracketed();
    return { kind: 'group', bracket, items, start, end: this.lastEnd() };
  }

  /** What stands between the bracket here and its close; stands after it afterwards. */
  private bracketed(): readonly Sequence[] {
    this.at += 1;
    this.depth += 1;
    const items = this.items();
    this.depth -= 1;
    if (this.tokens.kindAt(this.at) === TOKEN.close) this.at += 1;
    return items;
  }

  private lastEnd(): number {
    return this.tokens.endOf(this.at - 1);
  }

  private postfixed(primary: Node): Node {
    let node = primary;
    for (let links = 0; links < LONGEST_CHAIN; links += 1) {
      const kind = this.tokens.kindAt(this.at);
      if (kind === TOKEN.operator && this.isMember()) {
        const name = this.tokens.textOf(this.at + 1);
        this.at += 2;
        node = { kind: 'member', of: node, name, start: node.start, end: this.lastEnd() };
      } else if (kind === TOKEN.open && this.depth < DEEPEST && this.codeHere() !== 123) {
        const isCall = this.codeHere() === 40;
        const items = this.bracketed();
        const { start } = node;
        const end = this.lastEnd();
        node = isCall
          ? { kind: 'call', callee: node, args: items, start, end }
          : { kind: 'index', of: node, items, start, end };
      } else if (kind === TOKEN.operator && this.isOptionalCall()) this.at += 1;
      else break;
    }
    return node;
  }

  private isMember(): boolean {
    const next = this.tokens.kindAt(this.at + 1);
    if (next !== TOKEN.name && !(next === TOKEN.string && this.language === 'r')) return false;
    const length = this.tokens.endOf(this.at) - this.tokens.startOf(this.at);
    const code = this.codeHere();
    switch (this.language) {
      case 'python':
        return code === DOT && length === 1;
      case 'javascript':
        return (code === DOT && length === 1) || (code === QUESTION && this.isOptional(length));
      case 'r':
        return ((code === DOLLAR || code === AT) && length === 1) || (code === COLON && this.isNamespace(length));
    }
  }

  /** JavaScript: `?.`. */
  private isOptional(length: number): boolean {
    return length === 2 && this.tokens.text.charCodeAt(this.tokens.startOf(this.at) + 1) === DOT;
  }

  /** R: `::` and `:::`, not `:=`. */
  private isNamespace(length: number): boolean {
    return length > 1 && this.tokens.text.charCodeAt(this.tokens.startOf(this.at) + 1) === COLON;
  }

  /** JavaScript: `f?.(x)` and `a?.[0]`. */
  private isOptionalCall(): boolean {
    return (
      this.language === 'javascript' &&
      this.tokens.kindAt(this.at + 1) === TOKEN.open &&
      this.codeHere() === QUESTION &&
      this.isOptional(this.tokens.endOf(this.at) - this.tokens.startOf(this.at))
    );
  }

  private string(start: number): StringNode {
    const pieces: Place[] = [];
    const fields: Sequence[] = [];
    while (true) {
      const kind = this.tokens.kindAt(this.at);
      if (kind !== TOKEN.string && kind !== TOKEN.templateOpen) break;
      pieces.push(this.piece());
      if (kind === TOKEN.templateOpen) this.templateRest(pieces, fields);
      if (this.language !== 'python') break;
    }
    return { kind: 'string', pieces, fields, start, end: this.lastEnd() };
  }

  private piece(): Place {
    const place = { start: this.tokens.startOf(this.at), end: this.tokens.endOf(this.at) };
    this.at += 1;
    return place;
  }

  private templateRest(pieces: Place[], fields: Sequence[]): void {
    this.depth += 1;
    while (this.at < this.tokens.length) {
      if (this.depth < DEEPEST) for (const item of this.items()) fields.push(item);
      const kind = this.tokens.kindAt(this.at);
      if (kind === TOKEN.templateMiddle || kind === TOKEN.templateClose) pieces.push(this.piece());
      else this.at += 1;
      if (kind === TOKEN.templateClose) break;
    }
    this.depth -= 1;
  }
}
