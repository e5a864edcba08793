import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { form, olga, openPeopleBench, type PeopleBench, person, rosa, vera } from '../../../test/harness/people.ts';
import { SYSTEM } from '../../domain/people.ts';
import { pypi } from '../../ecosystems/pypi/index.ts';
import { isQuarantined, listQuarantines } from '../quarantine/read.ts';
import { clearedEntries, denials, historyOf, isDenied } from './read.ts';

let bench: PeopleBench;
beforeAll(async () => {
  bench = await openPeopleBench();
  for (const name of ['lab', 'ward'])
    await bench.channels.create(olga, { name, tier: 3, mode: 'cleared', window: 'none', undo: 'none' });
});
afterAll(() => bench.close());

async function accept(channel: string, name: string, version = '1.0') {
  const { request } = await bench.requests.file(rosa, form(channel, name, { version }));
  await bench.collect({ channel, name, request: request.id }, { version });
  const accept = { choice: { kind: 'accept', list: 'extra' }, reason: 'Standard.' } as const;
  await bench.decisions.decide(vera, { request: request.id, ...accept });
  await bench.settle();
  const [entry] = await clearedEntries(bench.db, channel, { name });
  return entry?.id ?? 'none';
}
const denied = async (name: string, version: string | null, channel = 'lab') =>
  isDenied(await denials(bench.db, channel), { channel, ecosystem: 'pypi', name, version }, pypi.versions)?.reason;
const ALL = { channel: null, ecosystem: 'pypi', versions: null } as const;

describe('lists', () => {
  it('takes an entry off with a reason, once', async () => {
    const id = await accept('lab', 'numpy');
    await expect(bench.lists.remove(vera, id, ' ')).rejects.toMatchObject({ code: 'text-missing' });
    await expect(bench.lists.remove(rosa, id, 'x')).rejects.toMatchObject({ code: 'wrong-role' });
    await bench.lists.remove(vera, id, 'Unused.');
    expect((await bench.facts()).at(-1)).toMatchObject({ kind: 'list-changed', channel: 'lab', names: ['numpy'] });
    expect(await clearedEntries(bench.db, 'lab', { name: 'numpy' })).toEqual([]);
    await expect(bench.lists.remove(vera, id, 'Again.')).rejects.toMatchObject({
      ...{ code: 'unknown-entry', next: 'See `pratique list show extra` (or `core`).' },
    });
  });
  it('denies a range here, and lifts it', async () => {
    const { id } = await bench.lists.deny(vera, {
      ...{ channel: 'lab', ecosystem: 'pypi', name: 'Zope.Interface', versions: '<5', reason: 'Old.' },
    });
    expect(await denied('zope-interface', '4.9')).toBe('Old.');
    expect(await denied('zope-interface', '5.0')).toBeUndefined();
    expect(await denied('zope-interface', null)).toBeUndefined();
    expect(await denied('zope', '4.9')).toBeUndefined();
    expect(await denied('zope-interface', '4.9', 'ward')).toBeUndefined();
    await expect(bench.lists.lift(SYSTEM, id, 'x')).rejects.toMatchObject({ code: 'wrong-role' });
    await bench.lists.lift(vera, id, 'Mended.');
    expect(await denied('zope-interface', '4.9')).toBeUndefined();
    await expect(bench.lists.lift(vera, id, 'x')).rejects.toMatchObject({
      ...{ code: 'unknown-denial', next: 'See `pratique list show denied`.' },
    });
  });
  it('denies for the whole installation', async () => {
    await bench.lists.deny(vera, { ...ALL, name: 'evil', reason: 'Malware.' });
    expect([await denied('evil', null), await denied('evil', '1.0', 'ward')]).toEqual(['Malware.', 'Malware.']);
    expect((await bench.facts()).slice(-2)).toMatchObject([
      { kind: 'list-changed', channel: 'lab', list: 'denied', names: ['evil'] },
      { kind: 'list-changed', channel: 'ward', list: 'denied', names: ['evil'] },
    ]);
  });
  it.each([
    [{ name: '' }, 'not-a-name'],
    [{ ecosystem: 'cobol' }, 'unknown-ecosystem'],
    [{ channel: 'nowhere' }, 'unknown-channel'],
    [{ versions: '=>1' }, 'unknown-range'],
    [{ reason: '' }, 'text-missing'],
  ])('refuses a denial with %j', async (wrong, code) => {
    const before = (await bench.facts()).length;
    await expect(bench.lists.deny(vera, { ...ALL, name: 'x', reason: 'x', ...wrong })).rejects.toMatchObject({ code });
    expect((await bench.facts()).length).toBe(before);
  });
});

