import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { form, olga, openPeopleBench, type PeopleBench, person, rosa, vera } from '../../../test/harness/people.ts';
import { next, REQUEST_STATES, REQUEST_WORKFLOW } from '../../domain/workflow.ts';
import { draftsOf, movesOf, showBundle, showRequest } from './read.ts';

let bench: PeopleBench;
const rolf = person('rolf', 'researcher');
beforeAll(async () => {
  bench = await openPeopleBench();
  await bench.channels.create(olga, { name: 'lab', tier: 3, mode: 'cleared', window: 'none', undo: 'none' });
});
beforeEach(() => {
  bench.preflight.answer = { status: 'ok' };
});
afterAll(() => bench.close());

const file = (name: string, more = {}, who = rosa) => bench.requests.file(who, form('lab', name, more));
const state = async (id: string) => (await showRequest(bench.db, id)).state;
async function accept(name: string, version = '1.0'): Promise<string> {
  const { request } = await file(name);
  await bench.collect({ channel: 'lab', name, request: request.id }, { version });
  await bench.decisions.decide(vera, {
    request: request.id,
    choice: { kind: 'accept', list: 'extra' },
    reason: 'Standard.',
  });
  await bench.settle();
  return request.id;
}
async function reject(id: string): Promise<void> {
  await bench.decisions.decide(vera, { request: id, choice: { kind: 'reject' }, reason: 'No.', concern: 'A test.' });
  await bench.settle();
}

