import { foldName } from './names.ts';
import { meets, parseSpecifier } from './specifiers.ts';

/** Longest marker that is read; real ones stay under 1,000 characters. */
const LONGEST_MARKER_CHARACTERS = 16_384;
/** How deep parentheses may stand; real ones stay under 6. The reader recurses, so this also bounds its stack. */
const DEEPEST_PARENTHESES = 64;

/** The variables of PEP 508, "Environment Markers", without `extra`. */
export type MarkerVariable =
  | 'implementation_name'
  | 'implementation_version'
  | 'os_name'
  | 'platform_machine'
  | 'platform_release'
  | 'platform_system'
  | 'platform_version'
  | 'platform_python_implementation'
  | 'python_full_version'
  | 'python_version'
  | 'sys_platform';

/** What the interpreter of a target would say of itself. */
export type MarkerEnvironment = Readonly<Record<MarkerVariable, string>>;

type Operand =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: MarkerVariable | 'extra' };

/** A marker taken apart: `and` binds tighter than `or`. */
export type Marker =
  | { readonly kind: 'or' | 'and'; readonly parts: readonly Marker[] }
  | { readonly kind: 'compare'; readonly left: Operand; readonly operator: string; readonly right: Operand };

/** The spellings that older metadata uses (PEP 345), dots made underscores, and what they mean. */
const VARIABLES: ReadonlyMap<string, MarkerVariable | 'extra'> = new Map([
  ['extra', 'extra'],
  ['implementation_name', 'implementation_name'],
  ['implementation_version', 'implementation_version'],
  ['os.name', 'os_name'],
  ['os_name', 'os_name'],
  ['platform.machine', 'platform_machine'],
  ['platform_machine', 'platform_machine'],
  ['platform_release', 'platform_release'],
  ['platform_system', 'platform_system'],
  ['platform.version', 'platform_version'],
  ['platform_version', 'platform_version'],
  ['platform.python_implementation', 'platform_python_implementation'],
  ['platform_python_implementation', 'platform_python_implementation'],
  ['python_implementation', 'platform_python_implementation'],
  ['python_full_version', 'python_full_version'],
  ['python_version', 'python_version'],
  ['sys.platform', 'sys_platform'],
  ['sys_platform', 'sys_platform'],
]);

/** The variables that hold versions, compared by PEP 440 where the other side is one; all others compare as text. */
const VERSION_VARIABLES: ReadonlySet<string> = new Set([
  'implementation_version',
  'platform_release',
  'python_full_version',
  'python_version',
]);

/** One token at the reader's place. Each alternative starts differently, so reading is linear. */
const TOKEN = /[ \t]*(?:([()])|'([^']*)'|"([^"]*)"|(===|==|~=|!=|<=|>=|<|>)|(not[ \t]+in\b)|([a-z][a-z0-9._]*))/y;

type Token =
  | { readonly kind: 'mark' | 'word' | 'operator'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string };

/** Reads a marker (PEP 508); `undefined` where the text is none. */
export function parseMarker(text: string): Marker | undefined {
  if (text.length > LONGEST_MARKER_CHARACTERS) return undefined;
  const tokens = readTokens(text);
  if (tokens === undefined) return undefined;
  const reader = { tokens, at: 0 };
  const marker = readAny(reader, 0);
  return reader.at === tokens.length ? marker : undefined;
}

function readTokens(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  for (let at = 0; at < end; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const [, mark, single, double, operator, notIn, word] = match;
    const quoted = single ?? double;
    if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
    else if (notIn !== undefined) tokens.push({ kind: 'operator', text: 'not in' });
    else if (word === 'in') tokens.push({ kind: 'operator', text: 'in' });
    else tokens.push({ kind: 'word', text: word ?? '' });
  }
  return tokens;
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
}

function take(reader: Reader, kind: Token['kind'], text?: string): string | undefined {
  const token = reader.tokens[reader.at];
  if (token === undefined || token.kind !== kind || (text !== undefined && token.text !== text)) return undefined;
  reader.at += 1;
  return token.text;
}

function readAny(reader: Reader, depth: number): Marker | undefined {
  return readChain(reader, 'or', () => readChain(reader, 'and', () => readAtom(reader, depth)));
}

function readChain(reader: Reader, word: 'or' | 'and', readPart: () => Marker | undefined): Marker | undefined {
  const parts: Marker[] = [];
  do {
    const part = readPart();
    if (part === undefined) return undefined;
    parts.push(part);
  } while (take(reader, 'word', word) !== undefined);
  const [only] = parts;
  return parts.length === 1 ? only : { kind: word, parts };
}

function readAtom(reader: Reader, depth: number): Marker | undefined {
  if (take(reader, 'mark', '(') !== undefined) {
    if (depth >= DEEPEST_PARENTHESES) return undefined;
    const inside = readAny(reader, depth + 1);
    return take(reader, 'mark', ')') === undefined ? undefined : inside;
  }
  const left = readOperand(reader);
  const operator = take(reader, 'operator');
  const right = readOperand(reader);
  if (left === undefined || operator === undefined || right === undefined) return undefined;
  return { kind: 'compare', left, operator, right };
}

function readOperand(reader: Reader): Operand | undefined {
  const text = take(reader, 'text');
  if (text !== undefined) return { kind: 'text', text };
  const word = take(reader, 'word');
  const name = word === undefined ? undefined : VARIABLES.get(word);
  return name === undefined ? undefined : { kind: 'variable', name };
}

/** Whether a marker speaks of an extra: then its requirement belongs to that extra. */
export function mentionsExtra(marker: Marker): boolean {
  if (marker.kind !== 'compare') return marker.parts.some(mentionsExtra);
  return [marker.left, marker.right].some((side) => side.kind === 'variable' && side.name === 'extra');
}

/**
 * Whether a marker holds in an environment for one extra (its normal form, or an empty text for none). A comparison
 * that PEP 508 does not define (`os_name ~= '1'`) does not hold.
 */
export function evaluateMarker(marker: Marker, environment: MarkerEnvironment, extra: string): boolean {
  switch (marker.kind) {
    case 'or':
      return marker.parts.some((part) => evaluateMarker(part, environment, extra));
    case 'and':
      return marker.parts.every((part) => evaluateMarker(part, environment, extra));
    case 'compare': {
      const { left, right, operator } = marker;
      const read = (side: Operand): string => {
        if (side.kind === 'text') return side.text;
        return side.name === 'extra' ? extra : environment[side.name];
      };
      // As `packaging` has it: the variable on the left decides, else the one on the right.
      const variable = left.kind === 'variable' ? left.name : right.kind === 'variable' ? right.name : undefined;
      if (variable === 'extra') return compareTexts(foldName(read(left)), operator, foldName(read(right)));
      return compare(variable, { left: read(left), operator, right: read(right) });
    }
  }
}

function compare(
  variable: string | undefined,
  { left, operator, right }: { readonly left: string; readonly operator: string; readonly right: string },
): boolean {
  if (variable !== undefined && VERSION_VARIABLES.has(variable)) {
    const specifier = parseSpecifier(`${operator}${right}`);
    if (specifier !== undefined) return meets(specifier, left);
  }
  return compareTexts(left, operator, right);
}

/** Text has no order: `<` and `>` never hold, `<=` and `>=` hold for the same text (dependency specifiers, 2024). */
function compareTexts(left: string, operator: string, right: string): boolean {
  switch (operator) {
    case '==':
    case '<=':
    case '>=':
      return left === right;
    case '!=':
      return left !== right;
    case 'in':
      return right.includes(left);
    case 'not in':
      return !right.includes(left);
    default:
      return false;
  }
}
