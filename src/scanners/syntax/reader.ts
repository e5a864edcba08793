/** Reads a tree from its start to its end: which names stand for what, what is called and what is given a value. */
import { Bindings, bindPattern, enteredNames, importsOf } from './bindings.ts';
import { Calls } from './calls.ts';
import { type Called, handedOn } from './handed-calls.ts';
import { Given, goesOn, inFunction, type Parts, ReadAssignment, type ReadScope, Value } from './kept.ts';
import { Phrases } from './phrases.ts';
import { colonIn, isMainGuard, namedBefore } from './python-statements.ts';
import { operatorNumber, SIGN, signOf } from './signs.ts';
import { KIND, type Sequence, type Tree } from './tree.ts';
import type { Assignment, Import, Mention } from './uses.ts';
import { knownWord, USE, usesOf } from './words.ts';

const OPEN_CURLY = 123;
const ASSIGNS = SIGN.gives | SIGN.names;
const ARROW = operatorNumber('=>');
const RIGHT = operatorNumber('->');
const ADDS = operatorNumber('+=');
const FUNCTION = knownWord('function');
const LAMBDA = knownWord('lambda');
const AWAIT = knownWord('await');
const NEW = knownWord('new');

/** A Python block that is open: what stands deeper than `indent` belongs to it. */
interface Block {
  readonly indent: number;
  readonly scope: ReadScope;
}

export class Reader {
  readonly calls: Calls;
  readonly assignments: Assignment[] = [];
  readonly imports: Import[] = [];
  readonly mentions: Mention[] = [];
  readonly phrases: Phrases;
  readonly bindings: Bindings;
  private readonly tree: Tree;
  private readonly text: string;
  private readonly isJavascript: boolean;
  private readonly isPython: boolean;
  /** The word that a function begins with in an expression. */
  private readonly opener: number;
  private readonly module: ReadScope;
  private readonly blocks: Block[] = [];

  constructor(tree: Tree) {
    this.tree = tree;
    this.text = tree.text;
    this.isJavascript = tree.language === 'javascript';
    this.isPython = tree.language === 'python';
    this.opener = this.isPython ? LAMBDA : FUNCTION;
    this.phrases = new Phrases(tree);
    this.bindings = new Bindings(tree);
    this.calls = new Calls(tree, this.bindings.dotted);
    const values = new Given(tree);
    this.module = { deferred: false, program: false, functions: [], values, outer: values };
  }

  /** Reads this statement and all that follow it. */
  statements(first: number): void {
    for (let statement = first; statement !== 0; statement = this.tree.nextOf(statement)) {
      const indent = this.tree.indentOf(statement);
      while ((this.blocks.at(-1)?.indent ?? -1) >= indent) this.blocks.pop();
      const scope = this.blocks.at(-1)?.scope ?? this.module;
      if (this.isPython) this.pythonStatement(statement, scope);
      else this.sequence(statement, scope, false);
    }
  }

  private pythonStatement(statement: number, scope: ReadScope): void {
    const { tree } = this;
    const first = tree.firstOf(statement);
    let opener = first;
    while (opener !== 0 && tree.isWord(opener, 'async')) opener = tree.nextOf(opener);
    const isDef = tree.isWord(opener, 'def');
    const isClass = tree.isWord(opener, 'class');
    if (!isDef && !isClass && !(tree.isWord(opener, 'if') && isMainGuard(tree, first))) {
      this.sequence(statement, scope, false);
      return;
    }
    const colon = colonIn(tree, first);
    const named = namedBefore(tree, first, colon);
    if ((isDef || isClass) && named !== 0) this.defined(named, scope);
    const inner = isDef ? inFunction(this.tree, scope, named) : isClass ? scope : { ...scope, program: true };
    const indent = tree.indentOf(statement);
    this.blocks.push({ indent, scope: inner });
    const rest = tree.nextOf(colon.id);
    if (rest === 0) return;
    const count = tree.countOf(statement) - colon.at - 1;
    const body = tree.addSequence(rest, indent, count, tree.signsOf(statement));
    this.list(body, tree.startOf(first), inner, false);
  }

