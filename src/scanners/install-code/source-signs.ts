/** Signs in source code: what calls, imports and literals come to together. */
import { COMMON_MODULES, NAMES_MODULE } from '../syntax/common-modules.ts';
import { holding } from '../syntax/held-literals.ts';
import type { Language } from '../syntax/language.ts';
import { type NameAnswers, oneOf } from '../syntax/name-answers.ts';
import { hasEscapedLetter } from '../syntax/odd-writing.ts';
import type { Call, Source } from '../syntax/source.ts';
import { isConstant } from '../syntax/values.ts';
import { all, any, around, type Hint, holds, type Probe } from '../syntax/vocabulary.ts';
import { BEHAVIOUR_HINTS, behaviourSigns, JAVASCRIPT_BEHAVIOUR_HINTS } from './behaviour-signs.ts';
import { companySigns } from './companies.ts';
import { DECODES, decodingFunctions, RECKONED, runsDecoded } from './decoding.ts';
import { MAY_START, MAY_TALK } from './javascript-powers.ts';
import { memberSigns } from './made-up-members.ts';
import type { Said, SignId } from './signs.ts';
import { STORE_LITERALS, STORES, signOfStore } from './stores.ts';

/** What runs code, by the names of each language. */
const RUNS_CODE: Readonly<Record<Language, ReadonlySet<string>>> = {
  python: new Set(['eval', 'exec', 'builtins.exec', 'builtins.eval', 'compile', 'marshal.loads', 'types.FunctionType']),
  javascript: new Set(['eval', 'Function', 'vm.runInThisContext', 'vm.runInNewContext']),
  r: new Set(['str2lang', 'parse']),
};
/** What runs the text that it is given. */
const RUNS_TEXT: ReadonlySet<string> = new Set(['eval', 'exec', 'builtins.exec', 'Function']);
/** What loads a module by its name: one that is decoded first is hidden. */
const LOADS_MODULE: ReadonlySet<string> = new Set(['require', '__import__', 'importlib.import_module']);
const runners: Readonly<Record<Language, NameAnswers<boolean>>> = {
  python: runnersOf('python'),
  javascript: runnersOf('javascript'),
  r: runnersOf('r'),
};
const textRunners = oneOf(RUNS_TEXT);

function runnersOf(language: Language): NameAnswers<boolean> {
  return oneOf([...RUNS_CODE[language], ...LOADS_MODULE]);
}

/** Characters of a call's text that are looked at. */
const CALL_TEXT = 4_000;

