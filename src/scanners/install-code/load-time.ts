/** What runs as soon as a file is loaded: its own level, functions called from there, and functions called where they stand. */
import { holding } from '../syntax/held-literals.ts';
import type { Language } from '../syntax/language.ts';
import { matching, type NameAnswers } from '../syntax/name-answers.ts';
import type { Call, Source } from '../syntax/source.ts';
import { countBefore } from '../syntax/spots.ts';
import { all, any, around, holds, type Probe } from '../syntax/vocabulary.ts';
import { MAY_START, MAY_TALK } from './javascript-powers.ts';
import type { Said } from './signs.ts';
import { talksIn } from './source-signs.ts';

/** Calls through calls that are followed. */
const DEEPEST = 3;

const TAKERS = [
  'Thread',
  'Process',
  'Timer',
  'register',
  'submit',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'nextTick',
];
const takers = matching(new RegExp(`(?:^|\\.)(?:${TAKERS.join('|')})$`), TAKERS);

/** Functions that are given to what runs them: a thread, a timer, the end of the program. */
function handedOver(call: Call): readonly string[] {
  if (!takers.about(call)) return [];
  return call.node.args.flatMap(({ parts }) => {
    const last = parts.at(-1);
    return last?.kind === 'name' && parts.length <= 3 ? [last.text] : [];
  });
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Whether something lies within one of the ranges. They nest or lie apart, so that the outermost say it all, and a file
 * of nothing but such calls takes no time by their square.
 */
function insideOf(ranges: readonly Range[]): (one: Range) => boolean {
  const [starts, ends]: [number[], number[]] = [[], []];
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    if (start < (ends.at(-1) ?? 0)) continue;
    starts.push(start);
    ends.push(end);
  }
  return ({ start, end }) => end < (ends[countBefore(starts, start) - 1] ?? 0);
}

/** Methods that run because something is made of their class, or is used as a context or a function (Python data model). */
const BY_ITSELF = /^__(?:new|init|post_init|init_subclass|set_name|enter|aenter|call|del)__$/;
const CLASS = /^[ \t\f]*class[ \t]+(\w{1,80})/gm;

/** Python: by an offset, the class whose method is around it: the last that begins before. */
function classesOf({ text, language }: Source): (at: number) => string | undefined {
  if (language !== 'python') return () => undefined;
  const classes = [...text.matchAll(CLASS)];
  const starts = classes.map(({ index }) => index);
  return (at) => classes[countBefore(starts, at) - 1]?.[1];
}

/** Python: functions that the interpreter calls at its end, and those that a decorator written on the spot is given; below eight more at most. */
const HANDED_BY_DECORATOR =
  /^[ \t]*@(?:(?:\w{1,40}\.)?register[ \t]*|lambda\b[^\n]{0,200})\r?\n(?:[ \t]*@[^\n]{0,200}\n){0,8}[ \t]*(?:async[ \t]+)?def[ \t]+(\w{1,80})/gm;

function handedByDecorator({ text, language }: Source): readonly string[] {
  if (language !== 'python' || !/@/.test(text)) return [];
  return [...text.matchAll(HANDED_BY_DECORATOR)].map(([, name = '']) => name);
}

/** What a call at load makes run: what it names, of a class of the file its member, and what it hands over. */
function startedBy(call: Call): readonly string[] {
  const own = call.name.replace(/^\./, '');
  const member = call.name.startsWith('.') ? /\.(\w+)$/.exec(own)?.[1] : undefined;
  return [own, ...(member === undefined ? [] : [member]), ...handedOver(call)];
}

/** The calls of a file that run when it is loaded. */
function callsAtLoad(source: Source): readonly Call[] {
  const { calls } = source;
  const isInPlace = insideOf(
    calls.filter((call) => !call.scope.deferred && !call.scope.program && call.node.callee.kind === 'group'),
  );
  const runs = new Set<string>(handedByDecorator(source));
  const classAt = classesOf(source);
  const isRun = (function_: string, at: number) =>
    runs.has(function_) || (BY_ITSELF.test(function_) && runs.has(classAt(at) ?? ''));
  const found: Call[] = [];
  let left = calls.filter(({ scope }) => !scope.program);
  for (let depth = 0; depth <= DEEPEST; depth += 1) {
    const later: Call[] = [];
    for (const call of left) {
      const [outer] = call.scope.functions;
      const atLoad =
        (outer !== undefined && isRun(outer, call.start)) || (depth === 0 && (!call.scope.deferred || isInPlace(call)));
      if (!atLoad) {
        later.push(call);
        continue;
      }
      found.push(call);
      for (const started of startedBy(call)) runs.add(started);
    }
    if (later.length === left.length) break;
    left = later;
  }
  return found;
}

