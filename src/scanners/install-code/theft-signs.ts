/** Signs by words and patterns of what is taken, exchanged or spread: passwords, keys and addresses of money, tokens to publish with. */
import type { WordSign } from './signs.ts';
import { STARTER } from './starters.ts';

/** What sends to an address that stands right there. */
const SENDS = '(?:\\.src\\s*=\\s*|\\b(?:fetch|sendBeacon|post|open)\\(\\s*(?:["\']POST["\'],\\s*)?)["\'`]https?:';

export const THEFT_SIGNS: readonly WordSign[] = [
  {
    sign: 'credential-theft',
    words: 'password_value encrypted_value',
    begins: 'password_value encrypted_value',
    pattern: /\b(?:password_value|encrypted_value)\b[^"'`\n]{0,200}\bfrom\s+(?:logins|cookies)\b/i,
  },
  {
    sign: 'credential-theft',
    words: 'leveldb ldb mfa dQw4w9WgXcQ',
    pattern: /\[\\w-\]\{24\}\\?\.\[\\w-\]\{6\}\\?\.|\bmfa\\?\.\[\\w-\]\{84\}|dQw4w9WgXcQ:/,
  },
  { sign: 'credential-theft', words: 'Extension', pattern: /\bLocal Extension Settings\b/ },
  {
    sign: 'credential-theft',
    words: 'trufflehog gitleaks noseyparker',
    pattern: new RegExp(
      `${STARTER}[^\\n]{0,80}?["'\`/]\\s{0,4}(?:trufflehog|gitleaks|noseyparker)\\b|\\btrufflesecurity/trufflehog/releases`,
    ),
  },
  {
    sign: 'credential-theft',
    words: 'secretKey privateKey mnemonic seedPhrase',
    begins: 'fetch sendBeacon post get',
    pattern:
      /\b(?:fetch|sendBeacon|post|get)\(\s*["'`]https?:[^\n;]{0,200}\b(?:secretKey|privateKey|mnemonic|seedPhrase)\b/,
  },
  {
    sign: 'wallet-hook',
    words: 'fromSecretKey fromPrivateKey fromMnemonic fromPhrase fromSeed mnemonicToSeed mnemonicToSeedSync',
    begins: 'fromSecretKey fromPrivateKey fromMnemonic fromPhrase fromSeed mnemonicToSeed mnemonicToSeedSync',
    pattern: new RegExp(
      `\\b(?:from(?:SecretKey|PrivateKey|Mnemonic|Phrase|Seed)|mnemonicToSeed(?:Sync)?)\\s*=(?!=)[^;]{0,200}?${SENDS}`,
    ),
  },
  {
    sign: 'wallet-hook',
    words: 'bc1 0x',
    begins: 'fetch prototype',
    pattern:
      /\b(?:(?<=(?:window|globalThis|self|global)\.)fetch|(?<=XMLHttpRequest\.)prototype\.(?:open|send))\s*=(?!=)[\s\S]{0,1200}?(?:\b0x\[(?:a-f|A-F|0-9){2,3}\]\{40\}|\bbc1[[(])/,
  },
  {
    sign: 'input-capture',
    words: 'keydown keypress keyup onkeydown onkeypress onkeyup',
    begins: 'addEventListener onkeydown onkeypress onkeyup',
    pattern: new RegExp(
      `\\b(?:addEventListener\\(\\s*["']key(?:down|press|up)["']|onkey(?:down|press|up)\\s*=)[^;]{0,300}?${SENDS}`,
    ),
  },
  {
    sign: 'self-spreading',
    words: '_authToken pypirc',
    begins: '_authToken pypirc',
    pattern:
      /\b_authToken\b[\s\S]{0,1500}?\bnpm["',\s[]{1,6}publish\b|\bpypirc\b[\s\S]{0,1500}?\btwine["',\s[]{1,6}upload\b/,
  },
  {
    sign: 'self-spreading',
    words: 'preinstall postinstall',
    begins: 'preinstall postinstall',
    pattern: /\b(?:pre|post)install\b["'\]]{0,2}\s{0,4}[:=][\s\S]{0,1500}?\bnpm["',\s[]{1,6}publish\b/,
  },
  {
    sign: 'self-spreading',
    words: 'publish',
    begins: 'publish',
    pattern:
      /\bpublish\b(?<=\bnpm["',\s[]{1,6}publish)(?<=\bwriteFile(?:Sync)?\([^\n]{0,80}package\.json[\s\S]{0,600})(?<=\w\.name\s*=(?!=)[\s\S]{0,1200})/,
  },
  {
    sign: 'self-spreading',
    words: 'toJSON',
    begins: 'toJSON',
    pattern: /\btoJSON\(\s{0,4}secrets\s{0,4}\)/,
  },
  {
    sign: 'host-data-and-network',
    words: 'whoami hostname printenv',
    begins: 'nslookup dig host ping curl wget',
    pattern:
      /\b(?:nslookup|dig|host|ping|curl|wget)\s[^"'\n]{0,200}?(?:\$\(|`)\s{0,4}(?:whoami|hostname|printenv|uname|id|env|cat)\b/,
  },
  {
    sign: 'persistence',
    // Behind the escape of a line's end its letter is a part of the word.
    words: 'ExecStart nExecStart',
    begins: 'ExecStart nExecStart',
    pattern: /\bn?ExecStart=[\s\S]{0,1500}?\bsystemctl\b[^\n]{0,40}\benable\b/,
  },
  {
    sign: 'dependency-by-address',
    words: 'pip pip3',
    begins: 'pip pip3',
    pattern:
      /\bpip3?(?:["'],\s{0,4}["']install["'],[^\n\]]{0,200}?["'](?:git\+)?https?:\/\/|\s+install\s(?<=\b(?:system|popen|run|call|check_call|check_output|Popen|exec|execSync)\(\s{0,20}f?["'`][^"'`\n]{0,40})[^"'`\n]{0,200}?https?:\/\/)/,
  },
  {
    sign: 'obfuscated-code',
    words: '__pyarmor__ pyarmor_runtime sourcedefender jsjiami sojson',
    pattern:
      /\b__pyarmor__\(\s*__name__|\bpyarmor_runtime\(\)|\bimport\s+sourcedefender\b|\bjsjiami\.com|\bsojson\.v\d/,
  },
  {
    sign: 'decoded-code',
    words: '0xfe00 0xFE00 0xe0100 0xE0100',
    begins: '0xfe00 0xFE00 0xe0100 0xE0100',
    pattern: /\b0x(?:fe00|e0100)\b[\s\S]{0,1000}?\b(?:eval|Function)\(\s*[^"'`)\s]/i,
  },
];