/** A name of a module in two pieces, each of them part of a word. */
const IN_PIECES = /^[\w.]{1,24}\(\s*["'`]\w{1,12}["'`]\s*\+\s*["'`]\w/;

const DUMPS =
  /^(?:dict|json\.dumps|str|repr|list|JSON\.stringify|Object\.(?:entries|keys|assign)|os\.environ\.(?:items|copy|values)|base64\.\w+|pickle\.dumps)$/;
const WHOLE_ENVIRONMENT =
  /(?:\bos\.environ|\bprocess(?:\.env|\[["'`]env["'`]\])|\b(?:Bun|Deno)\.env)\s*(?:\)|,|\}|\.(?:items|copy|values|toObject)\s*\()/;

/** Webhooks of chats, bots, anonymous tunnels and drops, by the shape of their addresses. */
const DROPS =
  /\/api\/webhooks\/\d{15,20}\/[\w-]{40,}|\/bot\d{8,10}:[\w-]{35}|hooks\.[\w-]+\.\w+\/services\/T\w{6,}\/B\w{6,}\/\w{16,}|https?:\/\/[\w-]+\.(?:ngrok(?:-free)?\.\w+|oast\.\w+|interact\.sh|burpcollaborator\.net|requestbin\.\w+|m\.pipedream\.net)|https?:\/\/(?:webhook\.site|transfer\.sh|pastebin\.com\/raw|hastebin\.\w+\/raw|file\.io|api\.anonfiles\.\w+)\b/;

const REVERSE =
  /\/dev\/tcp\/[\w.$]+\/|\bbash\s+-i\s*[>&]|\bnc(?:at)?[ \t]+(?:-\w+[ \t]+)*-e\b|\bmkfifo\s+\/tmp\/\w+\s*;/;

/** A call that fetches, inside of what is run. */
const FETCHES_INSIDE = /\b(?:urlopen|requests\.(?:get|post)|httpx\.get|fetch)\s*\(/;

/** What runs code, by language, and the shape of its call. */
const RUNNERS: Readonly<Record<Language, { readonly words: readonly string[]; readonly pattern: Probe }>> = {
  python: {
    words: ['eval', 'exec', 'compile', 'loads', 'FunctionType'],
    pattern:
      /\b(?:eval|exec|compile|loads|FunctionType)["']?[\s)\]]*\(|=\s{0,20}(?:[\w.]{1,40}\.)?(?:eval|exec)\b|\bimport\s+(?:eval|exec)\s+as\b/,
  },
  javascript: {
    words: ['eval', 'Function', 'runInThisContext', 'runInNewContext'],
    pattern: around(
      ['eval', 'Function', 'runInThisContext', 'runInNewContext'],
      /(?:eval|Function|runIn\w+Context)(?:\s*(?:\(\s*[^"'`)\s]|\?\.\s*\(|\)[\s)]*\(|\.\s*(?:call|apply)\b)|(?<=\(\s{0,20}\w+)\s*,|(?<==\s{0,20}(?:[\w$.]{1,40}\.)?\w+)\s*(?:[;,)\n]|$))/,
    ),
  },
  r: {
    words: ['eval', 'parse', 'str2lang'],
    pattern: /\b(?:parse|str2lang)["'`]?[\s),]*\(|(?:<-|=)\s{0,20}(?:parse|str2lang)\b|["'](?:parse|str2lang)["']/,
  },
};
const DECODERS =
  'b64decode b32decode b85decode a85decode decodebytes decodestring unhexlify fromhex decompress rot13 rot_13 atob fromCharCode chr base64 hex marshal codecs rawToChar decrypt bytes intToUtf8 createDecipheriv createDecipher ord'.split(
    ' ',
  );

/** A module that is asked for by a name that a call makes. */
const LOADS_DECODED = around(
  ['require', '__import__', 'import_module'],
  /\b(?:require|__import__|import_module)\s*\(\s*(?:Buffer\.from|atob|unescape|String\.fromCharCode|[\w.]*(?:b64decode|fromhex|unhexlify|decompress|join)\b)/,
);

/** What a file needs before its tree can say anything. */
export function sourceHints(language: Language): readonly Hint[] {
  const { words, pattern } = RUNNERS[language];
  const decoded = all(pattern, any(DECODES, RECKONED));
  return [
    ...['require', '__import__', 'import_module'].map((word) => ({ words: [word], pattern: LOADS_DECODED })),
    ...words.flatMap((run) => DECODERS.map((decode) => ({ words: [run, decode], pattern: decoded }))),
    ...HINTS[language],
  ];
}

/** What code runs and takes from others in Python and R. */
const WRITTEN_HINTS: readonly Hint[] = [
  { words: ['environ'], pattern: WHOLE_ENVIRONMENT },
  ...['b64decode', 'unhexlify', 'fromhex', 'decompress'].flatMap((decode) =>
    ['system', 'subprocess', 'startfile', 'Popen'].map((run) => ({ words: [decode, run] })),
  ),
  { words: ['dup2', 'socket'] },
  ...['urlretrieve', 'urlopen', 'requests', 'httpx', 'download'].flatMap((fetch) =>
    ['system', 'subprocess', 'startfile', 'Popen', 'exec', 'eval', 'system2'].map((run) => ({ words: [fetch, run] })),
  ),
  ...BEHAVIOUR_HINTS,
];

const RUNS_FETCHED = all(
  around(['urlopen', 'requests', 'httpx', 'fetch'], FETCHES_INSIDE),
  around(['eval', 'exec', 'Function'], /(?<![.\w$])(?:eval|exec|Function)\s*\(|(?<==\s*)(?:eval|exec|Function)\b/),
);

const JAVASCRIPT_HINTS: readonly Hint[] = [
  {
    words: ['env'],
    pattern: all(around(['process', 'os.environ', 'Bun.env', 'Deno.env'], WHOLE_ENVIRONMENT), MAY_TALK),
  },
  { words: [], pattern: all(MAY_START, any(MAY_TALK, /b64decode|decompress|unhexlify|fromhex/)) },
  ...['eval', 'exec', 'Function'].map((word) => ({
    words: [word],
    pattern: RUNS_FETCHED,
  })),
  ...JAVASCRIPT_BEHAVIOUR_HINTS,
];

const HINTS: Readonly<Record<Language, readonly Hint[]>> = {
  python: WRITTEN_HINTS,
  javascript: JAVASCRIPT_HINTS,
  r: [
    ...WRITTEN_HINTS,
    ...['onLoad', 'onAttach'].map((word) => ({ words: [word] })),
    { words: ['getenv'], pattern: /\bSys\.getenv\(\s*\)/ },
  ],
};

/** Literal signs, each worth a tree and a look at what else the file does. */
const LITERAL_SIGNS: readonly (readonly [SignId, RegExp])[] = [
  ['credential-store', STORES],
  ['drop-point', DROPS],
  ['reverse-shell', REVERSE],
];

/** What stands wherever one of the literal signs does: a pass over the bytes for these spares the search for the signs. */
const SIGN_LITERALS: Readonly<Partial<Record<SignId, readonly string[]>>> = {
  'credential-store': STORE_LITERALS,
  'drop-point': [
    ...['/api/webhooks/', '/bot', '/services/T', '.ngrok', '.oast.', '.interact.sh', '.burpcollaborator.'],
    ...['.requestbin.', '.m.pipedream.', '/webhook.site', '/transfer.sh', '/pastebin.com', '/hastebin.', '/file.io'],
    '/api.anonfiles.',
  ],
  'reverse-shell': ['/dev/tcp/', 'bash', ' -e', '\t-e', 'mkfifo'],
};

const LITERALLY = LITERAL_SIGNS.map(([sign, pattern]) => ({
  sign,
  pattern,
  worth: holding(...(SIGN_LITERALS[sign] ?? [])),
}));

/** First places of the literal signs in a text. */
export function literalSigns(text: string): readonly Said[] {
  return LITERALLY.flatMap(({ sign, pattern, worth }) => {
    const start = worth.test(text) ? text.search(pattern) : -1;
    return start === -1 ? [] : [{ sign, start }];
  });
}

/** Signs in one source file, beside what stands in it literally. */
export function sourceSigns(source: Source, literal: readonly Said[]): readonly Said[] {
  const { noted, text } = source;
  const found: Said[] = [];
  const network = noted.filter(talksIn(source));
  const runs = noted.filter((call) => runners[source.language].about(call));
  const decoded = decodingFunctions(source);
  for (const call of runs) {
    const sign = signOf(call, source, decoded);
    if (sign !== undefined) found.push({ sign, start: call.start });
  }
  for (const { sign, start } of literal) {
    // Behind what is read as source nothing is known of what else the file does.
    if (start >= text.length) continue;
    found.push({ sign: sign === 'credential-store' ? signOfStore(text, network) : sign, start });
  }
  const dump =
    network.length > 0
      ? (source.calls.find((call) => dumpsEnvironment(call, text)) ?? spreadEnvironment(source, network))
      : undefined;
  if (dump !== undefined) found.push({ sign: 'environment-and-network', start: dump.start });
  return [
    ...found,
    ...together(source, network),
    ...hooks(source),
    ...behaviourSigns(source, network),
    ...memberSigns(source),
  ];
}

/**
 * Calls of a source that send or fetch; a constructor or a type of a network library is no talk, nor is what is called as a
 * module is where no quotes name one; an escape in them hides the name from a look at the text.
 */
export function talksIn({ language, text }: Source): (call: Call) => boolean {
  const isNamed = language !== 'javascript' || holds(text, NAMES_MODULE) || hasEscapedLetter(text);
  return (call) =>
    isTalk(call) &&
    !(language === 'python' && isLookUp(call.name)) &&
    (isNamed || !COMMON_MODULES.includes(/^\w*/.exec(call.name)?.[0] ?? ''));
}

/** Python: routes of a server, and `get` of what a module has by name (a table, as a rule) and not of what a call gives. */
function isLookUp(name: string): boolean {
  if (name.startsWith('aiohttp.web.')) return true;
  if (!name.endsWith('.get')) return false;
  const of = name.slice(0, -'.get'.length);
  return of.includes('.') && !of.endsWith('()') && !/^(?:requests|httpx|curl_cffi)\b/.test(of);
}

function isTalk(call: Call): boolean {
  if (call.power !== 'network') return false;
  return /(?:^|\.)(?:get|post|put|patch|request|urlopen|urlretrieve|connect|create_connection|FTP|FTP_TLS|storbinary|storlines|socket|send\w*|fetch|download\.file|GET|POST|getURL|curl_\w+|createConnection|retrieve|url)(?:\(\))?$/.test(
    call.name,
  );
}

function signOf(call: Call, source: Source, decoded: () => ReadonlySet<string>): SignId | undefined {
  // A module by its name alone is no riddle; by pieces of it, it is one.
  if (LOADS_MODULE.has(call.name) && isConstant(call.args[0] ?? []))
    return IN_PIECES.test(source.text.slice(call.start, Math.min(call.end, call.start + 80)))
      ? 'obfuscated-code'
      : undefined;
  return call.args.length > 0 && runsDecoded(call, source, decoded) ? 'decoded-code' : undefined;
}

function dumpsEnvironment(call: Call, text: string): boolean {
  if (!DUMPS.test(call.name)) return false;
  return WHOLE_ENVIRONMENT.test(text.slice(call.start, Math.min(call.end + 1, call.start + 400)));
}

/** The whole environment put into what is sent, or walked through where something is sent. */
function spreadEnvironment({ calls, text }: Source, network: readonly Call[]): Call | undefined {
  const spread = network.find(({ start, end }) =>
    /\.\.\.process\.env\s*[,}]|\bSys\.getenv\(\s*\)/.test(text.slice(start, end).slice(0, 400)),
  );
  const talking = new Set(network.map(({ scope }) => scope.values));
  const walks = calls.find(({ name, scope }) => name === 'os.environ.items' && talking.has(scope.values));
  return spread ?? walks;
}

/** What comes together in one function, or at the level of the module. */
function together(source: Source, network: readonly Call[]): readonly Said[] {
  const { noted, text } = source;
  const found = [...tiedShell(source, network), ...companySigns(source, network)];
  for (const call of noted)
    if (
      textRunners.about(call) &&
      call.args.some((parts) => talksInside(text, parts[0]?.start ?? 0, parts.at(-1)?.end ?? 0))
    )
      found.push({ sign: 'download-and-run', start: call.start });
  return found;
}

/** Python: a socket whose ends are given to a shell. */
function tiedShell({ calls }: Source, network: readonly Call[]): readonly Said[] {
  if (!network.some(({ name }) => /socket|connect/.test(name))) return [];
  const duplicates = calls.find(({ name }) => name === 'os.dup2');
  return duplicates !== undefined &&
    calls.some(({ name }) => /^(?:subprocess\.|pty\.spawn|os\.(?:system|exec))/.test(name))
    ? [{ sign: 'reverse-shell', start: duplicates.start }]
    : [];
}

function talksInside(text: string, start: number, end: number): boolean {
  return FETCHES_INSIDE.test(text.slice(start, Math.min(end, start + CALL_TEXT)));
}

/** R: `.onLoad` and `.onAttach` run when a package is loaded (R manual, "Load hooks"). */
function hooks(source: Source): readonly Said[] {
  if (source.language !== 'r') return [];
  const hook = source.calls.find(
    ({ power, scope }) =>
      /^\.on(?:Load|Attach)$/.test(scope.functions[0] ?? '') && (power === 'network' || power === 'processes'),
  );
  return hook === undefined ? [] : [{ sign: 'load-hook', start: hook.start }];
}
