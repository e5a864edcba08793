/** Secrets that have no form of their own and are told by what they are assigned to: `db_password = "..."`. */
import { ASSIGNED_FORMS, assignedPlainly } from './assignment-forms.ts';
import { entropyOf, isJumbled, isPlaceholder } from './values.ts';

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
  'app_key',
  'aes_key',
  'hmac_key',
  'signing_key',
  'access_key',
  'accesskey',
  'private_key',
  'auth_key',
  'auth-key',
  'authkey',
  'access-key',
  'private-key',
  'encryption_key',
  'license_key',
  'licensekey',
  'credential',
  'bearer ',
  '_auth',
  'ssh_pass',
  'become_pass',
  'db_pass',
  'requirepass',
  'masterauth',
  'user_pass',
  'smtp_pass',
  'psk=',
  'github_pat=',
  'securestring',
  'identified by',
] as const;

/**
 * How a name that ends in `key`, and in no other word of a secret, has a text in quotes: `beamer_key = "..."`. The sign and
 * the quote belong to it, as most of what is called a key is none.
 */
export const KEY_NAMES: readonly string[] = ['_key', '_KEY', 'Key', '_pass', '_PASS', 'Pass', '_pw', 'creds'].flatMap(
  (name) => [' = "', " = '", ': "', ": '", '="', "='", ' := "', '": "'].map((sign) => `${name}${sign}`),
);

/** Characters read from where the word begins: the rest of the name, the sign and the value. */
export const ASSIGNMENT_WINDOW = 280;

