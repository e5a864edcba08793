/** Weak values in all languages: passwords in the code, fixed temporary paths, statements made from strings, comparisons. */
import type { Phrase, Source } from '../syntax/source.ts';
import type { Node } from '../syntax/tree.ts';
import { builtText, isConstant, literalText } from '../syntax/values.ts';
import { isSql, type PhraseCheck, type RuleSet, type Said } from './rules.ts';
import { comparisonsIn, lastName, type Setting, settingIn } from './settings.ts';

/** Names that end in what must not be known. */
const PASSWORD = /(?:passw(?:or)?d|passphrase|pwd|passwort)$/i;
const KEY = /(?:secret|(?:secret|api|access|private|encryption)[_-]?key|(?:auth|access|bearer|api|csrf)?[_-]?token)$/i;
/** A word list: a vocabulary holds whole words only. */
const SECRET_WORDS =
  'password passwd pwd passphrase passwort PASSWORD PASSWD PWD PASSPHRASE Password db_password DB_PASSWORD dbPassword user_password admin_password root_password default_password DEFAULT_PASSWORD secret SECRET secret_key SECRET_KEY secretKey secretOrKey client_secret CLIENT_SECRET clientSecret api_key API_KEY apiKey apikey APIKEY access_key ACCESS_KEY accessKey access_token ACCESS_TOKEN accessToken auth_token AUTH_TOKEN authToken api_token API_TOKEN apiToken token TOKEN private_key encryption_key ENCRYPTION_KEY aws_secret_access_key AWS_SECRET_ACCESS_KEY secretAccessKey secret_access_key db_pass jwt_secret JWT_SECRET jwtSecret';
const HAS_LITERAL_SECRET =
  /(?:passw(?:or)?d|passphrase|pwd|secret|secret_?key|api_?key|access_?key|token|passwort|secretOrKey)["'\]]{0,2}\s*(?:[:=<!]=?=?|<-)\s*[rbu]?["'`][^"'`\s]{4,}["'`]/i;
const HAS_COMPARED =
  /(?:signature|hmac|password|passwd|secret|api_?key|(?:csrf|auth)_?token)["'\])]{0,2}\s*[=!]==?|[=!]==?\s*[\w.]*(?:signature|hmac|password|passwd|secret|api_?key|(?:csrf|auth)_?token)\b/i;
const TEMPORARY = /^\/(?:(?:var\/)?tmp|dev\/shm)\/\w/;
const HAS_TEMPORARY = /[=:-]\s*["'`]\/(?:(?:var\/)?tmp|dev\/shm)\/\w/;
/** The start of a statement, as it is written in programs. */
const STARTS_SQL =
  /^\s*(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|DROP TABLE|insert into|delete from|drop table)\b|^\s*select (?:\*|\w+,|count\()/;
const HAS_BUILT_SQL = /["'`]\s*(?:SELECT|INSERT|UPDATE|DELETE|DROP|select|insert into|delete from|drop table|update)\s/;

/** What the shared checks need in a file. */
export const SHARED_HINTS: RuleSet['hints'] = [
  ...SECRET_WORDS.split(' ').map((word) => ({ words: [word], pattern: HAS_LITERAL_SECRET })),
  ...'signature hmac password passwd secret api_key apiKey csrf_token auth_token Signature'
    .split(' ')
    .map((word) => ({ words: [word], pattern: HAS_COMPARED })),
  ...['tmp', 'shm'].map((word) => ({ words: [word], pattern: HAS_TEMPORARY })),
  ...'SELECT INSERT UPDATE DELETE DROP select insert delete update drop'
    .split(' ')
    .map((word) => ({ words: [word], pattern: HAS_BUILT_SQL })),
];

const holdsSecret: PhraseCheck = (phrase, source) => {
  const setting = settingIn(phrase, source);
  if (setting !== undefined) return isSecretSetting(setting, source.text) ? 'hard-coded-password' : undefined;
  return comparisonsIn(phrase).some(
    ({ left, right }) => isKnownAnswer(left, right, source) || isKnownAnswer(right, left, source),
  )
    ? 'hard-coded-password'
    : undefined;
};

function isSecretSetting({ name, value, how }: Setting, text: string): boolean {
  const literal = literalText(value, text);
  return literal !== undefined && isSecretText(name, literal, how === 'property');
}

/** A comparison with a literal: who reads the code knows the answer. */
function isKnownAnswer(asked: Node, answer: Node, { text }: Source): boolean {
  const literal = literalText([answer], text);
  const name = asked.kind === 'string' ? undefined : lastName(asked, text);
  return literal !== undefined && name !== undefined && isSecretText(name, literal, true);
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

const COMPARED =
  /^(?:\w*_)?(?:signature|hmac|password|passwd|secret|api_?key|(?:csrf|auth)_?token)$|(?:Signature|Password|Hmac|[aA]piKey|csrfToken|authToken)$/;

const comparesSecret: PhraseCheck = (phrase: Phrase, { text }: Source): Said =>
  comparisonsIn(phrase).some(
    ({ left, right }) =>
      [left, right].every((side) => !isConstant([side]) && side.kind !== 'regex') &&
      [left, right].some((side) => side.kind !== 'string' && COMPARED.test(lastName(side, text) ?? '')),
  )
    ? 'timing-comparison'
    : undefined;

/** Checks of phrases that are the same in every language. */
export const SHARED_PHRASES: readonly PhraseCheck[] = [holdsSecret, namesTemporary, makesSql, comparesSecret];
