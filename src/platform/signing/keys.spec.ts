import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { KEY_FILE, openSigner, signerOf, verifier } from './keys.ts';
import { knownKeys, openHomeSigner } from './known-keys.ts';

const root = mkdtempSync(join(tmpdir(), 'pratique-keys-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const bytes = Buffer.from('a manifest');

describe('openSigner', () => {
  it('makes a key once, readable by its owner alone, and opens the same one later', async () => {
    const folder = join(root, 'once');
    const first = await openSigner({ folder, known: [] });
    const again = await openSigner({ folder, known: [{ keyId: first.keyId, publicKey: first.publicKey }] });
    expect(again.publicKey).toBe(first.publicKey);
    expect(statSync(join(folder, KEY_FILE)).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual([KEY_FILE]);
    const raw = createPublicKey(first.publicKey).export({ format: 'jwk' }).x ?? '';
    const expected = createHash('sha256').update(Buffer.from(raw, 'base64url')).digest('hex').slice(0, 16);
    expect(first.keyId).toBe(expected);
  });

  it('gives processes that start at once the same key', async () => {
    const folder = join(root, 'race');
    const signers = await Promise.all(Array.from({ length: 8 }, () => openSigner({ folder, known: [] })));
    expect(new Set(signers.map((one) => one.keyId)).size).toBe(1);
  });

  it('refuses to go on when the key is lost, changed or damaged', async () => {
    const folder = join(root, 'lost');
    const known = [{ keyId: '0123456789abcdef', publicKey: '' }];
    await expect(openSigner({ folder, known })).rejects.toMatchObject({ code: 'signing-key-lost' });
    await openSigner({ folder, known: [] });
    await expect(openSigner({ folder, known })).rejects.toMatchObject({ code: 'signing-key-unknown' });
    writeFileSync(join(folder, KEY_FILE), 'nonsense');
    await expect(openSigner({ folder, known: [] })).rejects.toMatchObject({ code: 'signing-key-damaged' });
  });
});

describe('verifier', () => {
  it('believes the signature over these bytes by this key, and nothing else', () => {
    const signer = signerOf(generateKeyPairSync('ed25519').privateKey);
    const other = signerOf(generateKeyPairSync('ed25519').privateKey);
    const signature = signer.sign(bytes);
    expect(verifier.verify(bytes, signature, signer.publicKey)).toBe(true);
    expect(verifier.verify(Buffer.from('a manifesto'), signature, signer.publicKey)).toBe(false);
    expect(verifier.verify(bytes, signature, other.publicKey)).toBe(false);
    expect(verifier.verify(bytes, 'nonsense', signer.publicKey)).toBe(false);
    expect(verifier.verify(bytes, signature, 'no key')).toBe(false);
  });
});

describe('openHomeSigner', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  it('remembers the key in the database, so that its loss is noticed', async () => {
    const deps = { db: database.db, clock: database.clock, folder: join(root, 'home') };
    const signer = await openHomeSigner(deps);
    await openHomeSigner(deps);
    expect(await knownKeys(database.db)).toEqual([{ keyId: signer.keyId, publicKey: signer.publicKey }]);
    rmSync(join(root, 'home'), { recursive: true });
    await expect(openHomeSigner(deps)).rejects.toMatchObject({ code: 'signing-key-lost' });
  });
});
