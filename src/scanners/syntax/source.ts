/** Calls, assignments and imports of one source file, with the names they really stand for. */
import type { ContentFile } from '../../domain/content.ts';
import { Bindings, bindPattern, enteredNames, type ImportedName, importsOf } from './bindings.ts';
import { tokenizeJavascript } from './javascript-tokens.ts';
import { type Language, languageOf } from './language.ts';
import { type Power, powerOf } from './powers.ts';
import { tokenizePython } from './python-tokens.ts';
import { tokenizeR } from './r-tokens.ts';
import { type CallNode, type MemberNode, type Node, parseTree, type Sequence } from './tree.ts';
import { isConstant } from './values.ts';

/** Where something stands: what runs when the file is loaded, and what only when a function is called. */
export interface Scope {
  /** Inside a function body or a lambda. */
  readonly deferred: boolean;
  /** Under `if __name__ == '__main__'`: runs as a program, not on import. */
  readonly program: boolean;
  /** Names of the functions around, outermost first. */
  readonly functions: readonly string[];
  readonly values: Map<string, readonly Node[]>;
}

export interface Call {
  /** Dotted name as `Bindings.resolve` has it. */
  readonly name: string;
  /** What the name gives; several scanners ask about every call. */
  readonly power: Power | undefined;
  readonly node: CallNode;
  readonly scope: Scope;
  /** Arguments, keywords included; a name that was given a value before stands for that value. */
  readonly args: readonly (readonly Node[])[];
}

export interface Assignment {
  /** Dotted name, or the key where `property` is true. */
  readonly target: string;
  readonly property: boolean;
  readonly value: readonly Node[];
  readonly start: number;
  readonly scope: Scope;
}

export interface Import extends ImportedName {
  readonly start: number;
  readonly scope: Scope;
}

/** A member of something imported or global that is not called: `os.environ`, `process.env.HOME`. */
export interface Mention {
  readonly name: string;
  readonly start: number;
}

/** One statement, argument or item with more than one part, or one keyword: what rules ask about between the calls. */
export interface Phrase {
  readonly parts: readonly Node[];
  readonly start: number;
  /** Stands in brackets after a name, where `a=b` is a keyword or a default. */
  readonly argument: boolean;
  readonly scope: Scope;
}

export interface Source {
  readonly language: Language;
  readonly path: string;
  readonly text: string;
  readonly calls: readonly Call[];
  readonly assignments: readonly Assignment[];
  readonly imports: readonly Import[];
  readonly mentions: readonly Mention[];
  /** In source order, each before what stands inside it. */
  readonly phrases: readonly Phrase[];
  /** False where only the start of the file was read. */
  readonly whole: boolean;
  readonly bindings: Bindings;
}

/**
 * Characters of a file that are read: a tree of this size takes about 150 MB, and what is larger is data or a bundle of
 * other packages. A file that goes on is marked.
 */
const LARGEST_SOURCE = 2 * 1024 * 1024;

/** The file that was read last: the scanners see one file after the other, and share its reading. */
const LAST = new WeakMap<ContentFile, Source>();

/** Reads a file as source; `undefined` where it is none. Never throws; linear in the text. */
export function readSource(file: ContentFile): Source | undefined {
  const known = LAST.get(file);
  if (known !== undefined || file.text === undefined) return known;
  const language = languageOf(file.path, file.text);
  if (language === undefined) return undefined;
  const source = readText({ language, path: file.path, text: file.text, complete: file.complete });
  LAST.set(file, source);
  return source;
}

interface SourceText {
  readonly language: Language;
  readonly path: string;
  readonly text: string;
  readonly complete: boolean;
}

/** Reads one text; `readSource` without its memory. */
export function readText({ language, path, text, complete }: SourceText): Source {
  const read = text.length > LARGEST_SOURCE ? text.slice(0, LARGEST_SOURCE) : text;
  const statements = parseTree(TOKENIZERS[language](read), language);
  const reader = new Reader(language, read);
  reader.statements(statements);
  const { calls, assignments, imports, mentions, phrases, bindings } = reader;
  return {
    language,
    path,
    text: read,
    calls,
    assignments,
    imports,
    mentions,
    phrases,
    bindings,
    whole: complete && read === text,
  };
}

