import { Dotted, LINK } from './dotted.ts';
import type { Language } from './language.ts';
import { holdsPower } from './powers.ts';
import { KIND, type Node, type Sequence, type Tree } from './tree.ts';
import { literalText } from './values.ts';
import { knownWord, USE, usesOf } from './words.ts';

/** Longest chain of members that is resolved; longer ones are no names that a rule knows. */
const LONGEST_CHAIN = 12;

/** Stands for a name where a chain goes on. */
const INSIDE = -1;

/** Functions whose result is the module they name. */
const LOADERS: ReadonlySet<string> = new Set(['require', '__import__', 'importlib.import_module', 'import']);

/**
 * What names of one file stand for: `sp` for `subprocess`, `x` for `requests.Session()`. Names are dotted whatever the
 * language; what cannot be followed is `?`.
 */
export class Bindings {
  readonly dotted: Dotted;
  /** By the number of a word: the dotted name and one, 0 where nothing is known. */
  private known: Int32Array;
  private readonly tree: Tree;

  constructor(tree: Tree) {
    this.tree = tree;
    this.dotted = new Dotted(tree.words, tree.language);
    this.known = new Int32Array(tree.words.count + 64);
  }

  bind(name: string, target: string): void {
    this.bindWord(this.tree.words.of(name), this.dotted.of(target));
  }

  /** Python: what is bound in a block may never be: a name of something with powers is not taken over by something without. */
  bindPerhaps(name: string, target: string): void {
    const isKept = this.isBound(name) && holdsPower(this.resolveName(name)) && !holdsPower(target);
    if (!isKept) this.bind(name, target);
  }

  bindWord(word: number, target: number): void {
    if (word >= this.known.length) {
      const known = new Int32Array(word * 2);
      known.set(this.known);
      this.known = known;
    }
    this.known[word] = target + 1;
  }

  forgetWord(word: number): void {
    if (word < this.known.length) this.known[word] = 0;
  }

  isBound(name: string): boolean {
    return this.isBoundWord(this.tree.words.of(name));
  }

  isBoundWord(word: number): boolean {
    return word < this.known.length && this.known[word] !== 0;
  }

  /** What a name stands for: itself, where nothing is known of it. */
  resolveName(name: string): string {
    return this.dotted.textOf(this.ofWord(this.tree.words.of(name)));
  }

  /** Dotted name of an expression: `subprocess.run`, `requests.Session().get`, `?.execute`. */
  resolve(node: Node): string {
    return this.resolveAt(node.id);
  }

  /** The same of a node by its place in the tree. */
  resolveAt(node: number): string {
    return this.dotted.textOf(this.nameAt(node));
  }

  /** The same as a number of `dotted`. */
  nameAt(node: number): number {
    return this.dotted.cut(this.chain(node, 0));
  }

  private chain(node: number, step: number): number {
    if (step === LONGEST_CHAIN || node === 0) return this.dotted.unknown;
    const start = this.beginning(node);
    if (start !== INSIDE) return start;
    const link = this.link(node);
    const name = this.chain(this.linked(node), step + 1);
    return link === LINK.none ? name : this.dotted.linked(name, link);
  }

  private ofWord(word: number): number {
    const known = word < this.known.length ? (this.known[word] ?? 0) : 0;
    return known === 0 ? this.dotted.word(word) : known - 1;
  }

  /** Where a chain begins, or `INSIDE` it. */
  private beginning(node: number): number {
    switch (this.tree.kindOf(node)) {
      case KIND.name:
        return this.ofWord(this.tree.markOf(node));
      case KIND.call:
        return this.called(node);
      case KIND.string:
        return this.dotted.of(this.tree.language === 'r' ? this.namedFunction(node) : "''");
      case KIND.group:
        return this.linked(node) === 0 ? this.dotted.unknown : INSIDE;
      case KIND.index:
        return this.keptModule(node);
      case KIND.member:
        return INSIDE;
      default:
        return this.dotted.unknown;
    }
  }

