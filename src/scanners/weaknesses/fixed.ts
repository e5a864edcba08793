/** Values that stand in the code, also behind a name. */

import type { MemberNode } from '../syntax/nodes.ts';
import type { Scope } from '../syntax/source.ts';
import type { CallNode, Node, Sequence } from '../syntax/tree.ts';
import { isConstant, isConstantName, keywordName } from '../syntax/values.ts';

/** Names behind names, and brackets in brackets, that are looked into. */
const DEEPEST = 4;
/** Parts that are looked at for one expression: names that each stand for many others are many more than are written. */
const MOST_LOOKED_AT = 1_000;
/** Parts of a value that is put in place of its name. */
const MOST_PARTS = 40;

/** What a name stands for in its function, or in its module where the name says that it is never changed. */
function constantOf(name: string, scope: Scope): readonly Node[] | undefined {
  return scope.values.get(name) ?? (/^_?[A-Z][A-Z0-9_]*$/.test(name) ? scope.outer.get(name) : undefined);
}

/** Whether nothing in an expression comes from elsewhere: literals, names of literals, numbers and marks such as `?` put in a row. */
export function isFixed(parts: readonly Node[], scope: Scope): boolean {
  return new Look(scope).isFixed(parts, 0);
}

/** One look into an expression; what is too large for it is taken for not fixed. */
class Look {
  private readonly scope: Scope;
  private left = MOST_LOOKED_AT;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  isFixed(parts: readonly Node[], depth: number): boolean {
    this.left -= parts.length;
    if (depth > DEEPEST || this.left < 0) return false;
    const loop = parts.findIndex((part) => part.kind === 'word' && part.text === 'for');
    // `"?" for _ in ids` and `"?" * len(ids)`: how often is no text.
    if (loop > 0) return this.isFixed(parts.slice(0, loop), depth + 1);
    const times = parts.findIndex((part) => part.kind === 'operator' && part.text === '*');
    if (times === 1 && parts.length === 3) return this.isFixed(parts.slice(0, 1), depth + 1);
    return parts.every((part) => this.isFixedPart(part, depth));
  }

  private isFixedPart(part: Node, depth: number): boolean {
    switch (part.kind) {
      case 'name': {
        if (isConstantName(part.text)) return true;
        const value = constantOf(part.text, this.scope);
        return value !== undefined && this.isFixed(value, depth + 1);
      }
      case 'string':
        return part.fields.every((field) => this.isFixed(field.parts, depth + 1));
      case 'group':
        return part.items.every((item) => this.isFixed(item.parts, depth + 1));
      case 'call':
        return this.isFixedCall(part, depth);
      default:
        return isConstant([part]);
    }
  }

  private isFixedCall({ callee, args }: CallNode, depth: number): boolean {
    const called = callee.kind === 'name' ? callee.text : callee.kind === 'member' ? callee.name : '';
    if (COUNTS.test(called)) return true;
    // What a method is called on is part of what it gives.
    const isOfFixed = callee.kind !== 'member' || this.isFixedReceiver(callee, depth);
    if (called === 'rep') return this.isFixed(args[0]?.parts ?? [], depth + 1);
    return (
      PUTS_TOGETHER.test(called) &&
      isOfFixed &&
      args.every((argument) =>
        this.isFixed(keywordName(argument) === undefined ? argument.parts : argument.parts.slice(2), depth + 1),
      )
    );
  }

  /** What `map` and `fill` are called on is only counted, and `shlex` is a module. */
  private isFixedReceiver({ of, name }: MemberNode, depth: number): boolean {
    if (name === 'map' || name === 'fill') return true;
    return (name === 'split' && of.kind === 'name' && of.text === 'shlex') || this.isFixedPart(of, depth + 1);
  }
}

/** Functions whose result is a number, whatever they are given. */
const COUNTS = /^(?:len|int|float|Number|parseInt|nrow|ncol|length|as\.integer|as\.numeric)$/;
/** Functions that put what they are given in a row. */
const PUTS_TOGETHER = /^(?:join|split|paste0?|rep|str|format|sprintf|repeat|fill|map|Array|String)$/;

/** An expression with texts in place of the names that stand for them: `QUERY % name`, `base + " where a = " + a`. */
export function withTexts(parts: readonly Node[], scope: Scope): readonly Node[] {
  return parts.length > MOST_PARTS ? parts : parts.flatMap((part) => textOf(part, parts.length === 1, scope));
}

function textOf(part: Node, isAlone: boolean, scope: Scope): readonly Node[] {
  if (part.kind === 'name') return textBehind(part.text, scope) ?? [part];
  if (part.kind !== 'call' || !isAlone || part.callee.kind !== 'member' || part.callee.of.kind !== 'name')
    return [part];
  const [text, ...more] = textBehind(part.callee.of.text, scope) ?? [];
  if (text === undefined || more.length > 0) return [part];
  const { id, start, end, name } = part.callee;
  const callee: Node = { kind: 'member', id, start, end, of: text, name };
  return [{ kind: 'call', id: part.id, start: part.start, end: part.end, callee, args: part.args }];
}

/** The value of a name, where it is made of texts. */
function textBehind(name: string, scope: Scope): readonly Node[] | undefined {
  const value = scope.values.get(name) ?? scope.outer.get(name);
  return value !== undefined && value.length <= MOST_PARTS && value.some((part) => part.kind === 'string')
    ? value
    : undefined;
}

/** An argument without the keyword in front of it; a name that was given a text stands for that. */
export function argumentValue(argument: readonly Node[] | undefined, scope: Scope): readonly Node[] {
  const [target, sign] = argument ?? [];
  const isNamed = target?.kind === 'name' && sign?.kind === 'operator' && sign.text === '=';
  const value = (isNamed ? argument?.slice(2) : argument) ?? [];
  const [only, ...more] = value;
  if (only?.kind !== 'name' || more.length > 0) return value;
  return textBehind(only.text, scope) ?? value;
}

/** Calls that are looked for inside one expression; a bound on hostile ones. */
const MOST_INSIDE = 60;

/** The calls inside an expression: in brackets, arguments, fields of texts and chains. */
export function callsInside(parts: readonly Node[]): readonly CallNode[] {
  const found: CallNode[] = [];
  const left = parts.slice(0, MOST_INSIDE);
  for (let step = 0; step < MOST_INSIDE; step += 1) {
    const node = left.shift();
    if (node === undefined) break;
    switch (node.kind) {
      case 'call':
        found.push(node);
        left.push(node.callee, ...insideOf(node.args));
        break;
      case 'member':
        left.push(node.of);
        break;
      case 'index':
      case 'group':
        left.push(...(node.kind === 'index' ? [node.of] : []), ...insideOf(node.items));
        break;
      case 'string':
        left.push(...insideOf(node.fields));
        break;
      default:
    }
  }
  return found;
}

/** The first parts of sequences, as many as are ever looked at. */
function insideOf(sequences: readonly Sequence[]): readonly Node[] {
  return sequences.slice(0, MOST_INSIDE).flatMap(({ parts }) => parts.slice(0, MOST_INSIDE));
}
