/** From tokens to a tree. */
import { Chain } from './chain.ts';
import type { Language } from './language.ts';
import { SIGN, signAt } from './signs.ts';
import { isLineEnd, TOKEN, type Tokens } from './tokens.ts';
import { KIND, Tree } from './tree.ts';
import { WordTable } from './vocabulary.ts';

/**
 * Deepest nesting that is kept; CPython refuses more than 200 open brackets (Parser/lexer, MAXLEVEL). What lies deeper is
 * not lost, it is listed flat in the level above.
 */
const DEEPEST = 200;

/** Most members, calls and indexes in one chain; what follows is listed beside it. A bound for whoever walks down a chain. */
const LONGEST_CHAIN = 1_000;

const KEYWORDS: Readonly<Record<Language, WordTable>> = {
  python: new WordTable(
    'and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
      ' ',
    ),
  ),
  javascript: new WordTable(
    'as async await break case catch class const continue debugger default delete do else export extends finally for from function if import in instanceof let new of return switch throw try typeof var void while with yield'.split(
      ' ',
    ),
  ),
  r: new WordTable('if else for while repeat function in next break'.split(' ')),
};
/** Keywords that are called or imported like a function. */
const CALLED_WORDS = new WordTable(['import', 'async', 'from', 'of', 'as', 'let']);

/** Whether a token ends what stands in brackets; the end of the text does too. */
function closes(kind: number): boolean {
  return kind === TOKEN.end || kind === TOKEN.close || kind === TOKEN.templateMiddle || kind === TOKEN.templateClose;
}

const DOT = 46;
const QUESTION = 63;
const DOLLAR = 36;
const AT = 64;
const COLON = 58;
const SEMICOLON = 59;
const COMMA = 44;
const OPEN_ROUND = 40;
const OPEN_CURLY = 123;

