/** What JavaScript code asks of libraries by their options, and what it logs, keeps and trusts. */
import type { Call, Source } from '../syntax/source.ts';
import type { Node } from '../syntax/tree.ts';
import { builtText, isConstant, literalText } from '../syntax/values.ts';
import { all, any, holds } from '../syntax/vocabulary.ts';
import { fromInput, HAS_INPUT } from './input.ts';
import { ASKS_KEY } from './javascript-pollution.ts';
import { isSecretValue, logs, MAY_LOG_SECRET } from './logs.ts';
import { type CallCheck, type NamedCheck, names, type RuleId, type Said } from './rules.ts';
import { ADDRESS_NAME, HOST, lastName, written } from './settings.ts';
import { HAS_SQL, runsSql } from './sql.ts';

/** Speaks where the text of a call holds an option. */
function asked(option: RegExp, rule: RuleId): CallCheck {
  return ({ start, end }, { text }) => (option.test(text.slice(start, end).slice(0, 600)) ? rule : undefined);
}

/** Fewest rounds of PBKDF2 and doublings of bcrypt that are no finding, as in Python. */
const LEAST = { rounds: 10_000, doublings: 10 } as const;

function isLess(value: Call['args'][number] | undefined, least: number, { text }: Source): boolean {
  const digits = written(value, text).replaceAll('_', '');
  return /^\d+$/.test(digits) && Number(digits) < least;
}

