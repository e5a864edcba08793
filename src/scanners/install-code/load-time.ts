/** What runs as soon as a file is loaded: its own level, functions called from there, and functions called where they stand. */
import type { Language } from '../syntax/language.ts';
import type { Call, Source } from '../syntax/source.ts';
import type { Said } from './signs.ts';
import { isTalk } from './source-signs.ts';

/** Calls through calls that are followed. */
const DEEPEST = 3;

/** The calls of a file that run when it is loaded. */
function callsAtLoad({ calls }: Source): readonly Call[] {
  const ranges = calls
    .filter(({ node, scope }) => !scope.deferred && !scope.program && node.callee.kind === 'group')
    .map(({ node }) => ({ start: node.start, end: node.end }));
  const isInPlace = ({ node }: Call) => ranges.some(({ start, end }) => node.start > start && node.end < end);
  const runs = new Set<string>();
  const found = new Set<Call>();
  for (let depth = 0; depth <= DEEPEST; depth += 1) {
    const before = found.size;
    for (const call of calls) {
      const { scope, name } = call;
      const [outer] = scope.functions;
      const atLoad = !scope.deferred || isInPlace(call) || (outer !== undefined && runs.has(outer));
      if (!atLoad || scope.program || found.has(call)) continue;
      found.add(call);
      runs.add(name.replace(/^\./, ''));
    }
    if (found.size === before) break;
  }
  return [...found];
}

/** What a file holds that talks or starts something. */
const LOAD_WORDS: Readonly<Record<Language, readonly string[]>> = {
  // Words and not calls: a module may go by another name.
  python: 'urlopen urlretrieve requests httpx socket create_connection os.system os.popen subprocess'.split(' '),
  javascript: 'child_process https fetch( axios'.split(' '),
  r: 'download.file( system( system2( shell('.split(' '),
};
/** A statement at the level of a file that makes such a call, or calls a function of the file. */
const CALLS_AT_LOAD: Readonly<Record<Exclude<Language, 'python'>, RegExp>> = {
  javascript: /^(?:(?:const|let|var)\s+\w+\s*=\s*)?(?:\w+\.)*\w+\(|^\((?:function|async|\(\))|^[;!]+\(?function/m,
  r: /^(?:\w+\s*<-\s*)?(?:\w+::)?(?:download\.file|system2?|shell)\(|^\w+\(\)/m,
};

/** Whether a file holds a call that talks or starts something. */
export function mayAct(text: string, language: Language): boolean {
  return LOAD_WORDS[language].some((word) => text.includes(word));
}

/** Whether such a file may do so as soon as it is loaded; worth a tree. */
export function actsAtLoad(text: string, language: Language): boolean {
  // In Python a semicolon or a block is enough to hide a statement from a look at the lines.
  return language === 'python' || CALLS_AT_LOAD[language].test(text);
}

const STARTS_AT_LOAD =
  /^(?:os\.(?:system|popen)|subprocess\.\w+|child_process\.(?:exec|execSync|spawn|spawnSync|execFile|execFileSync|fork)|system2?|shell)$/;

/** Where scripts for the shell lie. A first line for the shell alone says nothing: modules are loaded in spite of it. */
const SHELL_SCRIPT = /(?:^|\/)(?:s?bin|scripts?|tools?|examples?)\/(?:[^/]+\/)*(?!__init__[.])[^/]+$|(?:^|\/)[^./]+$/;

/** Talk and programs as soon as a file is loaded. A file of R counts where R loads it from; a script for the shell is none. */
export function loadSigns(source: Source): readonly Said[] {
  const { language, path, text } = source;
  if ((text.startsWith('#!') && SHELL_SCRIPT.test(path)) || (language === 'r' && !/(?:^|\/)R\/[^/]+$/.test(path)))
    return [];
  return callsAtLoad(source).flatMap((call): Said[] => {
    if (call.node.args.length === 0) return [];
    const { start } = call.node;
    if (isTalk(call, source)) return [{ sign: 'network-at-load', start }];
    return STARTS_AT_LOAD.test(call.name) ? [{ sign: 'process-at-load', start }] : [];
  });
}
