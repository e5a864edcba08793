import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { testCluster } from '../../../test/harness/cluster.ts';
import { MIGRATIONS, openTestDatabase } from '../../../test/harness/database.ts';
import { chooseBinaries, findBinaries } from './binaries.ts';
import { appliedMigrations, migrate } from './migrate.ts';
import { type OpenDatabase, openDatabase } from './open.ts';
import { openPlace, recordedFolder } from './place.ts';
import { stopServer } from './server.ts';

const root = mkdtempSync(join(tmpdir(), 'pratique-db-'));
chmodSync(root, 0o755);
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A home that the server's account can pass through: it keeps its data inside. */
function openHome(name: string): string {
  const home = join(root, name);
  mkdirSync(home, { mode: 0o755 });
  return home;
}

const path = process.env['PATH'];
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** Another process that opens the same home, says what it found, and closes on SIGTERM. */
async function openElsewhere(home: string): Promise<{ readonly child: ChildProcess; readonly started: boolean }> {
  const script = `
    import { openDatabase } from ${JSON.stringify(join(import.meta.dirname, 'open.ts'))};
    const database = await openDatabase({ home: ${JSON.stringify(home)}, path: process.env.PATH });
    process.once('SIGTERM', () => database.close());
    console.log(database.info.started);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = await once(child.stdout, 'data');
  return { child, started: String(line).trim() === 'true' };
}

async function serverPid(database: OpenDatabase): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_read_file('postmaster.pid') as pid`.execute(database.db);
  return Number(String(rows[0]?.pid).split('\n')[0]);
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

describe('an embedded server', () => {
  it('starts in an empty home, keeps data over a restart, has no TCP port and leaves no process', async () => {
    const home = openHome('plain');
    const first = await openDatabase({ home, path });
    expect(first.info).toMatchObject({ mode: 'embedded', started: true, folder: join(home, 'database') });
    expect(first.info.major).toBeGreaterThanOrEqual(15);
    await sql`create table kept (id bigint, at timestamptz)`.execute(first.db);
    await sql`insert into kept values (9007199254740991, '2026-02-03T04:05:06.789Z')`.execute(first.db);
    const settings = await sql<{ value: string }>`
      select current_setting('listen_addresses') || current_setting('data_checksums') || current_setting('server_encoding')
        || current_setting('fsync') as value`.execute(first.db);
    expect(settings.rows[0]?.value).toBe('onUTF8on');
    const pid = await serverPid(first);
    await first.close();
    await first.close();
    expect(isAlive(pid)).toBe(false);
    const second = await openDatabase({ home, path });
    const kept = await sql`select id, at, count(*) over () as n from kept`.execute(second.db);
    expect(kept.rows).toEqual([{ id: Number.MAX_SAFE_INTEGER, at: new Date('2026-02-03T04:05:06.789Z'), n: 1 }]);
    await expect(sql`select 9007199254740993::bigint`.execute(second.db)).rejects.toMatchObject({
      code: 'integer-too-large',
    });
    await second.destroy();
    expect(readdirSync(home)).toEqual(['logs']);
  });

  it('lives in a home that only root can enter, and leaves nothing anywhere when destroyed', async () => {
    const home = join(root, 'private');
    mkdirSync(home, { mode: 0o700 });
    const database = await openDatabase({ home, path, stateHome: join(root, 'state') });
    const folder = database.info.folder ?? '';
    expect(await recordedFolder(home)).toBe(folder);
    expect(folder.startsWith(home)).toBe(process.getuid?.() !== 0);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    await database.close();
    const again = await openDatabase({ home, path });
    expect(again.info.folder).toBe(folder);
    await again.destroy();
    expect(existsSync(folder)).toBe(false);
    expect(await recordedFolder(home)).toBeUndefined();
  });

  it.each([200, 900])('lives in a home whose path has more than %i characters', async (length) => {
    let home = root;
    while (home.length < length) home = join(home, 'a-folder-with-quite-a-long-name-and-more'.repeat(2));
    mkdirSync(home, { recursive: true, mode: 0o755 });
    const database = await openDatabase({ home, path, stateHome: join(root, 'state') });
    const found = await sql`select 1 as one`.execute(database.db);
    expect(found.rows).toEqual([{ one: 1 }]);
    const { connection } = database;
    await database.destroy();
    expect(connection.kind === 'socket' && existsSync(connection.folder)).toBe(false);
  });

  it('is shared by processes that come and go, and stopped by the last one', async () => {
    const home = openHome('shared');
    const elsewhere = await openElsewhere(home);
    expect(elsewhere.started).toBe(true);
    const here = await openDatabase({ home, path });
    expect(here.info.started).toBe(false);
    const pid = await serverPid(here);
    elsewhere.child.kill('SIGTERM');
    await once(elsewhere.child, 'exit');
    expect(isAlive(pid)).toBe(true);
    await sql`select 1`.execute(here.db);
    await here.close();
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('is stopped by the last one without a word about connections that broke', async () => {
    const home = openHome('quiet');
    const broke: string[] = [];
    const database = await openDatabase({ home, path, onError: ({ message }) => void broke.push(message) });
    await sql`select 1`.execute(database.db);
    const ends = await database.listen('anything', () => undefined);
    await ends();
    const pid = await serverPid(database);
    await database.close();
    await expect.poll(() => isAlive(pid), { timeout: 30_000 }).toBe(false);
    await sleep(100);
    expect(broke).toEqual([]);
  });

  it('is adopted after the process that started it was killed, and keeps what was committed', async () => {
    const home = openHome('orphan');
    const elsewhere = await openElsewhere(home);
    elsewhere.child.kill('SIGKILL');
    await once(elsewhere.child, 'exit');
    const here = await openDatabase({ home, path });
    expect(here.info.started).toBe(false);
    const pid = await serverPid(here);
    await here.close();
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('is opened, used and closed by many at once without an error', async () => {
    const home = openHome('crowd');
    const rounds = Array.from({ length: 5 }, async (_, index) => {
      for (let round = 0; round < 3; round += 1) {
        await sleep((index * 37 + round * 11) % 50);
        const database = await openDatabase({ home, path });
        await sql`select 1`.execute(database.db);
        await database.close();
      }
    });
    await Promise.all(rounds);
    expect(existsSync(join(home, 'database', 'data', 'postmaster.pid'))).toBe(false);
  });

  it('comes back by itself when it is killed, and listeners are told to look for themselves', async () => {
    const home = openHome('killed');
    const database = await openDatabase({ home, path });
    const heard: (string | undefined)[] = [];
    const stop = await database.listen('news', (payload) => heard.push(payload));
    await sql`select pg_notify('news', 'first')`.execute(database.db);
    await expect.poll(() => heard).toEqual(['first']);
    process.kill(await serverPid(database), 'SIGKILL');
    await expect.poll(() => heard, { timeout: 30_000 }).toEqual(['first', undefined]);
    await sql`select pg_notify('news', 'second')`.execute(database.db);
    await expect.poll(() => heard).toEqual(['first', undefined, 'second']);
    await stop();
    await database.close();
  });

  it('starts although postmaster.pid names another living process (after a reboot)', async () => {
    const home = openHome('reboot');
    const first = await openDatabase({ home, path });
    const data = join(first.info.folder ?? '', 'data');
    await first.close();
    writeFileSync(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n1\n5432\n/nowhere\n\n  1 1\n`);
    const second = await openDatabase({ home, path });
    expect(second.info.started).toBe(true);
    await second.destroy();
  });

  it('starts although the lock of its socket names another living process (after a kill or a reboot)', async () => {
    const home = openHome('reboot-socket');
    const first = await openDatabase({ home, path });
    await first.close();
    const place = await openPlace({ home });
    await stopServer(place);
    // Of the same account as the server: PostgreSQL passes over the processes of others.
    const other = spawn('sleep', ['60'], { stdio: 'ignore', ...place.account });
    writeFileSync(join(place.socket, '.s.PGSQL.5432.lock'), `${other.pid}\n${place.data}\n1\n5432\n${place.socket}\n`);
    const second = await openDatabase({ home, path });
    expect(second.info.started).toBe(true);
    await second.destroy();
    other.kill();
  });

  it('says what to do when no server program is there, or none of the right version', async () => {
    const empty = openHome('no-programs');
    const pgBin = join(root, 'nothing-here');
    await expect(openDatabase({ home: empty, pgBin })).rejects.toMatchObject({
      code: 'no-postgresql',
      next: expect.stringContaining('DATABASE_URL'),
    });
    await expect(chooseBinaries({ path }, 9)).rejects.toMatchObject({
      code: 'no-postgresql',
      what: 'No PostgreSQL 9 server was found',
    });
  });

  it('runs with every set of programs that this machine has', async () => {
    const all = await findBinaries({ path });
    expect(all.length).toBeGreaterThan(0);
    for (const binaries of all) {
      const home = openHome(`major-${binaries.major}`);
      const database = await openDatabase({ home, pgBin: binaries.folder });
      expect(database.info.major).toBe(binaries.major);
      await database.destroy();
    }
  });
});

describe('an external server', () => {
  it('is used as it is, and left running', async () => {
    const cluster = await testCluster();
    const databaseUrl = `postgres:///postgres?host=${encodeURIComponent(cluster.place.socket)}&user=pratique`;
    const database = await openDatabase({ home: openHome('external'), databaseUrl });
    expect(database.info).toMatchObject({ mode: 'external', started: false, folder: undefined });
    const heard: (string | undefined)[] = [];
    await database.listen('outside', (payload) => heard.push(payload));
    await sql`select pg_notify('outside', 'x')`.execute(database.db);
    await expect.poll(() => heard).toEqual(['x']);
    await database.destroy();
    const still = await openDatabase({ home: join(root, 'external'), databaseUrl });
    await still.close();
  });

  it('that does not answer is one clear problem without the password', async () => {
    const databaseUrl = 'postgres://ada:s3cret@127.0.0.1:1/none';
    const failure = openDatabase({ home: root, databaseUrl });
    await expect(failure).rejects.toMatchObject({ code: 'database-unreachable' });
    await expect(failure).rejects.not.toThrow('s3cret');
  });
});

describe('migrations', () => {
  it('of two processes that start at once, one migrates and both go on', async () => {
    const database = await openTestDatabase({ upTo: null });
    const options = { db: database.db, folder: MIGRATIONS, upTo: '0001-ledger' };
    const results = await Promise.all([migrate(options), migrate(options), migrate(options)]);
    expect(results.flat()).toEqual(['0001-ledger']);
    expect(await appliedMigrations(database.db, MIGRATIONS)).toEqual(['0001-ledger']);
    await database.close();
  });

  it('leaves nothing of a run that failed, and refuses a schema from the future', async () => {
    const folder = openHome('migrations');
    const one = `import { sql } from ${JSON.stringify(import.meta.resolve('kysely'))};
      export const up = (db) => sql\`create table one (a int)\`.execute(db);`;
    writeFileSync(join(folder, '0001-one.js'), one);
    writeFileSync(join(folder, '0002-two.js'), one);
    const database = await openTestDatabase({ upTo: null });
    await expect(migrate({ db: database.db, folder })).rejects.toMatchObject({ code: 'migration-failed' });
    const tables = await sql`select to_regclass('one') as one`.execute(database.db);
    expect(tables.rows).toEqual([{ one: null }]);
    await migrate({ db: database.db, folder, upTo: '0001-one' });
    rmSync(join(folder, '0001-one.js'));
    await expect(migrate({ db: database.db, folder })).rejects.toMatchObject({ code: 'schema-too-new' });
    await database.close();
  });
});
