/** Members whose names are put together where they are called: `process["sp" + "awn"]("x")`. */
import { matching } from '../syntax/name-answers.ts';
import type { Call, Source } from '../syntax/source.ts';
import type { IndexNode, Node } from '../syntax/tree.ts';
import { isConstant } from '../syntax/values.ts';
import { DECODES } from './decoding.ts';
import type { Said } from './signs.ts';

/** What is worth such a trick, as names are resolved: its member by no plain name, called at once or handed on. */
const HIDING = /^(?:child_process|process|globalThis|global|window|require\(\))\[\](?:\.(?:call|apply|bind))?$/;
const hiding = matching(HIDING, ['child_process', 'process', 'globalThis', 'global', 'window', 'require']);
/** Characters of a key that are looked at. */
const KEY_TEXT = 400;
const MAKES = /\b(?:fromCharCode|Buffer\.from|atob|unescape)\s*\(|\bfind\([^\n]{0,60}===?\s*["'`]\w+["'`]/;

/** Signs of one file of JavaScript; what Python hides so is told by words alone. */
export function memberSigns({ language, noted, text }: Source): readonly Said[] {
  if (language !== 'javascript') return [];
  return noted
    .filter((call) => hiding.about(call))
    .flatMap((call): Said[] => (isMadeUp(call, text) ? [{ sign: 'obfuscated-code', start: call.start }] : []));
}

function isMadeUp(call: Call, text: string): boolean {
  const { callee } = call.node;
  const index = callee.kind === 'member' ? callee.of : callee;
  const key = index.kind === 'index' ? keyOf(index) : undefined;
  if (key === undefined) return false;
  const [first] = key;
  if (key.length > 1 && isConstant(key)) return first?.kind === 'string';
  const written = text.slice(first?.start ?? 0, Math.min(key.at(-1)?.end ?? 0, (first?.start ?? 0) + KEY_TEXT));
  if (MAKES.test(written) || DECODES.test(written)) return true;
  // A page keeps its own things under names that are constants.
  return /^(?:child_process|process)\[/.test(call.name) && isGivenOnce(call, first, key.length);
}

/** Whether a key is a name that was given a literal: what it says could have been written. */
function isGivenOnce({ scope }: Call, first: Node | undefined, parts: number): boolean {
  if (first?.kind !== 'name' || parts !== 1) return false;
  const value = scope.values.get(first.text);
  return value !== undefined && value.length > 0 && value[0]?.kind === 'string' && isConstant(value);
}

function keyOf({ items }: IndexNode): readonly Node[] | undefined {
  const [only] = items;
  return items.length === 1 ? only?.parts : undefined;
}
