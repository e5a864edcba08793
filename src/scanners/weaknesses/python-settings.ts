/** Weak values that Python names are given, and weak statements. */
import type { Concern } from '../syntax/phrases.ts';
import { SIGN } from '../syntax/signs.ts';
import type { Phrase, Source } from '../syntax/source.ts';
import { isName, literalText } from '../syntax/values.ts';
import { around, behind } from '../syntax/vocabulary.ts';
import { fromInput } from './input.ts';
import type { PhraseCheck, RuleSet, Said } from './rules.ts';
import { SECRET_NAME } from './rules.ts';
import { type Setting, settingIn, written } from './settings.ts';

const OLD_TLS =
  /\b(?:PROTOCOL_(?:SSLv2|SSLv3|TLSv1|TLSv1_1)|(?:SSLv2|SSLv3|TLSv1|TLSv1_1)_METHOD|TLSVersion\.(?:SSLv3|TLSv1|TLSv1_1))\b/;
/** Blanks, comments and joined lines between two statements: so many that no run of comments is read from each of them anew. */
const BETWEEN = String.raw`(?:\s|#[^\n]*(?:\n|$)|\\\r?\n){0,2000}`;
const SWALLOWS = new RegExp(
  String.raw`\bexcept(?:\s+(?:Base)?Exception(?:\s+as\s+\w+)?)?\s*:${BETWEEN}(?:pass|continue)\b`,
);
const ONLY_BETWEEN = new RegExp(`^${BETWEEN}$`);
/** Characters of comments before a statement that are looked over. */
const LONGEST_BETWEEN = 2_000;
const RIGHTS =
  /\b(?:is_admin|is_staff|is_superuser|is_authenticated|is_authorized|is_owner|has_perm\w*|check_perm\w*|is_allowed|logged_in|permission\w*|authoriz\w+|authenticated)\b/;

/** A name of what a server listens at, given every address. */
const MAY_LISTEN = behind(
  ['host', 'bind', 'address', 'interface'],
  /(?<=host|bind|address|interface)["'\]]{0,3}\s*(?::\s*\w{1,20}\s*)?=\s*["'](?:0\.0\.0\.0|::)["']/i,
);

