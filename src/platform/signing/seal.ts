/** AES-256 in Galois/Counter mode (NIST SP 800-38D) under a key of the home's `keys` folder. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../domain/problem.ts';
import type { Clock } from '../clock/port.ts';
import type { Database } from '../db/port.ts';
import type { Seal } from './port.ts';
import { writeOnce } from './write-once.ts';

/** In the keys folder, mode 0600: 32 bytes, base64. */
export const SEALING_KEY_FILE = 'sealing-key';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** A random nonce of 96 bits is good for 2^32 secrets under one key (SP 800-38D, 8.3): there are as many as people. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** `v1.KEY ID.BASE64URL of nonce, ciphertext and tag`. */
const SEALED = /^v1\.([0-9a-f]{16})\.([A-Za-z0-9_-]+)$/;

export interface SealDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** `<home>/keys`. */
  readonly folder: string;
}

type SealingTables = { readonly sealing_keys: { readonly key_id: string; readonly added_at: Date } };

/**
 * The home's seal; makes its key on the very first use. Throws `sealing-key-lost` where the database knows a key and the file
 * is gone or holds another, `sealing-key-damaged` where it holds none.
 */
export async function openSeal({ db, clock, folder }: SealDeps): Promise<Seal> {
  const file = join(folder, SEALING_KEY_FILE);
  const tables = db.withTables<SealingTables>();
  const known = (await tables.selectFrom('sealing_keys').select('key_id').execute()).map((row) => row.key_id);
  if (known.length === 0)
    await writeOnce(join(folder, SEALING_KEY_FILE), `${randomBytes(KEY_BYTES).toString('base64')}\n`);
  const key = await readKey(file);
  const id = key === undefined ? undefined : idOf(key);
  if (key === undefined || id === undefined || (known.length > 0 && !known.includes(id))) throw lost(file, known);
  const row = { key_id: id, added_at: clock.now() };
  await tables
    .insertInto('sealing_keys')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return sealOf(key);
}

/** A seal of a key of 32 bytes, without a file. */
export function sealOf(key: Uint8Array): Seal {
  const id = idOf(key);
  return {
    isSealed: (text) => SEALED.test(text),
    seal(secret, about) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(about));
      const parts = [nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return `v1.${id}.${Buffer.concat(parts).toString('base64url')}`;
    },
    open(sealed, about) {
      const [, by, text = ''] = SEALED.exec(sealed) ?? [];
      const bytes = Buffer.from(text, 'base64url');
      if (by !== id || bytes.length < NONCE_BYTES + TAG_BYTES) throw wrong(about, undefined);
      try {
        const nonce = bytes.subarray(0, NONCE_BYTES);
        const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(about))
          .setAuthTag(bytes.subarray(-TAG_BYTES));
        return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch (error) {
        throw wrong(about, error);
      }
    },
  };
}

/** First 16 hexadecimal digits of the SHA-256 of the key: names it and gives nothing of it away. */
function idOf(key: Uint8Array): string {
  return createHash('sha256').update('pratique sealing key').update(key).digest('hex').slice(0, 16);
}

async function readKey(file: string): Promise<Uint8Array | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new Problem({
    kind: 'internal',
    code: 'sealing-key-damaged',
    what: `${file} holds no key of ${KEY_BYTES} bytes`,
    next: 'Put the key back from the backup that holds the keys.',
  });
}

function lost(file: string, known: readonly string[]): Problem {
  return new Problem({
    kind: 'internal',
    code: 'sealing-key-lost',
    what: `The key that secrets in the database are sealed with is not in ${file}`,
    why: `the database knows ${known.join(', ')}; with another key nobody's authenticator app would be taken`,
    next: 'Put the key back from the backup that holds the keys.',
  });
}

function wrong(about: string, cause: unknown): Problem {
  return new Problem({
    kind: 'internal',
    code: 'sealed-wrong',
    what: `A sealed secret (${about}) cannot be opened`,
    why: 'it was sealed with another key or for something else, or it was changed in the database',
    next: 'Put the key back from the backup that holds the keys; where that is no help, invite the person again.',
    cause,
  });
}
