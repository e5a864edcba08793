/** Calls that are weak by what they do, beside those in `javascript.ts`. */
import { builtText, isConstant, literalText, stringText } from '../syntax/values.ts';
import { around } from '../syntax/vocabulary.ts';
import { withTexts } from './fixed.ts';
import { fromInput } from './input.ts';
import { type CallCheck, type NamedCheck, names } from './rules.ts';
import { written } from './settings.ts';
import { isSlow } from './slow-regex.ts';

const loadsModule: CallCheck = ({ args: [module], scope }, source) => {
  if (module === undefined || module.length === 0 || isConstant(module)) return undefined;
  return fromInput(module, scope, source) ? 'code-chosen-by-input' : 'module-by-name';
};

const runsCommand: CallCheck = ({ args: [command] }) =>
  command === undefined || isConstant(command) ? undefined : 'shell-command';

const compiles: CallCheck = ({ args: [pattern], scope }, source) => {
  if (pattern === undefined || pattern.length === 0 || isConstant(pattern)) return undefined;
  return fromInput(pattern, scope, source) ? 'regex-from-input' : 'regex-from-data';
};

const searchesLiteral: CallCheck = ({ args: [pattern] }, { text }) => {
  const literal = literalText(pattern ?? [], text);
  return literal !== undefined && isSlow(literal) ? 'slow-regex' : undefined;
};

const LEAST_BITS = 2048;
const makesKey: CallCheck = ({ args: [bits] }, { text }) => {
  const size = /^\d+$|\bb\s*:\s*(\d+)/.exec(written(bits, text));
  return size !== null && Number(size[1] ?? size[0]) < LEAST_BITS ? 'short-key' : undefined;
};

/** The algorithm of Web Crypto, as a name or in an object (W3C, "Web Cryptography API"). */
const digests: CallCheck = ({ args: [algorithm] }, { text }) =>
  /^(?:\{\s*name["']?\s*:\s*)?["'`]SHA-1["'`]/i.test(written(algorithm, text)) ? 'weak-hash' : undefined;

const hashesPassword: CallCheck = ({ args: [value], scope }, { text }) =>
  /passw|secret/i.test(`${written(value, text)} ${scope.functions.join(' ')}`) ? 'weak-hash-of-secret' : 'weak-hash';

const signs: CallCheck = ({ name, args: [, key, options] }, { text }) => {
  if (/alg(?:orithms?)?["']?\s*:\s*(?:\[[^\]]{0,100})?["']none["']/i.test(written(options, text)))
    return 'unsigned-token';
  if (name.endsWith('verify') && /^(?:null|undefined|false|''|"")$/.test(written(key, text))) return 'unsigned-token';
  const literal = literalText(key ?? [], text) ?? '';
  return literal.length > 3 && !literal.startsWith('-----BEGIN PUBLIC') ? 'hard-coded-password' : undefined;
};

/** A key that stands in the code; what is published is none. */
const keepsKey: CallCheck = ({ args: [key] }, { text }) =>
  /^(?!-----BEGIN (?:PUBLIC|CERT)).{4}/.test(literalText(key ?? [], text) ?? '') ? 'hard-coded-password' : undefined;

const keysHash: CallCheck = ({ args: [, key] }, { text }) =>
  (literalText(key ?? [], text) ?? '').length > 3 ? 'hard-coded-password' : undefined;

const connects: CallCheck = ({ args: [address], scope }, { text }) => {
  const [first, ...more] = withTexts(address ?? [], scope);
  const written = first?.kind === 'string' ? stringText(first, text) : '';
  return /^ws:\/\/(?!localhost|127\.|\[::1\])\w/.test(written) || (/^ws:\/\/$/.test(written) && more.length > 0)
    ? 'cleartext-transfer'
    : undefined;
};

const setsCookie: CallCheck = ({ args: [, , options] }, { text }) => {
  if (/\bsecure["']?\s*:\s*false/.test(written(options, text))) return 'insecure-cookie';
  return /\bhttpOnly["']?\s*:\s*false/.test(written(options, text)) ? 'script-readable-cookie' : undefined;
};

/** `text.replace("<", "&lt;")` replaces the first one only (ECMAScript, String.prototype.replace). */
const escapesOnce: CallCheck = ({ args: [what, by] }, { text }) => {
  const character = literalText(what ?? [], text) ?? '';
  const given = literalText(by ?? [], text);
  if (given === '') return /^[<>]$/.test(character) ? 'incomplete-escape' : undefined;
  return /^[<>&"'\\]$/.test(character) && /^(?:&\w+;|\\|''$)/.test(given ?? '') ? 'incomplete-escape' : undefined;
};

const opensPermissions: CallCheck = ({ args: [, mode] }, { text }) =>
  /^["']?(?:0o?)?\d*[2367]["']?$|^511$|^438$/.test(written(mode, text)) ? 'open-permissions' : undefined;

const writesTemporary: CallCheck = ({ args: [path] }, { text }) =>
  /^\/(?:(?:var\/)?tmp|dev\/shm)\/\w/.test(literalText(path ?? [], text) ?? builtText(path ?? [], text) ?? '')
    ? 'temporary-file-race'
    : undefined;

/** A `new Buffer` of a number holds old memory (Node.js DEP0005). */
const makesBuffer: CallCheck = ({ args: [content] }) =>
  content !== undefined && content[0]?.kind !== 'string' ? 'uninitialised-buffer' : undefined;

const READS =
  'UInt8 UInt16LE UInt16BE UInt32LE UInt32BE Int8 Int16LE Int16BE Int32LE Int32BE FloatLE FloatBE DoubleLE DoubleBE'
    .split(' ')
    .flatMap((type) => [`.read${type}`, `.write${type}`])
    .join(' ');

/** `RegExp` of more than one literal, or under another name. */
const HAS_MADE_PATTERN =
  /\bRegExp\s*\(\s*(?:[^"'`)\s]|"(?:[^"\\\n]|\\[\s\S]){0,2000}"\s*[^\s,)]|'(?:[^'\\\n]|\\[\s\S]){0,2000}'\s*[^\s,)]|`(?:[^`\\]|\\[\s\S]){0,2000}`\s*[^\s,)]|`[^`]{0,2000}\$\{)|=\s*(?:\w+\s*\.\s*)*RegExp\s*[;,)}\n]/;