describe('filing', () => {
  it('keeps the normal name, the answers, and the project', async () => {
    const { request, outcome } = await file('Ruamel_YAML[B,a]', { version: 'v1.0', project: 'Trial', contact: '4711' });
    expect(outcome).toBe('filed');
    expect(await showRequest(bench.db, request.id)).toMatchObject({
      name: 'ruamel-yaml',
      extras: ['a', 'b'],
      version: '1.0',
      state: 'submitted',
      requesters: [{ person: 'rosa', q3: 'unknown', project: 'Trial', contact: '4711' }],
    });
  });
  it.each([
    [{ name: '???' }, 'not-a-name'],
    [{ version: 'one' }, 'not-a-version'],
    [{ ecosystem: 'cobol' }, 'unknown-ecosystem'],
    [{ channel: 'nowhere' }, 'unknown-channel'],
    [{ q1: '  ' }, 'text-missing'],
    [{ q2: '\u202Eno' }, 'text-not-plain'],
    [{ q3: 'x'.repeat(10_001) }, 'text-too-long'],
  ])('refuses %j and leaves nothing behind', async (wrong, code) => {
    const before = (await bench.facts()).length;
    await expect(file('numpy', wrong)).rejects.toMatchObject({ code });
    expect((await bench.facts()).length).toBe(before);
  });
  it('says of a closed channel at once that it is, who opens it, and where else to ask', async () => {
    await bench.channels.create(olga, { name: 'vault', tier: 4, mode: 'closed', window: 'none', undo: 'none' });
    const before = (await bench.facts()).length;
    const closed = {
      code: 'channel-closed',
      what: 'Nothing can be asked for in vault',
      next: 'Ask an operator to open it (`pratique channel change vault --mode cleared`), or ask in another channel: lab.',
    };
    await expect(file('numpy', { channel: 'vault' })).rejects.toMatchObject(closed);
    const files = [{ filename: 'requirements.txt', text: 'numpy' }];
    await expect(bench.requests.fileBundle(rosa, { ...form('vault', 'numpy'), files })).rejects.toMatchObject(closed);
    const scope = { actions: null, channels: ['vault'], ecosystems: null };
    const limited = { ...rosa, credential: { kind: 'token', id: 'T-1', strength: 'single', scope } } as const;
    await expect(bench.requests.file(limited, form('vault', 'numpy'))).rejects.toMatchObject({
      next: 'Ask an operator to open it (`pratique channel change vault --mode cleared`).',
    });
    expect((await bench.facts()).length).toBe(before);
  });
  it('names the ecosystems that there are', async () => {
    await expect(file('numpy', { ecosystem: 'cobol' })).rejects.toMatchObject({ next: 'There are: pypi.' });
  });
  it('passes on what upstream says, and leaves nothing behind', async () => {
    const before = (await bench.facts()).length;
    const words = { what: 'No wheel', why: 'sdist only', next: 'Ask the authors' };
    bench.preflight.answer = { status: 'refused', code: 'no-wheel', ...words };
    await expect(file('sdist-only')).rejects.toMatchObject({ kind: 'not-allowed', code: 'no-wheel', ...words });
    bench.preflight.answer = { status: 'refused', code: 'could-not-check', ...words };
    await expect(file('sdist-only')).rejects.toMatchObject({ kind: 'could-not-check' });
    expect((await bench.facts()).length).toBe(before);
  });
  it('joins the open request, without a gap in the numbers', async () => {
    const first = await file('scipy');
    const joined = await file('SciPy', {}, rolf);
    expect(joined).toMatchObject({ outcome: 'joined', request: { id: first.request.id } });
    const next = await file('pandas');
    expect(next.request.number).toBe(first.request.number + 1);
    await expect(bench.requests.join(rolf, 'R-999', form('lab', 'x'))).rejects.toMatchObject({
      code: 'unknown-request',
    });
  });
  it('makes one request of two filed at once', async () => {
    const both = await Promise.all([file('polars'), file('polars', {}, rolf)]);
    expect(both.map((one) => one.outcome).toSorted()).toEqual(['filed', 'joined']);
    expect(new Set(both.map((one) => one.request.id)).size).toBe(1);
  });
  it('refuses what is denied, until it is lifted', async () => {
    const reason = 'Squatted.';
    const denial = await bench.lists.deny(vera, {
      ...{ channel: null, ecosystem: 'pypi', name: 'reqeusts', versions: null, reason },
    });
    await expect(file('reqeusts')).rejects.toMatchObject({ code: 'denied', what: expect.stringContaining(reason) });
    await bench.lists.lift(vera, denial.id, 'Mended.');
    expect((await file('reqeusts')).outcome).toBe('filed');
  });
  it('names the version that is available, and lets another one be asked for', async () => {
    await accept('flask', '3.0');
    await expect(file('flask')).rejects.toMatchObject({
      code: 'already-available',
      what: expect.stringContaining('flask 3.0'),
    });
    expect((await file('flask', { version: '3.1' })).outcome).toBe('filed');
  });
  it('says of what is accepted that the channel was rolled back to before, and how to roll forward', async () => {
    const snapshot = (number: number, rolledBackTo: number | null) =>
      bench.pool.query(
        `insert into snapshots (channel, number, manifest, content, signature, key_id, public_key, rolled_back_to, published_at)
         values ('lab', $1, 'm', 'c', 's', 'k', 'p', $2, $3)`,
        [number, rolledBackTo, bench.clock.now()],
      );
    await snapshot(1, null);
    bench.clock.advance(60);
    await accept('jinja2', '3.1');
    await snapshot(2, null);
    await expect(file('jinja2')).rejects.toMatchObject({ code: 'already-available' });
    await snapshot(3, 1);
    await expect(file('jinja2')).rejects.toMatchObject({
      code: 'rolled-back',
      what: 'jinja2 3.1 is accepted, but lab was rolled back to snapshot 1, which is of before',
      next: expect.stringContaining('pratique snapshot rollback 2 --channel lab'),
    });
    // A snapshot of another ecosystem may be newer and lack it all the same; what it brought is not asked for again either.
    bench.snapshots.lacks.add('jinja2');
    bench.snapshots.beforeRollback.set('markupsafe', ['2.1']);
    await snapshot(4, 2);
    await expect(file('jinja2')).rejects.toMatchObject({ code: 'rolled-back' });
    await expect(file('markupsafe')).rejects.toMatchObject({
      code: 'rolled-back',
      what: expect.stringContaining('markupsafe 2.1 is accepted'),
    });
    expect((await file('markupsafe', { version: '3.0' })).outcome).toBe('filed');
    bench.snapshots.lacks.clear();
    await expect(file('jinja2')).rejects.toMatchObject({ code: 'already-available' });
    await bench.pool.query(`delete from snapshots where channel = 'lab'`);
  });
  it('does not call available what the snapshot leaves out', async () => {
    await accept('gunicorn', '21.0');
    bench.snapshots.lacks.add('gunicorn');
    await expect(file('gunicorn')).rejects.toMatchObject({
      code: 'already-available',
      what: expect.stringContaining('its current snapshot does not offer it'),
      next: expect.stringContaining('pratique why pkg:pypi/gunicorn@21.0'),
    });
  });
  it('does not call available what is quarantined', async () => {
    await accept('werkzeug', '3.0');
    await bench.quarantine.start(vera, { ecosystem: 'pypi', name: 'werkzeug', versions: '<3.1', reason: 'Advisory.' });
    expect((await file('werkzeug')).outcome).toBe('filed');
  });
  it('asks for an answer to the concern of a rejection', async () => {
    const { request } = await file('pickle5');
    await reject(request.id);
    await expect(file('pickle5')).rejects.toMatchObject({
      code: 'concern-unanswered',
      what: expect.stringContaining('A test.'),
    });
    const again = await file('pickle5', { answersConcern: 'There is one now.' });
    expect(again.request).toMatchObject({ answersRequest: request.id, answersConcern: 'There is one now.' });
  });
});