describe('the history of a list', () => {
  it('names who, when and by which decision, on and off', async () => {
    const id = await accept('lab', 'seaborn');
    const before = await historyOf(bench.db, { channel: 'lab', list: 'extra', name: 'seaborn' });
    expect(before).toMatchObject([
      { id, versions: '1.0', decision: expect.stringMatching(/^A-/), addedBy: 'vera', removedAt: null },
    ]);
    await bench.lists.remove(vera, id, 'Unused.');
    await accept('lab', 'seaborn', '1.1');
    const [newest, first] = await historyOf(bench.db, { channel: 'lab', list: 'extra', name: 'seaborn' });
    expect(newest).toMatchObject({ versions: '1.1', removedBy: null });
    expect(first).toMatchObject({ versions: '1.0', removedBy: 'vera', removedReason: 'Unused.' });
    const page = { channel: 'lab', list: 'extra', name: 'seaborn', limit: 1 } as const;
    expect((await historyOf(bench.db, { ...page, before: newest })).map((one) => one.versions)).toEqual(['1.0']);
  });
  it('has denials that were lifted, of the channel and of all', async () => {
    const lifted = await bench.lists.deny(vera, { ...ALL, name: 'once', reason: 'Stolen.' });
    await bench.lists.lift(vera, lifted.id, 'Given back.');
    await bench.lists.deny(vera, { ...ALL, channel: 'ward', name: 'once', reason: 'Only there.' });
    expect(await historyOf(bench.db, { channel: 'lab', list: 'denied', name: 'once' })).toMatchObject([
      { id: lifted.id, addedBy: 'vera', reason: 'Stolen.', removedBy: 'vera', removedReason: 'Given back.' },
    ]);
  });
});

describe('quarantine', () => {
  const scope = { ecosystem: 'pypi', name: 'lxml', versions: '<5' };
  const stops = async (version: string | null) =>
    isQuarantined(await listQuarantines(bench.db), { ecosystem: 'pypi', name: 'lxml', version }, pypi.versions);
  it('is said what it is of without a change', async () => {
    await accept('lab', 'lxml', '4.9');
    await accept('ward', 'lxml', '5.0');
    const before = (await bench.facts()).length;
    expect(bench.quarantine.scopeOf({ ...scope, name: 'LXML' })).toMatchObject({ ecosystem: pypi, name: 'lxml' });
    expect([(await bench.facts()).length, await stops('4.9')]).toEqual([before, undefined]);
  });
  it('is started by automation too, and ended by people only, with a reason', async () => {
    const { id } = await bench.quarantine.start(SYSTEM, { ...scope, reason: 'Advisory.', advisory: 'X-1' });
    expect([await stops('4.9'), await stops('5.0'), await stops(null)]).toEqual([id, undefined, undefined]);
    for (const actor of [SYSTEM, rosa, person('petra', 'provider', 'Trust')])
      await expect(bench.quarantine.end(actor, id, 'x')).rejects.toMatchObject({ code: 'wrong-role' });
    await expect(bench.quarantine.end(vera, id, '')).rejects.toMatchObject({ code: 'text-missing' });
    expect(await stops('4.9')).toBe(id);
    expect(await bench.quarantine.end(vera, id, 'Not reachable.')).toMatchObject({ endedBy: 'vera' });
    expect(await stops('4.9')).toBeUndefined();
    await expect(bench.quarantine.end(vera, id, 'x')).rejects.toMatchObject({ code: 'unknown-quarantine' });
  });
});