/** Templates of Django whose settings switch escaping off (Django, "TEMPLATES", `OPTIONS`). */
const ESCAPING_OFF = /["']autoescape["']\s*:\s*False/;

/** What the phrase checks need. */
export const PYTHON_SETTING_HINTS: RuleSet['hints'] = [
  ...'PROTOCOL_SSLv2 PROTOCOL_SSLv3 PROTOCOL_TLSv1 PROTOCOL_TLSv1_1 SSLv2_METHOD SSLv3_METHOD TLSv1_METHOD TLSv1_1_METHOD'
    .split(' ')
    .map((word) => ({ words: [word] })),
  { words: ['minimum_version'], pattern: OLD_TLS },
  ...['pass', 'continue'].map((word) => ({ words: ['except', word], pattern: SWALLOWS, label: 'swallowed-error' })),
  { words: ['assert'], pattern: around(['assert'], new RegExp(`(?<=^\\s*)assert\\b.{0,80}${RIGHTS.source}`, 'm')) },
  { words: ['DEBUG'], pattern: /\bDEBUG["']?\]?\s*=\s*True/ },
  { words: ['debug'], pattern: /\.debug\s*=\s*True/ },
  ...[
    'SESSION_COOKIE_SECURE',
    'CSRF_COOKIE_SECURE',
    'SESSION_COOKIE_HTTPONLY',
    'WTF_CSRF_ENABLED',
    'ALLOWED_HOSTS',
    'CORS_ALLOW_ALL_ORIGINS',
    'CORS_ORIGIN_ALLOW_ALL',
    'csrf_exempt',
  ].map((word) => ({ words: [word] })),
  { words: ['Access', 'Control', 'Allow', 'Origin'] },
  { words: [], pattern: MAY_LISTEN },
  { words: ['uuid1'], pattern: SECRET_NAME },
  { words: ['autoescape'], pattern: ESCAPING_OFF },
  { words: ['headers'], pattern: /headers\[.{1,60}\brequest\./ },
];

const FLAGS: Readonly<Record<string, readonly [boolean, Said]>> = {
  DEBUG: [true, 'debug-server'],
  SESSION_COOKIE_SECURE: [false, 'insecure-cookie'],
  CSRF_COOKIE_SECURE: [false, 'insecure-cookie'],
  SESSION_COOKIE_HTTPONLY: [false, 'script-readable-cookie'],
  WTF_CSRF_ENABLED: [false, 'csrf-off'],
  CORS_ALLOW_ALL_ORIGINS: [true, 'any-origin'],
  CORS_ORIGIN_ALLOW_ALL: [true, 'any-origin'],
};

const setsFlag: PhraseCheck = (phrase, source) => {
  const setting = settingIn(phrase, source);
  if (setting === undefined) return undefined;
  if (setting.how === 'property' && setting.name === 'autoescape')
    return isName(setting.value, 'False') ? 'no-escaping' : undefined;
  if (setting.how !== 'assigned') return undefined;
  const [wanted, rule] = Object.hasOwn(FLAGS, setting.name) ? (FLAGS[setting.name] ?? []) : [];
  if (rule !== undefined) return isName(setting.value, wanted === true ? 'True' : 'False') ? rule : undefined;
  return otherFlag(setting, phrase, source);
};

/** Names of what a server listens at. */
const NAMES_ADDRESS = /^(?:\w*_)?(?:host|bind|bind_?address|listen_?address|interface)$/i;

function otherFlag({ name, target, value }: Setting, { scope }: Phrase, source: Source): Said {
  const { text } = source;
  if (NAMES_ADDRESS.test(name))
    return /^(?:0\.0\.0\.0|::)$/.test(literalText(value, text) ?? '') ? 'binds-all-addresses' : undefined;
  if (name === 'ALLOWED_HOSTS') return /^\[\s*["']\*["']/.test(written(value, text)) ? 'protection-off' : undefined;
  if (name === 'debug' && target.kind === 'member')
    return /(?:^|\.)(?:app|application|server|Flask\(\)|Bottle\(\))\.debug$/.test(source.bindings.resolve(target)) &&
      isName(value, 'True')
      ? 'debug-server'
      : undefined;
  if (
    target.kind === 'index' &&
    /^(?!.*\brequest\b).*headers\[/.test(text.slice(target.start, target.end).slice(0, 200))
  )
    return fromInput(value, scope, source) ? 'header-from-input' : undefined;
  return SECRET_NAME.test(name) && /\buuid1\(/.test(written(value, text)) ? 'time-based-secret' : undefined;
}

const asksOldTls: PhraseCheck = (phrase, source) => {
  const setting = settingIn(phrase, source);
  if (setting === undefined || (setting.how === 'assigned' && setting.name !== 'minimum_version')) return undefined;
  return setting.how !== 'property' && OLD_TLS.test(written(setting.value, source.text))
    ? 'weak-tls-version'
    : undefined;
};

/** `except:` or `except Exception:`, and then only `pass` or `continue`. */
const swallows: PhraseCheck = (phrase, { text }) => {
  const { parts } = phrase;
  const [word] = parts;
  if (word?.kind !== 'word' || word.text !== 'except') return undefined;
  const inline = /^except(?:\s+(?:Base)?Exception(?:\s+as\s+\w+)?)?\s*:\s*(?:(pass|continue)\s*)?$/.exec(
    written(parts, text),
  );
  if (inline === null) return undefined;
  if (inline[1] !== undefined) return 'swallowed-error';
  const then = phrase.next?.parts[0];
  if (then?.kind !== 'word' || (then.text !== 'pass' && then.text !== 'continue')) return undefined;
  // A call that stands alone is no phrase: what is logged first is no silence.
  const end = parts.at(-1)?.end ?? then.start;
  return then.start - end <= LONGEST_BETWEEN && ONLY_BETWEEN.test(text.slice(end, then.start))
    ? 'swallowed-error'
    : undefined;
};

const asserts: PhraseCheck = ({ parts }, { text }) => {
  const [word] = parts;
  return word?.kind === 'word' && word.text === 'assert' && RIGHTS.test(written(parts, text))
    ? 'rights-by-assert'
    : undefined;
};

const exempts: PhraseCheck = ({ parts }) => {
  const [sign, name] = parts;
  return sign?.kind === 'operator' && sign.text === '@' && name?.kind === 'name' && name.text === 'csrf_exempt'
    ? 'csrf-off'
    : undefined;
};

/** Whether the phrase gives a literal `*` to the header of answers that other origins may read (Fetch standard, CORS). */
const opensOrigin: PhraseCheck = (phrase, source) => {
  const setting = settingIn(phrase, source);
  return setting?.name === 'Access-Control-Allow-Origin' && literalText(setting.value, source.text) === '*'
    ? 'any-origin'
    : undefined;
};

/** Checks of statements and settings. */
export const PYTHON_PHRASES: readonly PhraseCheck[] = [setsFlag, asksOldTls, swallows, asserts, exempts, opensOrigin];

/** The phrases they are about. */
export const PYTHON_CONCERNS: RuleSet['concerns'] = new Map<PhraseCheck, Concern>([
  [setsFlag, { signs: SIGN.gives | SIGN.colon }],
  [asksOldTls, { signs: SIGN.gives | SIGN.colon }],
  [swallows, { signs: 0, begins: 'except' }],
  [asserts, { signs: 0, begins: 'assert' }],
  [exempts, { signs: 0, begins: '@' }],
  [opensOrigin, { signs: SIGN.gives | SIGN.colon }],
]);
