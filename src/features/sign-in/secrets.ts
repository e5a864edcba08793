/** Codes and secrets that are handed out once and kept as hashes. */
import { createHash, randomBytes, randomInt } from 'node:crypto';

/** Letters and digits that nobody takes for another one: codes are typed from paper and screens without a clipboard. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const GROUP_CHARACTERS = 6;
/** 24 of 32 characters are 120 bits: a plain hash keeps them (ASVS 6.5.2: from 112 bits on). */
const GROUPS = 4;
/** Of what a browser keeps, never typed: 256 bits (ASVS 7.2.3 asks for 128). */
const SECRET_BYTES = 32;

/** `ABCDEF-GHJKLM-NPQRST-UVWXYZ`. */
export function newCode(): string {
  const group = () => Array.from({ length: GROUP_CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/** As it is stored; small letters and what stands between groups make no difference. */
export function hashOfCode(code: string): string {
  return hashOf(code.toUpperCase().replaceAll(/[^A-Z0-9]/g, ''));
}

export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
