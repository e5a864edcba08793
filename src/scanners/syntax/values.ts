/** What an expression says without running it. */
import type { CallNode, Node, Sequence, StringNode } from './tree.ts';

/** Longest string that is decoded; what rules compare is far shorter. */
const LONGEST_DECODED = 4_096;

const PYTHON_START = /^[A-Za-z]{0,2}(?:"""|'''|"|')/;
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|([0-7]{1,3})|\r?\n|([\s\S]))/g;
const PLAIN_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
};
const HIGHEST_CODE_POINT = 0x10ffff;

/** Literal text of a string with escapes decoded and fields left out; cut at 4,096 characters. */
export function stringText(node: StringNode, text: string): string {
  return node.pieces
    .map((piece) => decode(text.slice(piece.start, Math.min(piece.end, piece.start + LONGEST_DECODED))))
    .join('');
}

function decode(source: string): string {
  const opening = PYTHON_START.exec(source)?.[0] ?? '';
  const bare = source.slice(opening === '' ? 1 : opening.length);
  const mark = opening.replace(/^[A-Za-z]+/, '');
  const body = mark !== '' && bare.endsWith(mark) ? bare.slice(0, -mark.length) : bare.replace(/(?:\$?\{|`)$/, '');
  if (!body.includes('\\') || /^[A-Za-z]?[rR]/.test(opening)) return body;
  return body.replace(ESCAPE, (_, hex, braced, four, octal, plain) => {
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    const code = Number.parseInt(hex ?? braced ?? four ?? '', 16);
    if (!Number.isNaN(code)) return code > HIGHEST_CODE_POINT ? '' : String.fromCodePoint(code);
    return plain === undefined ? '' : (PLAIN_ESCAPES[plain] ?? plain);
  });
}

/** The string that an expression is, or `undefined` where it is none or has fields. */
export function literalText(parts: readonly Node[], text: string): string | undefined {
  const [only] = parts;
  return parts.length === 1 && only?.kind === 'string' && only.fields.length === 0 ? stringText(only, text) : undefined;
}

/** Whether an expression is made of literals alone: nothing can come in from outside. */
export function isConstant(parts: readonly Node[]): boolean {
  return parts.every((part) => {
    if (part.kind === 'string') return part.fields.length === 0;
    if (part.kind === 'group') return part.items.every((item) => isConstant(item.parts));
    return part.kind === 'number' || part.kind === 'regex' || part.kind === 'operator' || isConstantWord(part);
  });
}

function isConstantWord(part: Node): boolean {
  return part.kind === 'name' && isConstantName(part.text);
}

/** Whether a name is that of a value which never changes. */
export function isConstantName(name: string): boolean {
  return /^(?:None|True|False|TRUE|FALSE|NULL|null|undefined|true|false)$/.test(name);
}

/** Names of functions that put values into a text. */
const FORMATTERS: ReadonlySet<string> = new Set(['format', 'format_map', 'concat', 'join', 'replace']);
const R_PASTE: ReadonlySet<string> = new Set(['paste', 'paste0', 'sprintf', 'glue', 'str_glue', 'gsub', 'sub']);

/** The literal of a text that is put together from literals and values, or `undefined` where the expression is no such text. */
export function builtText(parts: readonly Node[], text: string): string | undefined {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return builtByOne(only, text);
  const literals = parts.flatMap((part) => (part.kind === 'string' ? [part] : builtInside(part)));
  const joins = parts.some((part) => part.kind === 'operator' && (part.text === '+' || part.text === '%'));
  const varies = parts.some((part) => part.kind !== 'operator' && !isConstant([part]));
  return joins && varies && literals.length > 0
    ? literals.map((literal) => stringText(literal, text)).join(' ')
    : undefined;
}

function builtByOne(node: Node, text: string): string | undefined {
  if (node.kind === 'string') return node.fields.length > 0 ? stringText(node, text) : undefined;
  if (node.kind === 'group' && node.bracket === '(' && node.items.length === 1)
    return builtText(node.items[0]?.parts ?? [], text);
  return node.kind === 'call' ? builtByCall(node, text) : undefined;
}

function builtByCall(node: CallNode, text: string): string | undefined {
  const { callee } = node;
  const called = callee.kind === 'name' ? callee.text : callee.kind === 'member' ? callee.name : '';
  if (callee.kind === 'member' && ROWS.has(called)) {
    const row = rowOf([callee.of, ...valuesOf(node)], text);
    if (row !== undefined) return row;
  }
  // `glue` finds the values by the names in the text itself (glue, "Interpreted string literals").
  const isGlued = /^(?:str_)?glue$/.test(called) && /\{\w/.test(literalText(node.args[0]?.parts ?? [], text) ?? '');
  if (!isGlued && node.args.every((argument) => isConstant(argument.parts))) return undefined;
  if (callee.kind === 'member' && callee.of.kind === 'string' && FORMATTERS.has(called))
    return stringText(callee.of, text);
  if (!R_PASTE.has(called) && !isUtilFormat(callee)) return undefined;
  const literals = valuesOf(node).filter((part) => part.kind === 'string');
  // What a pattern is looked for in comes last.
  const literal = called === 'gsub' || called === 'sub' ? literals.at(-1) : literals[0];
  return literal === undefined ? undefined : stringText(literal, text);
}

/** Functions that put pieces in a row. */
const ROWS: ReadonlySet<string> = new Set(['join', 'concat']);

/** The literals of `" ".join(["a", b])`, `["a", b].join(" ")` and `"a".concat(b)`, where there are several beside a value. */
function rowOf(parts: readonly Node[], text: string): string | undefined {
  const pieces = parts.flatMap((part) => (part.kind === 'group' ? part.items.flatMap((item) => item.parts) : [part]));
  const literals = pieces.filter((piece) => piece.kind === 'string');
  return literals.length > 1 && !isConstant(pieces)
    ? literals.map((literal) => stringText(literal, text)).join(' ')
    : undefined;
}

/** Node.js `util.format`. */
function isUtilFormat(callee: Node): boolean {
  return callee.kind === 'member' && callee.name === 'format' && callee.of.kind === 'name' && callee.of.text === 'util';
}

function valuesOf({ args }: CallNode): readonly Node[] {
  return args.flatMap((argument) => argument.parts);
}

function builtInside(part: Node): StringNode[] {
  if (part.kind !== 'group' || part.bracket !== '(') return [];
  return part.items.flatMap((item) => item.parts.filter((inner) => inner.kind === 'string'));
}

/** The argument passed by name: Python `verify=False`, R `method = "libcurl"`. */
export function keyword(call: CallNode, name: string): readonly Node[] | undefined {
  return call.args.find((argument) => keywordName(argument) === name)?.parts.slice(2);
}

/** Name of a keyword argument; `undefined` for a positional one. */
export function keywordName(argument: Sequence): string | undefined {
  const [target, sign] = argument.parts;
  return target?.kind === 'name' && sign?.kind === 'operator' && sign.text === '=' ? target.text : undefined;
}

/** Whether an expression is one name, such as `True`. */
export function isName(parts: readonly Node[] | undefined, ...names: readonly string[]): boolean {
  const [only] = parts ?? [];
  return parts?.length === 1 && only?.kind === 'name' && names.includes(only.text);
}