  /** What a call stands for that names what it gives; `INSIDE` for any other. */
  private called(call: number): number {
    const callee = this.tree.innerOf(call);
    const kind = this.tree.kindOf(callee);
    if ((kind !== KIND.name && kind !== KIND.member) || !this.mayStandFor(callee, kind)) return INSIDE;
    const written = this.loadedModule(call) ?? this.reachedMember(call) ?? this.matched(call);
    return written === undefined ? (this.promised(call) ?? INSIDE) : this.dotted.of(written);
  }

  /** Whether a call of this may stand for what it names: a look at its word spares most calls the question. */
  private mayStandFor(callee: number, kind: number): boolean {
    const word = this.tree.markOf(callee);
    const isBound = kind === KIND.name && this.isBoundWord(word);
    return isBound || (usesOf(word) & USE.reaches) !== 0 || this.tree.language === 'r';
  }

  private loadedModule(call: number): string | undefined {
    const callee = this.tree.innerOf(call);
    const kind = this.tree.kindOf(callee);
    if (kind !== KIND.name && kind !== KIND.member) return undefined;
    const loads =
      kind === KIND.name
        ? LOADERS.has(this.dotted.textOf(this.ofWord(this.tree.markOf(callee))))
        : LOADING_MEMBERS.some((member) => this.tree.isMember(callee, member));
    if (!loads) return undefined;
    const module = this.literalAt(this.tree.itemsOf(call));
    return module === undefined ? undefined : moduleName(module);
  }

  /** `getattr(os, 'system')` is `os.system`. */
  private reachedMember(call: number): string | undefined {
    const { tree } = this;
    const callee = tree.innerOf(call);
    if (tree.kindOf(callee) !== KIND.name || !tree.is(callee, 'getattr')) return undefined;
    const argument = tree.itemsOf(call);
    const member = this.literalAt(tree.nextOf(argument));
    const object = tree.firstOf(argument);
    if (member === undefined || object === 0) return undefined;
    if (tree.kindOf(object) === KIND.name) return `${this.dotted.textOf(this.ofWord(tree.markOf(object)))}.${member}`;
    const loaded = tree.kindOf(object) === KIND.call ? this.loadedModule(object) : undefined;
    return `${loaded ?? '?'}.${member}`;
  }

  /** `promisify(exec)` does what `exec` does (Node.js, `util.promisify`). */
  private promised(call: number): number | undefined {
    const { tree } = this;
    const callee = tree.innerOf(call);
    const kind = tree.kindOf(callee);
    const isPromisify =
      kind === KIND.name ? tree.is(callee, 'promisify') : kind === KIND.member && tree.isMember(callee, 'promisify');
    if (!isPromisify) return undefined;
    const wrapped = tree.firstOf(tree.itemsOf(call));
    return wrapped === 0 || tree.nextOf(wrapped) !== 0 ? undefined : this.nameAt(wrapped);
  }

  /** R: `match.fun("system")` and `get("system")` give that function (R manual). */
  private matched(call: number): string | undefined {
    const { tree } = this;
    const callee = tree.innerOf(call);
    if (tree.language !== 'r' || tree.kindOf(callee) !== KIND.name || !MATCHERS.has(tree.written(callee)))
      return undefined;
    const what = tree.itemsOf(call);
    const named = what === 0 ? 0 : tree.firstOf(what);
    return tree.kindOf(named) === KIND.string && tree.nextOf(named) === 0 ? this.namedFunction(named) : undefined;
  }

  /** R: a string that stands for a function is its name: `"system"("ls")`. */
  private namedFunction(string: number): string {
    return PLAIN_NAME.exec(this.tree.text.slice(this.tree.startOf(string), this.tree.endOf(string)))?.[1] ?? "''";
  }

  /** Python: `sys.modules["os"]` is the module; `INSIDE` for any other index. */
  private keptModule(index: number): number {
    const { tree } = this;
    const of = tree.innerOf(index);
    if (tree.language !== 'python' || tree.kindOf(of) !== KIND.member || !tree.isMember(of, 'modules')) return INSIDE;
    const module = this.isSys(tree.innerOf(of)) ? this.keyOf(index) : undefined;
    return module === undefined ? INSIDE : this.dotted.of(module);
  }

  /** Whether a name or an import is the module `sys`; no longer chain is followed, which would be gone through twice for each of its links. */
  private isSys(node: number): boolean {
    const kind = this.tree.kindOf(node);
    if (kind === KIND.name) return this.dotted.textOf(this.ofWord(this.tree.markOf(node))) === 'sys';
    return kind === KIND.call && this.loadedModule(node) === 'sys';
  }

