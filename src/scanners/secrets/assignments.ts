/** Secrets that have no form of their own and are told by what they are assigned to: `db_password = "..."`. */
import { entropyOf, isPlaceholder } from './values.ts';

/** What names of secrets have in them, lower case. */
export const SECRET_WORDS = [
  'passw',
  'pwd',
  'passphrase',
  'secret',
  'token',
  'api_key',
  'api-key',
  'apikey',
  'access_key',
  'accesskey',
  'private_key',
  'auth_key',
  'authkey',
  'encryption_key',
  'credential',
  'bearer ',
  '_auth',
  'ssh_pass',
  'become_pass',
  'db_pass',
  'user_pass',
  'smtp_pass',
  'github_pat=',
] as const;

/** Characters read from where the word begins: the rest of the name, the sign and the value. */
export const ASSIGNMENT_WINDOW = 280;

/** The rest of a name, `=`, `:`, `:=`, `=>` or a comma of a call, and a value in quotes. */
const QUOTED =
  /[\w-]{0,40}["'`]?\]?\s{0,4}(?::\s{0,2}(?:str|String|&str)\s{0,2})?(?:=>|:=|={1,3}|:|,)\s{0,4}(?:[rbuf]|String\()?(["'`])([^"'`\s\\]{8,200})\1/iy;
/** The same without quotes, in files where a value needs none. */
const BARE = /[\w-]{0,40}[ \t]{0,8}[=:][ \t]{0,8}([^\s"'`#;,(){}[\]]{8,200})(?=[ \t]*(?:$|[\r\n#;]))/iy;
/** `<add key="ApiSecret" value="..." />`. */
const ATTRIBUTE = /[\w-]{0,40}["']\s{1,4}value=(["'])([^"'`\s\\]{8,200})\1/iy;
/** `Server=db;Password=...;` and `user=x password=... host=db` in a text of connection, and the line of a `.netrc`. */
const CONNECTED = /(?:passw(?:or)?d|pwd)=([^;"'`\s(){}<>$%]{8,100})(?=;| (?:host|port|dbname|user|sslmode)=)/iy;
const NETRC = /password[ \t]{1,4}(\S{6,100})/iy;
/** `Authorization: Bearer ...`, wherever it stands. */
const BEARER = /bearer\s{1,2}([\w.~+/-]{20,200}={0,2})/iy;

/** Files whose values stand without quotes. */
const PLAIN_SETTINGS =
  /(?:^|\/)(?:[.]env[^/]*|[.]renviron|[.]npmrc|[.]pypirc|[.]netrc|credentials|config)$|[.](?:env|ini|cfg|conf|properties|toml|ya?ml|tfvars|envrc|renviron|sh|bash)$/i;

/** Names that only look like those of secrets: their values are names, texts or lengths. */
const HARMLESS_NAME =
  /(?:name|url|uri|path|file|field|header|param|type|prefix|suffix|pattern|regex|label|title|text|message|msg|hint|prompt|help|error|length|len|size|class|kind|mode|format|scheme|policy|endpoint|algorithm|method|column|attribute|property|option|arg|ids?|index|idx|count|limit|expir\w*|ttl|placeholder|selector|icon|hash|public\w*|izer\w*|ize\w*|ary|aries|iat|less|_re|_no|usage|manager|provider|store|storage|service|handler|generator|validator|reset|change|confirm|required|strength|input)["'`]?\s*\]?\s*(?:=>|:=|[=:,])/i;

export interface AssignedSecret {
  readonly value: string;
  /** Where the value begins, in characters from the start of the window. */
  readonly at: number;
  readonly entropy: number;
}

/** The secret that a window of text assigns, which begins with one of the words; `undefined` where it assigns none. */
export function assignedSecret(window: string, path: string): AssignedSecret | undefined {
  const bearer = matchAt(BEARER, window);
  const quoted = bearer === null ? (matchAt(QUOTED, window) ?? matchAt(ATTRIBUTE, window)) : null;
  const bare = bearer === null && quoted === null ? unquoted(window, path) : null;
  const match = bearer ?? quoted ?? bare;
  const value = quoted === null ? (bearer ?? bare)?.[1] : quoted[2];
  if (match === null || value === undefined) return undefined;
  const name = match[0].slice(0, match[0].length - value.length);
  if (bearer === null && HARMLESS_NAME.test(name)) return undefined;
  const entropy = entropyOf(value);
  if (!looksSecret(value, { entropy, isPassword: /^(?:passw|pwd|passphrase|\w{2,6}_pass)/i.test(window) }))
    return undefined;
  return { value, at: match[0].lastIndexOf(value), entropy };
}

/** What is assigned without quotes, by the kind of file. */
function unquoted(window: string, path: string): RegExpExecArray | null {
  if (/(?:^|\/)[._]netrc$/.test(path)) return matchAt(NETRC, window);
  return (PLAIN_SETTINGS.test(path) ? matchAt(BARE, window) : null) ?? matchAt(CONNECTED, window);
}

function matchAt(pattern: RegExp, text: string): RegExpExecArray | null {
  pattern.lastIndex = 0;
  return pattern.exec(text);
}

/** Bits per character: passwords are shorter, and so poorer, than keys. Hexadecimal keys come to 3 to 4. */
const LEAST_ENTROPY = { password: 2.75, key: 3.2 } as const;

/** Whether a value is more likely a secret than a word, a name, a path or a template. */
function looksSecret(value: string, about: { readonly entropy: number; readonly isPassword: boolean }): boolean {
  if (about.entropy < (about.isPassword ? LEAST_ENTROPY.password : LEAST_ENTROPY.key)) return false;
  if (isPlaceholder(value)) return false;
  // Keys are letters, digits and the signs of base64, or long and of all signs; ids and times are no keys.
  if (!about.isPassword && !/^[\w+/=.~:-]+$/.test(value) && !isLongMix(value, about.entropy)) return false;
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) || /^\d{4}-\d\d-\d\dT/.test(value)) return false;
  const hasDigit = /\d/.test(value);
  // Words, identifiers, paths, versions, selectors and media types.
  if (!hasDigit && !(about.isPassword && /[a-z]/.test(value) && /[A-Z]/.test(value) && /[^A-Za-z0-9_.\-/]/.test(value)))
    return false;
  if (
    !/[A-Za-z]/.test(value) ||
    /^(?:[a-z]+:)?\/|^\.{1,2}\/|^\w+:\/\/|^[#.][\w-]+$|^&|\.(?:[a-z]{2,4}|html|json)$/i.test(value)
  )
    return false;
  if (/^[A-Za-z][\w\-.:/]*$/.test(value) && !/\d{4}/.test(value) && isWordy(value)) return false;
  return true;
}

/** Keys as Django and others make them: fifty characters of every kind. */
function isLongMix(value: string, entropy: number): boolean {
  return (
    value.length >= 40 && entropy >= 4.2 && /^[\x21-\x7e]+$/.test(value) && /\d/.test(value) && /[a-z]/.test(value)
  );
}

/** Characters from which on letters and digits without a separator are no name, where they change case all the time. */
const LONG_RUN = 32;

/** Letters in runs, with separators: names as programmers write them. Random texts change class every few characters. */
function isWordy(value: string): boolean {
  const changes = value.match(/[a-z][A-Z]?\d|\d[A-Za-z]|[A-Z]{2}[a-z]/g)?.length ?? 0;
  const rises = value.length >= LONG_RUN && /^[A-Za-z\d]+$/.test(value) ? (value.match(/[a-z][A-Z]/g)?.length ?? 0) : 0;
  return changes * 6 < value.length && rises * 6 < value.length;
}
