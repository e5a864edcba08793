/** What a short text that names licences means: an SPDX expression, a usual name, or several names with `or` between them. */
import { type LicenceExpression, parseExpression } from './expression.ts';
import { idOfName } from './names.ts';

/** Names in one field; real ones have two or three. */
const MOST_NAMES = 8;
/** `or later` belongs to a name; `or` between names does not. */
const OR = /\s+or\s+(?!(?:any|later|newer|above|greater|higher|at|revised)\b)|\s*(?:\/|\|{1,2})\s*/i;
const AND = /\s+and\s+(?!(?:any|later|distribution|disclaimer|up)\b)|\s*[,;&]\s*/i;
/** What people write before a choice. */
const DUAL = /^(?:dual(?:ly)?|tri|multi)[- ]?licen[cs]ed?(?: under)?:?\s+/i;

/**
 * The expression that a text means, `undefined` where it names no licence or leaves one open. `MIT/Apache-2.0` is a choice,
 * as package managers that allow it define it; what a comma joins is taken to hold together.
 */
export function expressionOf(text: string): LicenceExpression | undefined {
  const single = parseExpression(text) ?? parseExpression(idOfName(text) ?? '');
  if (single !== undefined || /[()]/.test(text)) return single;
  const rest = text.replace(DUAL, '').replace(/^either\s+|^both\s+/i, '');
  return ofNames(rest, OR, 'OR') ?? ofNames(rest, AND, DUAL.test(text) ? 'OR' : 'AND');
}

function ofNames(text: string, separator: RegExp, operator: 'AND' | 'OR'): LicenceExpression | undefined {
  const names = text.split(separator, MOST_NAMES + 1).map((name) => name.trim());
  if (names.length < 2 || names.length > MOST_NAMES) return undefined;
  const ids = names.map((name) => parseExpression(name)?.text ?? idOfName(name) ?? '');
  // A name that is several itself would need brackets that its author did not write.
  return ids.some((id) => id === '' || id.includes(' ')) ? undefined : parseExpression(ids.join(` ${operator} `));
}