const TOKENIZERS = { python: tokenizePython, javascript: tokenizeJavascript, r: tokenizeR };

const ASSIGNS: ReadonlySet<string> = new Set(['=', '<-', '<<-', ':=', '+=', '->']);

/** A Python block that is open: what stands deeper than `indent` belongs to it. */
interface Block {
  readonly indent: number;
  readonly scope: Scope;
}

class Reader {
  readonly calls: Call[] = [];
  readonly assignments: Assignment[] = [];
  readonly imports: Import[] = [];
  readonly mentions: Mention[] = [];
  readonly phrases: Phrase[] = [];
  readonly bindings: Bindings;
  private readonly language: Language;
  private readonly text: string;
  private readonly module: Scope = { deferred: false, program: false, functions: [], values: new Map() };
  private readonly blocks: Block[] = [];

  constructor(language: Language, text: string) {
    this.language = language;
    this.text = text;
    this.bindings = new Bindings(text);
  }

  statements(statements: readonly Sequence[]): void {
    for (const statement of statements) {
      while ((this.blocks.at(-1)?.indent ?? -1) >= statement.indent) this.blocks.pop();
      const scope = this.blocks.at(-1)?.scope ?? this.module;
      if (this.language === 'python') this.pythonStatement(statement, scope);
      else this.sequence(statement, scope, false);
    }
  }

  private pythonStatement(statement: Sequence, scope: Scope): void {
    const { parts } = statement;
    const opener = parts.find((part) => part.kind !== 'word' || part.text !== 'async');
    const word = opener?.kind === 'word' ? opener.text : '';
    if (word !== 'def' && word !== 'class' && !(word === 'if' && isMainGuard(parts, this.text))) {
      this.sequence(statement, scope, false);
      return;
    }
    const colon = parts.findIndex((part) => part.kind === 'operator' && part.text === ':');
    const head = colon === -1 ? parts : parts.slice(0, colon);
    const named = head.find((part) => part.kind === 'call' || part.kind === 'name');
    if (word !== 'if' && named !== undefined) this.defined(named, scope);
    const inner = word === 'def' ? inFunction(scope, named) : word === 'if' ? { ...scope, program: true } : scope;
    this.blocks.push({ indent: statement.indent, scope: inner });
    if (colon !== -1) this.sequence({ ...statement, parts: parts.slice(colon + 1) }, inner, false);
  }

  /** `def f(x=g()):` and `class C(base()):` run what stands in the brackets; the name is no call. */
  private defined(named: Node, scope: Scope): void {
    const callee = named.kind === 'call' ? named.callee : named;
    if (callee.kind === 'name' && scope === this.module && this.blocks.length === 0)
      this.bindings.bind(callee.text, `.${callee.text}`);
    if (named.kind === 'call') for (const argument of named.args) this.sequence(argument, scope, true);
  }

  /** One list of parts. `isArgument`: `a=b` in it is a keyword, no assignment. */
  private sequence(sequence: Sequence, scope: Scope, isArgument: boolean): void {
    const { parts } = sequence;
    if (parts[0]?.kind === 'word' && this.imported(sequence, scope)) return;
    if (parts.length > 1 || parts[0]?.kind === 'word')
      this.phrases.push({ parts, start: sequence.start, argument: isArgument, scope });
    this.parts(parts, scope);
    if (isArgument || parts.length <= 2) return;
    this.assigned(parts, scope);
    if (this.language === 'python')
      for (const { name, value } of enteredNames(parts)) this.remember(name, [value], scope);
  }

  /** Whether it was an import. */
  private imported(sequence: Sequence, scope: Scope): boolean {
    const imports = importsOf(sequence, this.text, this.language);
    for (const imported of imports) {
      this.bindings.bind(imported.local, imported.target);
      this.imports.push({ ...imported, start: sequence.start, scope });
    }
    return imports.length > 0;
  }

