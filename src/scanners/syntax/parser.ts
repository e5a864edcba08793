/** From tokens to a tree. */
import { Chain } from './chain.ts';
import type { Language } from './language.ts';
import { operatorNumber, SIGN, signOf } from './signs.ts';
import { isLineEnd, kindOf, markOf, TOKEN, type Tokens } from './tokens.ts';
import { KIND, Tree } from './tree.ts';
import { knownWord, USE, usesOf } from './words.ts';

/**
 * Deepest nesting that is kept; CPython refuses more than 200 open brackets (Parser/lexer, MAXLEVEL). What lies deeper is
 * not lost, it is listed flat in the level above.
 */
const DEEPEST = 200;

/** Most members, calls and indexes in one chain; what follows is listed beside it. A bound for whoever walks down a chain. */
const LONGEST_CHAIN = 1_000;

const KEYWORDS: Readonly<Record<Language, number>> = { python: USE.python, javascript: USE.javascript, r: USE.r };
const IMPORT = knownWord('import');

const CLOSERS = (1 << TOKEN.end) | (1 << TOKEN.close) | (1 << TOKEN.templateMiddle) | (1 << TOKEN.templateClose);

/** Whether a token ends what stands in brackets; the end of the text does too. */
function closes(kind: number): boolean {
  return ((CLOSERS >>> kind) & 1) === 1;
}

const DOT = operatorNumber('.');
const OPTIONAL = operatorNumber('?.');
const DOLLAR = operatorNumber('$');
const AT = operatorNumber('@');
const NAMESPACE = operatorNumber('::');
const INNER_NAMESPACE = operatorNumber(':::');
const SEMICOLON = operatorNumber(';');
const COMMA = operatorNumber(',');
const OPEN_ROUND = 40;
const BACKTICK = 96;
const OPEN_CURLY = 123;

/** A tree and the first of its statements. */
export interface Parsed {
  readonly tree: Tree;
  readonly statements: number;
}

/** Reads statements out of a token list. Never throws; linear in the tokens. */
export function parseTree(tokens: Tokens, language: Language): Parsed {
  const parser = new TreeParser(tokens, language);
  return { statements: parser.run(), tree: parser.tree };
}

class TreeParser {
  readonly tree: Tree;
  private readonly tokens: Tokens;
  private readonly text: string;
  private readonly language: Language;
  private readonly isJavascript: boolean;
  /** The `USE` of its keywords. */
  private readonly keywords: number;
  private at = 0;
  /** `TOKEN` and mark of the token here. */
  private kind: number = TOKEN.end;
  private mark = 0;
  private depth = 0;
  /** Brackets below the deepest level, which are not followed. */
  private flattened = 0;
  private indent = 0;
  private importing = false;

  constructor(tokens: Tokens, language: Language) {
    this.tokens = tokens;
    this.text = tokens.text;
    this.language = language;
    this.isJavascript = language === 'javascript';
    this.keywords = KEYWORDS[language];
    this.tree = new Tree(tokens.text, tokens.words, language);
    this.look();
  }

  /** One token further. */
  private step(): void {
    this.at += 1;
    this.look();
  }

  private look(): void {
    const head = this.tokens.headAt(this.at);
    this.kind = kindOf(head);
    this.mark = markOf(head);
  }

  run(): number {
    let first = 0;
    let last = 0;
    while (this.kind !== TOKEN.end) {
      const items = this.items();
      if (first === 0) first = items;
      else if (items !== 0) this.tree.setNext(last, items);
      if (items !== 0) last = this.lastItem;
      this.step();
    }
    return first;
  }

  /** The last of the sequences that `items` read. */
  private lastItem = 0;

  /** The first of the sequences up to the bracket that closes them, each linked to the next; stands on it afterwards. */
  private items(): number {
    let first = 0;
    let last = 0;
    while (!closes(this.kind) || this.isFlatClose()) {
      const sequence = this.sequence();
      if (sequence !== 0) {
        if (first === 0) first = sequence;
        else this.tree.setNext(last, sequence);
        last = sequence;
      }
      if (this.isSeparator()) this.step();
    }
    this.lastItem = last;
    return first;
  }

  private isFlatClose(): boolean {
    return this.flattened > 0 && this.kind === TOKEN.close;
  }

