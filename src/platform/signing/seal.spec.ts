import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { openSeal, SEALING_KEY_FILE, sealOf } from './seal.ts';

describe('a sealed secret', () => {
  const seal = sealOf(randomBytes(32));
  const sealed = seal.seal('SECRET', 'app of rosa');

  it('is opened by the same key, about the same thing, and is never twice the same', () => {
    expect(seal.open(sealed, 'app of rosa')).toBe('SECRET');
    expect(seal.seal('SECRET', 'app of rosa')).not.toBe(sealed);
    expect([seal.isSealed(sealed), seal.isSealed('ABCDEF234567')]).toEqual([true, false]);
  });
  it('is refused with another key, about something else, and where any byte of it was changed', () => {
    const refused = expect.objectContaining({ code: 'sealed-wrong' });
    expect(() => seal.open(sealed, 'app of ivan')).toThrow(refused);
    expect(() => sealOf(randomBytes(32)).open(sealed, 'app of rosa')).toThrow(refused);
    const [version, id, text = ''] = sealed.split('.');
    const bytes = Buffer.from(text, 'base64url');
    for (const [at] of bytes.entries()) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => seal.open(`${version}.${id}.${changed.toString('base64url')}`, 'app of rosa')).toThrow(refused);
    }
    for (const odd of ['', 'SECRET', `${version}.${id}.AA`])
      expect(() => seal.open(odd, 'app of rosa')).toThrow(refused);
  });
});

describe('the key of a home', () => {
  let test: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    test = await openTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'pratique-keys-'));
  });
  afterAll(async () => {
    await test?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const open = () => openSeal({ db: test.db, clock: test.clock, folder });

  it('is made once, for the operator alone, also where two begin at once', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    expect(two.open(one.seal('SECRET', 'x'), 'x')).toBe('SECRET');
    expect((await open()).open(one.seal('SECRET', 'x'), 'x')).toBe('SECRET');
    expect((await stat(join(folder, SEALING_KEY_FILE))).mode & 0o777).toBe(0o600);
  });
  it('is never made anew in silence: gone, another one or no key, and nothing opens', async () => {
    const file = join(folder, SEALING_KEY_FILE);
    const kept = await readFile(file, 'utf8');
    await rm(file);
    await expect(open()).rejects.toMatchObject({ code: 'sealing-key-lost' });
    await writeFile(file, randomBytes(32).toString('base64'));
    await expect(open()).rejects.toMatchObject({ code: 'sealing-key-lost' });
    await writeFile(file, 'no key');
    await expect(open()).rejects.toMatchObject({ code: 'sealing-key-damaged' });
    await writeFile(file, kept);
    await open();
  });
});
