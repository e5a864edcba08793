/** Weak values in all languages: passwords in the code, fixed temporary paths, statements made from strings, comparisons. */
import type { Concern } from '../syntax/phrases.ts';
import { SIGN } from '../syntax/signs.ts';
import type { Phrase, Source } from '../syntax/source.ts';
import type { Node } from '../syntax/tree.ts';
import { builtText, isConstant, literalText } from '../syntax/values.ts';
import { all, any, around, behind, type Probe, together } from '../syntax/vocabulary.ts';
import type { PhraseCheck, RuleSet, Said } from './rules.ts';
import { comparisonsIn, lastName, type Setting, settingIn } from './settings.ts';
import { isSql } from './sql.ts';

/** Names that end in what must not be known. */
const PASSWORD = /(?:passw(?:or)?d|passphrase|pwd|passwort)$/i;
const KEY =
  /(?:secret|secretOr(?:Private|Public)?Key|(?:secret|api|access|private|encryption)[_-]?key|(?:auth|access|bearer|api|csrf)?[_-]?token)$/i;

const SECRET_NAMES = 'passw(?:or)?d|passphrase|pwd|passwort|secret';
const KEY_NAMES = '(?:secret|api|access|private|encryption)[_-]?key|secretOrKey|token';
const COMPARED_NAMES = 'signature|hmac|password|passwd|secret|api_?key|(?:csrf|auth)_?token';

