/** What a token looks like: a prefix and a checksum, so that scanners for leaked secrets know one without asking anybody. */
import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** OpenSSF AZ-1.2: a prefix of this product alone. It never changes. */
const PREFIX = 'prtq_';
/** 256 bits from the system's generator: no search and no guess finds one, so a plain hash keeps it (ASVS 11.5.1 asks for 128). */
const SECRET_BYTES = 32;
/** So many digits of base 62 hold 256 bits, and so many 32 bits. */
const SECRET_CHARACTERS = 43;
const CHECKSUM_CHARACTERS = 6;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SHAPE = new RegExp(`^${PREFIX}([0-9A-Za-z]{${SECRET_CHARACTERS}})([0-9A-Za-z]{${CHECKSUM_CHARACTERS}})$`);

/** A new token; shown once. */
export function newToken(): string {
  const secret = base62(BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`), SECRET_CHARACTERS);
  return `${PREFIX}${secret}${checksumOf(secret)}`;
}

/** Whether a text is a token by its shape and checksum: what is none need not be looked up. */
export function isToken(text: string): boolean {
  const [, secret, checksum] = SHAPE.exec(text) ?? [];
  return secret !== undefined && checksumOf(secret) === checksum;
}

/** What is stored of it: hexadecimal SHA-256. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function checksumOf(secret: string): string {
  return base62(BigInt(crc32(secret)), CHECKSUM_CHARACTERS);
}

function base62(value: bigint, characters: number): string {
  let text = '';
  for (let rest = value; text.length < characters; rest /= 62n) text = `${DIGITS[Number(rest % 62n)]}${text}`;
  return text;
}