/** Names that only look like those of secrets: their values are names, texts or lengths. */
const HARMLESS_NAME =
  /(?:name|version|url|uri|path|file|field|header|param|type|prefix|suffix|pattern|regex|label|title|text|message|msg|hint|prompt|help|error|length|len|size|class|kind|mode|format|scheme|policy|endpoint|algorithm|method|column|attribute|property|option|arg|ids?|index|idx|count|limit|expir\w*|ttl|placeholder|selector|icon|hash|public\w*|izer\w*|ize\w*|ary|aries|iat|less|_re|_no|usage|manager|provider|store|storage|service|handler|generator|validator|reset|change|confirm|required|strength|input|check\w*|verif\w*|compare|match\w*|(?<!b64)decode\w*|parse\w*)["'`]?\s*\]?\s*(?:=>|:=|<-|\|\||\?\?|[=:,(])/i;

/** Keys that open nothing, by what stands before the word. */
const HARMLESS_KEY =
  /(?:^|[^A-Za-z])$|(?:cache|primary|foreign|public|pub|site|sort|partition|hash|index|map|group|row|storage|session|query|object|message|translation|dict|lookup|unique|sub|super|hot|short|meta|react|local|data|item|state|host|known|s3|file|bucket|idempotency|fingerprint|verif\w{1,8}|stripe)[_-]?$/i;
/** Tokens that every visitor is given. */
const HARMLESS_TOKEN = /(?:public|csrf|xsrf|authenticity)[_-]?$/i;
/** Random letters and digits, of both cases or none of them hexadecimal: digests are no keys. */
const KEY_VALUE = /^(?=[\w-]{0,30}\d)(?=[\w-]{0,30}[G-Zg-z])[\w-]{16,100}$/;

export interface AssignedSecret {
  readonly value: string;
  /** Where the value begins, in characters from the start of the window. */
  readonly at: number;
  readonly entropy: number;
}

/**
 * The secret that a window of text assigns, which begins with one of the words; `undefined` where it assigns none.
 * `before` is what stands in front of the word.
 */
export function assignedSecret(window: string, path: string, before: string): AssignedSecret | undefined {
  const form = ASSIGNED_FORMS.find(({ pattern }) => matchAt(pattern, window) !== null);
  const match = form === undefined ? assignedPlainly(window, path, before) : matchAt(form.pattern, window);
  const value = match?.groups?.value;
  if (match === null || match === undefined || value === undefined) return undefined;
  const at = match[0].lastIndexOf(value);
  if (HARMLESS_TOKEN.test(before)) return undefined;
  const isUuidOfAccount = isTokenOfAccount(value, { window, path, before });
  if (/^_?key/i.test(window) && !isUuidOfAccount && (HARMLESS_KEY.test(before) || !KEY_VALUE.test(value)))
    return undefined;
  if (form?.anyName !== true && HARMLESS_NAME.test(match[0].slice(0, at))) return undefined;
  const entropy = entropyOf(value);
  const isPassword = PASSWORD.test(window);
  if (!looksSecret(value, { entropy, isPassword }) && !isUuidOfAccount) return undefined;
  return { value, at, entropy };
}

/** Names of what people type, which is shorter and less random than what programs make. */
const PASSWORD = /^(?:passw|pwd|passphrase|psk=|securestring|identified by|\w{2,6}_pass|_?pass|_pw)/i;

/** `rfc9068_profile`: a standard by its number, and words. */
const STANDARD = /^(?:rfc|iso|fips|pkcs|pep)[_-]?\d{1,5}(?:[_-][a-z]{2,20}){1,4}$/i;

/** What stands between two texts in quotes. */
const CODE = /^[,;)}\]+].*[,;({[=:+]$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Settings of one account: what they call a token is one, even where it has the form of an ordinary id. */
const ACCOUNT_SETTINGS = /(?:^|\/)(?:[.]env[^/]*|[.]renviron|[.]npmrc)$|[.](?:env|envrc|sh|bash|ya?ml)$/i;

/** Services whose tokens are ordinary ids, at the end of what stands before the word. */
const SERVICE_OF_IDS =
  /(?:snyk|heroku|hubspot|kucoin|squarespace|sauce(?:labs)?|jenkins|postmark|opsgenie|codecov|logentries|loggly|octopus|wakatime|checkly|unleash|npm)[_.-]?(?:api|access|auth|server|account)?[_.-]?$/i;

interface Surroundings {
  readonly window: string;
  readonly path: string;
  readonly before: string;
}

function isTokenOfAccount(value: string, { window, path, before }: Surroundings): boolean {
  if (!UUID.test(value) || isPlaceholder(value) || entropyOf(value) < LEAST_ENTROPY.key) return false;
  if (SERVICE_OF_IDS.test(before))
    return /^_?(?:token|api_?key|access_key|secret|key)["'\]]{0,2}\s?(?::=|[=:])/i.test(window);
  return ACCOUNT_SETTINGS.test(path) && /^(?:token|api_?key|secret)["']?\s?[=:]/i.test(window);
}

function matchAt(pattern: RegExp, text: string): RegExpExecArray | null {
  pattern.lastIndex = 0;
  return pattern.exec(text);
}

/** Bits per character: passwords are shorter, and so poorer, than keys. Hexadecimal keys come to 3 to 4. */
const LEAST_ENTROPY = { password: 2.75, key: 3.2 } as const;

/** Whether a value is more likely a secret than a word, a name, a path or a template. */
export function looksSecret(value: string, about: { readonly entropy: number; readonly isPassword: boolean }): boolean {
  if (about.entropy < (about.isPassword ? LEAST_ENTROPY.password : LEAST_ENTROPY.key)) return false;
  if (isPlaceholder(value)) return false;
  // Keys are letters, digits and the signs of base64, or long and of all signs; ids and times are no keys.
  if (!about.isPassword && !/^[\w+/=.~:-]+$/.test(value) && !isLongMix(value, about.entropy)) return false;
  if (!about.isPassword && STANDARD.test(value)) return false;
  if (UUID.test(value) || /^\d{4}-\d\d-\d\dT/.test(value) || CODE.test(value)) return false;
  const hasDigit = /\d/.test(value);
  // Words, identifiers, paths, versions, selectors and media types.
  if (
    !hasDigit &&
    !(
      about.isPassword &&
      /[a-z]/.test(value) &&
      /[A-Z]/.test(value) &&
      (/[^A-Za-z0-9_.\-/]/.test(value) || isJumbled(value, 'password'))
    )
  )
    return false;
  if (
    !/[A-Za-z]/.test(value) ||
    /^(?:[a-z\d_.-]{1,40}\/){2,}[a-z\d_.-]*$/.test(value) ||
    /^(?:[a-z]+:)?\/|^\.{1,2}\/|^\w+:\/\/|^[#.][\w-]+$|^&|\.(?:[a-z]{2,4}|html|json)$/i.test(value)
  )
    return false;
  if (
    /^[A-Za-z][\w\-.:/]*$/.test(value) &&
    !/\d{4}/.test(value) &&
    isWordy(value, about.isPassword ? 'password' : 'key')
  )
    return false;
  return true;
}

/** Keys as Django and others make them: fifty characters of every kind, and no code between two quotes. */
function isLongMix(value: string, entropy: number): boolean {
  return (
    value.length >= 40 &&
    entropy >= 4.2 &&
    /^[\x21-\x7e]+$/.test(value) &&
    /\d/.test(value) &&
    /[a-z]/.test(value) &&
    !/^[,;)\]}]|[,;({[]$|=\(|\),|=[a-z],/.test(value)
  );
}

/** Characters from which on letters and digits without a separator are no name, where they change case all the time. */
const LONG_RUN = 32;

/** Letters in runs, with separators: names as programmers write them. Random texts change class every few characters. */
function isWordy(value: string, kind: 'password' | 'key'): boolean {
  const changes = value.match(/[a-z][A-Z]?\d|\d[A-Za-z]|[A-Z]{2}[a-z]/g)?.length ?? 0;
  const rises = value.length >= LONG_RUN && /^[A-Za-z\d]+$/.test(value) ? (value.match(/[a-z][A-Z]/g)?.length ?? 0) : 0;
  return changes * 6 < value.length && rises * 6 < value.length && !isJumbled(value, kind);
}