  private isSeparator(): boolean {
    if (this.kind !== TOKEN.operator) return this.kind === TOKEN.line;
    const { mark } = this;
    // A comma between statements keeps Python's `import a, b` and `x, y = f()`, and JavaScript's `import a, { b }`, whole.
    return (
      mark === SEMICOLON || (mark === COMMA && (this.depth > 0 || (this.language !== 'python' && !this.importing)))
    );
  }

  private isImport(): boolean {
    const { tokens, at } = this;
    // In R's backticks it is a name like others.
    return this.mark === IMPORT && this.kind === TOKEN.name && tokens.codeAt(at) !== BACKTICK;
  }

  /** One sequence; 0 where it has no parts. */
  private sequence(): number {
    const start = this.tokens.startOf(this.at);
    if (this.language === 'python' && this.depth === 0) this.measureIndent(start);
    const { indent } = this;
    this.importing = this.depth === 0 && this.isImport();
    let first = 0;
    let last = 0;
    let lastKind = 0;
    let count = 0;
    let signs = 0;
    while (true) {
      const { kind } = this;
      if (kind === TOKEN.line && this.language === 'r' && lastKind === KIND.operator) {
        // R: a line that ends in an operator goes on.
        this.step();
        continue;
      }
      if ((closes(kind) && !this.isFlatClose()) || this.isSeparator()) break;
      if (this.isJavascript && last !== 0 && this.endsHere(last, lastKind)) break;
      const part = this.part(kind);
      if (first === 0) first = part;
      else this.tree.setNext(last, part);
      last = part;
      count += 1;
      lastKind = this.tree.kindOf(part);
      if (lastKind === KIND.operator) signs |= signOf(this.tree.markOf(part));
      else if (lastKind === KIND.regex) signs |= SIGN.regex;
    }
    return first === 0 ? 0 : this.tree.addSequence(first, indent, count, signs);
  }

  /**
   * Twice the columns before a line of Python. What follows a statement on the same line stands one deeper, so that it belongs
   * to what that line opens: `def f(): a(); b()` runs nothing.
   */
  private measureIndent(start: number): void {
    if (this.at > 0 && this.tokens.kindAt(this.at - 1) !== TOKEN.line) {
      this.indent |= 1;
      return;
    }
    this.indent = 2 * columnsBetween(this.text, this.at === 0 ? 0 : this.tokens.endOf(this.at - 1), start);
  }

  /** JavaScript's automatic semicolon: an operand, a new line, an operand. */
  private endsHere(last: number, before: number): boolean {
    const { kind } = this;
    if (before === KIND.operator || before === KIND.word) return false;
    if (kind !== TOKEN.name && kind !== TOKEN.string && kind !== TOKEN.templateOpen) return false;
    const start = this.tokens.startOf(this.at);
    for (let at = this.tree.endOf(last); at < start; at += 1) if (isLineEnd(this.text.charCodeAt(at))) return true;
    return false;
  }