  /** `def f(x=g()):` and `class C(base()):` run what stands in the brackets; the name is no call. */
  private defined(named: number, scope: ReadScope): void {
    const { tree } = this;
    const isCall = tree.kindOf(named) === KIND.call;
    const callee = isCall ? tree.innerOf(named) : named;
    if (tree.kindOf(callee) === KIND.name && scope === this.module && this.blocks.length === 0) {
      const name = tree.written(callee);
      this.bindings.bind(name, `.${name}`);
    }
    if (isCall) this.sequences(tree.itemsOf(named), scope);
  }

  /** This sequence and those beside it, which stand in brackets after a name. */
  private sequences(first: number, scope: ReadScope): void {
    for (let id = first; id !== 0; id = this.tree.nextOf(id)) this.sequence(id, scope, true);
  }

  private sequence(sequence: number, scope: ReadScope, isArgument: boolean): void {
    this.list(sequence, this.tree.startOf(this.tree.firstOf(sequence)), scope, isArgument);
  }

  /** One list of parts, and where what it belongs to begins. `isArgument`: `a=b` in it is a keyword, no assignment. */
  private list(list: number, start: number, scope: ReadScope, isArgument: boolean): void {
    const { tree } = this;
    const first = tree.firstOf(list);
    const count = tree.countOf(list);
    const begins = tree.kindOf(first) === KIND.word;
    if (begins && this.imported(list, start, scope)) return;
    if (count > 1 || begins) this.phrases.push(list, start, scope, isArgument);
    this.parts(first, scope);
    if (isArgument || count < 3) return;
    if ((tree.signsOf(list) & ASSIGNS) !== 0) this.assigned(list, scope);
    if (this.isPython && begins) this.entered(list, scope);
  }

  /** `with a() as b:` gives a name a value. */
  private entered(list: number, scope: ReadScope): void {
    const { tree } = this;
    const first = tree.firstOf(list);
    if (!tree.isWord(first, 'with') && !tree.isWord(first, 'async')) return;
    for (const { name, value } of enteredNames(tree.partsOf(list)))
      this.remember({ name: tree.words.of(name), place: 0, adds: false, value: { first: value.id, count: 1 } }, scope);
  }

  /** Whether it was an import. */
  private imported(list: number, start: number, scope: ReadScope): boolean {
    if (!this.mayImport(this.tree.firstOf(list))) return false;
    const statement: Sequence = { parts: this.tree.partsOf(list), start, indent: 0 };
    const imports = importsOf(statement, this.text, this.tree.language);
    for (const imported of imports) {
      this.bindings.bind(imported.local, imported.target);
      this.imports.push({ ...imported, start, scope });
    }
    return imports.length > 0;
  }

  /** A look at its first or last part spares most statements the question. */
  private mayImport(first: number): boolean {
    const { tree } = this;
    if (this.isPython) return tree.isWord(first, 'import') || tree.isWord(first, 'from');
    if (!this.isJavascript) return false;
    let last = first;
    for (let next = tree.nextOf(last); next !== 0; next = tree.nextOf(last)) last = next;
    return tree.kindOf(last) === KIND.string;
  }

  private parts(first: number, scope: ReadScope): void {
    const { tree } = this;
    let inner = scope;
    let body: ReadScope | undefined;
    let before = 0;
    let target = 0;
    for (let part = first; part !== 0; part = tree.nextOf(part)) {
      const kind = tree.kindOf(part);
      const opened = this.mayOpen(part, kind) ? this.opened(part, before, target, scope) : undefined;
      if (opened !== undefined) {
        body = opened;
        if (kind === KIND.operator || (kind === KIND.word && !this.isJavascript)) inner = opened;
        if (kind === KIND.call) this.sequences(tree.itemsOf(part), opened);
      } else if (kind === KIND.group && body !== undefined && this.isCurly(part)) {
        this.group(part, body);
        body = undefined;
      } else if (kind !== KIND.name && kind !== KIND.word && kind !== KIND.operator) this.node(part, inner);
      target = before;
      before = part;
    }
  }

  /** Whether a function may begin with this part: a look at what it is spares most the question. */
  private mayOpen(part: number, kind: number): boolean {
    if (kind === KIND.word) return this.tree.markOf(part) === this.opener;
    return this.isJavascript && (kind === KIND.call || (kind === KIND.operator && this.tree.markOf(part) === ARROW));
  }

  private isCurly(group: number): boolean {
    return this.text.charCodeAt(this.tree.startOf(group)) === OPEN_CURLY;
  }