  /** The plain name that is the literal key of an index; `undefined` for any other key. */
  private keyOf(index: number): string | undefined {
    const { tree } = this;
    const item = tree.itemsOf(index);
    const key = item === 0 ? 0 : tree.firstOf(item);
    if (tree.kindOf(key) !== KIND.string || tree.nextOf(key) !== 0 || tree.nextOf(item) !== 0) return undefined;
    return PLAIN_NAME.exec(tree.text.slice(tree.startOf(key), tree.endOf(key)))?.[1];
  }

  /** Whether a literal key of an index is a member: always in JavaScript, in Python of `__builtins__` and `__dict__`. */
  private hasMembers(index: number): boolean {
    const { tree } = this;
    if (tree.language !== 'python') return tree.language === 'javascript';
    const of = tree.innerOf(index);
    return tree.kindOf(of) === KIND.member ? tree.isMember(of, '__dict__') : tree.is(of, '__builtins__');
  }

  /** The literal that an argument is; `undefined` for any other argument and for none. */
  private literalAt(argument: number): string | undefined {
    return argument === 0 ? undefined : literalText(this.tree.partsOf(argument), this.tree.text);
  }

  /** The node before the last link of a chain; a bracket with one operand is that operand; 0 where there is none. */
  private linked(node: number): number {
    const { tree } = this;
    const kind = tree.kindOf(node);
    if (kind === KIND.member || kind === KIND.index || kind === KIND.call) return tree.innerOf(node);
    if (kind !== KIND.group || tree.markOf(node) !== OPEN_ROUND) return 0;
    let items = tree.itemsOf(node);
    if (items === 0) return 0;
    // The value of `(0, f)` is the last one (ECMA-262, comma operator).
    if (tree.language === 'javascript' && tree.countOf(items) === 1 && tree.kindOf(tree.firstOf(items)) === KIND.number)
      items = tree.nextOf(items);
    if (items === 0 || tree.nextOf(items) !== 0 || tree.countOf(items) > 2) return 0;
    const first = tree.firstOf(items);
    return tree.nextOf(first) === 0 ? first : tree.nextOf(first);
  }

