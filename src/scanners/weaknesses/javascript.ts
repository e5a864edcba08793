import { NameAnswers } from '../syntax/name-answers.ts';
import type { Assignment, Call, Source } from '../syntax/source.ts';
import type { Node } from '../syntax/tree.ts';
import { builtText, isConstant, isName, literalText } from '../syntax/values.ts';
import { all, any, around, together } from '../syntax/vocabulary.ts';
import { argumentValue, isFixed } from './fixed.ts';
import { fromInput, HAS_INPUT } from './input.ts';
import { HAS_INNER_MERGE, JAVASCRIPT_LIBRARIES, mergesInside } from './javascript-libraries.ts';
import { JAVASCRIPT_MORE } from './javascript-more.ts';
import { JAVASCRIPT_PACKAGES } from './javascript-packages.ts';
import { JAVASCRIPT_RUNTIMES } from './javascript-runtimes.ts';
import {
  asksLooseHost,
  JAVASCRIPT_CONCERNS,
  JAVASCRIPT_NEEDS,
  JAVASCRIPT_PHRASES,
  JAVASCRIPT_SETTING_HINTS,
  JAVASCRIPT_SPOTS,
  searchesSlowly,
} from './javascript-settings.ts';
import { JAVASCRIPT_WEB } from './javascript-web.ts';
import {
  type CallCheck,
  fetches,
  HAS_CLEARTEXT,
  isCleartext,
  names,
  type RuleSet,
  type Said,
  SECRET_NAME,
} from './rules.ts';
import { written } from './settings.ts';
import { SHARED_CONCERNS, SHARED_HINTS, SHARED_NEEDS, SHARED_PHRASES, SHARED_SPOTS } from './shared-settings.ts';
import { HAS_SQL, runsSql } from './sql.ts';

