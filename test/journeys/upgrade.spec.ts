/** A home moves: backed up while it works, restored elsewhere, and brought forward from an older schema. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Fact } from '../../src/domain/fact.ts';
import { pypi } from '../../src/ecosystems/pypi/index.ts';
import { CONFIG_TEXT } from '../../src/main/config.ts';
import { MIGRATIONS } from '../../src/main/foundation.ts';
import { createHome } from '../../src/main/home.ts';
import { availableMigrations, migrate } from '../../src/platform/db/migrate.ts';
import { openDatabase } from '../../src/platform/db/open.ts';
import type { Database } from '../../src/platform/db/port.ts';
import { GENESIS, rowHash } from '../../src/platform/ledger/rows.ts';
import { makeWheel } from '../harness/wheels.ts';
import { CHANNEL, openStage, removeHome, runCommand, type Served, type Stage, serveHome, until } from './stage.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const ANSWERS = ['--q1', 'To test.', '--q2', 'No other.', '--q3', 'unknown', '--channel', CHANNEL];
const backedUp = z.object({ ledger: z.object({ sequence: z.number(), hash: z.string() }), blobs: z.number() });
const restored = z.object({ ledger: z.object({ sequence: z.number(), hash: z.string() }), verified: z.boolean() });
const snapshots = z.object({ results: z.array(z.object({ number: z.number(), manifest: z.string() })) });
const ledgerRows = z.object({ results: z.array(z.object({ sequence: z.number(), hash: z.string() })) });
const filed = z.object({ request: z.object({ id: z.string(), name: z.string() }) });
const page = z.object({ files: z.array(z.object({ filename: z.string(), url: z.string() })) });

describe('backup and restore', () => {
  let stage: Stage;
  let other: Served | undefined;
  const elsewhere = () => join(stage.folder, 'a folder with another, longer name', 'home');

  beforeAll(async () => {
    stage = await openStage();
    const names = ['first', 'second', ...Array.from({ length: 6 }, (_, number) => `meanwhile-${number}`)];
    for (const name of names) stage.upstream.add(await makeWheel({ name, version: '1.0' }));
    await stage.clear('first');
    await stage.clear('second');
  });
  afterAll(async () => {
    await other?.stop();
    await removeHome(elsewhere());
    await stage?.close();
  });

  it('keeps snapshots, bytes and the head of the ledger, though requests are filed meanwhile', async () => {
    const file = join(stage.folder, 'backup.tar');
    const filing = [0, 1, 2].map((number) =>
      stage.answer(filed, ['request', 'new', 'pypi', `meanwhile-${number}`, ...ANSWERS], 'rosa'),
    );
    const backup = await stage.answer(backedUp, ['backup', file]);
    const requests = await Promise.all(filing);
    const before = await stage.answer(snapshots, ['snapshot', 'list', '--channel', CHANNEL]);
    const served = await everythingServed(stage.url());

    const run = await runCommand(elsewhere(), ['restore', file, '--verify']);
    expect(run.code, run.stderr).toBe(0);
    const report = restored.parse(run.json);
    expect(report).toMatchObject({ verified: true, ledger: backup.ledger });

    const after = snapshots.parse((await runCommand(elsewhere(), ['snapshot', 'list', '--channel', CHANNEL])).json);
    expect(after.results).toEqual(before.results);
    const rows = ledgerRows.parse((await runCommand(elsewhere(), ['log', 'list', '--limit', '1000'])).json);
    expect(rows.results.find(({ sequence }) => sequence === backup.ledger.sequence)?.hash).toBe(backup.ledger.hash);
    const source = ledgerRows.parse((await stage.pratique(['log', 'list', '--limit', '1000'])).json);
    const head = source.results.find(({ sequence }) => sequence === backup.ledger.sequence);
    expect(head?.hash).toBe(backup.ledger.hash);

    other = await serveHome(elsewhere());
    expect(await everythingServed(other.url)).toEqual(served);
    // What was acknowledged before the backup read the database is in it, whole; later requests are not half in it.
    const list = z.object({ results: z.array(z.object({ id: z.string(), name: z.string(), state: z.string() })) });
    const kept = list.parse((await runCommand(elsewhere(), ['request', 'list'])).json);
    const asked = new Map(requests.map(({ request }) => [request.id, request.name]));
    for (const { id, name } of kept.results) if (asked.has(id)) expect(asked.get(id)).toBe(name);
    const verified = await runCommand(elsewhere(), ['log', 'verify']);
    expect(verified.code, verified.stdout).toBe(0);
  });

  it('refuses a home that is not empty, and a backup that was cut off', async () => {
    const file = join(stage.folder, 'backup.tar');
    const twice = await runCommand(elsewhere(), ['restore', file]);
    expect(twice.code, twice.stderr).not.toBe(0);
    const cut = join(stage.folder, 'cut.tar');
    await writeFile(cut, 'not a backup');
    const folder = join(stage.folder, 'nothing');
    const run = await runCommand(folder, ['restore', cut]);
    expect(run.code).not.toBe(0);
    expect(run.stderr).toMatch(/^error: .*\n {2}why:/m);
    await removeHome(folder);
  });

  /** Each index page and each file of the two cleared packages, as text and as a digest. */
  async function everythingServed(url: string): Promise<readonly string[]> {
    const all: string[] = [];
    for (const name of ['first', 'second']) {
      const address = `${url}/${CHANNEL}/pypi/simple/${name}/`;
      const response = await fetch(address, { headers: { accept: 'application/vnd.pypi.simple.v1+json' } });
      const text = await response.text();
      all.push(text.replaceAll(url, ''));
      for (const one of page.parse(JSON.parse(text)).files) {
        const file = await fetch(new URL(one.url, address));
        expect(file.status).toBe(200);
        all.push(Buffer.from(await file.arrayBuffer()).toString('base64'));
      }
    }
    return all;
  }
});

