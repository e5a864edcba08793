/** Signs that need no tree: what a text hides, and files that run by their name. */
import { directionTurns, mayHide } from '../syntax/hidden-text.ts';
import { installCommands, isAboveAll } from './lifecycle.ts';
import type { Said, SignId } from './signs.ts';

/** Inside a name, between a name and its member; blanks that are letters of a name; runs that carry hidden data. */
const INVISIBLE_IN_NAME =
  /[A-Za-z0-9_][\u200b-\u200d\u2060\ufeff\u00ad][A-Za-z0-9_]|\w[\u200b\u2060](?=\.\w+\()|(?:^|[\s{,(.])[\u3164\uffa0](?=\s*[=,})])|(?:\udb40[\udd00-\uddef]){4}|(?:\udb40[\udc20-\udc7e]){8}|[\ufe00-\ufe0f]{4}/;
const MIXED_NAME =
  /(?<![\p{L}\p{N}_])(?:[A-Za-z_]+[\u0430-\u044f\u0410-\u042f\u0391-\u03c9][A-Za-z_]+)(?![\p{L}\p{N}_])/u;
/** What each such name holds: far cheaper to look for than its ends. */
const MIXED_LETTERS = /[A-Za-z_][\u0430-\u044f\u0410-\u042f\u0391-\u03c9][A-Za-z_]/;
// Behind so many spaces no editor shows it.
const BEYOND = /;[ \t]{100,}[\w(]|\S[ \t]{150,}(?:;[ \t]*[\w(]|(?:exec|eval|import|__import__|os\.|subprocess)\b)/;
/** Blanks in a row that code can be pushed away with. */
const LONG_GAP = 100;

/** What a source text hides from a reader. */
export function hiddenSigns(text: string): readonly Said[] {
  const found: Said[] = [];
  // What stands in generated lines hides nothing of what stands elsewhere.
  const say = (sign: SignId, places: Iterable<number>): void => {
    let from = 0;
    for (const start of places) {
      if (start < from) continue;
      if (!isGenerated(text, start)) {
        found.push({ sign, start });
        return;
      }
      from = lineEnd(text, start);
    }
  };
  const look = (sign: SignId, pattern: RegExp): void => say(sign, placesOf(text, pattern));
  if (hasGap(text)) look('code-beyond-the-screen', BEYOND);
  if (!mayHide(text)) return found;
  say('hidden-text-direction', directionTurns(text));
  look('invisible-character', INVISIBLE_IN_NAME);
  if (MIXED_LETTERS.test(text)) look('mixed-script-name', MIXED_NAME);
  return found;
}

/** A line is judged once, however often something stands in it. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

function* placesOf(text: string, pattern: RegExp): Iterable<number> {
  for (const { index } of text.matchAll(new RegExp(pattern, `${pattern.flags}g`))) yield index;
}

/** Whether there are `LONG_GAP` spaces and tabs in a row; every so many characters one must be such a blank. */
function hasGap(text: string): boolean {
  for (let at = LONG_GAP - 1; at < text.length; at += LONG_GAP) {
    if (!isBlank(text.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isBlank(text.charCodeAt(start - 1))) start -= 1;
    let end = at + 1;
    while (end < text.length && isBlank(text.charCodeAt(end))) end += 1;
    if (end - start >= LONG_GAP) return true;
    at = end - 1;
  }
  return false;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** Lines from this length on were written by a program: tables of characters, bundles. */
const LONGEST_WRITTEN_LINE = 2_000;

function isGenerated(text: string, at: number): boolean {
  const before = text.lastIndexOf('\n', at);
  const after = text.indexOf('\n', at);
  return (after === -1 ? text.length : after) - before > LONGEST_WRITTEN_LINE;
}

const AT_TOP = /^(?:[^/]+\.data\/(?:purelib|platlib)\/)?[^/]+$/;
/** Lines of a .pth file that `site` runs begin so (Lib/site.py, addpackage). */
const RUN_LINE = /^import[ \t].*$/gm;
const PAYLOAD =
  /\bexec\b|\beval\b|base64|b64decode|urllib|urlopen|requests|socket|subprocess|os\.system|popen|compile\s*\(|zlib|marshal|\\x[0-9a-f]{2}|https?:/i;

/** Signs of a file that Python reads by itself when it starts. */
export function startUpSigns(path: string, text: string): readonly Said[] {
  if (!AT_TOP.test(path)) return [];
  if (/(?:^|\/)(?:site|user)customize\.py$/.test(path)) return [{ sign: 'start-up-module', start: 0 }];
  if (!path.endsWith('.pth')) return [];
  const lines = [...text.matchAll(RUN_LINE)];
  const [first] = lines;
  if (first === undefined) return [];
  const payload = lines.find((line) => PAYLOAD.test(line[0]) || line[0].length > 400);
  return [{ sign: payload === undefined ? 'path-file-code' : 'path-file-payload', start: (payload ?? first).index }];
}

const COMMANDS: ReadonlySet<string> = new Set(
  'pip pip3 python python3 ls cat cp mv rm cd pwd sh bash zsh sudo su ssh scp git svn curl wget make gcc cc ld env node npm npx conda mamba docker kubectl aws az gcloud tar gzip grep sed awk find ps kill chmod chown mount apt apt-get yum dnf brew systemctl crontab R Rscript'.split(
    ' ',
  ),
);

/** Programs that a wheel installs under a common name: from `.data/scripts`, and entry points (entry points specification). */
export function commandSigns(path: string, text: string, owner: string): readonly Said[] {
  const script = /^[^/]+\.data\/scripts\/([^/]+)$/.exec(path)?.[1];
  if (script !== undefined)
    return COMMANDS.has(script) && script !== owner ? [{ sign: 'shadowed-command', start: 0 }] : [];
  if (!/^[^/]+\.dist-info\/entry_points\.txt$/.test(path)) return [];
  const section = /^\[(?:console|gui)_scripts\][^[]*/m.exec(text);
  if (section === null) return [];
  const entry = [...section[0].matchAll(/^\s*([\w.-]+)\s*=/gm)].find(
    (line) => COMMANDS.has(line[1] ?? '') && !(line[1] ?? '').startsWith(owner),
  );
  return entry === undefined ? [] : [{ sign: 'shadowed-command', start: section.index + entry.index }];
}

const FETCHES =
  /\b(?:curl|wget|Invoke-WebRequest|powershell|bash\s+-c|sh\s+-c|node\s+-e|python3?\s+-c|eval|base64|nslookup|dig|nc|ncat|whoami)\b|https?:|\$\((?!npm_)/i;
/** Loads a file of the package itself and lets its errors pass. */
const LOADS_OWN_FILE =
  /^node\s+-e\s+["'](?:try\s*\{\s*)?require\(['"]\.\/[\w./-]+['"]\);?\s*(?:\}\s*catch\s*\(\w+\)\s*\{\s*\})?["']$/;

/** Scripts that npm runs when a package is installed (npm documentation, "Life cycle scripts"). */
export function lifecycleSigns(path: string, text: string): readonly Said[] {
  const found: Said[] = [];
  const commands = installCommands(path, text);
  const fetching = commands.find(({ command }) => FETCHES.test(command) && !LOADS_OWN_FILE.test(command.trim()));
  if (commands.length > 0 && isAboveAll(path, text))
    found.push({ sign: 'version-above-all', start: Math.max(0, text.indexOf('"version"')) });
  const told = fetching ?? commands[0];
  if (told === undefined) return found;
  const start = Math.max(0, text.indexOf(`"${told.script}"`));
  return [...found, { sign: fetching === undefined ? 'lifecycle-script' : 'lifecycle-download', start }];
}

/** A shell that is fed from the network, or from what is decoded; or a download that is run in the same line. */
const RUNS_FETCHED =
  /^[^#\n]*(?:\b(?:curl|wget)\b[^\n|]*https?:[^\n|]*\|\s*(?:sudo\s+)?(?:ba|da|z)?sh\b|\b(?:curl|wget)\b[^\n]*https?:[^\n]*(?:;|&&)\s*(?:chmod\s+(?:\S*x|[0-7]{0,3}[157][0-7]{0,2})\b|(?:ba|da|z)?sh\s)|\beval\b[^\n]*\bbase64\s+-{1,2}[dD]|\bbase64\s+-{1,2}[dD][^\n|]*\|\s*(?:ba|da|z)?sh\b)/;

/** An R package's `configure` and `cleanup`, which run at install (Writing R Extensions, "Configure and cleanup"). */
export function configureSigns(path: string, text: string): readonly Said[] {
  if (!/^[^/]+\/(?:(?:configure|cleanup)(?:\.win|\.ucrt)?|src\/Makevars(?:\.win|\.ucrt|\.in)?)$/.test(path)) return [];
  const runs = lineWith(text, RUNS_FETCHED) ?? longLineWith(text, FETCHING);
  if (runs !== undefined) return [{ sign: 'configure-runs-download', start: runs }];
  const sends = lineWith(text, /^[^#\n]*\|\s*(?:curl|wget|nc)\b[^\n]*(?:--data|-d\s|-X\s*POST|-T\s)/);
  if (sends !== undefined) return [{ sign: 'configure-download', start: sends }];
  const start = lineWith(text, /^[^#\n]*\b(?:curl|wget|download\.file|fetch)\b.*https?:/);
  return start === undefined ? [] : [{ sign: 'configure-download', start }];
}

/** All of the environment, put into what sends it. */
const SENDS_ENVIRONMENT = /^[^#\n]*\b(?:env|printenv)\b[^#\n]{0,100}\|[^#\n]{0,100}\b(?:curl|wget|nc|ncat)\b/;

/** A script for a shell that lies in a package, whoever may run it. */
export function scriptSigns(text: string): readonly Said[] {
  if (!FETCHING.test(text)) return [];
  const start = lineWith(text, RUNS_FETCHED) ?? lineWith(text, SENDS_ENVIRONMENT);
  return start === undefined ? [] : [{ sign: 'script-download', start }];
}

/** Letters of other forms that Python reads as plain ones (PEP 3131: names in NFKC): mathematical and wide ones. */
const OTHER_LETTERS = /(?:\ud835[\udc00-\udfff]|[\uff21-\uff3a\uff3f\uff41-\uff5a]){2,40}/g;
const POWERFUL =
  /^(?:exec|eval|compile|getattr|setattr|globals|builtins|open|system|popen|subprocess|import|os|socket|base64|b64decode)$/;

/** Names of what runs code, starts programs or talks, in letters that a reader takes for another alphabet. */
export function foreignLetters(text: string): readonly Said[] {
  const name = [...text.matchAll(OTHER_LETTERS)].find(([written]) =>
    POWERFUL.test(written.normalize('NFKC').replaceAll('_', '')),
  );
  return name === undefined ? [] : [{ sign: 'obfuscated-code', start: name.index }];
}

/** Characters of a line that patterns are held against: they take time by its third power, and nobody writes longer commands. */
const LONGEST_COMMAND = 600;
/** What makes a line suspect that is longer than that. */
const FETCHING = /\b(?:curl|wget|base64)\b/;

/** Where the first line begins that a pattern fits, of what is looked at of it. */
function lineWith(text: string, pattern: RegExp): number | undefined {
  return firstLine(text, (line) => pattern.test(line.slice(0, LONGEST_COMMAND)));
}

/** The same of the lines that are longer, each as a whole. */
function longLineWith(text: string, pattern: RegExp): number | undefined {
  return firstLine(text, (line) => line.length > LONGEST_COMMAND && pattern.test(line));
}

function firstLine(text: string, fits: (line: string) => boolean): number | undefined {
  for (const { 0: line, index } of text.matchAll(/[^\n]+/g)) if (fits(line)) return index;
  return undefined;
}
