/** What runs as soon as a file is loaded: its own level, functions called from there, and functions called where they stand. */
import type { Language } from '../syntax/language.ts';
import type { Call, Source } from '../syntax/source.ts';
import { any, type Probe } from '../syntax/vocabulary.ts';
import { MAY_START, MAY_TALK } from './javascript-powers.ts';
import type { Said } from './signs.ts';
import { isTalk } from './source-signs.ts';

/** Calls through calls that are followed. */
const DEEPEST = 3;

/** Functions that are given to what runs them: a thread, a timer, the end of the program. */
function handedOver({ name, node }: Call): readonly string[] {
  if (!/(?:^|\.)(?:Thread|Process|Timer|register|submit|setTimeout|setInterval|setImmediate|nextTick)$/.test(name))
    return [];
  return node.args.flatMap(({ parts }) => {
    const last = parts.at(-1);
    return last?.kind === 'name' && parts.length <= 3 ? [last.text] : [];
  });
}

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
      for (const started of handedOver(call)) runs.add(started);
    }
    if (found.size === before) break;
  }
  return [...found];
}

/** What a file holds that talks or starts something, as words and not as calls: a module may go by another name. */
const MAY_ACT: Readonly<Record<Language, Probe>> = {
  python:
    /urlopen|urlretrieve|requests|httpx|socket|create_connection|os\s*\.\s*(?:system|popen)|subprocess|\bfrom\s+os\s+import\b/,
  javascript: any(MAY_TALK, MAY_START),
  r: /\b(?:download\.file|url|curl\w*|httr2?|RCurl|getURL|GET|POST|socketConnection|websocket|system2?|shell|pipe|processx|callr)\b/,
};

/**
 * Whether a file holds what talks or starts something. Whether it does so as soon as it is loaded only the tree says: a
 * semicolon, a comma or a block is enough to hide a statement from a look at the lines.
 */
export function mayAct(text: string, language: Language): boolean {
  return MAY_ACT[language].test(text);
}

const STARTS_AT_LOAD: Readonly<Record<Language, RegExp>> = {
  python: /^(?:os\.(?:system|popen)|subprocess\.\w+)$/,
  javascript: /^child_process\.(?:exec|execSync|spawn|spawnSync|execFile|execFileSync|fork)$/,
  r: /^(?:base\.)?(?:system2?|shell)$/,
};

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
    if (isTalk(call)) return [{ sign: 'network-at-load', start }];
    return STARTS_AT_LOAD[language].test(call.name) ? [{ sign: 'process-at-load', start }] : [];
  });
}
