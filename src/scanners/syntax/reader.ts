/** Reads a tree from its start to its end: which names stand for what, what is called and what is given a value. */
import { Assignments } from './assignments.ts';
import { Bindings, bindPattern, enteredNames, importsOf } from './bindings.ts';
import { Calls } from './calls.ts';
import { GivenValues, goesOn, NO_VALUE, type Parts } from './given-values.ts';
import { handedOn } from './handed-calls.ts';
import { Phrases } from './phrases.ts';
import { colonIn, importInLine, isMainGuard, namedBefore } from './python-statements.ts';
import { MODULE, NO_SCOPE, Scopes } from './scopes.ts';
import { operatorNumber, SIGN, signOf } from './signs.ts';
import { KIND, type Sequence, type Tree } from './tree.ts';
import type { Import, Mention } from './uses.ts';
import { knownWord, USE, usesOf } from './words.ts';

const ASSIGNS = SIGN.gives | SIGN.names;
const ARROW = operatorNumber('=>');
const RIGHT = operatorNumber('->');
const ADDS = operatorNumber('+=');
const FUNCTION = knownWord('function');
const LAMBDA = knownWord('lambda');
const AWAIT = knownWord('await');
const NEW = knownWord('new');
const ASYNC = knownWord('async');
const DEF = knownWord('def');
const CLASS = knownWord('class');
const IF = knownWord('if');
const WITH = knownWord('with');
const IMPORT = knownWord('import');
const FROM = knownWord('from');
const PROCESS = knownWord('process');

/** A Python block that is open: what stands deeper than `indent` belongs to it. */
interface Block {
  readonly indent: number;
  readonly scope: number;
}

export class Reader {
  readonly calls: Calls;
  readonly assignments: Assignments;
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
  private readonly scopes: Scopes;
  private readonly values: GivenValues;
  private readonly blocks: Block[] = [];

  constructor(tree: Tree) {
    this.tree = tree;
    this.text = tree.text;
    this.isJavascript = tree.language === 'javascript';
    this.isPython = tree.language === 'python';
    this.opener = this.isPython ? LAMBDA : FUNCTION;
    this.bindings = new Bindings(tree);
    const { dotted } = this.bindings;
    const values = new GivenValues(tree);
    const scopes = new Scopes(tree, values);
    this.values = values;
    this.scopes = scopes;
    this.phrases = new Phrases(tree, scopes);
    this.calls = new Calls(tree, { dotted, scopes, values });
    this.assignments = new Assignments(tree, dotted, scopes);
  }

  /** Reads this statement and all that follow it. */
  statements(first: number): void {
    for (let statement = first; statement !== 0; statement = this.tree.nextOf(statement)) {
      const indent = this.tree.indentOf(statement);
      while ((this.blocks.at(-1)?.indent ?? -1) >= indent) this.blocks.pop();
      const scope = this.blocks.at(-1)?.scope ?? MODULE;
      if (this.isPython) this.pythonStatement(statement, scope);
      else this.sequence(statement, scope, false);
    }
  }

  private pythonStatement(statement: number, scope: number): void {
    const { tree } = this;
    const first = tree.firstOf(statement);
    let opener = first;
    while (opener !== 0 && tree.isWord(opener, ASYNC)) opener = tree.nextOf(opener);
    const isDef = tree.isWord(opener, DEF);
    const isClass = tree.isWord(opener, CLASS);
    if (!isDef && !isClass && !(tree.isWord(opener, IF) && isMainGuard(tree, first))) {
      const inLine = importInLine(tree, statement);
      if (inLine !== 0) this.imported(inLine, tree.startOf(tree.firstOf(inLine)), scope);
      this.sequence(statement, scope, false);
      return;
    }
    const colon = colonIn(tree, first);
    const named = namedBefore(tree, first, colon);
    if ((isDef || isClass) && named !== 0) this.defined(named, scope);
    // What a function gives back is said behind its name, and is worked out when it is defined.
    if (isDef && named !== 0)
      for (let id = tree.nextOf(named); id !== 0 && id !== colon.id; id = tree.nextOf(id)) this.node(id, scope);
    const inner = isDef ? this.scopes.inFunction(scope, named) : isClass ? scope : this.scopes.asProgram(scope);
    const indent = tree.indentOf(statement);
    this.blocks.push({ indent, scope: inner });
    const rest = tree.nextOf(colon.id);
    if (rest === 0) return;
    const count = tree.countOf(statement) - colon.at - 1;
    const body = tree.addSequence(rest, indent, count, tree.signsOf(statement));
    this.list(body, tree.startOf(first), inner, false);
  }