/** Checks by name. */
export const JAVASCRIPT_MORE: readonly NamedCheck[] = [
  ...names(
    'require import',
    loadsModule,
    around(
      ['require', 'import'],
      /\b(?:require|import)\s*\(\s*(?:[^"'`)\s]|`[^`]{0,200}\$\{|["'][^"'\n]{0,200}["']\s*[+.])/,
    ),
    'module-by-name',
  ),
  ...names('execa.execaCommand execa.execaCommandSync execa.command execa.commandSync', runsCommand),
  ...names('RegExp', compiles, HAS_MADE_PATTERN, 'regex-from-data'),
  ...names('crypto.createDiffieHellman node-rsa', makesKey),
  ...names(
    'crypto-js.MD5 crypto-js.SHA1 CryptoJS.MD5 CryptoJS.SHA1 md5 js-md5 blueimp-md5 sha1 js-sha1 object-hash.MD5',
    hashesPassword,
    /\b(?:MD5|SHA1|md5|sha1)["'`\])\s]{0,4}\(/,
  ),
  ...names(
    ['crypto-js', 'CryptoJS'].flatMap((root) => ['encrypt', 'decrypt'].map((verb) => `${root}.AES.${verb}`)).join(' '),
    ({ start, end }, { text }) =>
      /\bmode\.ECB\b/.test(text.slice(start, end).slice(0, 600)) ? 'weak-cipher' : undefined,
    /\bmode\.ECB\b/,
  ),
  ...names('crypto-js/md5 crypto-js/sha1', hashesPassword),
  ...names(
    'node-forge.md.md5.create node-forge.md.sha1.create forge.md.md5.create forge.md.sha1.create',
    hashesPassword,
  ),
  ...names(
    'crypto.subtle.digest window.crypto.subtle.digest globalThis.crypto.subtle.digest self.crypto.subtle.digest crypto.webcrypto.subtle.digest',
    digests,
    /["'`]SHA-1["'`]/i,
  ),
  ...names('cookie-session cookieSession', ({ start, end }, { text }) =>
    /\bsecure["']?\s*:\s*false/.test(text.slice(start, end).slice(0, 600)) ? 'insecure-cookie' : undefined,
  ),
  ...names('Sequelize sequelize sequelize.Sequelize', ({ args: [, , password] }, { text }) =>
    /^(?=.*\d)(?=.*[A-Za-z])\S{4,100}$/.test(literalText(password ?? [], text) ?? '')
      ? 'hard-coded-password'
      : undefined,
  ),
  ...names('RegExp', searchesLiteral, /[+*?]\)(?:[+*]|\{\d+,\})/, 'slow-regex'),
  // The third argument of jwt-simple skips the check (jwt-simple, "decode").
  ...names('jwt-simple.decode', ({ args: [, , noVerify] }, { text }) =>
    written(noVerify, text) === 'true' ? 'unsigned-token' : undefined,
  ),
  ...names('errorhandler', () => 'debug-server'),
  ...names(
    'crypto-js.DES.encrypt crypto-js.TripleDES.encrypt crypto-js.RC4.encrypt CryptoJS.DES.encrypt CryptoJS.RC4.encrypt CryptoJS.TripleDES.encrypt',
    () => 'weak-cipher',
  ),
  ...names('jsonwebtoken.verify jsonwebtoken.sign jwt.verify jwt.sign jose.JWT.verify jose.JWT.sign', signs),
  ...names('jose.JWK.asKey', keepsKey),
  ...names('jsonwebtoken.decode', () => 'unsigned-token'),
  ...names('crypto.createHmac', keysHash),
  ...names('WebSocket ws', connects, /["'`]ws:\/\//),
  ...names('.createInsecure', () => 'cleartext-transfer'),
  ...names('.cookie', setsCookie, /\b(?:secure|httpOnly)["']?\s*:\s*false/),
  ...names('.replace', escapesOnce, /\.\s*replace\s*\(\s*["'][<>&"'\\]{1,2}["']/, 'incomplete-escape'),
  ...names('fs.chmod fs.chmodSync fs.promises.chmod fs/promises.chmod', opensPermissions),
  ...names(
    'fs.writeFile fs.writeFileSync fs.createWriteStream fs.appendFile fs.openSync',
    writesTemporary,
    /["'`]\/(?:(?:var\/)?tmp|dev\/shm)\//,
  ),
  ...names('Buffer', makesBuffer, /\bBuffer\s*\(/, 'uninitialised-buffer'),
  ...names(
    'Buffer.allocUnsafe Buffer.allocUnsafeSlow',
    () => 'uninitialised-buffer',
    /allocUnsafe/,
    'uninitialised-buffer',
  ),
  ...names(
    READS,
    ({ args }, { text }) => (written(args[1] ?? [], text) === 'true' ? 'no-bounds-check' : undefined),
    /, ?true\)/,
  ),
  ...names('js-yaml.load', ({ node }, { text }) =>
    /FULL_SCHEMA|UNSAFE/.test(text.slice(node.start, node.end).slice(0, 400)) ? 'unsafe-yaml' : undefined,
  ),
];
