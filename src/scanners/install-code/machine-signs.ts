/** Signs by words and patterns of what is done to the machine: files locked or wiped, a start with the machine, programs of the system that work for others. */
import type { WordSign } from './signs.ts';
import { STARTER, STARTER_NAMES } from './starters.ts';

/** Programs of Windows that fetch, load or start code for others; what they are asked for every day is left out. */
const BORROWED =
  '(?:rundll32(?:\\.exe)?(?!["\',\\s+]{1,6}(?:url|user32|shell32|printui|dfshim|keymgr)\\b)|mshta|wscript|cscript|installutil|msiexec(?=[^"\'\\n]{0,60}https?:)|forfiles|cmstp|odbcconf)(?:\\.exe)?["\'`,\\s]';
/** A folder that everybody may write to, or that nobody looks into. */
const PASSING = '(?:\\/tmp|\\/var\\/tmp|\\/dev\\/shm)\\/';
const SHELL_FILES = 'bashrc|zshrc|bash_profile|zprofile|profile';
const WALKS = 'walk|rglob|iglob|glob|readdirSync|readdir|listdir';
const TAKES_AWAY = '\\b(?:remove|unlink|unlinkSync|rename|renameSync|replace|rmSync)\\(';
/** Names under which programs keep digital money. */
const WALLETS =
  'Exodus|Electrum|Electrum-LTC|ElectronCash|Coinomi|Guarda|Jaxx|atomic|Atomic|Zcash|Armory|Bytecoin|MultiBit|Daedalus|Ethereum|Binance|Bitcoin|Litecoin|DashCore|Monero';
const PROFILES = '(?:APPDATA|AppData|Roaming|Application Support|homedir\\(|Path\\.home\\(|expanduser\\()';