const BROKEN_TLS = /TLSv1|SSLv/;
const EVERY_ADDRESS = around(['host', 'hostname'], /host(?:name)?["']?\s*:\s*["'`]0\.0\.0\.0/);

const HINTS: RuleSet['hints'] = [
  ...[
    'rejectUnauthorized',
    'strictSSL',
    'ignoreHTTPSErrors',
    'checkServerIdentity',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'noent',
    'noEscape',
    'escapeMarkup',
    'secureProtocol',
  ].map((word) => ({ words: [word] })),
  { words: [], pattern: HAS_INNER_MERGE },
  { words: ['minVersion'], pattern: BROKEN_TLS },
  { words: ['host'], pattern: EVERY_ADDRESS },
  {
    words: ['Math', 'random'],
    pattern:
      /(?:[Tt]oken|[Ss]ecret|[Pp]assw|[Nn]once|[Ss]ession_?[Ii]d|[Aa]pi_?[Kk]ey|csrf)\w{0,40}["']?\s*(?:\([\s\S]{0,200}|=[^=].{0,60}|:.{0,60})Math\.random/,
  },
];

/** `new Function('return this')` and its like find the global object. */
const runsCode: CallCheck = ({ args }, source) => {
  const code = args.at(-1);
  if (code === undefined || args.every((argument) => isConstant(argument))) return undefined;
  return fetches(code, source) ? 'code-from-network' : 'code-from-data';
};

const runsShell: CallCheck = ({ args: [command], scope }) => {
  if (command === undefined || command.length === 0) return undefined;
  return isFixed(argumentValue(command, scope), scope) ? 'shell-use' : 'shell-command';
};

const SHELL = /(?:^|\/)(?:sh|bash|zsh|dash|cmd|cmd\.exe|powershell)$/i;

const startsProcess: CallCheck = ({ node, args: [command, given], scope }, source) => {
  const { text } = source;
  if (fromInput(command, scope, source)) return 'shell-command';
  if (
    SHELL.test(literalText(command ?? [], text) ?? '') &&
    /^\[\s*["'](?:-[a-z]{0,3}c|\/c)["']/i.test(written(given, text))
  )
    return isConstant(given ?? []) ? 'shell-use' : 'shell-command';
  const options = node.args.at(-1);
  if (
    options === undefined ||
    !/\bshell["']?\s*:\s*(?:true|["'])/.test(text.slice(options.start, node.end).slice(0, 400))
  )
    return isChosen(command, scope, text) ? 'process-from-data' : undefined;
  return isConstant(command ?? []) && (node.args.length < 3 || isConstant(node.args[1]?.parts ?? []))
    ? 'shell-use'
    : 'shell-command';
};

const HAS_WEAK_HASH = /["'`](?:md[245]|sha-?[01]?|mdc2|rsa-md5|rsa-sha1)["'`]/i;

/** Whether a program is chosen at run time; the one that runs already, and one that is looked up by its name, are not. */
function isChosen(command: Call['args'][number] | undefined, scope: Call['scope'], text: string): boolean {
  if (command === undefined || isFixed(command, scope)) return false;
  return !/\bexecPath\b|\bargv0?\b|require\.resolve|__dirname|__filename|import\.meta|\?/.test(written(command, text));
}

const hashes: CallCheck = ({ args: [algorithm], scope, node }, { text }) => {
  const name = literalText(algorithm ?? [], text);
  if (name === undefined || !/^(?:md[245]|sha-?[01]?|mdc2|rsa-md5|rsa-sha1)$/i.test(name)) return undefined;
  const around = scope.functions.some((within) => SECRET_NAME.test(within));
  // What is hashed follows in the chain: createHash('md5').update(password)
  return around || /^\s*\.update\(\s*[\w.]*passw/i.test(text.slice(node.end, node.end + 100))
    ? 'weak-hash-of-secret'
    : 'weak-hash';
};

/** A buffer of zeros, or of a text that stands in the code. */
const MADE_OF_NOTHING =
  /^(?:Buffer\.alloc\(\d+(?:,\s*\d+)?\)|new Uint8Array\(\d+\)|Buffer\.from\(["'][^"'+]*["'](?:,\s*["']\w+["'])?\))$/;

const hasFixedIv: CallCheck = ({ args }, { text }) =>
  (literalText(args[2] ?? [], text) ?? '').length > 0 || MADE_OF_NOTHING.test(written(args[2], text))
    ? 'fixed-iv'
    : undefined;

const enciphers: CallCheck = ({ name, args: [algorithm] }, { text }) => {
  if (name.endsWith('createCipher') || name.endsWith('createDecipher')) return 'weak-cipher';
  const cipher = literalText(algorithm ?? [], text);
  return cipher !== undefined && /^(?:des|rc[24]|bf|blowfish|cast|seed|idea)|-ecb$/i.test(cipher)
    ? 'weak-cipher'
    : undefined;
};

const makesKey: CallCheck = ({ node }, { text }) => {
  const bits = /modulusLength["']?\s*:\s*(\d+)/.exec(text.slice(node.start, node.end).slice(0, 400));
  return bits !== null && Number(bits[1]) < 2048 ? 'short-key' : undefined;
};

const fetchesCleartext: CallCheck = ({ node, args, scope }, { text }) => {
  if (args.slice(0, 2).some((value) => isCleartext(value, text, scope))) return 'cleartext-transfer';
  const options = node.args[0]?.parts[0];
  const url =
    options?.kind === 'group' ? options.items.find(({ parts }) => isName(parts.slice(0, 1), 'url', 'uri')) : undefined;
  return isCleartext(url?.parts.slice(2), text) ? 'cleartext-transfer' : undefined;
};

const listens: CallCheck = ({ args }, { text }) =>
  args.some((value) => /^(?:0\.0\.0\.0|::)$/.test(literalText(value, text) ?? '')) ? 'binds-all-addresses' : undefined;

const runsLater: CallCheck = ({ args: [code], scope }, source) => {
  if (code === undefined) return undefined;
  if (builtText(code, source.text) !== undefined || fromInput(code, scope, source)) return 'code-from-data';
  return literalText(code, source.text) === undefined ? undefined : 'code-as-text';
};

/**
 * `const AsyncFunction = Object.getPrototypeOf(async function () {}).constructor` and its call (ECMA-262, AsyncFunction); in
 * minified code one letter stands for many things.
 */
const runsAsyncCode: CallCheck = (call, source) => {
  const { callee } = call.node;
  return callee.kind === 'name' && !callee.text.endsWith('Function') ? undefined : runsCode(call, source);
};

/** The constructor of a function, which makes functions of text (ECMA-262, Function). */
const HAS_CONSTRUCTOR = around(['constructor'], /(?<=(?:\)|\.\s*constructor)\s*\.\s*)constructor\s*\(/);

/** That of a function that is written out, or of what a name stands for. */
const HAS_CONSTRUCTOR_OF = around(
  ['getPrototypeOf'],
  /getPrototypeOf\s*\([\s\S]{0,200}?\)\s*(?:\??\.\s*constructor\b|\[)/,
);

const runsConstructor: CallCheck = ({ node: { callee }, args }, source) => {
  if (callee.kind !== 'member' || callee.name !== 'constructor' || args.every((argument) => isConstant(argument)))
    return undefined;
  const { of } = callee;
  const isFunction =
    (of.kind === 'member' && of.name === 'constructor') ||
    (of.kind === 'group' && /=>|^\(\s*(?:async\s+)?function\b/.test(source.text.slice(of.start, of.end)));
  return isFunction ? 'code-from-data' : undefined;
};

const VERBS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'request'];

const CALLS: RuleSet['calls'] = [
  ...names(
    'eval window.eval global.eval globalThis.eval self.eval execScript window.execScript',
    runsCode,
    /\beval["'`\])\s]{0,4}(?:\?\.\s*|\.\s*(?:call|apply)\s*)?\((?!\s*["'][^"']*["']\s*\))\s*[^)\s]|execScript\(|=\s*(?:\w+\s*\.\s*)*eval\s*[;,)}\n]/,
  ),
  ...names('Object.getPrototypeOf().constructor', runsAsyncCode, HAS_CONSTRUCTOR_OF),
  ...names('Reflect.construct Reflect.apply', () => undefined),
  ...names(
    'Function window.Function globalThis.Function global.Function self.Function',
    runsCode,
    /\bFunction["'`\])\s]{0,4}(?:\.\s*(?:call|apply)\s*)?\((?!\s*["'][^"']*["']\s*\))\s*[^)\s]|=\s*Function\s*[;,)}\n]/,
  ),
  ...names(
    'vm.runInNewContext vm.runInThisContext vm.runInContext vm.Script vm.compileFunction vm.SourceTextModule',
    runsCode,
    /\bvm["']/,
  ),
  ...names('vm2.VM().run vm2.NodeVM().run vm2.VMScript sandbox().run safe-eval static-eval notevil', runsCode),
  ...names(
    'setTimeout setInterval setImmediate window.setTimeout window.setInterval window.setImmediate globalThis.setTimeout globalThis.setInterval',
    runsLater,
    any(/set(?:Timeout|Interval|Immediate)\(\s*["'`]/, HAS_INPUT),
  ),
  ...names('.constructor', runsConstructor, HAS_CONSTRUCTOR),
  ...names('child_process.exec child_process.execSync shelljs.exec', runsShell),
  ...names(
    'child_process.spawn child_process.spawnSync child_process.execFile child_process.execFileSync cross-spawn cross-spawn.sync cross-spawn.spawn execa execa.execa execa.sync execa.execaSync',
    startsProcess,
  ),
  ...names(
    'node-serialize.unserialize serialize-to-js.deserialize funcster.deepDeserialize cryo.parse v8.deserialize',
    () => 'deserialisation',
  ),
  ...names(
    'crypto.createHash crypto.createHmac createHash createHmac crypto.default.createHash',
    hashes,
    HAS_WEAK_HASH,
  ),
  ...names('crypto.createCipher crypto.createDecipher crypto.createCipheriv crypto.createDecipheriv', enciphers),
  ...names('crypto.createCipheriv crypto.createDecipheriv', hasFixedIv),
  ...names('crypto.generateKeyPair crypto.generateKeyPairSync', makesKey),
  ...names('.pseudoRandomBytes', () => 'predictable-random'),
  ...names('.query .execute .raw .$queryRawUnsafe .$executeRawUnsafe', runsSql, HAS_SQL),
  ...names(
    'fetch window.fetch node-fetch node-fetch.default got superagent request undici.fetch XMLHttpRequest().open axios download needle',
    fetchesCleartext,
    HAS_CLEARTEXT,
  ),
  ...[
    'axios',
    'axios.default',
    'http',
    'got',
    'superagent',
    'request',
    '$',
    'jQuery',
    'jquery',
    'needle',
    'undici',
  ].flatMap((root) => VERBS.flatMap((verb) => names(`${root}.${verb}`, fetchesCleartext, HAS_CLEARTEXT))),
  ...names('.listen', listens, /["'`](?:0\.0\.0\.0|::["'`])/),
  ...['$', 'jQuery', 'jquery'].flatMap((root) =>
    names(`${root}.ajax ${root}.getJSON ${root}.getScript`, fetchesCleartext, HAS_CLEARTEXT),
  ),
  ...names('navigator.sendBeacon EventSource importScripts ky ky.get ky.post bent', fetchesCleartext, HAS_CLEARTEXT),
];

/** A function that says nothing against the name in a certificate. */
const ACCEPTS_ANY =
  /=>\s*(?:undefined|null|true|void 0|\{\s*\})|\{\s*(?:return(?:\s+(?:undefined|null|true))?;?)?\s*\}/;

const RANDOM = together('Math', 'random');

/** What a file holds wherever a setting is told. */
const MAY_BE_ASSIGNED = any(
  ...['rejectUnauthorized', 'strictSSL', 'NODE_TLS_REJECT_UNAUTHORIZED', 'checkServerIdentity', 'secureProtocol'].map(
    (word) => together(word),
  ),
  all(together('minVersion'), BROKEN_TLS),
  EVERY_ADDRESS,
);

const SETTINGS: ReadonlySet<string> = new Set([
  ...['rejectUnauthorized', 'strictSSL', 'NODE_TLS_REJECT_UNAUTHORIZED', 'checkServerIdentity'],
  ...['secureProtocol', 'minVersion', 'host', 'hostname'],
]);

function setsWeakly(assignment: Assignment, source: Source): Said {
  const name = lastMember(assignment.target);
  if (!SETTINGS.has(name)) return undefined;
  const { property, value } = assignment;
  if ((name === 'rejectUnauthorized' || name === 'strictSSL') && isOff(value, source.text))
    return 'tls-verification-off';
  if (name === 'NODE_TLS_REJECT_UNAUTHORIZED')
    return /^["']?0/.test(source.text.slice(value[0]?.start, value[0]?.end)) ? 'tls-verification-off' : undefined;
  if (name === 'checkServerIdentity' && ACCEPTS_ANY.test(written(value, source.text))) return 'tls-verification-off';
  const literal = property ? literalText(value, source.text) : undefined;
  if (/^(?:secureProtocol|minVersion)$/.test(name))
    return literal !== undefined && /SSLv[23]|^TLSv1(?:\.1|_method|_1_method)?$/.test(literal)
      ? 'weak-tls-version'
      : undefined;
  return name.startsWith('host') && literal === '0.0.0.0' ? 'binds-all-addresses' : undefined;
}

function guessesSecret(assignment: Assignment, source: Source): Said {
  const isSecret = [lastMember(assignment.target), ...assignment.scope.functions].some((name) =>
    SECRET_NAME.test(name),
  );
  return isSecret && usesMathRandom(assignment.value, source.text) ? 'predictable-random' : undefined;
}

function lastMember(target: string): string {
  return target.slice(target.lastIndexOf('.') + 1);
}

/** `false`, `!true`, or `!1` as minifiers write it. */
function isOff(value: readonly Node[], text: string): boolean {
  return isName(value, 'false') || /^!\s*(?:1|true)$/.test(text.slice(value[0]?.start ?? 0, value[1]?.end ?? 0));
}

/** Also what an assignment holds wherever a secret that it guesses is told. */
const CALLS_RANDOM = /\bMath\.random\(/;

function usesMathRandom(value: readonly Node[], text: string): boolean {
  const start = value[0]?.start ?? 0;
  return CALLS_RANDOM.test(text.slice(start, Math.min(value.at(-1)?.end ?? start, start + 200)));
}

const guessing = new NameAnswers((name) => name === 'Math.random', ['Math.random']);

const everyCall: CallCheck = (call: Call) =>
  guessing.about(call) && call.scope.functions.some((around) => SECRET_NAME.test(around))
    ? 'predictable-random'
    : undefined;

/** Weaknesses of JavaScript and TypeScript code. */
export const JAVASCRIPT: RuleSet = {
  hints: [...HINTS, ...JAVASCRIPT_SETTING_HINTS, ...SHARED_HINTS],
  calls: [
    ...CALLS,
    ...JAVASCRIPT_WEB,
    ...JAVASCRIPT_MORE,
    ...JAVASCRIPT_LIBRARIES,
    ...JAVASCRIPT_PACKAGES,
    ...JAVASCRIPT_RUNTIMES,
  ],
  input: HAS_INPUT,
  everyCall: [everyCall, searchesSlowly, asksLooseHost, mergesInside],
  everyAssignment: [setsWeakly, guessesSecret],
  everyPhrase: [...JAVASCRIPT_PHRASES, ...SHARED_PHRASES],
  needs: new Map([
    ...SHARED_NEEDS,
    ...JAVASCRIPT_NEEDS,
    [everyCall, RANDOM],
    [mergesInside, HAS_INNER_MERGE],
    [setsWeakly, MAY_BE_ASSIGNED],
    [guessesSecret, RANDOM],
  ]),
  spots: new Map([...SHARED_SPOTS, ...JAVASCRIPT_SPOTS, [guessesSecret, CALLS_RANDOM]]),
  concerns: new Map([...SHARED_CONCERNS, ...JAVASCRIPT_CONCERNS]),
};
