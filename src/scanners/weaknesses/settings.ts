/** Values that are given to a name: by assignment, keyword, default or property. */
import type { Phrase, Source } from '../syntax/source.ts';
import type { Node } from '../syntax/tree.ts';
import { literalText, stringText } from '../syntax/values.ts';

export interface Setting {
  /** Last name of the target: `SECRET_KEY` in `app.config["SECRET_KEY"] = x`. */
  readonly name: string;
  readonly target: Node;
  readonly value: readonly Node[];
  readonly how: 'assigned' | 'argument' | 'property';
}

const ASSIGNS: ReadonlySet<string> = new Set(['=', '+=', '<-', '<<-']);

/** The phrase that was asked about last: one check after the other asks about it. */
let lastAsked: { readonly phrase: Phrase; readonly setting: Setting | undefined } | undefined;

/** What a phrase gives a value to; `undefined` for any other phrase. */
export function settingIn(phrase: Phrase, source: Source): Setting | undefined {
  if (lastAsked?.phrase !== phrase) lastAsked = { phrase, setting: findSetting(phrase, source) };
  return lastAsked.setting;
}

/** Where the first colon or assignment stands; -1 where there is none. */
function firstSign(parts: readonly Node[]): number {
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at];
    if (part?.kind === 'operator' && (part.text === ':' || ASSIGNS.has(part.text))) return at;
  }
  return -1;
}

function findSetting({ parts, argument }: Phrase, { text, language }: Source): Setting | undefined {
  if (parts.length < 3) return undefined;
  const sign = firstSign(parts);
  const first = parts[sign];
  if (sign < 1 || first?.kind !== 'operator') return undefined;
  if (first.text !== ':') return settingFrom(parts, sign, argument ? 'argument' : 'assigned', text);
  // `name: Type = value` in Python and TypeScript.
  const later = parts.findIndex((part, at) => at > sign && part.kind === 'operator' && part.text === '=');
  if (later > 0 && language !== 'r') {
    const target = parts[sign - 1];
    return target === undefined
      ? undefined
      : named(target, parts.slice(later + 1), argument ? 'argument' : 'assigned', text);
  }
  return sign === 1 ? settingFrom(parts, sign, 'property', text) : undefined;
}

function settingFrom(parts: readonly Node[], sign: number, how: Setting['how'], text: string): Setting | undefined {
  const target = parts[sign - 1];
  return target === undefined ? undefined : named(target, parts.slice(sign + 1), how, text);
}

function named(target: Node, value: readonly Node[], how: Setting['how'], text: string): Setting | undefined {
  const name = lastName(target, text);
  return name === undefined || value.length === 0 ? undefined : { name, target, value, how };
}

/** Last name of a chain, where it has one that is written down. */
export function lastName(node: Node, text: string): string | undefined {
  switch (node.kind) {
    case 'name':
      return node.text;
    case 'member':
      return node.name;
    case 'index':
      return literalText(node.items[0]?.parts ?? [], text);
    case 'string':
      return node.fields.length === 0 ? stringText(node, text) : undefined;
    default:
      return undefined;
  }
}

/** A comparison for equality and what stands on its two sides. */
export interface Comparison {
  readonly left: Node;
  readonly right: Node;
}

/** Most phrases compare nothing. */
const NONE: Comparison[] = [];
const EQUALS: ReadonlySet<string> = new Set(['==', '===', '!=', '!==']);

/** The comparisons that stand directly in a phrase. */
export function comparisonsIn({ parts }: Phrase): readonly Comparison[] {
  let found: Comparison[] = NONE;
  for (let at = 1; at < parts.length - 1; at += 1) {
    const part = parts[at];
    if (part?.kind !== 'operator' || !EQUALS.has(part.text)) continue;
    const [left, right] = [parts[at - 1], parts[at + 1]];
    if (left === undefined || right === undefined) continue;
    if (found === NONE) found = [];
    found.push({ left, right });
  }
  return found;
}

/** A host by name, or its address, as it is compared with. */
export const HOST = /^(?:https?:\/\/)?(?:[\w-]+\.)+(?:com|org|net|io|edu|gov|dev|app|ai|co|de|uk|fr|cn|jp|example)$/i;
/** Names of values that are addresses. */
export const ADDRESS_NAME = /(?:url|uri|href|host(?:name)?|origin|domain|link|referr?er|address|netloc)$/i;

/** Source text of an expression, cut at 400 characters. */
export function written(parts: readonly Node[] | undefined, text: string): string {
  const start = parts?.[0]?.start ?? 0;
  return text.slice(start, Math.min(parts?.at(-1)?.end ?? start, start + 400));
}
