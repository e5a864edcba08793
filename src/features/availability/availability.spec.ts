import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL, openTestRegistry, type TestRegistry } from '../../../test/harness/registry.ts';
import { pypi } from '../../ecosystems/pypi/index.ts';
import { availabilityOf } from './read.ts';

describe('why a release is not there', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await openTestRegistry();
    await registry.snapshots.init(CHANNEL);
    await registry.accept([
      { name: 'app', version: '1.0.0', requires: ['wood', 'gear'] },
      { name: 'wood', version: '1.0.0' },
      { name: 'gear', version: '1.0.0' },
    ]);
    await publish();
  });
  afterAll(() => registry?.close());

  const publish = () => registry.snapshots.publish({ channel: CHANNEL, ecosystem: 'pypi', names: ['wood'] });
  const why = (name: string, version: string | null = null, range?: string) =>
    availabilityOf({ ...registry, now: () => new Date() }, CHANNEL, {
      ecosystem: pypi,
      name,
      extras: [],
      version,
      ...(range === undefined ? {} : { range }),
      text: name,
    });

  it('names what stopped the tree that it came with, until that ends', async () => {
    expect(await why('gear')).toMatchObject({ state: 'dependency', reason: null });
    await registry.pool.query(
      `insert into quarantines (id, ecosystem, name, versions, reason, started_by, started_at)
       values ('Q-7', 'pypi', 'wood', null, 'x', 'p', now())`,
    );
    await publish();
    expect(await why('wood')).toMatchObject({ state: 'quarantined', reason: 'Q-7: x' });
    expect(await why('gear')).toMatchObject({
      state: 'quarantined',
      reason: 'Q-7 stopped wood 1.0.0, which app 1.0.0 needs; it brought gear 1.0.0',
    });
    expect(await why('stranger')).toMatchObject({ state: 'not-requested', reason: 'nobody has asked for it' });
    await registry.pool.query('delete from quarantines');
    await publish();
    expect(await why('gear')).toMatchObject({ state: 'dependency', reason: null });
  });

  it('says of another version than the accepted one that nobody asked for it, and not that it is on its way', async () => {
    await registry.pool.query(
      `insert into requests (id, number, channel, ecosystem, name, version, extras, state, filed_by, filed_at, moved_at)
       values ('R-9', 9, $1, 'pypi', 'app', null, '{}', 'accepted', 'p', now(), now())`,
      [CHANNEL],
    );
    expect(await why('app', '1.0.0')).toMatchObject({ state: 'accepted', request: 'R-9' });
    expect(await why('app', '0.9')).toMatchObject({
      state: 'not-requested',
      reason: 'what is accepted is 1.0.0',
      request: null,
    });
    await registry.pool.query(
      `insert into upstream_packages (ecosystem, name, document, said, read_at)
       values ('pypi', 'app', $1, 'x', '2026-01-01T00:00:00Z')
       on conflict (ecosystem, name) do update set document = excluded.document, read_at = excluded.read_at`,
      [
        JSON.stringify({
          ...{ ecosystem: 'pypi', name: 'app', warnings: [], readAt: '2026-01-01T00:00:00Z' },
          releases: [{ version: '1.0.0', distributions: [] }],
        }),
      ],
    );
    expect(await why('app', '0.9')).toMatchObject({
      reason:
        'what is accepted is 1.0.0; upstream lists no version 0.9 (asked 2026-01-01T00:00:00.000Z); near it are 1.0.0',
      available_versions: ['1.0.0'],
    });
  });

  it('says of a version that upstream does not list that there is none, and which are near, whatever is asked for the package', async () => {
    const release = (version: string) => ({ version, distributions: [] });
    const listing = (warnings: readonly object[]) => ({
      ...{ ecosystem: 'pypi', name: 'sloop', warnings, readAt: '2026-01-01T00:00:00Z' },
      releases: ['1.0', '1.2', '2.0', '1.10', '3.0'].map(release),
    });
    const listed = (warnings: readonly object[]) =>
      registry.pool.query(
        `insert into upstream_packages (ecosystem, name, document, said, read_at)
         values ('pypi', 'sloop', $1, 'x', '2026-01-01T00:00:00Z')
         on conflict (ecosystem, name) do update set document = excluded.document`,
        [JSON.stringify(listing(warnings))],
      );
    const none = {
      state: 'not-requested',
      request: null,
      reason: 'upstream lists no version 1.5 (asked 2026-01-01T00:00:00.000Z); near it are 1.0, 1.2, 1.10, 2.0, 3.0',
      available_versions: ['1.0', '1.2', '1.10', '2.0', '3.0'],
    };
    await listed([]);
    expect(await why('sloop', '1.5')).toMatchObject(none);
    await registry.pool.query(
      `insert into requests (id, number, channel, ecosystem, name, version, extras, state, filed_by, filed_at, moved_at)
       values ('R-10', 10, $1, 'pypi', 'sloop', null, '{}', 'in-review', 'p', now(), now())`,
      [CHANNEL],
    );
    expect(await why('sloop', '1.5')).toMatchObject(none);
    const pending = { state: 'in-review', request: 'R-10', available_versions: [] };
    expect(await why('sloop')).toMatchObject(pending);
    expect(await why('sloop', '1.2')).toMatchObject(pending);
    expect(await why('sloop', null, '>=4')).toMatchObject({
      ...{ state: 'not-requested', available_versions: ['2.0', '3.0'] },
      reason: expect.stringContaining('no version in >=4'),
    });
    expect(await why('sloop', null, '>=3')).toMatchObject(pending);
    // A source that did not answer may have it.
    await listed([{ source: 'main', reason: 'no answer' }]);
    expect(await why('sloop', '1.5')).toMatchObject(pending);
    await listed([{ kind: 'no-answer', source: 'main', what: 'did not answer' }]);
    expect(await why('sloop', '1.5')).toMatchObject(pending);
    expect(await why('stranger', '1.5')).toMatchObject({ reason: 'nobody has asked for it' });
    // An entry that cannot be used makes no other version exist: large packages have some.
    await listed([{ kind: 'left-out', source: 'main', what: '0.0.1 is left out: it has no digest' }]);
    const { reason, ...others } = none;
    expect(await why('sloop', '1.5')).toMatchObject({
      ...others,
      reason: reason.replace('no version 1.5', 'no version 1.5 that can be used'),
    });
  });

  it('says of an open channel what it does of its own, and of a closed one that it serves nothing', async () => {
    const mode = (to: string) => registry.pool.query('update channels set mode = $1', [to]);
    await mode('open');
    expect(await why('newcomer')).toMatchObject({
      state: 'not-requested',
      reason:
        'nobody has installed it from here yet: it is vetted at its first use, and offered where policy admits it',
    });
    await registry.pool.query(
      `insert into first_uses (channel, ecosystem, name, evidence, verdict, seen_at)
       values ($1, 'pypi', 'newcomer', 'x', 'review', '2026-01-02T00:00:00Z')`,
      [CHANNEL],
    );
    expect(await why('newcomer')).toMatchObject({
      state: 'in-review',
      reason: 'it was used here first on 2026-01-02, and policy leaves it to people: ask for it, so that they decide',
    });
    await mode('closed');
    const closed = { state: 'not-requested', reason: 'the channel is closed: it serves no packages' };
    expect(await why('newcomer')).toMatchObject(closed);
    expect(await why('app', '1.0.0')).toMatchObject(closed);
    await mode('cleared');
    await registry.pool.query('delete from first_uses');
    expect(await why('newcomer')).toMatchObject({ reason: 'nobody has asked for it' });
  });

  it('says of what was taken off the list that it was, and not that it is on its way', async () => {
    await registry.pool.query(
      `update list_entries set removed_at = now(), removed_by = 'p', removed_reason = 'Nobody needs it.' where name = 'app'`,
    );
    await publish();
    expect(await why('app')).toMatchObject({
      state: 'not-requested',
      reason: 'L-1 1.0.0 was taken off the extra list: Nobody needs it.',
      request: null,
    });
    // Accepted again, and not published yet.
    await registry.accept([{ name: 'app', version: '1.0.0', requires: ['wood', 'gear'] }]);
    expect(await why('app')).toMatchObject({
      state: 'in-window',
      reason: 'accepted, but not in the current snapshot: it is published next, as a rule within a minute',
    });
    await registry.pool.query(`update list_entries set added_at = '2020-01-01T00:00:00Z'`);
    await registry.ledger.change({ kind: 'system' }, async ({ append }) =>
      append({ kind: 'snapshot-refused', channel: CHANNEL, code: 'not-closed', reason: 'app needs wood' }),
    );
    expect((await why('app')).reason).toMatch(
      /: publishing was refused at \S+Z, and goes on when this is mended: app needs wood \(not-closed\)$/,
    );
    await registry.pool.query(`update channels set window_seconds = 432000`);
    expect((await why('app')).reason).toContain('has an objection window and no data provider: name one with');
  });
});