/** Further modules whose members talk, by what stands wherever one of them is used (`powers.ts`). */
const TALKERS = [
  ...['HTTPConnection', 'HTTPSConnection', 'httplib', 'urllib2', 'urllib3', 'aiohttp', 'httpclient', 'tcpclient'],
  ...['ftplib', 'smtplib', 'poplib', 'imaplib', 'nntplib', 'telnetlib', 'xmlrpc', 'paramiko', 'asyncssh', 'curl_cffi'],
  ...['boto3', 'botocore', 'twisted', 'pymongo', 'psycopg', 'asyncpg', 'pymysql', 'mysql', 'ldap3', 'redis', 'kafka'],
  ...['pymemcache', 'pika', 'grpc', 'zmq', 'pycurl'],
];

/** What a file holds that talks or starts something, as words and not as calls: a module may go by another name. */
const MAY_ACT: Readonly<Record<Language, Probe>> = {
  python: any(
    holding('urlopen', 'urlretrieve', 'requests', 'httpx', 'socket', 'create_connection', 'subprocess', ...TALKERS),
    // By another name of the module too; `platform.system()` is given nothing.
    all(holding('system', 'popen'), /os\s*\.\s*(?:system|popen)|\.\s*(?:system|popen)\s*\(\s*[^)\s]/),
    around(['os'], /(?<=\bfrom[\s\\]+)os[\s\\]+import\b/),
    // A module that is loaded by another name of what loads it.
    around(['import_module'], /import_module\s+as\s/),
  ),
  javascript: any(MAY_TALK, MAY_START),
  r: /\b(?:download\.file|url|curl\w*|httr2?|RCurl|getURL|GET|POST|socketConnection|websocket|system2?|shell|pipe|processx|callr)\b/,
};

/**
 * Whether a file holds what talks or starts something. Whether it does so as soon as it is loaded only the tree says: a
 * semicolon, a comma or a block is enough to hide a statement from a look at the lines.
 */
export function mayAct(text: string, language: Language): boolean {
  return holds(text, MAY_ACT[language]);
}

const STARTS_AT_LOAD: Readonly<Record<Language, NameAnswers<boolean>>> = {
  python: matching(/^(?:os\.(?:system|popen)|subprocess\.\w+)$/, ['system', 'popen', 'subprocess']),
  javascript: matching(/^child_process\.(?:exec|execSync|spawn|spawnSync|execFile|execFileSync|fork)$/, [
    'child_process',
  ]),
  r: matching(/^(?:base\.)?(?:system2?|shell)$/),
};

/** Characters of a call that are looked at. */
const CALL_TEXT = 600;
/** Apart from the program that starts it, and with nothing of it shown. */
const SILENT =
  /\bdetached\s*:\s*true\b[\s\S]*\bstdio\s*:\s*["']ignore["']|\bstdio\s*:\s*["']ignore["'][\s\S]*\bdetached\s*:\s*true\b|\bcreationflags\s*=[^,)\n]*0x0?8000000|^(?=[\s\S]*\bstdin\s*=[^,)\n]*DEVNULL)(?=[\s\S]*\bstdout\s*=[^,)\n]*DEVNULL)[\s\S]*\bstderr\s*=[^,)\n]*DEVNULL|\bstart_new_session\s*=\s*True[\s\S]*DEVNULL|DEVNULL[\s\S]*\bstart_new_session\s*=\s*True/;

/** A page that asks the server it comes from. */
const OWN_PAGE = /^(?:\w{1,20}\.)?fetch\(\s*["'`]\.{0,2}\/(?!\/)/;

/** Where scripts for the shell lie. A first line for the shell alone says nothing: modules are loaded in spite of it. */
const SHELL_SCRIPT = /(?:^|\/)(?:s?bin|scripts?|tools?|examples?)\/(?:[^/]+\/)*(?!__init__[.])[^/]+$|(?:^|\/)[^./]+$/;

/** Talk and programs as soon as a file is loaded. A file of R counts where R loads it from; a script for the shell is none. */
export function loadSigns(source: Source): readonly Said[] {
  const { language, noted, path, text } = source;
  if ((text.startsWith('#!') && SHELL_SCRIPT.test(path)) || (language === 'r' && !/(?:^|\/)R\/[^/]+$/.test(path)))
    return [];
  // What runs at load is only worth knowing where some call could be a sign: in most files none is.
  const starts = STARTS_AT_LOAD[language];
  const isTalk = talksIn(source);
  if (!noted.some((call) => isTalk(call) || starts.about(call))) return [];
  return callsAtLoad(source).flatMap((call): Said[] => {
    if (call.node.args.length === 0) return [];
    const { start } = call;
    if (isTalk(call) && OWN_PAGE.test(text.slice(call.start, Math.min(call.end, call.start + CALL_TEXT)))) return [];
    if (isTalk(call)) return [{ sign: 'network-at-load', start }];
    if (!starts.about(call)) return [];
    const written = text.slice(start, Math.min(call.end, start + CALL_TEXT));
    return [{ sign: SILENT.test(written) ? 'silent-process' : 'process-at-load', start }];
  });
}