// Two steps of one sign are each looked for from its first word on: one behind the other would be looked for once more for
// every place of the first, and a text can hold many.
export const MACHINE_SIGNS: readonly WordSign[] = [
  {
    sign: 'ransom',
    words: 'encrypt encrypt_file encryptFile createCipheriv Fernet',
    begins: WALKS.replaceAll('|', ' '),
    pattern: new RegExp(
      `\\b(?:${WALKS})\\((?=[\\s\\S]{0,700}?\\b(?:encrypt\\w{0,12}|createCipheriv)\\()(?:(?=[\\s\\S]{0,1000}?${TAKES_AWAY})|(?<=${TAKES_AWAY}[\\s\\S]{0,200}))`,
    ),
  },
  {
    sign: 'borrowed-program',
    words: 'rundll32 RUNDLL32 Rundll32 mshta wscript cscript installutil msiexec forfiles cmstp odbcconf',
    begins: STARTER_NAMES,
    pattern: new RegExp(`${STARTER}\\s*\\[?\\s*[fr]?["'\`](?:[^"'\`\\n]{0,60}[\\s/\\\\&])?${BORROWED}`, 'i'),
  },
  {
    sign: 'borrowed-program',
    words: 'LD_PRELOAD DYLD_INSERT_LIBRARIES',
    begins: 'LD_PRELOAD DYLD_INSERT_LIBRARIES',
    pattern: new RegExp(
      `\\b(?:LD_PRELOAD|DYLD_INSERT_LIBRARIES)(?<=["'\`][^"'\`\\n]{0,80})(?:["'\\],\\s)]{0,6}=\\s*["']?|["'],\\s*["'])${PASSING}|\\bLD_PRELOAD\\b(?<=>>?\\s*\\/etc\\/[^\\n]{0,60})`,
    ),
  },
  {
    sign: 'hidden-command',
    words: 'cmd',
    begins: 'cmd',
    pattern:
      /\bcmd(?:\.exe)?["',\s]+\/[cC]["',\s]+(?=[^"'`\n]{0,200}?\b(?:curl|wget|certutil|bitsadmin|powershell)\b)[^"'`\n]{0,400}?https?:/,
  },
  {
    sign: 'hidden-command',
    words: 'curl wget',
    begins: 'curl wget',
    pattern:
      /\b(?:curl|wget)\s[^"'`\n]{0,120}?\s-(?:o|O|-output)\s+([\w.\\/%$~-]{2,80})[^"'`\n]{0,200}?(?:&&?|;)\s*(?:start\s+(?:\/b\s+|\/min\s+)?|call\s+|python3?\s+|node\s+)?\1/i,
  },
  {
    sign: 'hidden-command',
    words: 'BitsTransfer bitsadmin',
    pattern: /\bStart-BitsTransfer\s[^\n]{0,200}https?:|\bbitsadmin(?:\.exe)?["',\s]+\/(?:transfer|addfile)\b/i,
  },
  {
    sign: 'hidden-command',
    words: 'certutil Certutil CertUtil',
    pattern: /\bcertutil(?:\.exe)?["',\s]+[^\n]{0,60}-(?:urlcache|verifyctl|decode)\b/i,
  },
  {
    sign: 'credential-theft',
    words: 'netsh',
    begins: 'netsh',
    pattern:
      /\bnetsh["',\s]+wlan["',\s]+(?:(?:show|export)["',\s]+[^\n]{0,160}?\bkey["'\s,]{0,4}=["'\s,]{0,4}clear|export\b)/,
  },
  {
    sign: 'credential-theft',
    words: 'os_crypt',
    begins: 'os_crypt',
    pattern: /\bos_crypt(?:["'\]\s]{1,4}[[.?("'\s]{1,6}|\.)(?:get\(\s*["'])?encrypted_key/,
  },
  {
    sign: 'credential-theft',
    words: 'Exodus Electrum Coinomi Guarda Daedalus',
    begins: 'Exodus Electrum Coinomi Guarda Daedalus',
    pattern: new RegExp(
      `\\b(?:Exodus|Electrum|Coinomi|Guarda|Daedalus)\\b(?:(?=[\\s\\S]{0,500}?${PROFILES})|(?<=${PROFILES}[\\s\\S]{0,400}))(?:[^;]{0,100}?["'\\\\/](?:${WALLETS})\\b){2}`,
    ),
  },
  {
    sign: 'persistence',
    words: SHELL_FILES.replaceAll('|', ' '),
    begins: SHELL_FILES.replaceAll('|', ' '),
    pattern: new RegExp(
      `\\b(?:${SHELL_FILES})["'\`](?<=(?<![\\w.])(\\w{1,40})\\s*=[^\\n=]{0,120}\\.(?:${SHELL_FILES})["'\`])[\\s\\S]{0,400}?(?:\\bopen\\(\\s*\\1\\s*,\\s*["'][aw]|\\b(?:append|write)FileSync?\\(\\s*\\1\\b|(?<![\\w.])\\1\\.(?:open\\(\\s*["']a|write_text\\())`,
    ),
  },
  {
    sign: 'persistence',
    words: 'autostart LaunchAgents LaunchDaemons',
    begins: 'autostart LaunchAgents LaunchDaemons',
    pattern:
      /\b(?:autostart|LaunchAgents|LaunchDaemons)["'](?<=(?:open|writeFile(?:Sync)?|copyFile(?:Sync)?|copy2?|copyfile|write_text|join|Path)\([^\n]{0,160}(?:\.config|Library)["'\s,/]{1,6}\w{1,20}["'])\s*,|\bLaunch(?:Agents|Daemons)\/[\w.-]{1,60}["'][\s\S]{0,300}?\bopen\(\s*\w{1,20}\s*,\s*["']w/,
  },
  {
    sign: 'persistence',
    words: 'Startup startup',
    begins: 'Startup startup',
    pattern: /\b[sS]tartup["'\\/](?<=Start Menu[\\/"',\s]{1,6}Programs[\\/"',\s]{1,6}\w{7}.)/,
  },
  {
    sign: 'persistence',
    words: 'CurrentVersion',
    begins: 'CurrentVersion',
    pattern:
      /\bCurrentVersion[\\/]{1,4}Run(?:Once)?["'`][\s\S]{0,600}?(?:\bSetValueEx\(|\bSetValue\(|\.setValue\(|\.set\(|\bREG_SZ\b)/,
  },
  {
    sign: 'persistence',
    words: 'CronTab',
    begins: 'CronTab',
    pattern: /\bCronTab\([\s\S]{0,300}?\.new\(\s*command\s*=\s*[^\n]{0,80}(?:__file__|executable|\/tmp\/|curl|wget)/,
  },
  {
    sign: 'destruction',
    words: 'rm',
    begins: 'rm',
    pattern: new RegExp(
      `\\brm["'\\s,]+-(?:rf|fr|Rf)["'\\s,]+(?:--no-preserve-root["'\\s,]+)?(?:\\/(?:home|Users)\\/[\\w.*-]{1,40}\\/?|\\/(?:root|home|Users|etc|boot|usr)\\/?|\\/)\\*?["'\`\\s](?<=${STARTER}\\s*\\[?\\s*["'\`][^\\n]{0,160})`,
    ),
  },
  {
    sign: 'destruction',
    words: 'rd rmdir erase del Remove',
    begins: 'rd rmdir erase del Remove',
    pattern:
      /\b(?:(?:del|erase)(?:\s+\/[fsqFSQ])+\s+(?:\/[fsqFSQ]\s+)*|(?:rd|rmdir)(?:\s+\/[sqSQ]){1,2}\s+|Remove-Item\s+(?:-\w+\s+){0,4})["']?(?:[cC]:(?:\\{1,2}(?:\*|Users|Windows)?)?|%USERPROFILE%|\$env:USERPROFILE|\$HOME)\\{0,2}\*?["'`\s/]/,
  },
];
