import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { olga, openPeopleBench, type PeopleBench, person, rosa, vera } from '../../../test/harness/people.ts';
import { pypi } from '../../ecosystems/pypi/index.ts';
import { createTags, type Tags } from './index.ts';
import { findTag, missingTags, tagRequirements } from './read.ts';

const gina = person('gina', 'researcher', 'GENOMICS');
const CONEFIT = { ecosystem: 'pypi', name: 'conefit', version: '2.0.10' };
let bench: PeopleBench;
let tags: Tags;
beforeAll(async () => {
  bench = await openPeopleBench();
  tags = createTags({ ledger: bench.ledger, ecosystem: (id) => (id === 'pypi' ? pypi : undefined) });
  await bench.channels.create(olga, { name: 'trial', tier: 3, mode: 'cleared', window: 'none' });
});
afterAll(() => bench.close());

const add = (who: typeof rosa, more: object = {}) =>
  tags.add(who, { label: 'code-reviewed', purl: 'pkg:pypi/ConeFit@2.0.10', reason: 'I read it.', ...more });
const missing = async (text: string, now = bench.clock.now()) => {
  const [label = '', team = null] = text.split('@');
  return missingTags(bench.db, CONEFIT, [{ label, team }], now);
};

describe('a tag', () => {
  it('is put on in normal form, for the organisation that operators gave whoever puts it on', async () => {
    const made = await add(gina);
    expect(made).toMatchObject({ ...CONEFIT, team: 'GENOMICS', taggedBy: 'gina', until: null, removedAt: null });
    expect((await bench.facts()).at(-1)).toMatchObject({
      kind: 'tag-added',
      tag: made.id,
      ...CONEFIT,
      team: 'GENOMICS',
    });
    expect(await missing('code-reviewed@GENOMICS')).toEqual([]);
    expect(await missing('code-reviewed@ASTRONOMY')).toEqual(['code-reviewed@ASTRONOMY']);
  });
  it('is taken off by who put it on, by reviewers and operators, and by nobody else', async () => {
    const made = await add(gina, { label: 'gpu' });
    await expect(tags.remove(rosa, made.id, 'No.')).rejects.toMatchObject({ code: 'wrong-role' });
    expect(await tags.remove(gina, made.id, 'It needs none.')).toMatchObject({ removedBy: 'gina' });
    await expect(tags.remove(vera, made.id, 'Twice.')).rejects.toMatchObject({ code: 'unknown-tag' });
    const other = await add(gina, { label: 'gpu' });
    expect(await tags.remove(vera, other.id, 'It needs none.')).toMatchObject({ removedReason: 'It needs none.' });
    expect(await findTag(bench.db, other.id)).toMatchObject({ removedBy: 'vera' });
    expect(await missing('gpu')).toEqual(['gpu']);
  });
  it('is not taken off by a token that does not reach its ecosystem, also where it is its own', async () => {
    const made = await add(gina, { label: 'gpu' });
    const scope = { actions: null, ecosystems: ['npm'], channels: null };
    const limited = { ...gina, credential: { kind: 'token', id: 'T-1', strength: 'single', scope } } as const;
    await expect(tags.remove(limited, made.id, 'No.')).rejects.toMatchObject({ code: 'token-scope' });
    expect(await findTag(bench.db, made.id)).toMatchObject({ removedAt: null });
  });
  it('ends on its day', async () => {
    const until = new Date(bench.clock.now().getTime() + 1000);
    await add(rosa, { label: 'sde-approved', until });
    expect(await missing('sde-approved')).toEqual([]);
    expect(await missing('sde-approved', until)).toEqual(['sde-approved']);
    await expect(add(rosa, { until: bench.clock.now() })).rejects.toMatchObject({ code: 'already-over' });
  });
  it.each([
    ['not-a-purl', { purl: 'conefit' }],
    ['not-a-purl', { purl: 'pkg:cargo/conefit@1' }],
    ['not-a-step', { since: '2.0.10' }],
    ['not-a-step', { purl: 'pkg:pypi/conefit', since: '2.0.10' }],
    ['not-a-step', { since: 'not a version' }],
    ['not-a-tag', { label: 'Code Reviewed' }],
    ['text-missing', { reason: ' ' }],
  ])('is refused as %s: %j, and leaves nothing behind', async (code, more) => {
    const before = (await bench.facts()).length;
    await expect(add(rosa, more)).rejects.toMatchObject({ code });
    expect(await bench.facts()).toHaveLength(before);
  });
  it('is not put on by an auditor', async () => {
    await expect(add(person('audrey', 'auditor'))).rejects.toMatchObject({ code: 'wrong-role' });
  });
});

describe('what a channel asks for', () => {
  const asked = { channel: 'trial', tag: 'code-reviewed@GENOMICS', criteria: 'A member read every line.' };
  it('is asked for once, by reviewers and operators, until it is lifted', async () => {
    await expect(tags.require(gina, asked)).rejects.toMatchObject({ code: 'wrong-role' });
    const made = await tags.require(vera, asked);
    expect(made).toMatchObject({ label: 'code-reviewed', team: 'GENOMICS', requiredBy: 'vera' });
    await expect(tags.require(olga, asked)).rejects.toMatchObject({ code: 'already-required' });
    expect(await tagRequirements(bench.db, 'trial')).toEqual([made]);
    expect(await tagRequirements(bench.db, 'elsewhere')).toEqual([]);
    expect(await tags.lift(olga, made.id, 'Too much.')).toMatchObject({ liftedBy: 'olga' });
    await expect(tags.lift(olga, made.id, 'Twice.')).rejects.toMatchObject({ code: 'unknown-requirement' });
    expect(await tagRequirements(bench.db)).toEqual([]);
    expect(await tags.require(olga, asked)).toMatchObject({ requiredBy: 'olga' });
    const kinds = (await bench.facts()).map(({ kind }) => kind).filter((kind) => kind.startsWith('tag-requ'));
    expect(kinds).toEqual(['tag-required', 'tag-requirement-lifted', 'tag-required']);
  });
  it('is asked of a channel that is there', async () => {
    const elsewhere = tags.require(olga, { ...asked, channel: 'nowhere' });
    await expect(elsewhere).rejects.toMatchObject({ code: 'unknown-channel' });
  });
});