describe('a project', () => {
  const FORM = { channel: 'lab', q1: 'Fit.', q2: 'Yes.', q3: 'unknown' };
  const text = (...lines: readonly string[]) => [{ filename: 'requirements.txt', text: lines.join('\n') }];
  it('becomes one bundle of what is missing, and each that cannot be asked for is named', async () => {
    await accept('there', '1.0');
    await bench.lists.deny(vera, { channel: 'lab', ecosystem: 'pypi', name: 'bad', versions: null, reason: 'Stolen.' });
    const open = (await file('open-one')).request.id;
    const asked = text('there', 'new-one==2.0', 'ranged>=1', 'open-one', 'bad');
    const filed = await bench.requests.fileBundle(rolf, { ...FORM, files: asked });
    expect(filed.lines).toMatchObject([
      { asked: 'there', outcome: 'available', version: '1.0' },
      { asked: 'new-one@2.0', outcome: 'filed', request: { version: '2.0' } },
      { asked: 'ranged>=1', outcome: 'filed', request: { version: '1.9' } },
      { asked: 'open-one', outcome: 'joined', request: { id: open } },
      { asked: 'bad', outcome: 'refused', code: 'denied' },
    ]);
    expect(filed.bundle).toMatchObject({ title: 'requirements.txt', packages: 5, available: 1 });
    const shown = await showBundle(bench.db, filed.bundle?.id ?? '');
    expect(shown.requests.map(({ name }) => name).toSorted()).toEqual(['new-one', 'open-one', 'ranged']);
    expect((await bench.facts()).at(-1)).toMatchObject({
      kind: 'bundle-filed',
      requests: expect.arrayContaining([open]),
    });
    // Filed again after an interruption: the same requests, nothing twice.
    const again = await bench.requests.fileBundle(rolf, { ...FORM, files: asked });
    expect(again.lines.map(({ outcome }) => outcome)).toEqual(['available', 'joined', 'joined', 'joined', 'refused']);
  });
  it('with nothing to ask for is no bundle, and words that are missing are asked for once', async () => {
    const nothing = await bench.requests.fileBundle(rosa, { ...FORM, files: text('there==1.0') });
    expect(nothing.bundle).toBeNull();
    const wordless = { ...FORM, q1: ' ', files: text('whatever', 'else') };
    await expect(bench.requests.fileBundle(rosa, wordless)).rejects.toMatchObject({ code: 'text-missing' });
    await expect(showBundle(bench.db, 'B-999')).rejects.toMatchObject({ code: 'unknown-bundle' });
  });
});

