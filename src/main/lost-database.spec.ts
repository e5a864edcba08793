/** A home whose database is not there: nothing is opened in its place. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../test/harness/database.ts';
import { urlOf } from '../../test/harness/home.ts';
import { readEnvironment } from '../platform/environment/environment.ts';
import { openFoundation } from './foundation.ts';
import { openHome } from './home.ts';
import { initHome } from './init.ts';

let folder: string;
let database: Awaited<ReturnType<typeof openTestDatabase>>;
let other: Awaited<ReturnType<typeof openTestDatabase>>;
const bare = readEnvironment({ PATH: process.env['PATH'] });
const on = (url: string | undefined) => ({ ...bare, databaseUrl: url });
const open = async (url: string | undefined) => {
  const opened = await openFoundation({ home: await openHome(folder), environment: on(url), logTo: 'file' });
  await opened.close();
};

beforeAll(async () => {
  [database, other] = [await openTestDatabase(), await openTestDatabase({ upTo: null })];
  folder = await mkdtemp(join(tmpdir(), 'pratique-lost-'));
  await initHome(folder, on(urlOf(database.connection)));
});
afterAll(async () => {
  await Promise.all([database?.close(), other?.close()]);
  await rm(folder, { recursive: true, force: true });
});

describe('a home with a ledger', () => {
  it('opens on its own database', async () => {
    await expect(open(urlOf(database.connection))).resolves.toBeUndefined();
  });

  it('makes no embedded database where the one that it had is not named', async () => {
    await expect(open(undefined)).rejects.toMatchObject({ code: 'database-lost' });
    await expect(initHome(folder, on(undefined))).rejects.toMatchObject({ code: 'database-lost' });
    await expect(readFile(join(folder, 'database.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('makes no schema in an empty database', async () => {
    await expect(open(urlOf(other.connection))).rejects.toMatchObject({ code: 'database-lost' });
    const { rows } = await other.pool.query("select to_regclass('ledger') as ledger");
    expect(rows).toEqual([{ ledger: null }]);
  });

  it('is not opened on a database of the right form that nothing was ever written to', async () => {
    const fresh = await openTestDatabase();
    await expect(open(urlOf(fresh.connection))).rejects.toMatchObject({ code: 'database-lost' });
    await fresh.close();
  });

  it('is a home without one where nothing was ever signed', async () => {
    const heads = join(folder, 'ledger-heads.jsonl');
    const text = await readFile(heads, 'utf8');
    await writeFile(heads, '');
    await expect(open(urlOf(database.connection))).resolves.toBeUndefined();
    await writeFile(heads, text);
  });
});