/** Nodes for each token, at first: ordinary source has fewer. */
const NODES_PER_TOKEN = 1.25;

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
  private readonly keywords: WordTable;
  private at = 0;
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
    this.tree = new Tree(tokens.text, language, Math.ceil(tokens.length * NODES_PER_TOKEN));
  }

  run(): number {
    let first = 0;
    let last = 0;
    while (this.at < this.tokens.length) {
      const items = this.items();
      if (first === 0) first = items;
      else if (items !== 0) this.tree.setNext(last, items);
      if (items !== 0) last = this.lastItem;
      this.at += 1;
    }
    return first;
  }

  /** The last of the sequences that `items` read. */
  private lastItem = 0;

  /** The first of the sequences up to the bracket that closes them, each linked to the next; stands on it afterwards. */
  private items(): number {
    let first = 0;
    let last = 0;
    while (!closes(this.tokens.kindAt(this.at)) || this.isFlatClose()) {
      const sequence = this.sequence();
      if (sequence !== 0) {
        if (first === 0) first = sequence;
        else this.tree.setNext(last, sequence);
        last = sequence;
      }
      if (this.isSeparator()) this.at += 1;
    }
    this.lastItem = last;
    return first;
  }

  private isFlatClose(): boolean {
    return this.flattened > 0 && this.tokens.kindAt(this.at) === TOKEN.close;
  }

  private isSeparator(): boolean {
    const kind = this.tokens.kindAt(this.at);
    if (kind === TOKEN.line) return true;
    if (kind !== TOKEN.operator) return false;
    const code = this.codeHere();
    // A comma between statements keeps Python's `import a, b` and `x, y = f()`, and JavaScript's `import a, { b }`, whole.
    return (
      code === SEMICOLON || (code === COMMA && (this.depth > 0 || (this.language !== 'python' && !this.importing)))
    );
  }

  private isImport(): boolean {
    return (
      this.tokens.endOf(this.at) - this.tokens.startOf(this.at) === 6 &&
      this.text.startsWith('import', this.tokens.startOf(this.at))
    );
  }

  /** One sequence; 0 where it has no parts. */
  private sequence(): number {
    const start = this.tokens.startOf(this.at);
    if (this.language === 'python' && this.depth === 0) this.measureIndent(start);
    const { indent } = this;
    this.importing = this.depth === 0 && this.isImport();
    let first = 0;
    let last = 0;
    let count = 0;
    let signs = 0;
    while (true) {
      const kind = this.tokens.kindAt(this.at);
      if (kind === TOKEN.line && this.continues(last)) {
        this.at += 1;
        continue;
      }
      if ((closes(kind) && !this.isFlatClose()) || this.isSeparator()) break;
      if (this.isJavascript && this.endsHere(last)) break;
      const part = this.part(kind);
      if (first === 0) first = part;
      else this.tree.setNext(last, part);
      last = part;
      count += 1;
      signs |= this.signOf(part);
    }
    if (first === 0) return 0;
    const sequence = this.tree.add(KIND.sequence, start, indent);
    this.tree.setParts(sequence, first, { count, signs });
    return sequence;
  }

  private signOf(part: number): number {
    const kind = this.tree.kindOf(part);
    if (kind === KIND.operator) return signAt(this.text, this.tree.startOf(part), this.tree.endOf(part));
    return kind === KIND.regex ? SIGN.regex : 0;
  }

  /** R: a line that ends in an operator goes on. */
  private continues(last: number): boolean {
    return this.language === 'r' && this.tree.kindOf(last) === KIND.operator;
  }

  private measureIndent(start: number): void {
    if (this.at > 0 && this.tokens.kindAt(this.at - 1) !== TOKEN.line) return;
    // No further back than the line before ends: text without line feeds would be gone through for each of its lines.
    const least = this.at === 0 ? 0 : this.tokens.endOf(this.at - 1);
    let lineStart = start;
    while (lineStart > least && !isLineEnd(this.text.charCodeAt(lineStart - 1))) lineStart -= 1;
    let columns = 0;
    for (let at = lineStart; at < start; at += 1)
      columns = this.text.charCodeAt(at) === 9 ? columns - (columns % 8) + 8 : columns + 1;
    this.indent = columns;
  }

  /** JavaScript's automatic semicolon: an operand, a new line, an operand. */
  private endsHere(last: number): boolean {
    if (last === 0) return false;
    const kind = this.tokens.kindAt(this.at);
    if (kind !== TOKEN.name && kind !== TOKEN.string && kind !== TOKEN.templateOpen) return false;
    const before = this.tree.kindOf(last);
    if (before === KIND.operator || before === KIND.word) return false;
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
        this.at += 1;
        return this.postfixed(this.tree.add(kind === TOKEN.number ? KIND.number : KIND.regex, start, end));
      case TOKEN.open:
        if (this.depth < DEEPEST) return this.postfixed(this.group(start));
        this.flattened += 1;
        break;
      case TOKEN.close:
        this.flattened -= 1;
        break;
    }
    this.at += 1;
    return this.tree.add(KIND.operator, start, end);
  }

  private named(start: number, end: number): number {
    this.at += 1;
    if (this.keywords.hasAt(this.text, start, end)) {
      const called =
        this.isJavascript &&
        this.tokens.kindAt(this.at) === TOKEN.open &&
        this.codeHere() === OPEN_ROUND &&
        CALLED_WORDS.hasAt(this.text, start, end);
      if (!called) return this.tree.add(KIND.word, start, end);
    }
    return this.postfixed(this.tree.add(KIND.name, start, end));
  }

  private codeHere(): number {
    return this.text.charCodeAt(this.tokens.startOf(this.at));
  }

  private group(start: number): number {
    const group = this.tree.add(KIND.group, start, start);
    this.tree.setInside(group, 0, this.bracketed());
    this.tree.setEnd(group, this.lastEnd());
    return group;
  }

  /** What stands between the bracket here and its close; stands after it afterwards. */
  private bracketed(): number {
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

  private postfixed(primary: number): number {
    let node = primary;
    const start = this.tree.startOf(primary);
    for (let links = 0; links < LONGEST_CHAIN; links += 1) {
      const kind = this.tokens.kindAt(this.at);
      if (kind === TOKEN.operator) {
        if (this.isMember()) {
          const name = this.tokens.startOf(this.at + 1);
          this.at += 2;
          const member = this.tree.add(KIND.member, start, this.lastEnd());
          this.tree.setInside(member, node, name);
          node = member;
        } else if (this.isOptionalCall()) this.at += 1;
        else break;
      } else if (kind === TOKEN.open && this.depth < DEEPEST && this.codeHere() !== OPEN_CURLY)
        node = this.applied(node, start);
      else break;
    }
    return node;
  }

  /** A call or an index. */
  private applied(node: number, start: number): number {
    const kind = this.codeHere() === OPEN_ROUND ? KIND.call : KIND.index;
    const items = this.bracketed();
    const applied = this.tree.add(kind, start, this.lastEnd());
    this.tree.setInside(applied, node, items);
    return applied;
  }

  private isMember(): boolean {
    const code = this.codeHere();
    switch (this.language) {
      case 'python':
        return code === DOT && this.lengthHere() === 1 && this.isNameNext();
      case 'javascript':
        return (
          ((code === DOT && this.lengthHere() === 1) || (code === QUESTION && this.isOptional())) && this.isNameNext()
        );
      case 'r':
        return (
          (((code === DOLLAR || code === AT) && this.lengthHere() === 1) || (code === COLON && this.isNamespace())) &&
          (this.isNameNext() || this.tokens.kindAt(this.at + 1) === TOKEN.string)
        );
    }
  }

  private isNameNext(): boolean {
    return this.tokens.kindAt(this.at + 1) === TOKEN.name;
  }

  private lengthHere(): number {
    return this.tokens.endOf(this.at) - this.tokens.startOf(this.at);
  }

  /** JavaScript: `?.`. */
  private isOptional(): boolean {
    return this.lengthHere() === 2 && this.text.charCodeAt(this.tokens.startOf(this.at) + 1) === DOT;
  }

  /** R: `::` and `:::`, not `:=`. */
  private isNamespace(): boolean {
    return this.lengthHere() > 1 && this.text.charCodeAt(this.tokens.startOf(this.at) + 1) === COLON;
  }

  /** JavaScript: `f?.(x)` and `a?.[0]`. */
  private isOptionalCall(): boolean {
    return (
      this.isJavascript &&
      this.codeHere() === QUESTION &&
      this.isOptional() &&
      this.tokens.kindAt(this.at + 1) === TOKEN.open
    );
  }

  private string(start: number): number {
    const string = this.tree.add(KIND.string, start, start);
    const pieces = new Chain(this.tree);
    const fields = new Chain(this.tree);
    let count = 0;
    while (true) {
      const kind = this.tokens.kindAt(this.at);
      if (kind !== TOKEN.string && kind !== TOKEN.templateOpen) break;
      const isOnly = count === 0 && kind === TOKEN.string && !this.isStringNext();
      if (isOnly) this.at += 1;
      else this.piece(pieces);
      count += 1;
      if (kind === TOKEN.templateOpen) this.templateRest(pieces, fields);
      if (this.language !== 'python') break;
    }
    this.tree.setInside(string, pieces.first, fields.first);
    this.tree.setEnd(string, this.lastEnd());
    return string;
  }

  /** Python: literals that stand beside each other are one. */
  private isStringNext(): boolean {
    const next = this.tokens.kindAt(this.at + 1);
    return this.language === 'python' && (next === TOKEN.string || next === TOKEN.templateOpen);
  }

  private piece(pieces: Chain): void {
    const start = this.tokens.startOf(this.at);
    const end = this.tokens.endOf(this.at);
    this.at += 1;
    const piece = this.tree.add(KIND.piece, start, end);
    pieces.put(piece, piece);
  }

  private templateRest(pieces: Chain, fields: Chain): void {
    this.depth += 1;
    while (this.at < this.tokens.length) {
      if (this.depth < DEEPEST) {
        const items = this.items();
        fields.put(items, this.lastItem);
      }
      const kind = this.tokens.kindAt(this.at);
      if (kind === TOKEN.templateMiddle || kind === TOKEN.templateClose) this.piece(pieces);
      else this.at += 1;
      if (kind === TOKEN.templateClose) break;
    }
    this.depth -= 1;
  }
}