  private part(kind: number): number {
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
        this.step();
        return this.postfixed(this.tree.add(kind === TOKEN.number ? KIND.number : KIND.regex, 0, start, end));
      case TOKEN.open:
        if (this.depth < DEEPEST) return this.postfixed(this.group(start));
        this.flattened += 1;
        break;
      case TOKEN.close:
        this.flattened -= 1;
        break;
    }
    const operator = this.mark;
    this.step();
    return this.tree.add(KIND.operator, operator, start, end);
  }

  private named(start: number, end: number): number {
    const word = this.mark;
    const uses = usesOf(word);
    const isQuoted = uses !== 0 && this.tokens.codeAt(this.at) === BACKTICK;
    this.step();
    if ((uses & this.keywords) !== 0 && !isQuoted) {
      const called =
        this.isJavascript && (uses & USE.called) !== 0 && this.kind === TOKEN.open && this.mark === OPEN_ROUND;
      if (!called) return this.tree.add(KIND.word, word, start, end);
    }
    return this.postfixed(this.tree.add(KIND.name, word, start, end));
  }

  private group(start: number): number {
    const group = this.tree.add(KIND.group, this.mark, start, start);
    this.tree.setInside(group, 0, this.bracketed());
    this.tree.setEnd(group, this.lastEnd());
    return group;
  }

  /** What stands between the bracket here and its close; stands after it afterwards. */
  private bracketed(): number {
    this.step();
    this.depth += 1;
    const items = this.items();
    this.depth -= 1;
    if (this.kind === TOKEN.close) this.step();
    return items;
  }

  private lastEnd(): number {
    return this.tokens.endOf(this.at - 1);
  }

  private postfixed(primary: number): number {
    let node = primary;
    const start = this.tree.startOf(primary);
    for (let links = 0; links < LONGEST_CHAIN; links += 1) {
      const { kind } = this;
      if (kind === TOKEN.operator) {
        if (this.isMember()) {
          this.step();
          const { mark } = this;
          const name = this.tokens.startOf(this.at);
          this.step();
          const member = this.tree.add(KIND.member, mark, start, this.lastEnd());
          this.tree.setInside(member, node, name);
          node = member;
        } else if (this.isOptionalCall()) this.step();
        else break;
      } else if (kind === TOKEN.open && this.depth < DEEPEST && this.mark !== OPEN_CURLY)
        node = this.applied(node, start);
      else break;
    }
    return node;
  }

  /** A call or an index. */
  private applied(node: number, start: number): number {
    const kind = this.mark === OPEN_ROUND ? KIND.call : KIND.index;
    const items = this.bracketed();
    const applied = this.tree.add(kind, 0, start, this.lastEnd());
    this.tree.setInside(applied, node, items);
    return applied;
  }

  private isMember(): boolean {
    const operator = this.mark;
    switch (this.language) {
      case 'python':
        return operator === DOT && this.isNameNext();
      case 'javascript':
        return (operator === DOT || operator === OPTIONAL) && this.isNameNext();
      case 'r':
        return (
          (operator === DOLLAR || operator === AT || operator === NAMESPACE || operator === INNER_NAMESPACE) &&
          (this.isNameNext() || this.tokens.kindAt(this.at + 1) === TOKEN.string)
        );
    }
  }

  private isNameNext(): boolean {
    return this.tokens.kindAt(this.at + 1) === TOKEN.name;
  }

  /** JavaScript: `f?.(x)` and `a?.[0]`. */
  private isOptionalCall(): boolean {
    return this.isJavascript && this.mark === OPTIONAL && this.tokens.kindAt(this.at + 1) === TOKEN.open;
  }

  private string(start: number): number {
    if (this.kind === TOKEN.string && !this.isStringNext()) {
      const end = this.tokens.endOf(this.at);
      this.step();
      return this.tree.add(KIND.string, 0, start, end);
    }
    const string = this.tree.add(KIND.string, 0, start, start);
    const pieces = new Chain(this.tree);
    const fields = new Chain(this.tree);
    while (true) {
      const { kind } = this;
      if (kind !== TOKEN.string && kind !== TOKEN.templateOpen) break;
      this.piece(pieces);
      if (kind === TOKEN.templateOpen) this.templateRest(pieces, fields);
      if (this.language !== 'python') break;
    }
    this.tree.setInside(string, pieces.first, fields.first);
    this.tree.setEnd(string, this.lastEnd());
    return string;
  }

  /** Python: literals that stand beside each other are one. */
  private isStringNext(): boolean {
    if (this.language !== 'python') return false;
    const next = this.tokens.kindAt(this.at + 1);
    return next === TOKEN.string || next === TOKEN.templateOpen;
  }

  private piece(pieces: Chain): void {
    const start = this.tokens.startOf(this.at);
    const end = this.tokens.endOf(this.at);
    this.step();
    const piece = this.tree.add(KIND.piece, 0, start, end);
    pieces.put(piece, piece);
  }

  private templateRest(pieces: Chain, fields: Chain): void {
    this.depth += 1;
    while (this.kind !== TOKEN.end) {
      if (this.depth < DEEPEST) {
        const items = this.items();
        fields.put(items, this.lastItem);
      }
      const { kind } = this;
      if (kind === TOKEN.templateMiddle || kind === TOKEN.templateClose) this.piece(pieces);
      else this.step();
      if (kind === TOKEN.templateClose) break;
    }
    this.depth -= 1;
  }
}

/**
 * Columns from the end of a line of Python to what stands first in the next (Python reference, "Indentation"): a tab fills up
 * eight, a form feed begins anew, and where the line goes on behind a backslash, what stands before that counts.
 */
function columnsBetween(text: string, lineStart: number, start: number): number {
  let columns = 0;
  for (let at = lineStart; at < start; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 92 && columns > 0) break;
    if (code === 9) columns += 8 - (columns % 8);
    else if (code === 32) columns += 1;
    else columns = 0;
  }
  return columns;
}
