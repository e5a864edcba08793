/** Signs by words and patterns of what goes by another name: functions under an alias, commands inside of strings, protection that is switched off. */
import type { WordSign } from './signs.ts';
import { STARTER, STARTER_NAMES } from './starters.ts';

const DECODER = '(?:b64decode|b32decode|decompress|unhexlify|fromhex|atob)\\(|Buffer\\.from\\(';
/** A short text in quotes, decoded on the spot. */
const DECODED_TEXT =
  '(?:b64decode\\(\\s*b?["\'][\\w+/=]{4,}|atob\\(\\s*["\']|Buffer\\.from\\(\\s*["\'][\\w+/=]{4,}["\'],\\s*["\'](?:base64|hex)["\'])';

/** Members that have no reason to be looked for by name. */
const POWERFUL = 'spawn|spawnSync|execSync|execFile|execFileSync|hostname|userInfo|networkInterfaces|child_process';

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
    words: 'require builtins modules',
    begins: 'require modules',
    pattern:
      /\brequire\(\s*(?:\[[^\]\n]{1,80}\]\.join\(|["'](?:ch\w{0,10}|v)["']\s*\+\s*["']\w{1,12}["']\s*\))|\bmodules\[\s*(?:["']builtins["']\s*\]\.__dict__\[|["']\w{1,10}["']\s*\+\s*["']\w)/,
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
    begins: 'exec execSync',
    pattern:
      /\bexec(?:Sync)?\(\s*\w{1,20}(?:\.\w{1,12}){0,2}(?:\([^()\n]{0,20}\))?\s*[,)](?<=\.on\(\s*["'](?:message\w{0,10}|data|interaction\w{0,10})["'],\s*(?:\(?\w{1,20}\)?\s*=>|function\s*\(\w{1,20}\)\s*\{)[^;\n]{0,160})/,
  },
  {
    sign: 'reverse-shell',
    words: 'on_message message_handler MessageHandler CommandHandler WebSocketApp',
    begins: 'on_message message_handler CommandHandler',
    pattern:
      /\b(?:on_message|message_handler|CommandHandler)\b[\s\S]{0,400}?\b(?:getoutput|check_output|popen|system|Popen|create_subprocess_shell|(?<=subprocess\.)(?:run|call))\(\s*(?:(?:m|msg|message|payload|cmd|command|data)\b|\w{1,20}\.(?:content|text|data|message|args|payload)\b)/,
  },
  {
    sign: 'reverse-shell',
    words: 'socketio websocket websockets',
    begins: 'getoutput check_output popen system Popen create_subprocess_shell',
    pattern:
      /\b(?:getoutput|check_output|popen|system|Popen|create_subprocess_shell)\(\s*\w{1,20}(?:\.get\(\s*|\[\s*)["'](?:cmd|command|exec|shell)["']/,
  },
  {
    sign: 'download-and-run',
    words: 'resolver',
    begins: 'exec eval',
    pattern: /\b(?:exec|eval)\([^\n]{0,80}\bresolver\.(?:resolve|query)\(/,
  },
  {
    sign: 'reverse-shell',
    words: 'getoutput check_output popen system create_subprocess_shell',
    begins: 'getoutput check_output popen system create_subprocess_shell',
    pattern:
      /\b(?:getoutput|check_output|popen|system|create_subprocess_shell)\((?:\s*(\w{1,20})\b(?<=\bctx\s*,[^)\n]{0,40}\b\1\s*(?::\s*str)?\s*\)\s*:[\s\S]{0,300})|[^\n]{0,40}\bcontext\.args\b)/,
  },
  {
    sign: 'obfuscated-code',
    words: '__dict__ __getattribute__ vars',
    begins: '__dict__ __getattribute__ vars',
    pattern:
      /(?<=\b(?:os|subprocess|builtins|__builtins__|shutil|socket)(?:["']\s*\))?\s*\.)(?:__dict__\s*(?:\[[^\]\n]{1,100}\]|\.get\(\s*["'][^"'\n]{1,20}["']\s*\))|__getattribute__\(\s*["'][^"'\n]{1,20}["']\s*\))\s*(?:\(|\.__call__)|\bvars\(\s*(?:os|subprocess|builtins)\s*\)\s*(?:\[[^\]\n]{1,60}\]|\.get\([^)\n]{1,60}\))\s*\(/,
  },
  {
    sign: 'obfuscated-code',
    words: '__import__ getattr',
    begins: '__import__ getattr',
    pattern:
      /\b(?:__import__\(\s*["'](?:os|subprocess|pty)["']\s*\)\s*\.\s*(?:system|popen|startfile|Popen|call|run|check_output|spawn|exec\w{1,3})|getattr\(\s*(?:os|subprocess|(?:__import__|(?:importlib\.)?import_module)\(\s*["'](?:os|subprocess)["']\s*\))\s*,\s*["'](?:system|popen|startfile|Popen|call|run|check_output|exec\w{1,3})["']\s*\))\s*(?:\(|\.__call__)/,
  },
  {
    sign: 'obfuscated-code',
    words: 'Reflect getOwnPropertyDescriptor',
    begins: 'Reflect getOwnPropertyDescriptor',
    pattern: new RegExp(
      `\\b(?:Reflect\\.get|getOwnPropertyDescriptor)\\(\\s*(?:[\\w$.]{1,40}|require\\([^)\\n]{1,30}\\))\\s*,\\s*["'\`](?:${POWERFUL}|exec|eval|fork|Function|require|request)["'\`]\\s*\\)(?:\\s*[.(]|(?<=require\\([^\\n]{1,80}))`,
    ),
  },
  {
    sign: 'obfuscated-code',
    words: POWERFUL.replaceAll('|', ' '),
    begins: POWERFUL.replaceAll('|', ' '),
    pattern: new RegExp(
      `\\b(?:${POWERFUL})["'\`](?<=\\b(?:getOwnPropertyNames|entries|keys|values)\\(\\s*(?:[\\w$.]{1,40}|require\\([^)\\n]{1,30}\\))\\s*\\)\\.(?:find|filter)\\([^;\\n]{0,60}?===?\\s*["'\`]\\w{1,20}["'\`])`,
    ),
  },
  {
    sign: 'obfuscated-code',
    words: 'spawn spawnSync execSync execFile execFileSync hostname userInfo',
    begins: 'spawn spawnSync execSync execFile execFileSync hostname userInfo',
    pattern:
      /\b(?:spawn|spawnSync|execSync|execFile|execFileSync|hostname|userInfo)["'`]\s*\](?<=[\w)]\s*\[\s*["'`]\w{1,20}["'`]\s*\])\s*(?:\(|\.(?:call|apply|bind)\()/,
  },
  {
    sign: 'obfuscated-code',
    words: 'os',
    begins: 'os',
    pattern: /\bos\[\s*(?:["'`]\w{1,10}["'`]\s*\+\s*["'`]\w|String\.fromCharCode\(|Buffer\.from\(|atob\()/,
  },
  {
    sign: 'obfuscated-code',
    words: 'Buffer fromCharCode atob globalThis',
    begins: 'global globalThis window',
    pattern:
      /\b(?:global|globalThis|window)\[\s*(?:(?:Buffer\.from|String\.fromCharCode|atob)\(|\[[^\]\n]{1,80}\]\s*\.\s*join\()/,
  },
  {
    sign: 'obfuscated-code',
    words: 'fromCharCode',
    begins: 'fromCharCode',
    pattern:
      /\bfromCharCode\([\s\S]{0,400}?\b(?:global|globalThis|window|self)\[\s*\w{1,20}\(\s*(?:\w{1,20}|["'][^"'\n]{1,40}["'])\s*\)\s*\]\s*\(/,
  },
  {
    sign: 'obfuscated-code',
    words: 'fromCharCode',
    begins: 'fromCharCode',
    pattern: /\bfromCharCode\(\s*(?:(?:0x[2-7][0-9a-f]|3[2-9]|[4-9]\d|1[01]\d|12[0-6])\s*,\s*){9}/i,
  },
  {
    sign: 'obfuscated-code',
    words: 'cp037 cp273 cp500 cp1026 cp1140',
    begins: 'cp037 cp273 cp500 cp1026 cp1140',
    pattern:
      /\bcp(?:037|273|500|1026|1140)["'](?<=\\x[89a-f][0-9a-f][^"'\n]{0,40}["']\s*\.\s*decode\(\s*["']cp\d{3,4}["'])/,
  },
  {
    sign: 'obfuscated-code',
    words: 'eval exec getattr',
    begins: 'eval exec getattr',
    pattern: /(?<=(?<![\w.])_{3,}\s*=\s*)(?:eval|exec|getattr)\b/,
  },
  {
    sign: 'decoded-code',
    words: 'createObjectURL Worker',
    begins: 'createObjectURL Worker',
    pattern:
      /\bWorker\(\s*(?:Buffer\.from|atob)\(|\bcreateObjectURL\(\s*new\s+Blob\(\s*\[\s*(?:atob|unescape|Buffer\.from)\(\s*["'`]/,
  },
  {
    sign: 'download-and-run',
    words: 'urlopen',
    begins: 'urlopen',
    pattern: /\burlopen\s+as\s+(\w{1,40})\s*[;\n][\s\S]{0,200}?\b(?:exec|eval)\(\s*\1\(/,
  },
  {
    sign: 'fetched-program',
    words: 'urlretrieve',
    begins: 'urlretrieve',
    pattern: /\burlretrieve\(\s*["']https?:[^"'\n]{1,200}\.(?:exe|scr|dll|bat|cmd|ps1|vbs|msi|hta)["']/,
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