  private parts(parts: readonly Node[], scope: Scope): void {
    let inner = scope;
    let body: Scope | undefined;
    for (let at = 0; at < parts.length; at += 1) {
      const part = parts[at];
      if (part === undefined) break;
      const opened = this.opened(parts, at, scope);
      if (opened !== undefined) {
        body = opened;
        if (this.deferredFrom(part)) inner = opened;
        if (part.kind === 'call') for (const argument of part.args) this.sequence(argument, opened, true);
      } else if (part.kind === 'group' && part.bracket === '{' && body !== undefined) {
        this.group(part.items, body, part.bracket);
        body = undefined;
      } else this.node(part, inner);
    }
  }

  /** The scope of the function that begins with this part; `undefined` where none does. */
  private opened(parts: readonly Node[], at: number, scope: Scope): Scope | undefined {
    const part = parts[at];
    // Only these begin a function: most parts are neither.
    if (part === undefined || (part.kind !== 'word' && part.kind !== 'operator' && part.kind !== 'call'))
      return undefined;
    const isJavascript = this.language === 'javascript';
    if (part.kind === 'word' && part.text === (this.language === 'python' ? 'lambda' : 'function'))
      return inFunction(scope, (isJavascript ? parts[at + 1] : undefined) ?? targetBefore(parts, at));
    if (isJavascript && part.kind === 'operator' && part.text === '=>') return inFunction(scope, undefined);
    return this.isMethod(part, parts[at + 1], parts[at - 1]) ? inFunction(scope, part) : undefined;
  }

  /** Whether all that follows belongs to the function, braces or not. */
  private deferredFrom(part: Node): boolean {
    return part.kind === 'operator' || (part.kind === 'word' && this.language !== 'javascript');
  }

  /** JavaScript: `name(args) {` in a class or an object, and `function name(args)`. */
  private isMethod(part: Node, next: Node | undefined, before: Node | undefined): boolean {
    if (this.language !== 'javascript' || part.kind !== 'call' || part.callee.kind !== 'name') return false;
    if (before?.kind === 'word' && before.text === 'function') return true;
    return next?.kind === 'group' && next.bracket === '{' && before?.kind !== 'operator';
  }

  private group(items: readonly Sequence[], scope: Scope, bracket: string): void {
    for (const item of items) {
      this.sequence(item, scope, bracket !== '{');
      if (bracket === '{') this.property(item, scope);
    }
  }

  /** Walks down a chain of members, calls and indexes without recursion, however long it is. */
  private node(node: Node, scope: Scope): void {
    let inner: Node | undefined = node;
    while (inner !== undefined) {
      switch (inner.kind) {
        case 'call':
          this.call(inner, scope);
          for (const argument of inner.args) this.sequence(argument, scope, true);
          inner = inner.callee;
          break;
        case 'index':
          for (const item of inner.items) this.sequence(item, scope, true);
          inner = inner.of;
          break;
        case 'member':
          this.mention(inner);
          inner = inner.of;
          break;
        case 'group':
          this.group(inner.items, scope, inner.bracket);
          return;
        case 'string':
          for (const field of inner.fields) this.sequence(field, scope, true);
          return;
        default:
          return;
      }
    }
  }

  /** The innermost member of a chain: the one that stands on a name. */
  private mention(member: MemberNode): void {
    const { of, start } = member;
    if (of.kind !== 'name' || !(this.bindings.isBound(of.text) || of.text === 'process')) return;
    const name = this.bindings.resolve(member);
    if (!name.includes('(')) this.mentions.push({ name, start });
  }

  private call(node: CallNode, scope: Scope): void {
    const args = node.args.map(({ parts }) => {
      const only = parts[0];
      if (parts.length !== 1 || only?.kind !== 'name') return parts;
      return scope.values.get(only.text) ?? this.module.values.get(only.text) ?? parts;
    });
    const name = this.bindings.resolve(node.callee);
    this.calls.push({ name, power: powerOf(name, this.language), node, scope, args });
  }