describe('a draft', () => {
  it('is kept for its writer alone, finished or not', async () => {
    const draft = await bench.requests.saveDraft(rosa, {
      channel: 'lab',
      ecosystem: 'pypi',
      name: 'Later[b]',
      q1: 'Fit.',
    });
    expect(draft).toMatchObject({ name: 'later[b]', q1: 'Fit.', q2: null });
    expect(await draftsOf(bench.db, 'rosa')).toEqual([draft]);
    expect(await draftsOf(bench.db, 'rolf')).toEqual([]);
    await expect(bench.requests.discardDraft(rolf, draft.id)).rejects.toMatchObject({ code: 'unknown-draft' });
    await bench.requests.discardDraft(rosa, draft.id);
    expect(await draftsOf(bench.db, 'rosa')).toEqual([]);
  });
});

describe('the promise', () => {
  const move = async (id: string) =>
    (await movesOf(bench.db, [await showRequest(bench.db, id)], bench.clock.now())).get(id);
  it('says whose move it is, since when, and when it is due in working days', async () => {
    await bench.channels.create(olga, {
      name: 'weekly',
      tier: 3,
      mode: 'cleared',
      window: 'none',
      undo: 'none',
      replyWithin: '2wd',
    });
    // A Friday, at noon.
    bench.clock.set('2026-01-09T12:00:00Z');
    const { request } = await bench.requests.file(rosa, form('weekly', 'seaborn'));
    expect(await move(request.id)).toMatchObject({ whose: 'system', due: '2026-01-13T12:00:00.000Z', isLate: false });
    await bench.collect({ channel: 'weekly', name: 'seaborn', request: request.id });
    await bench.settle();
    bench.clock.set('2026-01-13T12:00:01Z');
    expect(await move(request.id)).toMatchObject({ whose: 'reviewer', due: '2026-01-13T12:00:00.000Z', isLate: true });
    expect(await bench.decisions.queue({ channel: 'weekly' })).toMatchObject([{ move: { isLate: true } }]);
    await bench.decisions.decide(vera, { request: request.id, choice: { kind: 'ask' }, reason: 'Which part?' });
    await bench.settle();
    expect(await move(request.id)).toMatchObject({ whose: 'requester', due: null });
    await bench.requests.answer(rosa, request.id, 'All.');
    // The promise begins anew with the answer.
    expect(await move(request.id)).toMatchObject({ whose: 'reviewer', due: '2026-01-15T12:00:01.000Z', isLate: false });
  });
  it('is that of the window while a data provider may object', async () => {
    const windowed = { tier: 3, mode: 'cleared', window: '2h', providers: ['Trust'] };
    await bench.channels.create(olga, { ...windowed, name: 'windowed' });
    const { request } = await bench.requests.file(rosa, form('windowed', 'seaborn'));
    await bench.collect({ channel: 'windowed', name: 'seaborn', request: request.id });
    await bench.decisions.decide(vera, {
      ...{ request: request.id, choice: { kind: 'accept', list: 'extra' }, reason: 'Standard.' },
    });
    await bench.settle();
    const due = new Date(bench.clock.now().getTime() + 7_200_000).toISOString();
    expect(await move(request.id)).toMatchObject({ whose: 'provider', due });
  });
});

