/** A whole project at the command line: advice, one bundle, decided together, undone, and what nobody asked for yet. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { makeWheel } from '../harness/wheels.ts';
import { CHANNEL, openStage, type Stage, until } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const WORDS = ['--q1', 'To test.', '--q2', 'No other.', '--q3', 'unknown'];
const IN = ['--channel', CHANNEL];
const bundled = z.object({
  bundle: z.object({ id: z.string() }),
  summary: z.object({ filed: z.number(), joined: z.number(), available: z.number(), refused: z.number() }),
});
const rows = z.object({ results: z.array(z.looseObject({ id: z.string(), state: z.string() })) });
const decided = z.object({ results: z.array(z.object({ request: z.string(), outcome: z.string() })) });
const drafts = z.object({
  results: z.array(z.object({ id: z.string() })),
  refused: z.array(z.object({ id: z.string(), count: z.number() })),
});
let stage: Stage;
let file: string;
beforeAll(async () => {
  stage = await openStage();
  stage.upstream.add(await makeWheel({ name: 'dune', version: '1.0', requires: ['grain'] }));
  for (const name of ['grain', 'shore', 'later']) stage.upstream.add(await makeWheel({ name, version: '1.0' }));
  file = join(stage.folder, 'requirements.txt');
  await writeFile(file, 'dune==1.0 --hash=sha256:00\nshore>=1\nnothing-here; sys_platform == "win32"\n');
});
afterAll(() => stage?.close());

describe('a project', () => {
  it('is advised on, asked for as one bundle, decided together, and then can be installed', async () => {
    const advice = await stage.pratique(['suggest', '--from', file, ...IN]);
    expect(advice.code, advice.stderr).toBe(1);
    expect(advice.json).toMatchObject({ results: [{ together: { cleared: 0, toReview: { length: 3 } } }] });
    const { bundle, summary } = await stage.answer(
      bundled,
      ['request', 'new', '--from', file, ...WORDS, ...IN],
      'rosa',
    );
    expect(summary).toEqual({ filed: 2, joined: 0, available: 0, refused: 0 });
    await until('the bundle is in review', async () =>
      (await stage.answer(rows, ['review', 'show', bundle.id], 'vera')).results.every(
        ({ state }) => state === 'in-review',
      ),
    );
    const accept = ['--accept', 'extra', '--reason', 'Standard.', '--note', 'Read by hand.'];
    const { results } = await stage.answer(decided, ['review', 'decide', bundle.id, ...accept], 'vera');
    expect(results.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted']);
    await until('it can be installed', async () => (await stage.pratique(['check', '--from', file, ...IN])).code === 0);
    const ready = await stage.pratique(['suggest', '--from', file, ...IN]);
    expect(ready.code, ready.stderr).toBe(0);
    const again = await stage.pratique(['request', 'new', '--from', file, ...WORDS, ...IN], 'rosa');
    expect(again.json).toMatchObject({ bundle: null, summary: { available: 2 } });
    const history = await stage.pratique(['list', 'show', 'extra', '--history', ...IN]);
    expect(history.json).toMatchObject({ results: [{ addedBy: 'vera' }, { addedBy: 'vera' }] });
  });
  it('with a line that points elsewhere is refused, and leaves nothing behind', async () => {
    const other = join(stage.folder, 'other-requirements.txt');
    await writeFile(other, 'later\n-r more.txt\n');
    const run = await stage.pratique(['request', 'new', '--from', other, ...WORDS, ...IN], 'rosa');
    expect([run.code, run.json]).toMatchObject([2, { error: { code: 'other-file' } }]);
    expect((await stage.pratique(['check', '--from', other, ...IN])).code).toBe(2);
  });
});

describe('a decision', () => {
  it('is about what was shown, and newer evidence is named', async () => {
    const id = await stage.request('later');
    await stage.pratique(['review', 'show', id], 'vera');
    const shown = await stage.pratique(['review', 'decide', id, '--ask', '--reason', 'Why?'], 'vera');
    expect(shown.json).toMatchObject({ evidence_chosen: 'as you were shown it' });
    const strange = `sha256:${'0'.repeat(64)}`;
    const reject = ['--reject', '--reason', 'No.', '--concern', 'A test.'];
    const old = await stage.pratique(['review', 'decide', id, ...reject, '--evidence', strange], 'vera');
    expect(old.json).toMatchObject({ error: { code: 'newer-evidence', data: { named: strange } } });
  });
  it('can be undone where the channel says so', async () => {
    await stage.answer(z.unknown(), ['channel', 'change', CHANNEL, '--undo', '1h'], 'olga');
    const id = 'R-3';
    const reject = ['--reject', '--reason', 'No.', '--concern', 'A test.'];
    const made = z.object({ decision: z.object({ id: z.string() }) });
    const { decision } = await stage.answer(made, ['review', 'decide', id, ...reject], 'vera');
    await until('it is rejected', async () => (await stage.state(id)) === 'rejected');
    await stage.answer(z.unknown(), ['review', 'undo', decision.id], 'vera');
    await until('its question is open again', async () => (await stage.state(id)) === 'needs-answer');
    await stage.answer(z.unknown(), ['channel', 'change', CHANNEL, '--undo', 'default'], 'olga');
  });
});

describe('drafts', () => {
  it('are kept for their writer, and refused installs are counted and offered', async () => {
    const kept = z.object({ draft: z.object({ id: z.string() }) });
    const { draft } = await stage.answer(kept, ['request', 'new', 'pypi', 'grain', '--draft', ...IN], 'rosa');
    const refused = await fetch(
      new URL('../-/refused/not-requested/run-pratique-why-tide/tide-1.0-py3-none-any.whl', stage.index()),
    );
    expect(refused.status).toBe(403);
    await until(
      'the refusal is counted',
      async () => (await stage.answer(drafts, ['request', 'list', '--drafts', ...IN], 'rosa')).refused.length > 0,
    );
    const list = await stage.answer(drafts, ['request', 'list', '--drafts', ...IN], 'rosa');
    expect(list).toMatchObject({ results: [{ id: draft.id }], refused: [{ id: 'pypi/tide', count: 1 }] });
    const filed = await stage.pratique(['request', 'new', '--from-draft', draft.id, ...WORDS, ...IN], 'rosa');
    expect(filed.json).toMatchObject({ outcome: 'filed', request: { name: 'grain' } });
  });
});
