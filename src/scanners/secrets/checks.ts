/** Formats that carry their own proof: a checksum or a structure that chance does not make. */
import { crc32 } from 'node:zlib';
import { isPlaceholder } from './values.ts';

/** `valid`: the proof holds. `broken`: the format has one and it does not hold. `none`: the format has no proof. */
export type Proof = 'valid' | 'broken' | 'none';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Characters of the checksum at the end of a token. */
const CHECKSUM = 6;

/**
 * Tokens of GitHub (`ghp_...`) and npm (`npm_...`): the last six of the 36 characters are the CRC-32 of the first thirty
 * in base 62. Source: GitHub's description of its token formats of April 2021, which npm follows.
 */
export function checksummedToken(token: string): Proof {
  const body = token.slice(token.indexOf('_') + 1);
  const expected = base62(crc32(body.slice(0, -CHECKSUM)));
  return expected.padStart(CHECKSUM, '0') === body.slice(-CHECKSUM) ? 'valid' : 'broken';
}

function base62(value: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) text = BASE62.charAt(rest % 62) + text;
  return text;
}

/** Bytes of a macaroon's signature: HMAC-SHA-256. */
const MACAROON_SIGNATURE = 32;

/**
 * Tokens of Python package indexes (`pypi-Ag...`): a macaroon, version 2, in base64url: location, identifier, caveats,
 * signature, each as type, length and content. Source: libmacaroons, "Version 2 of the binary format".
 */
export function macaroon(token: string): Proof {
  const bytes = Buffer.from(token.slice(token.indexOf('-') + 1), 'base64url');
  if (bytes[0] !== 2) return 'broken';
  let at = 1;
  while (at < bytes.length) {
    const type = bytes[at] ?? 0;
    at += 1;
    if (type === 0) continue;
    const length = readVarint(bytes, at);
    if (length === undefined) return 'broken';
    at = length.next + length.value;
    if (type === 6) return length.value === MACAROON_SIGNATURE && at === bytes.length ? 'valid' : 'broken';
  }
  return 'broken';
}

function readVarint(bytes: Buffer, at: number): { readonly value: number; readonly next: number } | undefined {
  const first = bytes[at];
  const second = bytes[at + 1];
  if (first === undefined) return undefined;
  if (first < 0x80) return { value: first, next: at + 1 };
  if (second === undefined || second >= 0x80) return undefined;
  return { value: (first & 0x7f) | (second << 7), next: at + 2 };
}

/** Credentials of basic authentication: `user:password` in base64 (RFC 7617). */
export function basicCredentials(token: string): Proof {
  const plain = Buffer.from(token, 'base64').toString('latin1');
  const [, password] = /^[\x21-\x39\x3b-\x7e]{1,100}:([\x20-\x7e]{6,300})$/.exec(plain) ?? [];
  return password === undefined || isPlaceholder(password) || !/\d/.test(password) ? 'broken' : 'valid';
}

/** Credentials of container registries as Kubernetes keeps them: JSON with `auth` or `password` in base64. */
export function wrappedCredentials(token: string): Proof {
  const plain = Buffer.from(token, 'base64').toString('latin1');
  const value = /^\{\s{0,20}"[\s\S]{0,200}?"(?:auth|password)"\s{0,4}:\s{0,4}"([^"]{6,400})/.exec(plain)?.[1];
  return value === undefined || isPlaceholder(value) ? 'broken' : 'valid';
}

/** A private key in PEM, in base64 once more, as Kubernetes keeps it. */
export function wrappedKey(token: string): Proof {
  return /^-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(Buffer.from(token, 'base64').toString('latin1'))
    ? 'valid'
    : 'broken';
}

/** JSON web tokens: a header with an algorithm and a payload, both JSON objects in base64url (RFC 7519, RFC 7515). */
export function jsonWebToken(token: string): Proof {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const head = jsonObject(header);
  if (head === undefined || typeof head.alg !== 'string' || jsonObject(payload) === undefined) return 'broken';
  return signature === '' ? 'broken' : 'valid';
}

/** A JSON web token, in base64 once more. */
export function encodedToken(token: string): Proof {
  const plain = Buffer.from(token, 'base64').toString('latin1');
  return jsonWebToken(plain) === 'valid' && !isTutorialToken(plain) ? 'valid' : 'broken';
}

/** Tokens of Discord's bots: the number of the account in base64, then when it was made, then a signature. */
export function snowflakeToken(token: string): Proof {
  return /^\d{17,20}$/.test(Buffer.from(token.split('.')[0] ?? '', 'base64').toString('latin1')) ? 'valid' : 'broken';
}

/** The subject of the token that every tutorial shows. */
export function isTutorialToken(token: string): boolean {
  const payload = jsonObject(token.split('.')[1] ?? '');
  return payload?.sub === '1234567890' || payload?.name === 'John Doe';
}

function jsonObject(base64url: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

export interface PrivateKey {
  readonly proof: Proof;
  readonly encrypted: boolean;
  readonly whole: boolean;
}

/** Characters of base64 below which a block is a mention of keys, not a key: the smallest real one has 64. */
const LEAST_KEY = 56;
/** Start of OpenSSH's own format (PROTOCOL.key), in front of the name of the cipher. */
const OPENSSH_MAGIC = 'openssh-key-v1\0';

/**
 * A private key in its armour (RFC 7468, RFC 4880 6.2, OpenSSH PROTOCOL.key), also as a string literal of a program.
 * `text` begins with `-----BEGIN`; `undefined` where no key follows. A key that is cut off is still one.
 */
export function privateKey(text: string): PrivateKey | undefined {
  const start = /^-----BEGIN ([A-Z0-9 ]{0,30}?)PRIVATE KEY( BLOCK)?-----/.exec(text);
  if (start === null) return undefined;
  const rest = text.slice(start[0].length);
  const end = rest.indexOf('-----');
  const armour = end === -1 ? rest : rest.slice(0, end);
  // Line ends, quotes and joints of string literals; then the headers of old armours.
  const lines = armour.split(/\\r\\n|\\n|[\r\n]/).map((line) => line.replaceAll(/["'`\s+,;\\()]/g, ''));
  const encrypted = /ENCRYPTED/.test(`${start[1] ?? ''}${armour}`);
  const body = lines.filter((line) => !line.includes(':') && !/^=.{4}$/.test(line)).join('');
  const base64 = /^[A-Za-z0-9+/]*/.exec(body)?.[0] ?? '';
  if (base64.length < LEAST_KEY) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  return { proof: keyProof(bytes), encrypted: encrypted || isEncryptedOpenSsh(bytes), whole: end !== -1 };
}

function keyProof(bytes: Buffer): Proof {
  if (bytes.toString('latin1', 0, OPENSSH_MAGIC.length) === OPENSSH_MAGIC) return 'valid';
  const [first = 0, second = 0, third = 0] = bytes;
  // DER: a sequence with a length in one, two or three bytes (X.690, 8.1.3).
  if (first === 0x30 && (second < 0x80 || second === 0x81 || second === 0x82)) return 'valid';
  // OpenPGP: a secret key packet, old or new header, key version 3 to 6 (RFC 9580, 4.2 and 5.5.3).
  if (first === 0x95 || first === 0x94 || first === 0xc5) return second + third > 0 ? 'valid' : 'broken';
  return 'broken';
}

function isEncryptedOpenSsh(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, 64);
  return head.startsWith(OPENSSH_MAGIC) && !head.startsWith(`${OPENSSH_MAGIC}\0\0\0\u0004none`);
}