  private link(node: number): number {
    const { tree } = this;
    switch (tree.kindOf(node)) {
      case KIND.member:
        if (tree.markOf(node) === DICT && tree.isMember(node, '__dict__')) return LINK.none;
        return tree.language === 'r' ? tree.words.of(tree.memberName(node).replace(/["'`]/g, '')) : tree.markOf(node);
      case KIND.call:
        return LINK.call;
      case KIND.index: {
        const key = this.hasMembers(node) ? this.keyOf(node) : undefined;
        return key === undefined || key.includes('.') ? LINK.index : tree.words.of(key);
      }
      default:
        return LINK.none;
    }
  }
}

const OPEN_ROUND = 40;
const DICT = knownWord('__dict__');
/** A string that is one name. */
const PLAIN_NAME = /^["'`]([A-Za-z_.$][\w.$]{0,100})["'`]$/;
/** Members that load the module they are given (Python importlib; Node.js `module.require`, `process.getBuiltinModule`). */
const LOADING_MEMBERS = ['import_module', 'require', 'getBuiltinModule'];
/** R functions that give a function by its name (R manual, "match.fun" and "get"). */
const MATCHERS: ReadonlySet<string> = new Set(['match.fun', 'get', 'get0', 'getFunction']);

/** A module as rules name it: without the `node:` prefix. */
function moduleName(module: string): string {
  return module.startsWith('node:') ? module.slice('node:'.length) : module;
}

/** One name that an import brings in. */
export interface ImportedName {
  readonly module: string;
  /** The name in this file, and the dotted name that it stands for. */
  readonly local: string;
  readonly target: string;
}

/** What an import statement brings in; empty for any other statement. */
export function importsOf(statement: Sequence, text: string, language: Language): readonly ImportedName[] {
  if (language === 'python') return pythonImports(statement);
  return language === 'javascript' ? javascriptImports(statement, text) : [];
}

function pythonImports({ parts }: Sequence): readonly ImportedName[] {
  const [first] = parts;
  if (first?.kind !== 'word') return [];
  if (first.text === 'import')
    return clauses(parts.slice(1)).map(({ name, local }) => {
      const package_ = name.split('.', 1)[0] ?? name;
      return { module: name, local: local ?? package_, target: local === undefined ? package_ : name };
    });
  if (first.text !== 'from') return [];
  const at = parts.findIndex((part) => part.kind === 'word' && part.text === 'import');
  if (at === -1) return [];
  const module = parts.slice(1, at).map(dotted).join('');
  const [group] = parts.slice(at + 1);
  const named =
    group?.kind === 'group' ? group.items.flatMap((item) => clauses(item.parts)) : clauses(parts.slice(at + 1));
  return named.map(({ name, local }) => ({ module, local: local ?? name, target: `${module}.${name}` }));
}

/** `a.b as c, d` as names. */
function clauses(parts: readonly Node[]): readonly { readonly name: string; readonly local: string | undefined }[] {
  const found: { name: string; local: string | undefined }[] = [];
  for (const [at, part] of parts.entries()) {
    if (part.kind === 'word' || part.kind === 'operator') continue;
    const before = parts[at - 1];
    const last = found.at(-1);
    if (before?.kind === 'word' && before.text === 'as' && last !== undefined) last.local = dotted(part);
    else found.push({ name: dotted(part), local: undefined });
  }
  return found;
}

function dotted(node: Node): string {
  if (node.kind === 'name' || node.kind === 'operator' || node.kind === 'word') return node.text;
  return node.kind === 'member' ? `${dotted(node.of)}.${node.name}` : '';
}

function javascriptImports({ parts }: Sequence, text: string): readonly ImportedName[] {
  const last = parts.at(-1);
  const from = parts.at(-2);
  if (last?.kind !== 'string' || from?.kind !== 'word' || (from.text !== 'from' && from.text !== 'import')) return [];
  const module = moduleName(literalText([last], text) ?? '?');
  const found: ImportedName[] = [];
  for (const part of parts.slice(0, -2)) {
    if (part.kind === 'name') found.push({ module, local: part.text, target: module });
    else if (part.kind === 'group')
      for (const item of part.items)
        for (const { name, local } of clauses(item.parts))
          found.push({ module, local: local ?? name, target: `${module}.${name}` });
  }
  return found.length > 0 ? found : [{ module, local: '', target: module }];
}

/** Patterns inside patterns; deeper ones name nothing that a rule knows. */
const DEEPEST_PATTERN = 4;

/** `const { exec: run } = require('child_process')`: the names that a pattern takes out of `target`. */
export function bindPattern(pattern: Node, target: string, bindings: Bindings, depth = 0): void {
  if (pattern.kind !== 'group' || pattern.bracket !== '{' || depth > DEEPEST_PATTERN) return;
  for (const { parts } of pattern.items) {
    const [key, sign, local] = parts;
    if (key?.kind !== 'name') continue;
    if (local?.kind === 'group') {
      bindPattern(local, `${target}.${key.text}`, bindings, depth + 1);
      continue;
    }
    const renamed = sign?.kind === 'operator' && sign.text === ':' && local?.kind === 'name' ? local.text : key.text;
    bindings.bind(renamed, `${target}.${key.text}`);
  }
}

/** `with a() as b, c() as d:` and `async with (a() as b):` in Python: each name and what it is entered for. */
export function enteredNames(parts: readonly Node[]): readonly { readonly name: Node; readonly value: Node }[] {
  const at = isWord(parts[0], 'async') ? 1 : 0;
  if (!isWord(parts[at], 'with')) return [];
  const only = parts[at + 1];
  const clauses = only?.kind === 'group' && only.bracket === '(' ? only.items.map((item) => item.parts) : [parts];
  return clauses.flatMap((clause) =>
    clause.flatMap((part, place) => {
      const [value, name] = [clause[place - 1], clause[place + 1]];
      return isWord(part, 'as') && value !== undefined && name?.kind === 'name' ? [{ name, value }] : [];
    }),
  );
}

function isWord(node: Node | undefined, text: string): boolean {
  return node?.kind === 'word' && node.text === text;
}