/** A name with a literal that it is given or compared with: asked behind each word that ends so. */
const MAY_HOLD_SECRET = behind(
  ['passwd', 'password', 'passphrase', 'pwd', 'passwort', 'secret', 'key', 'token'],
  new RegExp(
    `(?<=${SECRET_NAMES}|${KEY_NAMES})["'\\]]{0,2}\\s*(?::\\s*[\\w.[\\]|, ]{1,40})?(?:[:=<!]=?=?|<-)\\s*[rRbBuU]{0,2}["'\`]{1,3}[^"'\`\\s]{4,200}["'\`]|(?<=["'\`][^"'\`\\s]{4,200}["'\`]\\s*[!=]==?\\s*[\\w.]{0,200}(?:${SECRET_NAMES}|key|token))\\b`,
    'i',
  ),
);
const MAY_COMPARE = behind(
  ['signature', 'hmac', 'password', 'passwd', 'secret', 'key', 'token'],
  new RegExp(
    `(?<=${COMPARED_NAMES})["'\\])]{0,2}\\s*[=!]==?|(?<=[=!]==?\\s*[\\w.]{0,200}(?:${COMPARED_NAMES}))\\b`,
    'i',
  ),
);
const TEMPORARY = /^\/(?:(?:var\/)?tmp|dev\/shm)\/\w/;
const HAS_TEMPORARY = /[=:-][\s\\]*[rRbBuUfF]{0,2}["'`]{1,3}\/(?:(?:var\/)?tmp|dev\/shm)\/\w/;
/** The start of a statement, as it is written in programs. */
const STARTS_SQL =
  /^\s*(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|DROP TABLE|insert into|delete from|drop table)\b|^\s*select (?:\*|\w+,|count\()/;
const SQL_VERBS = 'SELECT INSERT UPDATE DELETE DROP select insert delete update drop'.split(' ');
const HAS_BUILT_SQL = around(
  SQL_VERBS,
  /(?<=["'`]\s*)(?:SELECT|INSERT|UPDATE|DELETE|DROP|select|insert into|delete from|drop table|update)\s/,
);

/** What the shared checks need in a file. */
export const SHARED_HINTS: RuleSet['hints'] = [
  { words: [], pattern: MAY_HOLD_SECRET },
  { words: [], pattern: MAY_COMPARE, label: 'timing-comparison' },
  ...['tmp', 'shm'].map((word) => ({ words: [word], pattern: HAS_TEMPORARY, label: 'fixed-temporary-path' })),
  ...SQL_VERBS.map((word) => ({ words: [word], pattern: HAS_BUILT_SQL, label: 'sql-text-from-strings' })),
];

const holdsSecret: PhraseCheck = (phrase, source) => {
  const setting = settingIn(phrase, source);
  if (setting !== undefined) return isSecretSetting(setting, source.text) ? 'hard-coded-password' : undefined;
  return comparisonsIn(phrase).some(
    ({ left, right }) =>
      isKnownAnswer(left, right, source) ||
      isKnownAnswer(right, left, source) ||
      (!isTypeAsked(phrase) && (isKnownWord(left, right, source) || isKnownWord(right, left, source))),
  )
    ? 'hard-coded-password'
    : undefined;
};

/** What a web framework signs its cookies with; words are as good as any text there, and as bad. */
const SIGNING_KEY = /^secret_?key(?:_base)?$/i;

function isSecretSetting({ name, value, how }: Setting, text: string): boolean {
  const literal = literalText(value, text);
  if (how === 'assigned' && SIGNING_KEY.test(name) && literal !== undefined) {
    if (isRandom(literal)) return true;
    if (/^(?!.*[<>{}$%])\S{8,200}$/.test(literal)) return !STAND_IN.test(literal);
  }
  return literal !== undefined && isSecretText(name, literal, how === 'property');
}

/** Bytes that nobody types, as a generator of keys gives them. */
function isRandom(literal: string): boolean {
  return (
    literal.length >= 8 &&
    literal.length <= LONGEST_SECRET &&
    /[\x80-\xff]/.test(literal) &&
    !/[^\0-\xff]/.test(literal)
  );
}

/** A comparison with a literal: who reads the code knows the answer. */
function isKnownAnswer(asked: Node, answer: Node, { text }: Source): boolean {
  const literal = literalText([answer], text);
  const name = asked.kind === 'string' ? undefined : lastName(asked, text);
  return literal !== undefined && name !== undefined && isSecretText(name, literal, true);
}

/** A password of letters alone, asked of a plain name: what a type or a state is called is none. */
function isKnownWord(asked: Node, answer: Node, { text }: Source): boolean {
  const literal = literalText([answer], text);
  return (
    literal !== undefined &&
    asked.kind === 'name' &&
    /^(?:password|passwd|pwd)$/i.test(asked.text) &&
    /^[a-z]{5,20}$/i.test(literal) &&
    !NO_ANSWER.test(literal) &&
    !STAND_IN.test(literal)
  );
}
const NO_ANSWER =
  /^(?:string|number|object|function|boolean|undefined|symbol|bigint|false|empty|required|optional|hidden|input|prompt|default|unset|external|never|always|auto)$/i;

function isTypeAsked({ parts }: Phrase): boolean {
  return parts.some((part) => (part.kind === 'word' || part.kind === 'name') && part.text === 'typeof');
}

/** Longest value that is taken for a password or key. */
const LONGEST_SECRET = 200;
/** Values that stand for one, or name where it is. */
const STAND_IN =
  /passw|passphrase|secret|token|_key$|^key$|changeme|change_me|example|your[_-]|placeholder|dummy|^x+$|^\*+$|^\.+$|^<.*>$|^\{.*\}$|^\$|^%|:\/\/|^\/|^none$|^null$|^true$|^false$|^test$|\.(?:txt|json|ya?ml|html?|js|py|pem)$/i;

function isSecretText(name: string, literal: string, mixed: boolean): boolean {
  if (literal.length < 4 || literal.length > LONGEST_SECRET || /\s/.test(literal) || STAND_IN.test(literal))
    return false;
  if (PASSWORD.test(name)) return !mixed || isMixed(literal);
  const least = /^token$/i.test(name) ? 16 : 8;
  return KEY.test(name) && literal.length >= least && /^[\w.+/=-]+$/.test(literal) && isMixed(literal);
}

/** Words of a language or a program are letters alone. */
function isMixed(literal: string): boolean {
  return /\d/.test(literal) && /[A-Za-z]/.test(literal) && /^[\x21-\x7e]+$/.test(literal);
}

const namesTemporary: PhraseCheck = (phrase, source) => {
  const setting = settingIn(phrase, source);
  return setting !== undefined && TEMPORARY.test(literalText(setting.value, source.text) ?? '')
    ? 'fixed-temporary-path'
    : undefined;
};

const makesSql: PhraseCheck = (phrase, source) => {
  const setting = settingIn(phrase, source);
  const [word] = phrase.parts;
  const value =
    setting?.how === 'assigned'
      ? setting.value
      : word?.kind === 'word' && word.text === 'return'
        ? phrase.parts.slice(1)
        : undefined;
  const built = value === undefined ? undefined : builtText(value, source.text);
  return built !== undefined && STARTS_SQL.test(built) && isSql(built) ? 'sql-text-from-strings' : undefined;
};

/** A name with a capital at its start is a type or a constant. */
const COMPARED =
  /^(?:\w*_)?(?:signature|hmac|password|passwd|secret|api_?key|(?:csrf|auth)_?token)$|^[a-z_$]\w*(?:Signature|Password|Hmac|ApiKey)$|^(?:apiKey|csrfToken|authToken)$/;

/** What somebody typed a second time is no secret to them. */
const TYPED_TWICE = /confirm|repeat|again|retype/i;

const comparesSecret: PhraseCheck = (phrase: Phrase, { text }: Source): Said =>
  comparisonsIn(phrase).some(
    ({ left, right }) =>
      [left, right].every((side) => !isConstant([side]) && side.kind !== 'regex') &&
      ![left, right].some((side) => TYPED_TWICE.test(lastName(side, text) ?? '')) &&
      [left, right].some((side) => side.kind !== 'string' && COMPARED.test(lastName(side, text) ?? '')),
  )
    ? 'timing-comparison'
    : undefined;

/** Checks of phrases that are the same in every language. */
export const SHARED_PHRASES: readonly PhraseCheck[] = [holdsSecret, namesTemporary, makesSql, comparesSecret];

/** What a file holds wherever they speak. */
export const SHARED_NEEDS: RuleSet['needs'] = new Map<PhraseCheck, Probe>([
  [holdsSecret, MAY_HOLD_SECRET],
  [namesTemporary, all(any(together('tmp'), together('shm')), HAS_TEMPORARY)],
  [makesSql, all(any(...SQL_VERBS.map((verb) => together(verb))), HAS_BUILT_SQL)],
  [comparesSecret, MAY_COMPARE],
]);

/** What begins in the phrase itself wherever they speak. */
export const SHARED_SPOTS: RuleSet['spots'] = new Map([
  [namesTemporary, /\/(?:tmp|shm)\//],
  [makesSql, /SELECT|INSERT|UPDATE|DELETE|DROP|select|insert|delete|drop/],
]);

/** The last two letters of every name that may not be known, in lower case. */
const NAME_ENDS: ReadonlySet<number> = new Set(
  ['wd', 'rd', 'rt', 'se', 'et', 'ey', 'en', 're', 'ac'].map((end) => pair(end, 2)),
);

/** The two characters before a place, in lower case where they are letters. */
function pair(text: string, end: number): number {
  return ((text.charCodeAt(end - 2) | 0x20) << 16) | (text.charCodeAt(end - 1) | 0x20);
}

function endsAsSecret(text: string, start: number, end: number): boolean {
  return end - start > 2 && NAME_ENDS.has(pair(text, end));
}

/** The phrases they are about. */
export const SHARED_CONCERNS: RuleSet['concerns'] = new Map<PhraseCheck, Concern>([
  [holdsSecret, { signs: SIGN.gives | SIGN.colon | SIGN.compares, named: endsAsSecret }],
  [namesTemporary, { signs: SIGN.gives | SIGN.colon }],
  [makesSql, { signs: SIGN.gives | SIGN.colon, begins: 'return' }],
  [comparesSecret, { signs: SIGN.compares, named: endsAsSecret }],
]);