  private property(item: Sequence, scope: Scope): void {
    const [key, sign] = item.parts;
    if (sign?.kind !== 'operator' || sign.text !== ':' || item.parts.length < 3) return;
    if (key?.kind !== 'name' && key?.kind !== 'string') return;
    const value = item.parts.slice(2);
    const target = this.text.slice(key.start, key.end).replace(/["'`]/g, '');
    this.assignments.push({ target, property: true, value, start: item.start, scope });
  }

  private assigned(parts: readonly Node[], scope: Scope): void {
    for (let at = parts.length - 2; at > 0; at -= 1) {
      const sign = parts[at];
      if (sign?.kind !== 'operator' || !ASSIGNS.has(sign.text)) continue;
      const [target, value] =
        sign.text === '->' ? [parts[at + 1], parts.slice(0, at)] : [parts[at - 1], parts.slice(at + 1)];
      const annotated = this.language !== 'r' && parts[1]?.kind === 'operator' && parts[1].text === ':';
      const place = annotated ? parts[0] : target;
      if (place !== undefined) this.assign({ place, sign: sign.text, value, scope });
      // Only the last sign of a chain has a value of its own length: more would be quadratic.
      return;
    }
  }

  private assign(given: { place: Node; sign: string; value: readonly Node[]; scope: Scope }): void {
    const { place, sign, value, scope } = given;
    const { start } = place;
    if (place.kind === 'group') {
      const [loaded] = value;
      if (loaded !== undefined && value.length === 1) bindPattern(place, this.bindings.resolve(loaded), this.bindings);
      return;
    }
    if (place.kind === 'name')
      this.remember(
        place.text,
        sign === '+=' ? [place, { ...place, kind: 'operator', text: '+' }, ...value] : value,
        scope,
      );
    const target = place.kind === 'name' ? place.text : this.bindings.resolve(place);
    this.assignments.push({ target, property: false, value, start, scope });
  }

  /** A name for a value: of a module, a member or a call it becomes another name, of anything else what it holds. */
  private remember(name: string, value: readonly Node[], scope: Scope): void {
    const awaited = value[0]?.kind === 'word' && /^(?:await|new)$/.test(value[0].text) ? value.slice(1) : value;
    const [only] = awaited;
    const target = awaited.length === 1 && only !== undefined && isNamed(only) ? this.bindings.resolve(only) : '?';
    if (!target.includes('?') && target !== name) this.bindings.bind(name, target);
    else this.bindings.forget(name);
    if (isConstant(value) || target.includes('?') || only?.kind !== 'name') scope.values.set(name, value);
    else scope.values.delete(name);
  }
}

function isNamed(node: Node): boolean {
  return node.kind === 'name' || node.kind === 'member' || node.kind === 'call';
}

function inFunction(scope: Scope, named: Node | undefined): Scope {
  const callee = named?.kind === 'call' ? named.callee : named;
  const name = callee?.kind === 'name' ? callee.text : '';
  // Names are asked for by the outermost few; a bound on hostile nesting.
  const functions = name === '' || scope.functions.length >= 4 ? scope.functions : [...scope.functions, name];
  return { deferred: true, program: scope.program, functions, values: new Map() };
}

function targetBefore(parts: readonly Node[], at: number): Node | undefined {
  const sign = parts[at - 1];
  return sign?.kind === 'operator' && ASSIGNS.has(sign.text) ? parts[at - 2] : undefined;
}

function isMainGuard(parts: readonly Node[], text: string): boolean {
  return (
    parts.some((part) => part.kind === 'name' && part.text === '__name__') && /__main__/.test(sourceOf(parts, text))
  );
}

function sourceOf(parts: readonly Node[], text: string): string {
  const first = parts[0]?.start ?? 0;
  return text.slice(first, Math.min(parts.at(-1)?.end ?? first, first + 200));
}