describe('why a release is not there any more', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await openTestRegistry();
    await registry.snapshots.init(CHANNEL);
    await registry.accept([{ name: 'app', version: '1.0.0' }]);
    await registry.snapshots.publish({ channel: CHANNEL, ecosystem: 'pypi', names: [] });
    await registry.pool.query(
      `insert into requests (id, number, channel, ecosystem, name, version, extras, state, filed_by, filed_at, moved_at)
       values ('R-9', 9, $1, 'pypi', 'app', null, '{}', 'accepted', 'p', now(), now())`,
      [CHANNEL],
    );
  });
  afterAll(() => registry?.close());

  const olga = { kind: 'person', name: 'olga', roles: ['operator'], organisation: null } as const;
  const why = async () => {
    const asked = { ecosystem: pypi, name: 'app', extras: [], version: null, text: 'app' };
    return (await availabilityOf({ ...registry, now: () => new Date() }, CHANNEL, asked)).reason;
  };

  it('says of what is offered that something it needs was stopped since, where a rollback keeps it in the snapshot', async () => {
    const trees = await openTestRegistry();
    try {
      await trees.snapshots.init(CHANNEL);
      await trees.accept([
        { name: 'app', version: '1.0.0', requires: ['wood'] },
        { name: 'wood', version: '1.0.0', requires: ['gear'] },
        { name: 'gear', version: '1.0.0' },
      ]);
      await trees.snapshots.publish({ channel: CHANNEL, ecosystem: 'pypi', names: [] });
      await trees.snapshots.rollback(CHANNEL, 2, olga);
      const state = async (name: string) => {
        const asked = { ecosystem: pypi, name, extras: [], version: null, text: name };
        const found = await availabilityOf({ ...trees, now: () => new Date() }, CHANNEL, asked);
        return { state: found.state, reason: found.reason };
      };
      expect(await state('app')).toEqual({ state: 'accepted', reason: null });
      await trees.pool.query(
        `insert into quarantines (id, ecosystem, name, versions, reason, started_by, started_at)
         values ('Q-7', 'pypi', 'gear', '==1.0.0', 'x', 'p', now()), ('Q-8', 'npm', 'wood', null, 'x', 'p', now())`,
      );
      const stopped = { state: 'quarantined', reason: 'Q-7 stopped gear 1.0.0, which app 1.0.0 needs' };
      expect(await state('app')).toEqual(stopped);
      expect(await state('wood')).toMatchObject({ state: 'quarantined', reason: expect.stringContaining('Q-7') });
      await trees.pool.query(`update quarantines set versions = '==2' where id = 'Q-7'`);
      expect(await state('app')).toEqual({ state: 'accepted', reason: null });
    } finally {
      await trees.close();
    }
  });

  it('says that the channel was rolled back, and the reason that was given for the newest time', async () => {
    expect(await why()).toBeNull();
    await registry.snapshots.rollback(CHANNEL, 1, olga, 'It broke the nightly runs.');
    const lacks = 'accepted, but not in the current snapshot: the channel was rolled back to 1';
    expect(await why()).toBe(`${lacks}: It broke the nightly runs.`);
    await registry.snapshots.rollback(CHANNEL, 1, olga);
    expect(await why()).toBe(lacks);
    await expect(registry.snapshots.rollback(CHANNEL, 1, olga, 'x'.repeat(100_000))).rejects.toMatchObject({
      kind: 'usage',
    });
  });
});