  /** The scope of the function that begins with this part; `undefined` where none does. */
  private opened(part: number, before: number, target: number, scope: ReadScope): ReadScope | undefined {
    const { tree } = this;
    switch (tree.kindOf(part)) {
      case KIND.word: {
        const next = this.isJavascript ? tree.nextOf(part) : 0;
        return inFunction(tree, scope, next === 0 && this.isAssigning(before) ? target : next);
      }
      case KIND.operator:
        return inFunction(tree, scope, 0);
      default:
        return this.isMethod(part, before) ? inFunction(tree, scope, part) : undefined;
    }
  }

  private isAssigning(sign: number): boolean {
    const { tree } = this;
    return tree.kindOf(sign) === KIND.operator && (signOf(tree.markOf(sign)) & ASSIGNS) !== 0;
  }

  /** JavaScript: `name(args) {` in a class or an object, and `function name(args)`. */
  private isMethod(call: number, before: number): boolean {
    const { tree } = this;
    if (tree.kindOf(tree.innerOf(call)) !== KIND.name) return false;
    if (tree.kindOf(before) === KIND.word && tree.markOf(before) === FUNCTION) return true;
    const next = tree.nextOf(call);
    return tree.kindOf(next) === KIND.group && this.isCurly(next) && tree.kindOf(before) !== KIND.operator;
  }

  private group(group: number, scope: ReadScope): void {
    const isCurly = this.isCurly(group);
    for (let item = this.tree.itemsOf(group); item !== 0; item = this.tree.nextOf(item)) {
      this.sequence(item, scope, !isCurly);
      if (isCurly && (this.tree.signsOf(item) & SIGN.colon) !== 0) this.property(item, scope);
    }
  }

  /** Walks down a chain of members, calls and indexes without recursion, however long it is. */
  private node(node: number, scope: ReadScope): void {
    const { tree } = this;
    let inner = node;
    while (inner !== 0) {
      switch (tree.kindOf(inner)) {
        case KIND.call:
          this.call(inner, scope);
          this.sequences(tree.itemsOf(inner), scope);
          break;
        case KIND.index:
          if (this.isJavascript) this.mention(inner);
          this.sequences(tree.itemsOf(inner), scope);
          break;
        case KIND.member:
          this.mention(inner);
          break;
        case KIND.group:
          this.group(inner, scope);
          return;
        case KIND.string:
          this.sequences(tree.itemsOf(inner), scope);
          return;
        default:
          return;
      }
      inner = tree.innerOf(inner);
    }
  }

  /** The innermost member of a chain: the one that stands on a name. */
  private mention(member: number): void {
    const { tree } = this;
    const of = tree.innerOf(member);
    if (tree.kindOf(of) !== KIND.name) return;
    if (!this.bindings.isBoundWord(tree.markOf(of)) && !tree.is(of, 'process')) return;
    const name = this.bindings.nameAt(member);
    const { dotted } = this.bindings;
    if (!dotted.isCalled(name) && !dotted.isIndexed(name))
      this.mentions.push({ name: dotted.textOf(name), start: tree.startOf(member) });
  }

  private call(call: number, scope: ReadScope): void {
    const { tree, bindings } = this;
    const handed = handedOn(call, tree, bindings);
    if (handed === undefined || !this.isJavascript)
      this.called({ call, name: bindings.nameAt(tree.innerOf(call)), skipped: 0 }, scope);
    if (handed !== undefined) this.called(handed, scope);
  }

  private called(called: Called, scope: ReadScope): void {
    this.calls.push(called, scope, this.givenTo(called.call, scope));
  }

  /** What names among the arguments stand for here; `undefined` where there is none. */
  private givenTo(call: number, scope: ReadScope): Map<number, Value> | undefined {
    const { tree } = this;
    let given: Map<number, Value> | undefined;
    for (let argument = tree.itemsOf(call); argument !== 0; argument = tree.nextOf(argument)) {
      const only = tree.firstOf(argument);
      if (tree.kindOf(only) !== KIND.name || tree.nextOf(only) !== 0) continue;
      const name = tree.markOf(only);
      const value = scope.values.find(name) ?? this.module.values.find(name);
      if (value?.isGiven(tree) === true) given = (given ?? new Map<number, Value>()).set(argument, value);
    }
    return given;
  }

