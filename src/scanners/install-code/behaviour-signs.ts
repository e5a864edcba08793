/** Signs by what the calls of one file come to together. */
import { NameAnswers } from '../syntax/name-answers.ts';
import type { Call, Source } from '../syntax/source.ts';
import { isConstant } from '../syntax/values.ts';
import { all, any, around, type Hint } from '../syntax/vocabulary.ts';
import { MAY_START, MAY_TALK } from './javascript-powers.ts';
import type { Said, SignId } from './signs.ts';

/** Characters of a call that are looked at. */
const CALL_TEXT = 600;
const MONEY =
  /bc1\|\[13\]|\[13\]\[a-|0x\[a-fA-F0-9\]\{40\}|\b(?:bc1[a-z0-9]{25,60}|0x[a-fA-F0-9]{40}|[13][a-km-zA-HJ-NP-Z1-9]{25,34})\b/;
const ENCODES = /\b(?:hexlify|b64encode|b32encode|urlsafe_b64encode|hex|btoa)\s*\(|toString\(\s*["'](?:hex|base64)["']/;

/** What a name that is looked up has no reason to hold. */
const TAKES = /\bos\.environ\b|\bgetenv\(|\bgetuser\(|\bprocess\.env\.\w|\buserInfo\(/;

const CLIPBOARD_HINTS: readonly Hint[] = ['pyperclip', 'clipboardy', 'clipboard', 'OpenClipboard'].map((word) => ({
  words: [word],
  pattern: MONEY,
}));
const UNESCAPED: Hint = { words: ['unescape', 'eval'], pattern: /\(\s*unescape\(/ };

const LOOKS_UP = all(around(['nslookup', 'dig', 'host'], /\b(?:nslookup|dig|host)\s/), ENCODES, MAY_START);

/** What a JavaScript file needs before these can speak. */
export const JAVASCRIPT_BEHAVIOUR_HINTS: readonly Hint[] = [
  { words: ['hostname', 'userInfo'], pattern: MAY_TALK },
  { words: ['dns'], pattern: any(ENCODES, TAKES) },
  ...['nslookup', 'dig', 'host'].map((word) => ({ words: [word], pattern: LOOKS_UP })),
  ...CLIPBOARD_HINTS,
  { words: ['iohook'] },
  { words: ['child_process'], pattern: /\.stdout\.pipe\(/ },
  { words: ['reversed'], pattern: around(['reversed'], /(?<=\(\s*(?:["'][^"']*["']\.)?join\(\s*)reversed\(/) },
  UNESCAPED,
];

/** What a file of Python or R needs before these can speak. */
export const BEHAVIOUR_HINTS: readonly Hint[] = [
  ...['gethostname', 'getuser', 'getlogin', 'node'].flatMap((asks) =>
    ['urlopen', 'requests', 'https', 'http', 'socket'].map((talks) => ({
      words: [asks, talks],
      pattern: /\b(?:gethostname|getuser|getlogin|node)\(\)/,
    })),
  ),
  // `resolve` alone stands in every other file: what asks a name server is a member of `dns`.
  ...[['gethostbyname'], ['getaddrinfo'], ['nslookup'], ['dns']].flatMap((asks) =>
    ['hexlify', 'b64encode', 'b32encode', 'hex', 'base64', 'btoa'].map((encodes) => ({ words: [...asks, encodes] })),
  ),
  ...['gethostbyname', 'getaddrinfo', 'gethostbyname_ex'].map((word) => ({ words: [word], pattern: TAKES })),
  ...CLIPBOARD_HINTS,
  ...[
    ['pynput', 'Listener'],
    ['ImageGrab', 'grab'],
    ['pyscreenshot', 'grab'],
    ['pyautogui', 'screenshot'],
    ['keyboard', 'on_press'],
    ['keyboard', 'hook'],
    ['mss'],
    ['d3dshot', 'create'],
  ].flatMap((words) =>
    ['requests', 'urlopen', 'socket', 'smtplib', 'https'].map((talks) => ({ words: [...words, talks] })),
  ),
  { words: ['__file__'], pattern: /(?:ZipFile|zipimporter)\(\s*__file__|open\(\s*__file__\s*,\s*["']rb/ },
  { words: ['__builtins__'], pattern: /__builtins__/ },
  { words: ['builtins', 'getattr'] },
  { words: ['globals'], pattern: /\bglobals\(\)\s*\[\s*["'][^"'\n]{0,20}["']\s*\+/ },
  { words: ['reversed', 'exec'] },
  ...['exec', 'eval'].map((word) => ({
    words: [word],
    pattern: /\b(?:exec|eval)\s{0,4}\((?:[^()\n]{1,400}|\s{0,20}(?:"[^"\n]{1,400}"|'[^'\n]{1,400}'))\[::-1\]/,
  })),
  UNESCAPED,
];

/** Names of functions that say whose machine it is. */
const ASKS_HOST: ReadonlySet<string> = new Set([
  'socket.gethostname',
  'platform.node',
  'os.uname',
  'getpass.getuser',
  'os.getlogin',
  'os.hostname',
  'os.userInfo',
]);

/** Signs of one file; `network` are its calls that send or fetch. */
export function behaviourSigns(source: Source, network: readonly Call[]): readonly Said[] {
  const asked = TAKES_BUILT_IN.test(source.text)
    ? source.calls.filter(isHiddenSpeaker)
    : source.noted.filter(isSpeaker);
  const found = asked.flatMap((call): Said[] => {
    const sign = signOf(call, source, network);
    return sign === undefined ? [] : [{ sign, start: call.start }];
  });
  return [...found, ...hostData(source, network), ...clipboardSwap(source), ...pipedShell(source)];
}

/** What watches keys, the pointer or the screen. */
const CAPTURES =
  /^(?:pynput\.(?:keyboard|mouse)\.Listener|keyboard\.on_press|keyboard\.hook|PIL\.ImageGrab\.grab|ImageGrab\.grab|pyscreenshot\.grab|pyautogui\.screenshot|mss\.mss|d3dshot\.create|iohook\.start)$/;

/** Names that the questions below are about: most calls are of others, and their text need not be looked at. */
const MAY_SPEAK =
  /^(?:socket|dns|os|subprocess|child_process)\.|^(?:open|eval|exec|Function)$|(?:^|\.)(?:ZipFile|zipimporter)$/;
const SPEAKERS =
  'socket dns os subprocess child_process open eval exec Function ZipFile zipimporter Listener on_press hook grab screenshot mss d3dshot iohook'.split(
    ' ',
  );
const speakers = new NameAnswers((name) => MAY_SPEAK.test(name) || CAPTURES.test(name), SPEAKERS);

/** What a file holds wherever a built-in function is taken by a name that is put together: nothing else asks for these. */
const TAKES_BUILT_IN = /builtins|globals\(\)/;
const MAY_HIDE =
  /^(?:socket|dns|os|subprocess|child_process)\.|^(?:getattr|vars|open|eval|exec|Function|compile|__import__)\b|builtins|ZipFile$|zipimporter$|^\?|\(\)$|\[\]$/;
const hiddenSpeakers = new NameAnswers((name) => MAY_HIDE.test(name) || CAPTURES.test(name));

const isSpeaker = (call: Call): boolean => speakers.about(call);
const isHiddenSpeaker = (call: Call): boolean => hiddenSpeakers.about(call);

function signOf(call: Call, source: Source, network: readonly Call[]): SignId | undefined {
  const { name, start, end } = call;
  if (network.length > 0 && CAPTURES.test(name)) return 'input-capture';
  const text = source.text.slice(start, Math.min(end, start + CALL_TEXT));
  if (asksNameServer(call, text)) {
    const asked = `${text}\n${valuesOf(call, source)}`;
    if (ENCODES.test(asked) || TAKES.test(asked)) return 'lookup-exfiltration';
  }
  if (runsByOtherName(name, text)) return 'decoded-code';
  if (
    /^(?:eval|exec|Function)$/.test(name) &&
    /^\w+\(\s*(?:unescape\(|(?:["'][^"']*["']\.)?join\(\s*reversed\()/.test(text)
  )
    return 'decoded-code';
  if (/(?:^|\.)(?:ZipFile|zipimporter)$/.test(name) && /\(\s*__file__\s*[,)]/.test(text)) return 'self-extraction';
  if (
    name === 'open' &&
    /^open\(\s*__file__\s*,\s*["']rb/.test(text) &&
    /\.split\(|\bseek\(|\.find\(/.test(source.text)
  )
    return 'self-extraction';
  return undefined;
}

/** The first argument of a call, and what the names in it were given, as they are written. */
function valuesOf({ args: [first = []], scope }: Call, { text }: Source): string {
  const given = first.map((part) => {
    const base = part.kind === 'index' ? part.of : part;
    return base.kind === 'name' ? (scope.values.get(base.text) ?? [part]) : [part];
  });
  return given.map((parts) => text.slice(parts[0]?.start ?? 0, parts.at(-1)?.end ?? 0).slice(0, CALL_TEXT)).join('\n');
}

/** A lookup of a name, by function or by the program `nslookup`. */
function asksNameServer({ name, args }: Call, text: string): boolean {
  if (
    /^(?:socket\.(?:gethostbyname(?:_ex)?|getaddrinfo)|dns\.(?:lookup|resolve\w*|promises\.\w+)|dns\.resolver\.(?:resolve|query))$/.test(
      name,
    )
  )
    return !isConstant(args[0] ?? []);
  return (
    /^(?:os\.(?:system|popen)|subprocess\.\w+|child_process\.\w+)$/.test(name) && /\b(?:nslookup|dig|host)\s/.test(text)
  );
}

/** `getattr(__builtins__, "ex" + "ec")(x)` and `__builtins__.__dict__["ev" + "al"](x)`. */
function runsByOtherName(name: string, text: string): boolean {
  // The name of what is taken out of the built-in functions is put together from pieces.
  if (
    /^getattr\(\s*(?:__builtins__|builtins|__import__\(\s*["']builtins["']\s*\))\s*,\s*(?:["'][^"']*["']\s*\+|["']{2}\.join\(|["'][^"']*["']\[::-1\]|chr\(|bytes(?:\.fromhex)?\(|(?:base64\.)?b(?:16|32|64|85)decode\(|codecs\.decode\()/.test(
      text,
    )
  )
    return true;
  const joined = text.replace(/["']\s*\+\s*["']/g, '');
  if (
    !/^(?:getattr\(\s*__builtins__|__builtins__|(?:vars\(\s*)?(?:__builtins__|(?:globals|locals)\(\)\[\s*["']__builtins__))/.test(
      joined,
    )
  )
    return false;
  return name.endsWith('()') || name.endsWith('[]') || name.startsWith('__builtins__')
    ? /["'](?:exec|eval|compile|__import__)["']/.test(joined)
    : false;
}

function hostData({ calls }: Source, network: readonly Call[]): readonly Said[] {
  if (network.length === 0) return [];
  const asked = calls.filter(({ name }) => ASKS_HOST.has(name));
  const [first] = asked;
  // One of them is a name in a greeting; two are a fingerprint.
  return first !== undefined && new Set(asked.map(({ name }) => name)).size > 1
    ? [{ sign: 'host-data-and-network', start: first.start }]
    : [];
}

function clipboardSwap(source: Source): readonly Said[] {
  const { text } = source;
  const reads = source.noted.some(
    (call) => call.power === 'clipboard' && /(?:paste|read\w*|GetClipboard\w*)$/.test(call.name),
  );
  if (!reads || !/clip/i.test(text)) return [];
  const writes = source.calls.find(
    ({ name }) =>
      /clip/i.test(name) && /(?:^|\.)(?:copy|writeSync|write|writeText|SetClipboardText|SetClipboardData)$/.test(name),
  );
  return writes !== undefined && MONEY.test(text) ? [{ sign: 'clipboard-swap', start: writes.start }] : [];
}

/** Node.js: a socket and a shell whose ends are tied together. */
function pipedShell(source: Source): readonly Said[] {
  const { language, text } = source;
  if (language !== 'javascript' || !text.includes('.stdout.pipe(')) return [];
  const { calls } = source;
  const shell = calls.some(
    ({ name, start, end }) =>
      /^child_process\.(?:spawn|exec)$/.test(name) &&
      /(?:\/bin\/(?:ba)?sh|cmd\.exe|powershell)/.test(text.slice(start, end).slice(0, 200)),
  );
  const connects = calls.find(({ name }) => /^net\.(?:Socket\(\)\.connect|connect|createConnection)$/.test(name));
  const piped = /\.pipe\([^()\n]{0,60}\.stdin\b/.test(text) && /\.stdout\.pipe\(/.test(text);
  return shell && piped && connects !== undefined ? [{ sign: 'reverse-shell', start: connects.start }] : [];
}