/** The default channels and their facts, in the columns that every release had. */
async function writeAsOfOld(db: Database): Promise<void> {
  const at = new Date('2026-01-01T00:00:00.000Z');
  const facts: Fact[] = [{ kind: 'home-initialised', publicKey: 'of old' }];
  for (const [name, tier, mode, window] of [
    ['tier2', 2, 'open', null],
    ['tier3', 3, 'cleared', 432_000],
  ] as const) {
    const targets = JSON.stringify(pypi.targets.defaults);
    await sql`insert into channels (name, tier, mode, providers, window_seconds, timezone, targets, created_at)
      values (${name}, ${tier}, ${mode}, '{}', ${window}, 'UTC', ${targets}::jsonb, ${at})`.execute(db);
    facts.push({ kind: 'channel-created', channel: name, tier, mode });
  }
  let previous = GENESIS;
  for (const [index, fact] of facts.entries()) {
    const sequence = index + 1;
    const hash = rowHash({ sequence, at: at.toISOString(), actor: 'system', fact, previous });
    await sql`insert into ledger (sequence, at, actor, kind, fact, previous, hash)
      values (${sequence}, ${at}, 'system', ${fact.kind}, ${JSON.stringify(fact)}::jsonb, ${previous}, ${hash})`.execute(
      db,
    );
    previous = hash;
  }
}

describe('a home of an older release', () => {
  const older = ['0002-people', '0005-snapshots', '0016-known-files'];
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pratique-older-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(older)('at the schema of %s is migrated, keeps what it held, and serves', async (upTo) => {
    const home = await createHome(join(folder, upTo));
    await writeFile(home.config, CONFIG_TEXT.replace('  pypi: discover\n', '  pypi: []\n'), { mode: 0o600 });
    const database = await openDatabase({ home: home.folder });
    try {
      await migrate({ db: database.db, folder: MIGRATIONS, upTo });
      await writeAsOfOld(database.db);
    } finally {
      await database.close();
    }
    try {
      const known = await availableMigrations(MIGRATIONS);
      const migrated = await runCommand(home.folder, ['migrate']);
      expect(z.object({ applied: z.array(z.string()) }).parse(migrated.json).applied).toEqual(
        known.slice(known.indexOf(upTo) + 1),
      );
      expect((await runCommand(home.folder, ['init'])).code).toBe(0);
      const served = await serveHome(home.folder);
      try {
        await until('it serves', async () => (await fetch(`${served.url}/tier3/pypi/simple/`)).status === 200);
        const log = await runCommand(home.folder, ['log', 'verify']);
        expect(log.code, log.stdout).toBe(0);
        const channels = z.object({ results: z.array(z.object({ name: z.string() })) });
        const { results } = channels.parse((await runCommand(home.folder, ['channel', 'list'])).json);
        expect(results.map(({ name }) => name)).toEqual(['tier2', 'tier3']);
      } finally {
        await served.stop();
      }
    } finally {
      await removeHome(home.folder);
    }
  });
});
