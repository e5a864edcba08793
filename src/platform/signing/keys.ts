/** Ed25519 keys in the home's `keys` folder. Source: RFC 8032; PKCS #8 and SubjectPublicKeyInfo PEM as in RFC 8410. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../domain/problem.ts';
import type { Signer, Verifier } from './port.ts';
import { writeOnce } from './write-once.ts';

/** The private key's file in the keys folder, mode 0600. */
export const KEY_FILE = 'signing-key.pem';

/** The raw key is the last 32 bytes of its SubjectPublicKeyInfo (RFC 8410, section 4). */
const RAW_KEY_BYTES = 32;

/** Which keys this installation has used; the current one is among them. */
export interface KnownKey {
  readonly keyId: string;
  readonly publicKey: string;
}

export interface OpenSignerOptions {
  /** `<home>/keys`. */
  readonly folder: string;
  /** What the database knows: where it knows a key, a new one is never made in silence. */
  readonly known: readonly KnownKey[];
}

/**
 * The home's signer; makes its key on the very first use. Throws `signing-key-lost` where the database knows keys and the
 * file is gone, `signing-key-unknown` where the file holds another key, and `signing-key-damaged`.
 */
export async function openSigner(options: OpenSignerOptions): Promise<Signer> {
  const file = join(options.folder, KEY_FILE);
  const existing = await readKey(file);
  if (existing === undefined && options.known.length > 0) throw lost(file, options.known);
  const signer = signerOf(existing ?? (await makeKey(options.folder, file)));
  if (options.known.length > 0 && !options.known.some((key) => key.keyId === signer.keyId)) {
    throw unknownKey(file, signer.keyId, options.known);
  }
  return signer;
}

/** A signer from a private key, without a file: tests, and a restore that checks before it writes. */
export function signerOf(key: KeyObject): Signer {
  const publicKey = createPublicKey(key);
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return {
    keyId: keyIdOf(publicKey),
    publicKey: pem,
    sign: (bytes) => sign(null, bytes, key).toString('base64'),
  };
}

/** Checks signatures; anything that is no Ed25519 key or no signature is simply not valid. */
export const verifier: Verifier = {
  verify(bytes, signature, publicKey) {
    try {
      const key = createPublicKey(publicKey);
      return key.asymmetricKeyType === 'ed25519' && verify(null, bytes, key, Buffer.from(signature, 'base64'));
    } catch {
      return false;
    }
  },
  keyId(publicKey) {
    // A private key would give its public one: whoever hands that around made a mistake that should not go unnoticed.
    if (publicKey.includes('PRIVATE KEY')) return undefined;
    try {
      const key = createPublicKey(publicKey);
      return key.asymmetricKeyType === 'ed25519' ? keyIdOf(key) : undefined;
    } catch {
      return undefined;
    }
  },
};

/** First 16 hexadecimal digits of the SHA-256 of the raw public key. */
export function keyIdOf(publicKey: KeyObject): string {
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-RAW_KEY_BYTES);
  return createHash('sha256').update(raw).digest('hex').slice(0, 16);
}

async function readKey(file: string): Promise<KeyObject | undefined> {
  let pem: string;
  try {
    pem = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (error) {
    throw damaged(file, error);
  }
  throw damaged(file, undefined);
}

async function makeKey(folder: string, file: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeOnce(join(folder, KEY_FILE), privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return (await readKey(file)) ?? privateKey;
}

function lost(file: string, known: readonly KnownKey[]): Problem {
  return new Problem({
    kind: 'internal',
    code: 'signing-key-lost',
    what: `The signing key ${file} is missing`,
    why: `what this installation published is signed with ${names(known)}; a new key would not be believed`,
    next: 'Put the key back from the backup that holds the keys.',
  });
}

function unknownKey(file: string, keyId: string, known: readonly KnownKey[]): Problem {
  return new Problem({
    kind: 'internal',
    code: 'signing-key-unknown',
    what: `${file} holds the key ${keyId}, which this installation never used`,
    why: `the database knows ${names(known)}`,
    next: 'Put the right key back from the backup that holds the keys.',
  });
}

function damaged(file: string, cause: unknown): Problem {
  return new Problem({
    kind: 'internal',
    code: 'signing-key-damaged',
    what: `${file} is no Ed25519 private key`,
    next: 'Put the key back from the backup that holds the keys.',
    cause,
  });
}

function names(known: readonly KnownKey[]): string {
  return known.map((key) => key.keyId).join(', ');
}
