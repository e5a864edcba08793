import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { olga, openPeopleBench, type PeopleBench, rosa, vera } from '../../../test/harness/people.ts';
import { accessText } from '../../domain/access.ts';
import { accessTo, listAccess } from './read.ts';

let bench: PeopleBench;
beforeAll(async () => {
  bench = await openPeopleBench();
  await bench.channels.create(olga, { name: 'survey', tier: 3, mode: 'cleared', providers: ['Trust'] });
});
afterAll(() => bench.close());
const change = (...allow: readonly string[]) =>
  bench.channels.changeAccess(olga, 'survey', { allow, reason: 'Laptops install from outside.' });

describe('who may install from a channel', () => {
  it('is everybody where nothing was said', async () => {
    expect(await accessTo(bench.db, 'survey')).toBeNull();
    expect(accessText(null)).toBe('everyone');
  });

  it('is any of the ways that an operator names, and the ledger says why', async () => {
    const access = await change('10.20.0.0/16', 'fd00::/8+token', 'token', 'token');
    expect(accessText(access)).toBe('10.20.0.0/16, fd00::/8+token, token');
    expect(await accessTo(bench.db, 'survey')).toEqual(access);
    expect((await bench.facts()).at(-1)).toEqual({
      ...{ kind: 'channel-access-changed', channel: 'survey', access },
      reason: 'Laptops install from outside.',
    });
    expect(await change('everyone')).toBeNull();
    expect((await listAccess(bench.db)).get('survey')).toBeNull();
  });

  it('stays when other settings change', async () => {
    await change('token');
    await bench.channels.change(olga, 'survey', { tier: 2 });
    expect(accessText(await accessTo(bench.db, 'survey'))).toBe('token');
  });

  it.each([['nobody'], ['10.0.0.0/40'], ['10.0.0.0'], ['+token'], ['everyone+token'], ['']])(
    '%j is no way in, and leaves everything as it was',
    async (word) => {
      const before = [await accessTo(bench.db, 'survey'), (await bench.facts()).length];
      await expect(change('token', word)).rejects.toMatchObject({ code: 'not-a-way', kind: 'usage' });
      expect([await accessTo(bench.db, 'survey'), (await bench.facts()).length]).toEqual(before);
    },
  );

  it('everyone stands alone, and somebody must be named', async () => {
    await expect(change('everyone', 'token')).rejects.toMatchObject({ code: 'not-a-way' });
    await expect(change()).rejects.toMatchObject({ code: 'no-ways' });
  });

  it('can be said where a channel is made, which is then open to nobody else for no moment', async () => {
    const about = { tier: 3, mode: 'cleared', providers: ['Trust'] };
    await bench.channels.create(olga, { name: 'guarded', ...about, allow: ['10.20.0.0/16', 'token'] });
    expect(accessText(await accessTo(bench.db, 'guarded'))).toBe('10.20.0.0/16, token');
    expect((await bench.facts()).slice(-2)).toMatchObject([
      { kind: 'channel-created', channel: 'guarded' },
      { kind: 'channel-access-changed', channel: 'guarded', reason: 'as it was made' },
    ]);
    const before = (await bench.facts()).length;
    const wrong = bench.channels.create(olga, { name: 'open-by-mistake', ...about, allow: ['tokens'] });
    await expect(wrong).rejects.toMatchObject({ code: 'not-a-way' });
    await expect(accessTo(bench.db, 'open-by-mistake')).rejects.toMatchObject({ code: 'unknown-channel' });
    expect((await bench.facts()).length).toBe(before);
  });

  it('takes an operator, a reason, and a channel that is there', async () => {
    const asked = { allow: ['token'], reason: 'Why not.' };
    for (const actor of [rosa, vera])
      await expect(bench.channels.changeAccess(actor, 'survey', asked)).rejects.toMatchObject({ code: 'wrong-role' });
    await expect(bench.channels.changeAccess(olga, 'survey', { ...asked, reason: ' ' })).rejects.toMatchObject({
      code: 'text-missing',
    });
    await expect(bench.channels.changeAccess(olga, 'nowhere', asked)).rejects.toMatchObject({
      code: 'unknown-channel',
    });
  });
});