  private property(item: number, scope: ReadScope): void {
    const { tree } = this;
    const count = tree.countOf(item);
    const key = tree.firstOf(item);
    const sign = tree.nextOf(key);
    if (count < 3 || !tree.isColon(sign)) return;
    const kind = tree.kindOf(key);
    if (kind !== KIND.name && kind !== KIND.string) return;
    const value = { first: tree.nextOf(sign), count: count - 2 };
    this.assignments.push(
      new ReadAssignment(tree, this.bindings.dotted, {
        target: key,
        property: true,
        value,
        start: tree.startOf(key),
        scope,
      }),
    );
  }

  private assigned(list: number, scope: ReadScope): void {
    const { tree } = this;
    const first = tree.firstOf(list);
    const count = tree.countOf(list);
    // Only the last sign of a chain has a value of its own length: more would be quadratic.
    let [sign, signAt, place] = [0, 0, 0];
    let before = 0;
    let at = 0;
    for (let id = first; at < count - 1; id = tree.nextOf(id)) {
      if (at > 0 && this.isAssigning(id)) [sign, signAt, place] = [id, at, before];
      before = id;
      at += 1;
    }
    if (sign === 0) return;
    const isRight = tree.markOf(sign) === RIGHT;
    const second = tree.nextOf(first);
    const isAnnotated = tree.language !== 'r' && tree.isColon(second);
    const value = isRight ? { first, count: signAt } : { first: tree.nextOf(sign), count: count - signAt - 1 };
    const target = isAnnotated ? first : isRight ? tree.nextOf(sign) : place;
    this.assign({ place: target, adds: tree.markOf(sign) === ADDS, value, scope });
  }

  private assign(given: {
    readonly place: number;
    readonly adds: boolean;
    readonly value: Parts;
    readonly scope: ReadScope;
  }): void {
    const { tree } = this;
    const { place, adds, value, scope } = given;
    const kind = tree.kindOf(place);
    if (kind === KIND.group) {
      if (value.count === 1) bindPattern(tree.node(place), this.bindings.resolveAt(value.first), this.bindings);
      return;
    }
    const { dotted } = this.bindings;
    const isName = kind === KIND.name;
    const target = isName ? dotted.word(tree.markOf(place)) : this.bindings.nameAt(place);
    if (isName) this.remember({ name: tree.markOf(place), place, adds, value }, scope);
    const start = tree.startOf(place);
    this.assignments.push(new ReadAssignment(tree, dotted, { target, property: false, value, start, scope }));
  }

  /** A name for a value: of a module, a member or a call it becomes another name, of anything else what it holds. */
  private remember(
    /** `name`: the number of a word. */
    given: { readonly name: number; readonly place: number; readonly adds: boolean; readonly value: Parts },
    scope: ReadScope,
  ): void {
    const { tree, bindings } = this;
    const { dotted } = bindings;
    const { name, place, adds, value } = given;
    const isAwaited = this.isAwaited(value.first);
    const only = isAwaited ? tree.nextOf(value.first) : value.first;
    const kind = tree.kindOf(only);
    const isOne = !adds && value.count === (isAwaited ? 2 : 1);
    const isChain = kind === KIND.member || kind === KIND.call || (kind === KIND.index && this.isJavascript);
    const isNamed = isOne && (kind === KIND.name || isChain);
    const target = isNamed ? bindings.nameAt(only) : dotted.unknown;
    const isKnown = isNamed && !dotted.isUnknown(target) && (kind !== KIND.index || !dotted.isIndexed(target));
    if (isKnown && !dotted.isSame(target, dotted.word(name))) bindings.bindWord(name, target);
    else bindings.forgetWord(name);
    const isConstant = value.count === 1 && (usesOf(tree.markOf(only)) & USE.constant) !== 0;
    const before = scope.values.find(name);
    if (!isKnown || kind !== KIND.name || isConstant)
      scope.values.set(name, new Value(value, adds || goesOn(tree, value, name, before) ? place : 0, before));
    else scope.values.delete(name);
  }

  /** `await` and `new` stand before what gives the value. */
  private isAwaited(first: number): boolean {
    const { tree } = this;
    const word = tree.markOf(first);
    return tree.kindOf(first) === KIND.word && (word === AWAIT || word === NEW);
  }
}