/** Keys that sign sessions stand in options (express-session, cookie-session, express-jwt). */
const signsSessions = asked(
  /\b(?:secret|keys?)["']?\s*:\s*(?:\[\s*)?(?:"[^"\n]+"|'[^'\n]+'|`[^`$\n]+`)/,
  'hard-coded-password',
);

/** Pieces of statements, which are SQL however they look. */
const addsSql: CallCheck = ({ args: [piece], scope }, source) =>
  builtText(piece ?? [], source.text) !== undefined || fromInput(piece, scope, source) ? 'sql-from-strings' : undefined;

const asksXpath: CallCheck = ({ args: [path], scope }, source) =>
  builtText(path ?? [], source.text)?.includes('/') === true || fromInput(path, scope, source)
    ? 'xpath-from-strings'
    : undefined;

const decodesUnchecked: CallCheck = ({ args }, { text }) =>
  /-(?:gcm|ocb|ccm)$/i.test(literalText(args[0] ?? [], text) ?? '') && !/authTagLength/.test(written(args[3], text))
    ? 'open-tag-length'
    : undefined;

const FILES =
  'readFile readFileSync writeFile writeFileSync appendFile createReadStream createWriteStream open openSync unlink unlinkSync rm rmSync readdir readdirSync';
const FILE_CALLS = ['fs', 'fs.promises', 'fs/promises', 'fs-extra']
  .flatMap((root) => FILES.split(' ').map((verb) => `${root}.${verb}`))
  .join(' ');

/** A path that is a parameter or is put together; one that hangs on the place of the program is its own. */
const opensByName: CallCheck = ({ args: [path] }, { text }) => {
  if (path === undefined || path.length === 0 || isConstant(path)) return undefined;
  return /__dirname|__filename|import\.meta|process\.cwd\(|\bbasename\(/.test(written(path, text))
    ? undefined
    : 'file-by-name';
};

/** `url.includes("host.example")` holds for any address that names the host somewhere. */
const trustsPart: CallCheck = ({ node, args: [part] }, { text }) => {
  const { callee } = node;
  if (callee.kind !== 'member' || !HOST.test(literalText(part ?? [], text) ?? '')) return undefined;
  return ADDRESS_NAME.test(lastName(callee.of, text) ?? '') ? 'address-by-part' : undefined;
};

const ANSWERS = /(?:^|\.)(?:res|response|reply)(?:\.|\(|$)/;

const showsStack: CallCheck = ({ name, args: [body] }, { text }) =>
  ANSWERS.test(name) && /\b(?:e|err|error|exception|ex)\.stack\b/.test(written(body, text))
    ? 'stack-trace-shown'
    : undefined;

const rendersNamed: CallCheck = ({ name, args: [view], scope }, source) =>
  ANSWERS.test(name) && fromInput(view, scope, source) ? 'path-from-input' : undefined;

const keeps: CallCheck = ({ node }, { text }) => {
  const [key, value] = [node.args[0]?.parts ?? [], node.args[1]?.parts ?? []];
  const named = /passw|secret|api_?key|private_?key|credential/i.test(literalText(key, text) ?? '');
  return (named && !isConstant(value)) || isSecretValue(value, text) ? 'secret-in-storage' : undefined;
};

const setsCookie: CallCheck = ({ name, args }, { text }) => {
  if (!ANSWERS.test(name) || args.length < 2 || args.length > 3) return undefined;
  const options = args[2];
  // A name, a spread or a call may say it.
  if (options !== undefined && (options[0]?.kind !== 'group' || /\.\.\./.test(written(options, text))))
    return undefined;
  return /\bsecure\b/.test(written(options, text)) ? undefined : 'cookie-without-secure';
};

/** A merge of objects by a function that calls itself for what lies inside, and writes under that key. */
export const mergesInside: CallCheck = ({ name, node, scope }, { text }) => {
  if (!scope.functions.includes(name)) return undefined;
  const items = node.args.slice(0, 2).map(({ parts }) => (parts.length === 1 ? parts[0] : undefined));
  const [into, from] = items.map((item) => (item?.kind === 'index' ? item.items[0]?.parts : undefined));
  if (into === undefined || from === undefined || isConstant(into) || isConstant(from)) return undefined;
  const key = written(into, text);
  return key === written(from, text) && writesUnder(key, node, text) && !ASKS_KEY.test(text)
    ? 'prototype-pollution'
    : undefined;
};

/** How far from a call its function writes what came back, characters to either side: a merge is a short function. */
const NEAR = 2_000;

/** Whether something near is given a value under this key; a comparison of two objects only reads. */
function writesUnder(key: string, node: Node, text: string): boolean {
  const around = text.slice(Math.max(0, node.start - NEAR), node.end + NEAR);
  return around.split(`[${key}]`).some((after, index) => index > 0 && /^\s*=(?!=)/.test(after));
}

/** A call with the same key of two objects: looked for from its middle, which is rare, backwards. */
const SAME_KEY = /\]\s*,\s*[\w$.]+\[\s*([\w$]+)\s*\](?<=\b[\w$]+\s*\(\s*[\w$.]+\[\s*\1\s*\]\s*,\s*[\w$.]+\[\s*\1\s*\])/;
export const HAS_INNER_MERGE = { test: (text: string) => !holds(text, ASKS_KEY) && SAME_KEY.test(text) };

const startsNamed: CallCheck = ({ args: [address] }) =>
  address === undefined || isConstant(address) ? undefined : 'process-from-data';

const runsWorker: CallCheck = ({ args: [code, options] }, { text }): Said =>
  /\beval["']?\s*:\s*true/.test(written(options, text)) && !isConstant(code ?? []) ? 'code-from-data' : undefined;

const overrides: CallCheck = ({ node }, { text }) =>
  /\bcsrf\s*\(/.test(text.slice(0, node.start)) ? 'csrf-off' : undefined;

/** Checks by name. */
export const JAVASCRIPT_LIBRARIES: readonly NamedCheck[] = [
  ...names(
    'express-session cookie-session express-jwt express-jwt.expressjwt session cookieSession',
    signsSessions,
    /\b(?:secret|keys?)["']?\s*:\s*[[\s]*["'`]/,
  ),
  ...names(
    'marked marked.setOptions marked.parse marked.use',
    asked(/\bsanitize["']?\s*:\s*false/, 'no-escaping'),
    /sanitize["']?\s*:\s*false/,
  ),
  ...names('markdown-it', asked(/\bhtml["']?\s*:\s*true/, 'no-escaping'), /html["']?\s*:\s*true/),
  ...names('serialize-javascript', asked(/\bunsafe["']?\s*:\s*true/, 'no-escaping'), /unsafe["']?\s*:\s*true/),
  ...names(
    'ApolloServer apollo-server.ApolloServer @apollo/server.ApolloServer',
    asked(/\b(?:introspection|playground|debug)["']?\s*:\s*true/, 'debug-server'),
  ),
  ...names('crypto.pbkdf2 crypto.pbkdf2Sync', (call, source) =>
    isLess(call.args[2], LEAST.rounds, source) ? 'few-rounds' : undefined,
  ),
  ...['bcrypt', 'bcryptjs', 'bcrypt-nodejs'].flatMap((root) => [
    ...names(`${root}.hash ${root}.hashSync`, (call, source) =>
      isLess(call.args[1], LEAST.doublings, source) ? 'few-rounds' : undefined,
    ),
    ...names(`${root}.genSalt ${root}.genSaltSync`, (call, source) =>
      isLess(call.args[0], LEAST.doublings, source) ? 'few-rounds' : undefined,
    ),
  ]),
  ...names('crypto.createDecipheriv', decodesUnchecked, /-(?:gcm|ocb|ccm)/i),
  ...names('.all .run .get .each .exec .prepare', runsSql, HAS_SQL),
  ...names(
    'Sequelize.literal sequelize.literal sequelize.Sequelize.literal .whereRaw .orderByRaw .havingRaw .joinRaw',
    addsSql,
  ),
  ...names('xpath.select xpath.select1 xpath.evaluate xpath.parse', asksXpath),
  ...names('node-expat.Parser().parse node-expat.Parser().write', ({ args: [text] }) =>
    text === undefined || isConstant(text) ? undefined : 'xml-entities',
  ),
  ...names(FILE_CALLS, opensByName, undefined, 'file-by-name'),
  ...names(
    '.includes .indexOf .startsWith .endsWith',
    trustsPart,
    /\.(?:includes|indexOf|startsWith|endsWith)\(\s*["'`](?:https?:\/\/)?(?:[\w-]+\.)+[a-z]{2,7}["'`]/i,
    'address-by-part',
  ),
  ...names('.send .end .json .write', showsStack, /\.stack\b(?<=\b(?:e|err|error|exception|ex)\.stack)/),
  ...names('.render', rendersNamed, HAS_INPUT),
  ...names(
    'localStorage.setItem sessionStorage.setItem window.localStorage.setItem window.sessionStorage.setItem',
    keeps,
    /passw|secret|api_?key|private_?key|credential|token/i,
    'secret-in-storage',
  ),
  ...names(
    'console.log console.info console.warn console.error console.debug logger.info logger.debug logger.error logger.warn',
    logs,
    any(MAY_LOG_SECRET, all(/log|console/, HAS_INPUT)),
  ),
  ...names('.cookie', setsCookie, /\b(?:res|response|reply)\b.{0,40}\.cookie\(/),
  ...names('electron.shell.openExternal shell.openExternal', startsNamed, /openExternal/),
  ...names('worker_threads.Worker Worker', runsWorker, /\beval["']?\s*:\s*true/),
  ...names('.mapReduce', ({ args }, { text }) =>
    args.some((value) => builtText(value, text) !== undefined) ? 'code-from-data' : undefined,
  ),
  ...names('express.methodOverride method-override', overrides, /\bcsrf\s*\(/),
  ...names(
    '.goto .setContent',
    ({ args: [address], scope }, source) => (fromInput(address, scope, source) ? 'request-from-input' : undefined),
    HAS_INPUT,
  ),
  ...names(
    '.evaluate .evaluateHandle',
    ({ args: [code], scope }, source) =>
      builtText(code ?? [], source.text) !== undefined || fromInput(code, scope, source) ? 'code-from-data' : undefined,
    /\.evaluate(?:Handle)?\(/,
  ),
  ...names(
    'window.open location.assign location.replace window.location.assign window.location.replace',
    ({ args: [address], scope }, source) => (fromInput(address, scope, source) ? 'redirect-from-input' : undefined),
    HAS_INPUT,
  ),
];
