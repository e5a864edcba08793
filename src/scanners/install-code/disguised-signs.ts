/** Signs by words and patterns of what goes by another name: functions under an alias, commands inside of strings, protection that is switched off. */
import type { WordSign } from './signs.ts';
import { STARTER, STARTER_NAMES } from './starters.ts';

const DECODER = '(?:b64decode|b32decode|decompress|unhexlify|fromhex|atob)\\(|Buffer\\.from\\(';
/** A short text in quotes, decoded on the spot. */
const DECODED_TEXT =
  '(?:b64decode\\(\\s*b?["\'][\\w+/=]{4,}|atob\\(\\s*["\']|Buffer\\.from\\(\\s*["\'][\\w+/=]{4,}["\'],\\s*["\'](?:base64|hex)["\'])';

export const DISGUISED_SIGNS: readonly WordSign[] = [
  {
    sign: 'decoded-code',
    words: 'exec eval Function',
    begins: 'exec eval Function lambda',
    pattern: new RegExp(
      `\\b(?:exec|eval|Function)\\s*[;\\n](?<=(?<![.\\w])(\\w{1,20})\\s*=\\s*(?:exec|eval|Function)\\s*[;\\n])[\\s\\S]{0,600}?(?<![.\\w])\\1\\([^\\n]{0,120}(?:${DECODER})|\\blambda\\s+(\\w{1,20})\\s*:\\s*\\2\\([^\\n]{0,200}(?:${DECODER})[^\\n]{0,300}\\)\\s*\\(\\s*(?:exec|eval)\\s*\\)`,
    ),
  },
  {
    sign: 'decoded-code',
    words: 'translate strsplit runsource runcode',
    begins: 'exec eval parse runsource runcode',
    pattern: new RegExp(
      `\\b(?:exec|eval)\\([^\\n]{0,100}\\.translate\\(|\\bparse\\(\\s*text\\s*=\\s*paste0?\\(\\s*rev\\(\\s*strsplit\\(|\\brun(?:source|code)\\([^\\n]{0,200}(?:${DECODER})`,
    ),
  },
  {
    sign: 'obfuscated-code',
    words: 'ev eva ex exe',
    pattern: /["'](?:ev["']\s*\+\s*["']al|eva["']\s*\+\s*["']l|ex["']\s*\+\s*["']ec|exe["']\s*\+\s*["']c)\b/,
  },
  {
    sign: 'obfuscated-code',
    words: 'require builtins',
    begins: 'require modules',
    pattern:
      /\brequire\(\s*(?:\[[^\]\n]{1,80}\]\.join\(|["'](?:ch\w{0,10}|v)["']\s*\+\s*["']\w{1,12}["']\s*\))|\bmodules\[\s*["']builtins["']\s*\]\.__dict__\[/,
  },
  {
    sign: 'hidden-command',
    words: 'b64decode atob Buffer',
    begins: STARTER_NAMES,
    pattern: new RegExp(`${STARTER}[^\\n]{0,120}?${DECODED_TEXT}`),
  },
  {
    sign: 'hidden-command',
    words: 'b64decode atob decompress',
    pattern: /["']-[ce]["'],\s*[\w.]{0,20}(?:b64decode|atob|decompress)\(/,
  },
  {
    sign: 'hidden-command',
    words: 'base64',
    begins: 'base64',
    pattern: /\bbase64\s+(?:-d|-D|--decode)\b[^\n"'`]{0,60}\|\s*(?:ba|da|z)?sh\b/,
  },
  {
    sign: 'hidden-command',
    words: 'curl wget',
    pattern:
      /(?<!print|log|echo|write|info|error|warn)\(\s*["'`](?:curl|wget)\s[^"'\n|]{0,200}\|\s*(?:node|python3?|perl|ruby)\b/,
  },
  {
    sign: 'reverse-shell',
    words: 'pty dup2',
    pattern: /["'][^\n]{0,200}\bsocket\.socket\([^\n]{0,300}(?:\bdup2\(|\bpty\.spawn\()[^\n]{0,200}["']/,
  },
  {
    sign: 'reverse-shell',
    words: 'recv read_until receive',
    begins: 'getoutput check_output popen system Popen run',
    pattern: /\b(?:getoutput|check_output|popen|system|Popen|run)\(\s*[\w.]{1,40}\.(?:recv|read_until|receive)\(/,
  },
  {
    sign: 'reverse-shell',
    words: 'exec execSync',
    pattern:
      /\.on\(\s*["'](?:message|data)["'],\s*(?:\(?\w{1,20}\)?\s*=>|function\s*\(\w{1,20}\)\s*\{)[^;\n]{0,60}\bexec(?:Sync)?\(\s*\w{1,20}(?:\.toString\(\))?\s*[,)]/,
  },
  {
    sign: 'download-and-run',
    words: 'await',
    begins: 'exec eval',
    pattern: /\b(?:exec|eval)\(\s*\(?\s*await\s+\w{1,20}\.(?:text|read)\(/,
  },
  {
    sign: 'persistence',
    words: 'schtasks Startup',
    pattern: /\bschtasks(?:\.exe)?["',\s]+\/create\b|\b(?:copy\w*|move|rename)\([^\n]{0,300}Programs[\\/]+Startup/i,
  },
  {
    sign: 'defence-off',
    words: 'MpPreference advfirewall amsiInitFailed AmsiScanBuffer setenforce',
    pattern:
      /\b(?:Add|Set)-MpPreference\s+-(?:Exclusion|Disable)\w+|\bnetsh\s+advfirewall\s+set\s+\w+\s+state\s+off\b|amsiInitFailed|AmsiScanBuffer|["'`]setenforce\s+0\b/,
  },
  {
    sign: 'input-capture',
    words: 'XMLHttpRequest',
    begins: 'XMLHttpRequest',
    pattern:
      /\bXMLHttpRequest\.prototype\.(?:send|open)\s*=\s*(?:async\s*)?(?:function\b|\()[^\n]{0,200}\b(?:fetch|sendBeacon)\(\s*["'`]https?:/,
  },
  {
    sign: 'load-hook',
    words: 'onLoad onAttach',
    pattern:
      /\.on(?:Load|Attach)\s*(?:<-|=)\s*function[^\n]*(?:\n[^\n]*){0,10}?["']https?:[^\n]*(?:\n[^\n]*){0,6}?\beval\(/,
  },
];