describe('the conversation', () => {
  it('waits for an answer, from those who asked', async () => {
    const { request } = await file('dask');
    await bench.collect({ channel: 'lab', name: 'dask', request: request.id });
    await bench.decisions.decide(vera, { request: request.id, choice: { kind: 'ask' }, reason: 'Which part?' });
    await bench.settle();
    expect(await state(request.id)).toBe('needs-answer');
    await expect(bench.requests.answer(rolf, request.id, 'All.')).rejects.toMatchObject({ code: 'not-a-requester' });
    expect(await bench.requests.answer(rosa, request.id, 'The arrays.')).toMatchObject({ state: 'in-review' });
    await bench.settle();
    expect((await showRequest(bench.db, request.id)).messages.map((one) => one.text)).toEqual([
      'Which part?',
      'The arrays.',
    ]);
    await expect(bench.requests.answer(rosa, request.id, 'Again.')).rejects.toMatchObject({ code: 'wrong-state' });
  });
  it('ends when the last requester withdraws, and not after a decision', async () => {
    const { request } = await file('bokeh');
    await file('bokeh', {}, rolf);
    expect(await bench.requests.withdraw(rosa, request.id)).toMatchObject({ state: 'submitted' });
    expect(await bench.requests.withdraw(rolf, request.id)).toMatchObject({ state: 'withdrawn' });
    const other = (await file('panel')).request.id;
    await bench.collect({ channel: 'lab', name: 'panel', request: other });
    await bench.decisions.decide(vera, { request: other, choice: { kind: 'accept', list: 'extra' }, reason: 'Fine.' });
    await expect(bench.requests.withdraw(rosa, other)).rejects.toMatchObject({ code: 'already-decided' });
    await bench.settle();
    expect(await state(other)).toBe('accepted');
  });
  it('collects again where evidence could not be collected', async () => {
    const { request } = await file('xarray');
    const about = { channel: 'lab', ecosystem: 'pypi' as const, name: 'xarray', request: request.id };
    await bench.ledger.change(vera, async ({ append }) =>
      append({ kind: 'evidence-failed', ...about, code: 'could-not-check', reason: 'No answer.' }),
    );
    await bench.settle();
    expect(await showRequest(bench.db, request.id)).toMatchObject({ state: 'failed', failure: 'No answer.' });
    expect(await bench.requests.retry(rosa, request.id)).toMatchObject({ state: 'submitted' });
    expect((await bench.facts()).at(-1)).toMatchObject({ kind: 'request-filed', request: request.id });
  });
});

describe('states', () => {
  /** Who may do it at all, and in which states the request lets them. */
  const BY_HAND = [
    { move: 'withdraw', roles: ['researcher'], run: (id: string) => bench.requests.withdraw(rosa, id) },
    { move: 'retry', roles: ['researcher'], run: (id: string) => bench.requests.retry(rosa, id) },
    { move: 'answer', roles: ['researcher'], run: (id: string) => bench.requests.answer(rosa, id, 'Yes.') },
  ] as const;
  const rows = REQUEST_STATES.flatMap((from) => BY_HAND.map((by) => ({ from, ...by })));
  it.each(rows)('$move of a request that is $from', async ({ from, move, run }) => {
    const name = `t-${from}-${move}`;
    const { request } = await file(name);
    await bench.pool.query('update requests set state = $1 where id = $2', [from, request.id]);
    const to = next(REQUEST_WORKFLOW, from, move);
    if (to === undefined) await expect(run(request.id)).rejects.toMatchObject({ code: 'wrong-state' });
    else expect(await run(request.id)).toMatchObject({ state: to });
    expect(await state(request.id)).toBe(to ?? from);
  });
  it.each(['provider', 'auditor'] as const)('lets no %s ask, answer or collect again', async (role) => {
    const { request } = await file(`r-${role}`);
    const other = person('otto', role, 'Trust');
    const runs = [
      () => file('x', {}, other),
      () => bench.requests.answer(other, request.id, 'x'),
      () => bench.requests.retry(other, request.id),
    ];
    for (const run of runs)
      await expect(run()).rejects.toMatchObject({ code: 'wrong-role', next: expect.stringContaining('researcher') });
  });
});
