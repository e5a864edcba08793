import type { Language } from './language.ts';
import { KIND, type Node, type Sequence, type Tree } from './tree.ts';
import { literalText } from './values.ts';

/** Longest chain of members that is resolved; longer ones are no names that a rule knows. */
const LONGEST_CHAIN = 12;

/** Characters of a resolved name; `x = x.a` over and over must not grow it for ever. */
const LONGEST_NAME = 200;

/** Functions whose result is the module they name. */
const LOADERS: ReadonlySet<string> = new Set(['require', '__import__', 'importlib.import_module', 'import']);

/**
 * What names of one file stand for: `sp` for `subprocess`, `x` for `requests.Session()`. Names are dotted whatever the
 * language; what cannot be followed is `?`.
 */
export class Bindings {
  private readonly known = new Map<string, string>();
  private readonly tree: Tree;

  constructor(tree: Tree) {
    this.tree = tree;
  }

  bind(name: string, target: string): void {
    this.known.set(name, target);
  }

  forget(name: string): void {
    this.known.delete(name);
  }

  isBound(name: string): boolean {
    return this.known.has(name);
  }

  /** What a name stands for: itself, where nothing is known of it. */
  resolveName(name: string): string {
    return this.known.get(name) ?? name;
  }

  /** Dotted name of an expression: `subprocess.run`, `requests.Session().get`, `?.execute`. */
  resolve(node: Node): string {
    return this.resolveAt(node.id);
  }

  /** The same of a node by its place in the tree. */
  resolveAt(node: number): string {
    const plain = this.plainName(node);
    if (plain !== undefined) return plain;
    let suffix = '';
    let inner = node;
    for (let step = 0; step < LONGEST_CHAIN && inner !== 0; step += 1) {
      const start = this.beginning(inner);
      if (start !== undefined) return cut(start, suffix);
      suffix = `${this.link(inner)}${suffix}`;
      inner = this.linked(inner);
    }
    return cut('?', suffix);
  }

  /** Members of a name that are written with nothing between them: their text is the name; `undefined` for all else. */
  private plainName(node: number): string | undefined {
    const { tree } = this;
    let inner = node;
    for (let step = 1; step < LONGEST_CHAIN && tree.kindOf(inner) === KIND.member; step += 1) {
      const of = tree.innerOf(inner);
      if (tree.itemsOf(inner) !== tree.endOf(of) + 1) return undefined;
      inner = of;
    }
    if (tree.kindOf(inner) !== KIND.name || tree.language === 'r') return undefined;
    const end = tree.endOf(node);
    const known = this.known.get(tree.written(inner));
    return cut(known ?? '', tree.text.slice(known === undefined ? tree.startOf(inner) : tree.endOf(inner), end));
  }

  /** Where a chain begins, or `undefined` inside it. */
  private beginning(node: number): string | undefined {
    switch (this.tree.kindOf(node)) {
      case KIND.name:
        return this.resolveName(this.tree.written(node));
      case KIND.call:
        return this.loadedModule(node) ?? this.reachedMember(node) ?? this.promised(node);
      case KIND.string:
        return "''";
      case KIND.group:
        return this.linked(node) === 0 ? '?' : undefined;
      case KIND.member:
      case KIND.index:
        return undefined;
      default:
        return '?';
    }
  }

  private loadedModule(call: number): string | undefined {
    const callee = this.tree.innerOf(call);
    const kind = this.tree.kindOf(callee);
    if (kind !== KIND.name && kind !== KIND.member) return undefined;
    const loads =
      kind === KIND.name
        ? LOADERS.has(this.resolveName(this.tree.written(callee)))
        : this.tree.isMember(callee, 'import_module');
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
    const object = tree.itemsOf(argument);
    if (member === undefined || object === 0) return undefined;
    if (tree.kindOf(object) === KIND.name) return `${this.resolveName(tree.written(object))}.${member}`;
    const loaded = tree.kindOf(object) === KIND.call ? this.loadedModule(object) : undefined;
    return `${loaded ?? '?'}.${member}`;
  }

  /** `promisify(exec)` does what `exec` does (Node.js, `util.promisify`). */
  private promised(call: number): string | undefined {
    const { tree } = this;
    const callee = tree.innerOf(call);
    const kind = tree.kindOf(callee);
    const isPromisify =
      kind === KIND.name ? tree.is(callee, 'promisify') : kind === KIND.member && tree.isMember(callee, 'promisify');
    if (!isPromisify) return undefined;
    const wrapped = tree.itemsOf(tree.itemsOf(call));
    return wrapped === 0 || tree.nextOf(wrapped) !== 0 ? undefined : this.resolveAt(wrapped);
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
    if (kind !== KIND.group || tree.text.charCodeAt(tree.startOf(node)) !== OPEN_ROUND) return 0;
    const items = tree.itemsOf(node);
    if (items === 0 || tree.nextOf(items) !== 0 || tree.countOf(items) > 2) return 0;
    const first = tree.itemsOf(items);
    return tree.nextOf(first) === 0 ? first : tree.nextOf(first);
  }

  private link(node: number): string {
    switch (this.tree.kindOf(node)) {
      case KIND.member: {
        const name = this.tree.memberName(node);
        return `.${this.tree.language === 'r' ? name.replace(/["'`]/g, '') : name}`;
      }
      case KIND.call:
        return '()';
      case KIND.index:
        return '[]';
      default:
        return '';
    }
  }
}

const OPEN_ROUND = 40;

function cut(start: string, suffix: string): string {
  return start.length + suffix.length > LONGEST_NAME ? '?' : `${start}${suffix}`;
}

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

/** `const { exec: run } = require('child_process')`: the names that a pattern takes out of `target`. */
export function bindPattern(pattern: Node, target: string, bindings: Bindings): void {
  if (pattern.kind !== 'group' || pattern.bracket !== '{') return;
  for (const { parts } of pattern.items) {
    const [key, sign, local] = parts;
    if (key?.kind !== 'name') continue;
    const renamed = sign?.kind === 'operator' && sign.text === ':' && local?.kind === 'name' ? local.text : key.text;
    bindings.bind(renamed, `${target}.${key.text}`);
  }
}

/** `with a() as b, c() as d:` and `async with (a() as b):` in Python: each name and what it is entered for. */
export function enteredNames(parts: readonly Node[]): readonly { readonly name: string; readonly value: Node }[] {
  const at = isWord(parts[0], 'async') ? 1 : 0;
  if (!isWord(parts[at], 'with')) return [];
  const only = parts[at + 1];
  const clauses = only?.kind === 'group' && only.bracket === '(' ? only.items.map((item) => item.parts) : [parts];
  return clauses.flatMap((clause) =>
    clause.flatMap((part, place) => {
      const [value, name] = [clause[place - 1], clause[place + 1]];
      return isWord(part, 'as') && value !== undefined && name?.kind === 'name' ? [{ name: name.text, value }] : [];
    }),
  );
}

function isWord(node: Node | undefined, text: string): boolean {
  return node?.kind === 'word' && node.text === text;
}
