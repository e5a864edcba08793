/** More signs by words and patterns: names that are put together, code that is decoded where it runs, commands in strings. */
import type { WordSign } from './signs.ts';
import { STARTER, STARTER_NAMES } from './starters.ts';

/** Two pieces of one short name: `"sys" + "tem"`. */
const PIECES = '["\'][^"\'\\n]{1,12}["\']\\s*\\+\\s*["\'][^"\'\\n]{1,12}["\']';
/** A call that starts a program, up to its command. */
const STARTS = `${STARTER}\\s*\\[?\\s*["'\`]`;

export const WRITTEN_SIGNS: readonly WordSign[] = [
  {
    sign: 'obfuscated-code',
    words: 'getattr __import__',
    begins: 'getattr __import__',
    pattern: new RegExp(
      `\\bgetattr\\((?:[^"'\\n]{1,120}|\\s*(?:__import__|(?:importlib\\.)?import_module)\\(\\s*["'][\\w.]{1,30}["']\\s*\\)\\s*),\\s*${PIECES}\\s*\\)|\\bgetattr\\(\\s*__import__\\(\\s*${PIECES}|\\b__import__\\(\\s*(?:${PIECES}|["']{2}\\.join\\()`,
    ),
  },
  {
    sign: 'obfuscated-code',
    words: 'globals locals vars',
    begins: 'globals locals vars',
    pattern: new RegExp(`\\b(?:globals|locals|vars)\\(\\)\\s*\\[\\s*(?=["'][^"']{2})${PIECES}`),
  },
  {
    sign: 'obfuscated-code',
    words: 'global globalThis window process',
    begins: 'global globalThis window process',
    pattern: new RegExp(`\\b(?:global|globalThis|window|process)\\[\\s*${PIECES}\\s*\\]\\s*[([]`),
  },
  {
    sign: 'obfuscated-code',
    words: 'paste0 paste',
    pattern:
      /\b(?:do\.call|get|match\.fun|getFromNamespace)\(\s*paste0?\(\s*["'][^"'\n]{1,12}["']\s*,\s*["'][^"'\n]{1,12}["']\s*[,)]/,
  },
  {
    sign: 'obfuscated-code',
    words: 'eval',
    begins: 'eval',
    pattern: /\beval\(\s*function\s*\(\s*p\s*,\s*a\s*,\s*c\s*,\s*k\s*,\s*e\s*,\s*[dr]\s*\)/,
  },
  {
    sign: 'decoded-code',
    words: 'eval exec Function',
    begins: 'eval exec Function',
    pattern:
      /\b(?:eval|exec|Function)\(\s*[bBuU]?["'](?:(?:\\x[0-9a-fA-F]{2}|\\u00[0-9a-fA-F]{2}|\\[0-7]{3}){8}|(?:\\x[0-9a-fA-F]{2}|\\[0-7]{3}){3,7}["'])/,
  },
  {
    sign: 'decoded-code',
    words: 'pickle cPickle dill cloudpickle',
    pattern:
      /\b(?:c?pickle|dill|cloudpickle)\.loads\(\s*(?:[\w.]{1,20}\()?[\w.]{0,12}b64decode\(\s*b?["'][A-Za-z0-9+/=]{16}/i,
  },
  {
    sign: 'decoded-code',
    words: '_compile',
    pattern: /\._compile\([^;\n]{0,300}(?:["'](?:base64|hex)["']|\batob\(|\bgunzip|\binflate)/,
  },
  {
    sign: 'decoded-code',
    words: 'Buffer',
    pattern:
      /(?<!parse|\bfrom|decode)\(Buffer\.from\(["'][\w+/=]{8,80}["'],\s*["'](?:base64|hex)["']\)\.toString\(["'\w-]{0,8}\)\)\s*[.[](?=\w{1,20}\()/,
  },
  {
    sign: 'decoded-code',
    words: 'base64',
    begins: 'import',
    pattern: /\bimport\(\s*["'`]data:[\w/;=-]{0,40}base64,[A-Za-z0-9+/=]{8}/,
  },
  {
    sign: 'decoded-code',
    words: 'unserialize',
    pattern:
      /\.on(?:Load|Attach)\s*(?:<-|=)\s*function[^\n]*(?:\n[^\n]*){0,6}?\bunserialize\(\s*[\w:.]{0,20}(?:base64|memDecompress)/,
  },
  {
    sign: 'download-and-run',
    words: 'urlopen requests httpx',
    begins: 'exec eval',
    pattern: /\b(?:exec|eval)\((?<=["'][^"'\n]{0,200})[^()\n]{0,60}(?:\burlopen|\brequests\.get|\bhttpx\.get)\(/,
  },
  {
    sign: 'download-and-run',
    words: 'curl wget',
    begins: 'exec execSync',
    pattern: /\bexec(?:Sync)?\(\s*["'`](?:curl|wget)\s[^\n]{1,200}?["'`][^\n]{0,200}\bexec(?:Sync)?\((?!\s*["'`])/,
  },
  {
    sign: 'download-and-run',
    words: 'source',
    begins: 'source',
    pattern: /(?<![\w.])source\(\s*["']https?:/,
  },
  {
    sign: 'download-and-run',
    words: 'readLines getURL read_file read_lines content GET',
    begins: 'parse',
    pattern:
      /\bparse\(\s*text\s*=\s*(?:[\w.]+::)?(?:readLines|getURL|content|read_file|read_lines|GET)\(\s*(?:[\w:.]{1,20}\(\s*)?["']https?:/,
  },
  {
    sign: 'hidden-command',
    words: 'powershell pwsh PowerShell',
    pattern: /\b(?:powershell|pwsh)(?:\.exe)?["',\s]+[^\n]{0,120}?-w(?:in\w{0,16})?["',\s]+(?:hidden|1)\b/i,
  },
  {
    sign: 'hidden-command',
    words: 'curl wget',
    pattern:
      /["'`][^"'`\n]{0,60}\b(?:curl|wget)\s[^"'`\n]{1,300}(?:&&|;)\s*(?:chmod\s+(?:\+x|[0-7]*7[0-7]*)\s|(?:ba|da|z)?sh\s+\/)/,
  },
  {
    sign: 'hidden-command',
    words: 'spawn_sync',
    pattern: /\bprocess\s*(?:\.\s*binding|\[\s*["']binding["']\s*\])\(\s*["'](?:spawn_sync|process_wrap)["']/,
  },
  {
    sign: 'self-extraction',
    words: '__file__',
    pattern: /\bopen\(\s*__file__\s*[,)][^\n]{0,80}(?:\n[^\n]{0,200}){0,4}?\b(?:exec|eval)\(/,
  },
  {
    sign: 'input-capture',
    words: 'password cardnumber cvv cvc',
    pattern:
      /\b(?:password|cardnumber|cvv|cvc)\b[^;]{0,300}?\b(?:sendBeacon|fetch)\(\s*["'`]https?:[^;\n]{0,200}\.value\b/i,
  },
  {
    sign: 'destruction',
    words: 'rm',
    begins: STARTER_NAMES,
    pattern: new RegExp(
      `${STARTS}[^\\n]{0,80}?\\brm\\s+-(?:rf|fr|r\\s+-f|f\\s+-r)\\s+(?:--no-preserve-root\\s+)?(?:~|\\$HOME|\\/)(?:\\/?\\*)?(?:["'\`\\s;]|\\/["'\`])`,
    ),
  },
  {
    sign: 'destruction',
    words: 'rmtree rmSync rimraf rmdirSync',
    pattern:
      /\b(?:rmtree|rmSync|rimraf|rmdirSync)\(\s*(?:os\.path\.expanduser\(\s*["']~\/?["']\s*\)|(?:[\w.]*Path\.home|(?:os\.|require\(["']os["']\)\.)homedir)\(\)|["'](?:\/|~|C:\\\\)["']|process\.env\.HOME|os\.environ\[["']HOME["']\])\s*[,)]/,
  },
  {
    sign: 'silent-install',
    words: 'pip npm',
    pattern:
      /["']pip3?["']?\s*,?\s*["']?\s*install\b[^\n]{0,200}(?:DEVNULL|["']-q{1,3}["']|--quiet|--disable-pip-version-check)|\bpip3?\s+install\s[^"'`\n]{0,120}(?:>\s*\/dev\/null|\s-q{1,3}\s)|\bnpm\s+(?:i|install)\s[^"'`\n]{0,120}(?:--silent|>\s*\/dev\/null)/,
  },
];