  /** `def f(x=g()):` and `class C(base()):` run what stands in the brackets; the name is no call. */
  private defined(named: number, scope: number): void {
    const { tree } = this;
    const isCall = tree.kindOf(named) === KIND.call;
    const callee = isCall ? tree.innerOf(named) : named;
    if (tree.kindOf(callee) === KIND.name && scope === MODULE && this.blocks.length === 0) {
      const name = tree.written(callee);
      this.bindings.bind(name, `.${name}`);
    }
    if (isCall) this.sequences(tree.itemsOf(named), scope);
  }

  /** This sequence and those beside it, which stand in brackets after a name. */
  private sequences(first: number, scope: number): void {
    for (let id = first; id !== 0; id = this.tree.nextOf(id)) this.sequence(id, scope, true);
  }

  private sequence(sequence: number, scope: number, isArgument: boolean): void {
    this.list(sequence, this.tree.startOf(this.tree.firstOf(sequence)), scope, isArgument);
  }

  /** One list of parts, and where what it belongs to begins. `isArgument`: `a=b` in it is a keyword, no assignment. */
  private list(list: number, start: number, scope: number, isArgument: boolean): void {
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
  private entered(list: number, scope: number): void {
    const { tree } = this;
    const first = tree.firstOf(list);
    if (!tree.isWord(first, WITH) && !tree.isWord(first, ASYNC)) return;
    for (const { name, value } of enteredNames(tree.partsOf(list)))
      this.remember(name.id, { first: value.id, count: 1 }, false, scope);
  }

  /** Whether it was an import. */
  private imported(list: number, start: number, scope: number): boolean {
    if (!this.mayImport(this.tree.firstOf(list))) return false;
    const statement: Sequence = { parts: this.tree.partsOf(list), start, indent: 0 };
    const imports = importsOf(statement, this.text, this.tree.language);
    const isCertain = this.tree.indentOf(list) === 0;
    for (const imported of imports) {
      if (isCertain) this.bindings.bind(imported.local, imported.target);
      else this.bindings.bindPerhaps(imported.local, imported.target);
      this.imports.push({ ...imported, start, scope: this.scopes.at(scope) });
    }
    return imports.length > 0;
  }

  /** A look at its first or last part spares most statements the question. */
  private mayImport(first: number): boolean {
    const { tree } = this;
    if (this.isPython) return tree.isWord(first, IMPORT) || tree.isWord(first, FROM);
    if (!this.isJavascript) return false;
    let last = first;
    for (let next = tree.nextOf(last); next !== 0; next = tree.nextOf(last)) last = next;
    return tree.kindOf(last) === KIND.string;
  }

  private parts(first: number, scope: number): void {
    const { tree } = this;
    let inner = scope;
    let body = NO_SCOPE;
    let before = 0;
    let target = 0;
    for (let part = first; part !== 0; part = tree.nextOf(part)) {
      const kind = tree.kindOf(part);
      const opened = this.mayOpen(part, kind) ? this.opened(part, before, target, scope) : NO_SCOPE;
      if (opened !== NO_SCOPE) {
        body = opened;
        if (kind === KIND.operator || (kind === KIND.word && !this.isJavascript)) inner = opened;
        if (kind === KIND.call) this.sequences(tree.itemsOf(part), opened);
      } else if (body !== NO_SCOPE && tree.isCurly(part)) {
        this.group(part, body);
        body = NO_SCOPE;
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

  /** The scope of the function that begins with this part; `NO_SCOPE` where none does. */
  private opened(part: number, before: number, target: number, scope: number): number {
    const { tree } = this;
    switch (tree.kindOf(part)) {
      case KIND.word: {
        const next = this.isJavascript ? tree.nextOf(part) : 0;
        return this.scopes.inFunction(scope, next === 0 && this.isAssigning(before) ? target : next);
      }
      case KIND.operator:
        return this.scopes.inFunction(scope, 0);
      default:
        return this.isMethod(part, before) ? this.scopes.inFunction(scope, part) : NO_SCOPE;
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
    return tree.isCurly(next) && tree.kindOf(before) !== KIND.operator;
  }

  private group(group: number, scope: number): void {
    const isCurly = this.tree.isCurly(group);
    for (let item = this.tree.itemsOf(group); item !== 0; item = this.tree.nextOf(item)) {
      this.sequence(item, scope, !isCurly);
      if (isCurly && (this.tree.signsOf(item) & SIGN.colon) !== 0) this.property(item, scope);
    }
  }

  /** Walks down a chain of members, calls and indexes without recursion, however long it is. */
  private node(node: number, scope: number): void {
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
    const word = tree.markOf(of);
    if (!this.bindings.isBoundWord(word) && !(word === PROCESS && tree.is(of, 'process'))) return;
    const name = this.bindings.nameAt(member);
    const { dotted } = this.bindings;
    if (!dotted.isCalled(name) && !dotted.isIndexed(name))
      this.mentions.push({ name: dotted.textOf(name), start: tree.startOf(member) });
  }

  private call(call: number, scope: number): void {
    const { tree, bindings } = this;
    const handed = handedOn(call, tree, bindings);
    if (handed === undefined || !this.isJavascript) {
      this.calls.push(call, bindings.nameAt(tree.innerOf(call)), 0, scope);
      this.give(call, scope);
    }
    if (handed === undefined) return;
    this.calls.push(handed.call, handed.name, handed.skipped, scope);
    this.give(handed.call, scope);
  }

  /** Tells what names among the arguments of the last call stand for here. */
  private give(call: number, scope: number): void {
    const { tree, values } = this;
    const owner = this.scopes.ownerOf(scope);
    for (let argument = tree.itemsOf(call); argument !== 0; argument = tree.nextOf(argument)) {
      const only = tree.firstOf(argument);
      if (tree.kindOf(only) !== KIND.name || tree.nextOf(only) !== 0) continue;
      const name = tree.markOf(only);
      const own = values.find(owner, name);
      const value = own === NO_VALUE ? values.find(MODULE, name) : own;
      if (value !== NO_VALUE && values.isGiven(value)) this.calls.give(argument, value);
    }
  }

  private property(item: number, scope: number): void {
    const { tree } = this;
    const count = tree.countOf(item);
    const key = tree.firstOf(item);
    const sign = tree.nextOf(key);
    if (count < 3 || !tree.isColon(sign)) return;
    const kind = tree.kindOf(key);
    if (kind !== KIND.name && kind !== KIND.string) return;
    const value = { first: tree.nextOf(sign), count: count - 2 };
    this.assignments.pushProperty(key, value, scope);
  }

  private assigned(list: number, scope: number): void {
    const { tree } = this;
    const first = tree.firstOf(list);
    const count = tree.countOf(list);
    // Only the last sign of a chain has a value of its own length: more would be quadratic.
    let sign = 0;
    let signAt = 0;
    let place = 0;
    let before = 0;
    let at = 0;
    for (let id = first; at < count - 1; id = tree.nextOf(id)) {
      if (at > 0 && this.isAssigning(id)) {
        sign = id;
        signAt = at;
        place = before;
      }
      before = id;
      at += 1;
    }
    if (sign === 0) return;
    const isRight = tree.markOf(sign) === RIGHT;
    const second = tree.nextOf(first);
    const isAnnotated = tree.language !== 'r' && tree.isColon(second);
    const value = isRight ? { first, count: signAt } : { first: tree.nextOf(sign), count: count - signAt - 1 };
    const target = isAnnotated ? first : isRight ? tree.nextOf(sign) : place;
    this.assign(target, value, tree.markOf(sign) === ADDS, scope);
  }

  private assign(place: number, value: Parts, adds: boolean, scope: number): void {
    const { tree } = this;
    const kind = tree.kindOf(place);
    if (kind === KIND.group) {
      if (value.count === 1) bindPattern(tree.node(place), this.bindings.resolveAt(value.first), this.bindings);
      return;
    }
    const { dotted } = this.bindings;
    const isName = kind === KIND.name;
    const target = isName ? dotted.word(tree.markOf(place)) : this.bindings.nameAt(place);
    if (isName) this.remember(place, value, adds, scope);
    this.assignments.push(place, target, value, scope);
  }

  /** A name for a value: of a module, a member or a call it becomes another name, of anything else what it holds. */
  private remember(place: number, value: Parts, adds: boolean, scope: number): void {
    const { tree, bindings } = this;
    const { dotted } = bindings;
    const name = tree.markOf(place);
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
    const isConstant = value.count === 1 && kind !== KIND.group && (usesOf(tree.markOf(only)) & USE.constant) !== 0;
    const owner = this.scopes.ownerOf(scope);
    if (isKnown && kind === KIND.name && !isConstant) {
      this.values.forget(owner, name);
      return;
    }
    const before = this.values.find(owner, name);
    const isAdded = adds || (before !== NO_VALUE && goesOn(tree, value, name));
    this.values.set(owner, name, this.values.add(value, isAdded ? place : 0, before));
  }

  /** `await` and `new` stand before what gives the value. */
  private isAwaited(first: number): boolean {
    const { tree } = this;
    const word = tree.markOf(first);
    return tree.kindOf(first) === KIND.word && (word === AWAIT || word === NEW);
  }
}
