/** Where programs keep passwords, keys and cookies, and what it says of a file that it names such a place. */
import type { Call } from '../syntax/source.ts';
import type { SignId } from './signs.ts';

const SSH_KEYS = /\.ssh(?:[/\\]{1,2}|['"]\s*[,/]\s*["'])(?:id_|identity|\*)/;
const OTHER_STORES =
  /\.aws(?:[/\\]{1,2}|['"]\s*[,/]\s*["'])credentials|\.docker(?:[/\\]{1,2}|['"]\s*[,/]\s*["'])config\.json|\.kube(?:[/\\]{1,2}|['"]\s*[,/]\s*["'])config|(?:homedir\(\)|env\.HOME)[^\n]{0,30}\.npmrc\b|\.config[/\\]{1,2}gcloud|\.azure[/\\]{1,2}accessTokens|\.git-credentials|Login Data|Local Storage[/\\]{1,2}leveldb|cookies\.sqlite|key[34]\.db|logins\.json|wallet\.dat|\.electrum|Exodus[/\\]{1,2}exodus\.wallet|User Data[/\\]{1,2}Default|Keychains[/\\]|MetaMask|nkbihfbeogaeaoehlefnkodbefgpgknn/;
export const STORES: RegExp = new RegExp(`${SSH_KEYS.source}|${OTHER_STORES.source}`);

/** One of these stands wherever a store is named. */
export const STORE_LITERALS: readonly string[] = [
  ...[
    '.ssh',
    '.aws',
    '.npmrc',
    '.docker',
    '.kube',
    'gcloud',
    '.azure',
    '.git-credentials',
    'Login Data',
    'Local Storage',
  ],
  ...['cookies.sqlite', 'key3.db', 'key4.db', 'logins.json', 'wallet.dat', '.electrum', 'exodus.wallet'],
  ...['User Data', 'Keychains', 'MetaMask', 'nkbihfbeogaeaoehlefnkodbefgpgknn'],
];

/** What unlocks a store of a browser on Windows (DPAPI), and what its keys are kept under. */
const UNLOCKS = /\bCryptUnprotectData\b|\bos_crypt\b/;
/** Clients of SSH: a key of the user is what they ask for. */
const SSH_CLIENT = /\b(?:paramiko|asyncssh|fabric|pysftp|sshtunnel)\b/;

/** What to tell of a file that names a store; `network` are its calls that send or fetch. */
export function signOfStore(text: string, network: readonly Call[]): SignId {
  if (UNLOCKS.test(text)) return 'credential-theft';
  if (network.length === 0) return 'credential-store';
  return SSH_CLIENT.test(text) && !OTHER_STORES.test(text) ? 'credential-store' : 'credentials-and-network';
}
