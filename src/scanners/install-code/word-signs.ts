/** Signs by words and patterns: what a text holds, whatever calls it. One pass finds the words, and patterns follow only then. */
import { holding, holdingInAnyCase } from '../syntax/held-literals.ts';
import { around, type Hint, type Probe } from '../syntax/vocabulary.ts';
import { DISGUISED_SIGNS } from './disguised-signs.ts';
import { MACHINE_SIGNS } from './machine-signs.ts';
import type { Said, SignId, WordSign } from './signs.ts';
import { THEFT_SIGNS } from './theft-signs.ts';
import { WRITTEN_SIGNS } from './written-signs.ts';

/** Names as obfuscators make them: `_0x1a2b`, `IlIlIl`, `O0O0O0`. */
const MADE_NAMES = /(?<![\w$])(?:_0x[0-9a-f]{1,8}|[Il1]{8,}|[O0o]{8,})(?![\w$])/g;
/** One of these stands in each such name. */
const MADE_PARTS = holding('_0x', 'lIl', 'IlI', 'O0O', '0O0');
/** So many of them are no accident. */
const LEAST_MADE_NAMES = 6;
/** A list of words in escapes of plain letters: readable text written unreadably (`\x69` is `i`). */
const ESCAPED_WORDS = /(?:["'](?:\\x[67][0-9a-f]){3,40}["']\s{0,4},\s{0,4}){3}/i;
const ESCAPED_LETTERS = holding('\\x6');
const ESCAPED_ANYTHING = holdingInAnyCase(...Array.from('0234567', (digit) => `\\x${digit}`));
/** A member, an attribute or a module by a name of nothing but such escapes. */
const ESCAPED_NAME =
  /(?:\[\s{0,4}|\bgetattr\([^"'\n]{1,80},\s{0,4}|\b(?:require|__import__)\(\s{0,4})["'](?:\\x[67][0-9a-f]){4,40}["']/i;
const ESCAPED_TEXT = /(?:\\x(?:[2-7][0-9a-f]|0a)){40,}/i;

const FETCHES_AND_RUNS = /\b(?:fetch|axios\.get|got)\([^;]{0,300}\.then\([^;]{0,300}\b(?:eval|Function)\(/;
/** Programs of those who look into malware, and of virtual machines. */
const WATCHERS =
  '["\'](?:vbox(?:service|tray)|vmtoolsd|vmwaretray|wireshark|procmon|ollydbg|x(?:32|64|96)dbg|processhacker|httpdebuggerui|fiddler|pestudio|joeboxserver|xenservice|prl_tools)(?:\\.exe)?["\']';

const WORD_SIGNS: readonly WordSign[] = [
  {
    sign: 'hidden-command',
    words: 'powershell pwsh PowerShell Powershell',
    pattern:
      /\b(?:powershell|pwsh)(?:\.exe)?["',\s]+[^\n]{0,80}?-(?:e|en|enc|enco\w*|EncodedCommand)["',\s]+[A-Za-z0-9+/=]{8,}/i,
  },
  {
    sign: 'hidden-command',
    words: 'IEX iex DownloadString DownloadFile WebClient Expression',
    pattern:
      /\b(?:IEX|Invoke-Expression)\s*[(&]?\s*\(?\s*(?:New-Object|iwr\b|irm\b|Invoke-WebRequest)|\b(?:iwr|irm|Invoke-WebRequest)\b[^\n]{0,200}\|\s*(?:iex|Invoke-Expression)\b|New-Object\s+(?:System\.)?Net\.WebClient\)\.Download/i,
  },
  {
    sign: 'hidden-command',
    words: 'certutil mshta bitsadmin regsvr32',
    pattern:
      /\bcertutil(?:\.exe)?\s+[^\n]{0,40}-urlcache\b|\bmshta(?:\.exe)?\s+(?:https?|javascript|vbscript):|\bbitsadmin(?:\.exe)?\s+\/transfer\b|\bregsvr32\b[^\n]{0,40}\/i:https?:/i,
  },
  {
    sign: 'hidden-command',
    words: 'curl wget',
    pattern:
      /["'`][^"'`\n]{0,40}\b(?:curl|wget)\s[^"'`\n|]{0,200}https?:[^"'`\n|]{1,200}\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b/,
  },
  {
    sign: 'download-and-run',
    words: 'fetch axios got',
    begins: 'fetch axios got',
    pattern: FETCHES_AND_RUNS,
  },
  {
    sign: 'mining',
    words: 'stratum xmrig XMRig',
    pattern: /stratum\+(?:tcp|ssl):\/\/|\bxmrig\b[^\n]{0,80}(?:-o|--url|pool)/i,
  },
  {
    sign: 'drop-point',
    words:
      'bot telegram discord discordapp oastify requestcatcher beeceptor canarytokens gofile bashupload grabify iplogger',
    pattern:
      /https?:\/\/api\.telegram\.org\/bot["'{$][^\n]{0,80}?\/(?:send(?:Message|Document|Photo|MediaGroup)|getUpdates)\b|https?:\/\/(?:[\w-]+\.)?(?:discord|discordapp)\.com\/api\/webhooks\/|(?:https?:\/\/|["'`@])[\w.-]*\b(?:oastify\.com|requestcatcher\.com|beeceptor\.com|canarytokens\.com|gofile\.io|bashupload\.com|grabify\.link|iplogger\.(?:org|com|ru))\b/,
  },
  {
    sign: 'persistence',
    words: 'CurrentVersion LaunchAgents LaunchDaemons crontab authorized_keys Startup workflows',
    pattern:
      /(?:SetValueEx|OpenKey|CreateKey)(?:Ex)?\([^\n]*CurrentVersion\\+Run|\breg(?:\.exe)?\s+add\s[^\n]*CurrentVersion\\+Run|\|\s*crontab\s+-|(?:open\(|writeFile(?:Sync)?\(|appendFile(?:Sync)?\(|>>\s*)[^\n]*(?:authorized_keys|Library\/Launch(?:Agents|Daemons)|Programs\\+Startup|\.github[/\\]+workflows[/\\])/,
  },
  {
    sign: 'persistence',
    words: 'bashrc zshrc bash_profile zprofile profile',
    pattern:
      /open\([^\n]*\.(?:bashrc|zshrc|bash_profile|zprofile|profile)["')][^\n]*["']a[+t]?["']|(?:appendFile(?:Sync)?\([^\n]*|>>\s*["']?(?:~|\$HOME)\/)\.(?:bashrc|zshrc|bash_profile|zprofile|profile)\b/,
  },
  {
    sign: 'code-in-memory',
    words: 'VirtualAlloc VirtualAllocEx VirtualProtect WriteProcessMemory',
    pattern: /Virtual(?:Alloc(?:Ex)?|Protect)\([^\n]*0x40\b|WriteProcessMemory\([\s\S]{0,2000}CreateRemoteThread/,
  },
  {
    sign: 'persistence',
    words: 'autostart systemd',
    pattern:
      /(?:open\(|writeFile(?:Sync)?\(|write_text\(|>>?\s*)[^\n]{0,200}(?:\.config[/\\]+autostart|(?:\/etc|\.config)\/systemd\/(?:system|user))[/\\]/,
  },
  {
    sign: 'analysis-evasion',
    words: 'vboxservice vboxtray vmtoolsd wireshark procmon ollydbg x64dbg x32dbg processhacker httpdebuggerui fiddler',
    pattern: new RegExp(`${WATCHERS}[\\s\\S]{0,300}?${WATCHERS}`, 'i'),
  },
  {
    sign: 'credentials-and-network',
    words: 'cookie',
    pattern: /(?:\.src\s*=\s*|\bfetch\(\s*|\bsendBeacon\(\s*)["'`]https?:[^;\n]{0,200}\bdocument\.cookie\b/,
  },
  {
    sign: 'decoded-code',
    words: 'charCodeAt',
    begins: 'require',
    pattern:
      /\brequire\(\s*\w{1,40}\(\s*["'](?<=\bfromCharCode\([^)\n]{0,60}charCodeAt\([^)\n]{0,30}\)\s*\^[\s\S]{0,2000})/,
  },
  {
    sign: 'decoded-code',
    words: 'reveal stepic getdata getpixel',
    pattern:
      /\b(?:exec|eval)\(\s*(?:\w{1,40}\.reveal|stepic\.decode)\(|\b(?:exec|eval)\((?<=\bget(?:data|pixel)\([\s\S]{0,800})(?<=&\s*1\b[\s\S]{0,800})/,
  },
  {
    sign: 'drop-point',
    words: 'http https',
    begins: 'http https',
    pattern:
      /\bhttps?:\/\/(?:[^@/"'`\s]{1,40}@)?(?!127\.|10\.|0\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.)\d{1,3}(?:\.\d{1,3}){3}\b(?<=\b(?:post|put|fetch|urlopen|[rR]equest)\(\s*(?:url\s*=\s*)?[fr]?["'`]https?:\/\/[^"'`\s]{1,70})/,
  },
  {
    sign: 'decoded-code',
    words: 'reveal Steganography stegano stepic stego steggy',
    begins: 'reveal Steganography stepic stego steggy',
    pattern:
      /\b(?:reveal|(?:Steganography|stepic|stego|steggy)\.\w{4,10})\((?<=(?<![\w.])(\w{1,40})\s*=\s*[\w.]{0,60}\()[\s\S]{0,400}?\b(?:exec|eval|Function)\(\s*\1\b/,
  },
  {
    sign: 'decoded-code',
    words: 'resolveTxt',
    begins: 'resolveTxt',
    pattern: /\bresolveTxt\([^;]{0,200}\b(?:eval|exec|Function)\(/,
  },
  {
    sign: 'wallet-hook',
    words: 'ethereum solana',
    pattern: /\b(?:ethereum|solana)\.(?:request|send|sendAsync|signTransaction)\s*=(?!=)/,
  },
  ...WRITTEN_SIGNS,
  ...DISGUISED_SIGNS,
  ...THEFT_SIGNS,
  ...MACHINE_SIGNS,
];

/** Each with the cheapest question there is for it. */
const SIGNS_BY_WORD: readonly (WordSign & { readonly asked: Probe })[] = WORD_SIGNS.map((sign) => ({
  ...sign,
  asked: sign.begins === undefined ? sign.pattern : around(sign.begins.split(' '), sign.pattern),
}));

/** What a file needs for each of them; labelled, so that they can be asked with other hints in one pass. */
export const WORD_HINTS: readonly Hint[] = SIGNS_BY_WORD.flatMap(({ sign, words, asked }) =>
  words.split(' ').map((word) => ({ words: [word], pattern: asked, label: sign })),
);

/** Signs by words, each once; `spoken` are the hints that the text fulfils. */
export function wordSigns(text: string, spoken: readonly Hint[]): readonly Said[] {
  const found = new Map<SignId, Said>();
  const patterns = new Set(spoken.map(({ pattern }) => pattern));
  for (const { sign, pattern, asked } of SIGNS_BY_WORD) {
    const start = patterns.has(asked) ? startOf(text, pattern) : -1;
    if (start !== -1) found.set(sign, { sign, start });
  }
  return [...found.values(), ...obfuscation(text)];
}

/** A command in a line that is a comment is shown to people, not run; the first one that is not counts. */
function startOf(text: string, pattern: RegExp): number {
  let from = 0;
  for (const { index } of text.matchAll(new RegExp(pattern, `${pattern.flags}g`))) {
    if (index < from) continue;
    const line = text.slice(text.lastIndexOf('\n', index) + 1, index);
    if (!/^\s*(?:#|\/\/|\*)/.test(line)) return index;
    // A line is judged once, however often a command stands in it.
    const end = text.indexOf('\n', index);
    from = end === -1 ? text.length : end;
  }
  return -1;
}

/** Code of brackets, signs and nothing else (`(![]+[])[+[]]`): what every such program says, and so many of them in a row. */
const BRACKETS = holding('[]+[]', '[+[]]', '![]+');
const CODE_OF_BRACKETS = /[()[\]!+]{80,}/;

function obfuscation(text: string): readonly Said[] {
  const brackets = BRACKETS.test(text) ? text.search(CODE_OF_BRACKETS) : -1;
  if (brackets !== -1) return [{ sign: 'obfuscated-code', start: brackets }];
  const made = MADE_PARTS.test(text) ? madeNames(text) : -1;
  if (made !== -1) return [{ sign: 'obfuscated-code', start: made }];
  const words = ESCAPED_LETTERS.test(text) ? [text.search(ESCAPED_WORDS), text.search(ESCAPED_NAME)] : [];
  const [first] = words.filter((at) => at !== -1);
  if (first !== undefined) return [{ sign: 'obfuscated-code', start: first }];
  const escaped = ESCAPED_ANYTHING.test(text) && text.includes('\\x') ? text.search(ESCAPED_TEXT) : -1;
  return escaped !== -1 && /\b(?:exec|eval|Function)\s*\(/.test(text)
    ? [{ sign: 'obfuscated-code', start: escaped }]
    : [];
}

/** Where the first name stands that an obfuscator made, where there are enough of them; -1 where not. */
function madeNames(text: string): number {
  const names = new Set<string>();
  let first = -1;
  for (const match of text.matchAll(MADE_NAMES)) {
    if (!/[A-Za-z_]/.test(match[0]) || /^[Oo]+$/.test(match[0])) continue;
    if (first === -1) first = match.index;
    names.add(match[0]);
    if (names.size >= LEAST_MADE_NAMES) return first;
  }
  return -1;
}
