/** Passwords: what one may be, and how it is kept. Length and guessability decide; no rule of composition, no change by the calendar. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import pLimit from 'p-limit';
import { Problem } from '../../domain/problem.ts';
import type { SignInDeps } from './deps.ts';
import { ARGON2, HASHES_AT_ONCE, LEAST_ZXCVBN_SCORE, LONGEST_PASSWORD, SHORTEST_PASSWORD } from './limits.ts';

let measuring: Promise<ZxcvbnFactory> | undefined;

/** Read and made when a password is first set: its word lists are a megabyte and a half, and most processes set none. */
function zxcvbn(): Promise<ZxcvbnFactory> {
  measuring ??= readLists();
  return measuring;
}

async function readLists(): Promise<ZxcvbnFactory> {
  const [core, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  return new core.ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    maxLength: LONGEST_PASSWORD,
  });
}

/**
 * Throws `password-length`, `password-guessable`, `password-context` or `password-breached`. `context` holds words that
 * belong to the person or the place: names, parts of the mail address, the organisation (ASVS 6.2.11).
 */
export async function requireGoodPassword(
  password: string,
  { context, isBreached }: { readonly context: readonly string[]; isBreached: SignInDeps['isBreached'] },
): Promise<void> {
  // Characters as people count them: an emoji is one.
  const { length } = [...password];
  if (length < SHORTEST_PASSWORD || length > LONGEST_PASSWORD)
    throw unfit('password-length', `A password has ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters`);
  const words = contextWords(context);
  const folded = password.toLowerCase();
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), folded);
  if (rest.length < folded.length / 2)
    throw unfit('password-context', 'This password is made of names that belong to you or this place');
  const { score, feedback } = (await zxcvbn()).check(password, [...words]);
  if (score < LEAST_ZXCVBN_SCORE)
    throw unfit('password-guessable', 'This password could be guessed', feedback.warning ?? undefined);
  if (await isBreached(password, 'new'))
    throw unfit('password-breached', 'This password is known from a leak: it is on lists that attackers try first');
}

/** Words of at least four letters: shorter ones are in every sentence. */
function contextWords(context: readonly string[]): readonly string[] {
  const words = [...context, 'pratique'].flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  return [...new Set(words)].filter((word) => word.length >= 4);
}

function unfit(code: string, what: string, why?: string): Problem {
  const next =
    'Choose another: several words that nobody would put together, spaces included, or let a manager make one.';
  return new Problem({ kind: 'usage', code, what, ...(why !== undefined && { why }), next });
}

const hashing = pLimit(HASHES_AT_ONCE);

/** As a PHC string, so that stronger parameters can follow later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(ARGON2.saltBytes);
  const tag = await derive(password, salt);
  const { memoryKiB, passes, lanes } = ARGON2;
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(tag)}`;
}

/** Whether the password is the one of the hash. Without a hash as much is computed as with one, for `false`. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, , , parameters, salt = '', tag = ''] = (hash ?? nobodys()).split('$');
  const known = `m=${ARGON2.memoryKiB},t=${ARGON2.passes},p=${ARGON2.lanes}`;
  const expected = Buffer.from(tag, 'base64');
  const found = await derive(password.slice(0, LONGEST_PASSWORD * 2), Buffer.from(salt, 'base64'));
  const isEqual = parameters === known && expected.length === found.length && timingSafeEqual(expected, found);
  return hash !== undefined && isEqual;
}

let dummy: string | undefined;

/** A hash that no password has, so that a name nobody bears takes as long as one that somebody does. */
function nobodys(): string {
  const random = (bytes: number) => unpadded(randomBytes(bytes));
  const { memoryKiB, passes, lanes, saltBytes, tagBytes } = ARGON2;
  dummy ??= `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${random(saltBytes)}$${random(tagBytes)}`;
  return dummy;
}

/** Composed the same way on every keyboard (NIST SP 800-63B-4, 3.1.1.2). */
function derive(password: string, salt: Buffer): Promise<Buffer> {
  const { memoryKiB: memory, passes, lanes: parallelism, tagBytes: tagLength } = ARGON2;
  const given = { message: password.normalize('NFC'), nonce: salt, parallelism, tagLength, memory, passes };
  return hashing(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        argon2('argon2id', given, (error, key) => (error === null ? resolve(Buffer.from(key)) : reject(error)));
      }),
  );
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
