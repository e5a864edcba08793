import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  form,
  olga,
  openPeopleBench,
  type PeopleBench,
  person,
  REFUSE,
  REVIEW,
  rosa,
  vera,
  viktor,
} from '../../../test/harness/people.ts';
import type { Verdict } from '../../domain/evidence.ts';
import type { Actor } from '../../domain/people.ts';
import { clearedEntries, denials } from '../lists/read.ts';
import { findWindow } from '../objections/read.ts';
import { findRequest } from '../requests/read.ts';
import type { Choice } from './index.ts';
import { evidenceSeenBy } from './read.ts';

let bench: PeopleBench;
beforeAll(async () => {
  bench = await openPeopleBench();
  await bench.channels.create(olga, { name: 'lab', tier: 3, mode: 'cleared', window: 'none', undo: 'none' });
  await bench.channels.create(olga, { name: 'wide', tier: 2, mode: 'open', window: 'none', undo: 'none' });
});
afterAll(() => bench.close());

const EXTRA: Choice = { kind: 'accept', list: 'extra' };
const CORE: Choice = { kind: 'accept', list: 'core' };
const FINE = { reason: 'Standard tool.' };

async function inReview(name: string, found = {}): Promise<string> {
  const { request } = await bench.requests.file(rosa, form('lab', name));
  await bench.collect({ channel: 'lab', name, request: request.id }, found);
  await bench.settle();
  return request.id;
}
const state = async (id: string) => (await findRequest(bench.db, id))?.state;
const decide = (request: string, choice: Choice, words = {}, who = vera) =>
  bench.decisions.decide(who, { request, choice, ...words });

describe('who decides', () => {
  it.each(['researcher', 'provider', 'operator', 'auditor'] as const)('not a %s', async (role) => {
    const request = await inReview(`by-${role}`);
    await expect(decide(request, EXTRA, FINE, person('otto', role, 'Trust'))).rejects.toMatchObject({
      code: 'wrong-role',
      next: expect.stringContaining('reviewer'),
    });
  });
  it('nobody who asked, joined or withdrew', async () => {
    const request = await inReview('attrs');
    await bench.requests.file(viktor, form('lab', 'attrs'));
    await expect(decide(request, EXTRA, FINE, viktor)).rejects.toMatchObject({ code: 'own-request' });
    await bench.requests.withdraw(viktor, request);
    await expect(decide(request, EXTRA, FINE, viktor)).rejects.toMatchObject({ code: 'own-request' });
    expect(await decide(request, EXTRA, FINE)).toMatchObject({ outcome: 'accepted', decidedBy: 'vera' });
  });
  it('one of two at once', async () => {
    const request = await inReview('cattrs');
    const both = await Promise.allSettled([
      decide(request, EXTRA, FINE),
      decide(request, { kind: 'reject' }, { ...FINE, concern: 'None.' }, viktor),
    ]);
    expect(both.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find((one) => one.status === 'rejected')).toMatchObject({
      reason: { kind: 'conflict', code: 'already-decided' },
    });
  });
  it('a question that an acceptance overtakes waits for nobody', async () => {
    const request = await inReview('overtaken');
    await decide(request, { kind: 'ask' }, { reason: 'Why?' });
    await decide(request, EXTRA, FINE, viktor);
    await bench.settle();
    expect(await state(request)).toBe('accepted');
  });
});

describe('what it is pinned to', () => {
  it('the newest evidence; older evidence is a conflict', async () => {
    const { request } = await bench.requests.file(rosa, form('lab', 'idna'));
    await expect(decide(request.id, EXTRA, FINE)).rejects.toMatchObject({ code: 'no-evidence' });
    const ask = { channel: 'lab', name: 'idna', request: request.id };
    const old = await bench.collect(ask, { version: '1.0' });
    const fresh = await bench.collect(ask, { version: '1.1' });
    await expect(decide(request.id, EXTRA, { ...FINE, evidence: old })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'newer-evidence',
    });
    const decision = await decide(request.id, EXTRA, { ...FINE, evidence: fresh });
    expect(decision).toMatchObject({ evidence: fresh, version: '1.1', verdict: 'admit', list: 'extra' });
    await bench.settle();
    expect(await clearedEntries(bench.db, 'lab', { name: 'idna' })).toMatchObject([
      { version: '1.1', evidence: fresh, decision: decision.id, list: 'extra' },
    ]);
  });
  it('a tree without a denied release', async () => {
    const request = await inReview('parent', { needs: ['child@2.0'] });
    const denial = await bench.lists.deny(vera, {
      ...{ channel: null, ecosystem: 'pypi', name: 'child', versions: '<3', reason: 'Malware.' },
    });
    await expect(decide(request, EXTRA, FINE)).rejects.toMatchObject({
      code: 'denied',
      what: `pkg:pypi/child@2.0 is on the denied list (${denial.id}): Malware.`,
    });
    await bench.lists.lift(viktor, denial.id, 'Another package.');
    expect(await decide(request, EXTRA, FINE)).toMatchObject({ outcome: 'accepted' });
  });
});

describe('the words it takes', () => {
  const NOTED: Verdict = {
    outcome: 'admit',
    reasons: [{ rule: 'low', outcome: 'admit', text: 'CVSS 3.1', needs: 'note' }],
  };
  const soon = '2026-02-01';
  it.each<[string, Verdict | undefined, Choice, Record<string, unknown>, string]>([
    ['no reason', undefined, EXTRA, {}, 'text-missing'],
    ['review without a note', REVIEW, EXTRA, FINE, 'note-needed'],
    ['a rule that wants a note', NOTED, EXTRA, FINE, 'note-needed'],
    ['refuse without an end', REFUSE, EXTRA, { ...FINE, note: 'x' }, 'exception-needed'],
    ['refuse without a note', REFUSE, EXTRA, { ...FINE, until: soon }, 'note-needed'],
    ['an end in the past', REFUSE, EXTRA, { ...FINE, note: 'x', until: '2025-12-31' }, 'not-a-date'],
    ['an end that is now', REFUSE, EXTRA, { ...FINE, note: 'x', until: '2026-01-01' }, 'not-a-date'],
    ['an end on no day', REFUSE, EXTRA, { ...FINE, note: 'x', until: '2026-02-30' }, 'not-a-date'],
    ['core without a criterion', undefined, CORE, { ...FINE, note: 'x' }, 'criterion-needed'],
    ['core by criterion 0', undefined, CORE, { ...FINE, note: 'x', criterion: 0 }, 'criterion-needed'],
    ['core by criterion 6', undefined, CORE, { ...FINE, note: 'x', criterion: 6 }, 'criterion-needed'],
    ['core without a note', undefined, CORE, { ...FINE, criterion: 1 }, 'criterion-needed'],
    ['reject without a concern', undefined, { kind: 'reject' }, FINE, 'text-missing'],
    ['reject without a reason', undefined, { kind: 'reject' }, { concern: 'x' }, 'text-missing'],
    ['ask nothing', undefined, { kind: 'ask' }, {}, 'text-missing'],
    ['deny without a reason', undefined, { kind: 'deny' }, {}, 'text-missing'],
    ['deny no range', undefined, { kind: 'deny', versions: 'all of it' }, FINE, 'unknown-range'],
  ])('refuses %s', async (what, verdict, choice, words, code) => {
    const request = await inReview(`w-${what.replaceAll(' ', '-')}`, verdict === undefined ? {} : { verdict });
    const before = (await bench.facts()).length;
    await expect(decide(request, choice, words)).rejects.toMatchObject({ code });
    expect((await bench.facts()).length).toBe(before);
    expect(await state(request)).toBe('in-review');
  });
  it('takes core by a criterion, and an acceptance over review with a note', async () => {
    const core = await decide(await inReview('numpy'), CORE, { ...FINE, note: 'Generic.', criterion: 5 });
    expect(core).toMatchObject({ list: 'core', criterion: 5 });
    const noted = await decide(await inReview('numba', { verdict: REVIEW }), EXTRA, { ...FINE, note: 'Watched.' });
    expect(noted).toMatchObject({ verdict: 'review', note: 'Watched.' });
  });
  it('denies at once, here or everywhere', async () => {
    const here = await inReview('evil-here');
    await decide(here, { kind: 'deny', versions: '<2' }, { reason: 'Steals keys.' });
    const there = await inReview('evil-there');
    await decide(there, { kind: 'deny', everywhere: true }, { reason: 'Steals keys.' });
    expect((await denials(bench.db)).filter((one) => one.name.startsWith('evil-'))).toMatchObject([
      { name: 'evil-here', channel: 'lab', versions: '<2' },
      { name: 'evil-there', channel: null, versions: null },
    ]);
    await bench.settle();
    expect([await state(here), await state(there)]).toEqual(['denied', 'denied']);
  });
  it('denies everywhere only by a role that holds everywhere', async () => {
    const request = await inReview('evil-beyond');
    const ofLab: Actor = {
      ...{ kind: 'person', name: 'vera', roles: [], organisation: null },
      channelRoles: [{ channel: 'lab', role: 'reviewer' }],
    };
    const why = { reason: 'Steals keys.' };
    await expect(decide(request, { kind: 'deny', everywhere: true }, why, ofLab)).rejects.toMatchObject({
      code: 'wrong-role',
    });
    expect((await denials(bench.db)).filter((one) => one.name === 'evil-beyond')).toEqual([]);
    await decide(request, { kind: 'deny' }, why, ofLab);
    expect((await denials(bench.db)).filter((one) => one.name === 'evil-beyond')).toMatchObject([{ channel: 'lab' }]);
  });
  it('decides nothing that has ended', async () => {
    const request = await inReview('gone');
    await bench.requests.withdraw(rosa, request);
    for (const choice of [EXTRA, { kind: 'reject' }, { kind: 'ask' }, { kind: 'deny' }] as const)
      await expect(decide(request, choice, { ...FINE, concern: 'x' })).rejects.toMatchObject({ code: 'wrong-state' });
  });
});

describe('newer evidence', () => {
  it('is a conflict that says what changed', async () => {
    const { request } = await bench.requests.file(rosa, form('lab', 'moved'));
    const ask = { channel: 'lab', name: 'moved', request: request.id };
    const old = await bench.collect(ask, { needs: ['left@1.0'] });
    const fresh = await bench.collect(ask, { verdict: REVIEW, needs: ['came@1.0'] });
    await expect(decide(request.id, EXTRA, { ...FINE, evidence: old })).rejects.toMatchObject({
      code: 'newer-evidence',
      why: 'the verdict is review (was admit); 1 release came in: pkg:pypi/came@1.0; 1 release went: pkg:pypi/left@1.0',
      data: {
        named: old,
        newest: fresh,
        difference: { releases: { added: ['pkg:pypi/came@1.0'], removed: ['pkg:pypi/left@1.0'] } },
      },
    });
    const strange = `sha256:${'9'.repeat(64)}`;
    await expect(decide(request.id, EXTRA, { ...FINE, evidence: strange })).rejects.toMatchObject({
      code: 'newer-evidence',
      why: `the newest is ${fresh}`,
    });
  });
  it('is remembered by who was shown what', async () => {
    const request = await inReview('shown');
    const evidence = (await findRequest(bench.db, request))?.evidence ?? '';
    await bench.decisions.noteShown(rosa, { request, evidence });
    expect(await evidenceSeenBy(bench.db, request, 'rosa')).toBeUndefined();
    await bench.decisions.noteShown(vera, { request, evidence });
    await bench.decisions.noteShown(vera, { request, evidence });
    expect(await evidenceSeenBy(bench.db, request, 'vera')).toBe(evidence);
    const shown = (await bench.facts()).filter((fact) => fact.kind === 'evidence-shown' && fact.request === request);
    expect(shown).toHaveLength(1);
  });
});

describe('two approvers', () => {
  beforeAll(async () => {
    const two = { tier: 3, mode: 'cleared', window: 'none', undo: 'none', approvers: 2 };
    await bench.channels.create(olga, { ...two, name: 'pair' });
    for (const name of ['vera', 'viktor']) await bench.accounts.add(olga, { name, roles: ['reviewer'] });
    // Somebody must remain who can open accounts.
    await bench.accounts.add(olga, { name: 'oskar', roles: ['operator'] });
  });
  const asked = async (name: string) => {
    const { request } = await bench.requests.file(rosa, form('pair', name));
    await bench.collect({ channel: 'pair', name, request: request.id });
    await bench.settle();
    return request.id;
  };
  it('accept together: the first approval waits for another person', async () => {
    const request = await asked('both');
    expect(await decide(request, EXTRA, FINE)).toMatchObject({ outcome: 'approved', decidedBy: 'vera' });
    await bench.settle();
    expect([await state(request), await clearedEntries(bench.db, 'pair', { name: 'both' })]).toEqual(['in-review', []]);
    await expect(decide(request, EXTRA, FINE)).rejects.toMatchObject({ code: 'already-approved' });
    const second = await decide(request, EXTRA, FINE, viktor);
    expect(second).toMatchObject({ outcome: 'accepted', approvedWith: expect.stringMatching(/^A-/) });
    await bench.settle();
    expect(await state(request)).toBe('accepted');
    expect(await clearedEntries(bench.db, 'pair', { name: 'both' })).toMatchObject([{ decision: second.id }]);
  });
  it('must have seen the same evidence, and mean the same list', async () => {
    const request = await asked('other');
    await decide(request, EXTRA, FINE);
    const core = { ...FINE, note: 'Generic.', criterion: 1 };
    expect(await decide(request, CORE, core, viktor)).toMatchObject({ outcome: 'approved' });
    await bench.collect({ channel: 'pair', name: 'other', request }, { version: '1.1' });
    expect(await decide(request, EXTRA, FINE, viktor)).toMatchObject({ outcome: 'approved' });
    expect(await decide(request, EXTRA, FINE)).toMatchObject({ outcome: 'accepted', version: '1.1' });
  });
  it.each([
    ['lost the role', (name: string) => bench.accounts.setRoles(olga, { name, roles: ['researcher'] })],
    ['was closed', (name: string) => bench.accounts.disable(olga, name, 'Left.')],
  ])('do not count the approval of somebody whose account %s', async (how, lose) => {
    const name = how.replaceAll(' ', '-');
    const person = { name: `left-${name}`, roles: ['reviewer' as const] };
    await bench.accounts.add(olga, person);
    const leaver: Actor = { kind: 'person', ...person, organisation: null };
    const request = await asked(name);
    expect(await decide(request, EXTRA, FINE, leaver)).toMatchObject({ outcome: 'approved' });
    await lose(person.name);
    expect(await decide(request, EXTRA, FINE)).toMatchObject({ outcome: 'approved', approvedWith: null });
    expect(await decide(request, EXTRA, FINE, viktor)).toMatchObject({ outcome: 'accepted' });
  });
  it('reject alone, whatever was approved before', async () => {
    const request = await asked('no');
    await decide(request, EXTRA, FINE);
    expect(await decide(request, { kind: 'reject' }, { ...FINE, concern: 'x' }, viktor)).toMatchObject({
      outcome: 'rejected',
    });
  });
});

describe('undoing', () => {
  beforeAll(async () => {
    await bench.channels.create(olga, { name: 'slow', tier: 3, mode: 'cleared', window: 'none' });
    const windowed = { tier: 3, mode: 'cleared', window: '3d', providers: ['Trust'] };
    await bench.channels.create(olga, { ...windowed, name: 'asked-first' });
  });
  const asked = async (channel: string, name: string) => {
    const { request } = await bench.requests.file(rosa, form(channel, name));
    await bench.collect({ channel, name, request: request.id });
    await bench.settle();
    return request.id;
  };
  const close = async () => {
    const closed = await bench.objections.closeDue(bench.clock.now());
    await bench.settle();
    return closed;
  };
  it('takes an acceptance back, before anything is listed', async () => {
    const request = await asked('slow', 'slip');
    const { id, undoUntil } = await decide(request, EXTRA, FINE);
    expect(Date.parse(undoUntil ?? '') - bench.clock.now().getTime()).toBe(60_000);
    await bench.settle();
    expect([await state(request), await close()]).toEqual(['in-window', []]);
    await expect(bench.decisions.undo(viktor, id)).rejects.toMatchObject({ code: 'not-yours' });
    await expect(bench.decisions.undo(rosa, id)).rejects.toMatchObject({ code: 'wrong-role' });
    expect(await bench.decisions.undo(vera, id)).toMatchObject({ undoneAt: expect.any(String) });
    await bench.settle();
    bench.clock.advance(3600);
    expect([await state(request), await close()]).toEqual(['in-review', []]);
    expect(await findWindow(bench.db, id)).toMatchObject({ state: 'undone' });
    await expect(bench.decisions.undo(vera, id)).rejects.toMatchObject({ code: 'wrong-state' });
    const again = await decide(request, EXTRA, FINE);
    await bench.settle();
    bench.clock.advance(59);
    expect(await close()).toEqual([]);
    bench.clock.advance(1);
    expect(await close()).toEqual([again.id]);
    expect(await clearedEntries(bench.db, 'slow', { name: 'slip' })).toMatchObject([{ decision: again.id }]);
    await expect(bench.decisions.undo(vera, again.id)).rejects.toMatchObject({ code: 'wrong-state' });
  });
  it('holds however late the facts are followed', async () => {
    const request = await asked('slow', 'late');
    const { id } = await decide(request, EXTRA, FINE);
    await bench.decisions.undo(vera, id);
    await bench.settle();
    expect([await state(request), await findWindow(bench.db, id)]).toEqual(['in-review', undefined]);
  });
  it('takes a rejection and a question back, and no denial', async () => {
    const request = await asked('slow', 'words');
    const question = await decide(request, { kind: 'ask' }, { reason: 'Why?' });
    await bench.settle();
    expect(await state(request)).toBe('needs-answer');
    await bench.decisions.undo(vera, question.id);
    await bench.settle();
    expect(await state(request)).toBe('in-review');
    const rejection = await decide(request, { kind: 'reject' }, { ...FINE, concern: 'A test.' });
    await bench.settle();
    expect(await state(request)).toBe('rejected');
    await bench.decisions.undo(vera, rejection.id);
    await bench.settle();
    expect(await state(request)).toBe('in-review');
    const open = await decide(request, { kind: 'ask' }, { reason: 'Which part?' });
    const again = await decide(request, { kind: 'reject' }, { ...FINE, concern: 'A test.' });
    await bench.settle();
    await bench.decisions.undo(vera, again.id);
    await bench.settle();
    // The question before it still waits for its answer.
    expect(await state(request)).toBe('needs-answer');
    await bench.decisions.undo(vera, open.id);
    await bench.settle();
    const denial = await decide(request, { kind: 'deny' }, FINE);
    await expect(bench.decisions.undo(vera, denial.id)).rejects.toMatchObject({ code: 'too-late' });
  });
  it('ends when its time is over, or somebody has acted on it', async () => {
    const request = await asked('slow', 'answered');
    const question = await decide(request, { kind: 'ask' }, { reason: 'Why?' });
    await bench.settle();
    bench.clock.advance(1);
    await bench.requests.answer(rosa, request, 'For this.');
    await expect(bench.decisions.undo(vera, question.id)).rejects.toMatchObject({ code: 'acted-on' });
    const rejection = await decide(request, { kind: 'reject' }, { ...FINE, concern: 'A test.' });
    await bench.settle();
    await bench.requests.file(rosa, form('slow', 'answered', { answersConcern: 'Here it is.' }));
    await expect(bench.decisions.undo(vera, rejection.id)).rejects.toMatchObject({ code: 'asked-again' });
    bench.clock.advance(60);
    await expect(bench.decisions.undo(vera, rejection.id)).rejects.toMatchObject({ code: 'too-late' });
    await expect(bench.decisions.undo(vera, 'A-9999')).rejects.toMatchObject({ code: 'unknown-decision' });
  });
  it('lies inside an objection window, and ends when a data provider has spoken', async () => {
    const request = await asked('asked-first', 'spoken');
    const { id } = await decide(request, EXTRA, FINE);
    await bench.settle();
    await bench.objections.none(person('petra', 'provider', 'Trust'), id);
    await bench.settle();
    expect(await state(request)).toBe('accepted');
    await expect(bench.decisions.undo(vera, id)).rejects.toMatchObject({ code: 'wrong-state' });
  });
});

describe('policy and time', () => {
  it('reminds once of a review, and two weeks before an exception ends', async () => {
    const request = await inReview('again');
    const { id } = await decide(request, EXTRA, { ...FINE, reviewAgain: '2026-03-01', until: '2026-06-01' });
    await bench.settle();
    const due = async (at: string) => {
      const now = new Date(at);
      const decisions = await bench.decisions.dueReminders(now);
      return decisions.includes(id) ? (await bench.facts()).at(-1) : undefined;
    };
    expect(await due('2026-02-28T00:00:00Z')).toBeUndefined();
    expect(await due('2026-03-01T00:00:00Z')).toMatchObject({ kind: 'review-due', why: 'review-again' });
    expect(await due('2026-03-02T00:00:00Z')).toBeUndefined();
    expect(await due('2026-05-17T23:00:00Z')).toBeUndefined();
    expect(await due('2026-05-18T00:00:00Z')).toMatchObject({ kind: 'review-due', why: 'exception-ends' });
    expect(await due('2026-05-19T00:00:00Z')).toBeUndefined();
  });
  it('admits a first use in an open channel, once, and queues what it does not admit', async () => {
    await bench.collect({ channel: 'wide', name: 'rich', request: null });
    await bench.collect({ channel: 'wide', name: 'murky', request: null }, { verdict: REVIEW });
    await bench.collect({ channel: 'lab', name: 'rich', request: null });
    await bench.settle();
    expect(await clearedEntries(bench.db, 'wide')).toMatchObject([{ name: 'rich', list: 'extra' }]);
    expect(await clearedEntries(bench.db, 'lab', { name: 'rich' })).toEqual([]);
    expect(await bench.decisions.queue({ channel: 'wide' })).toMatchObject([
      { kind: 'first-use', name: 'murky', verdict: 'review' },
    ]);
  });
  it('ends an exception at its date, once', async () => {
    const request = await inReview('risky', { verdict: REFUSE });
    const { id } = await decide(request, EXTRA, { ...FINE, note: 'Isolated.', until: '2026-02-01' });
    await bench.settle();
    bench.clock.set('2026-01-31T23:59:59Z');
    expect(await bench.decisions.dueExpiries(bench.clock.now())).toEqual([]);
    expect(await clearedEntries(bench.db, 'lab', { name: 'risky' })).toHaveLength(1);
    bench.clock.set('2026-02-01T00:00:00Z');
    expect(await bench.decisions.dueExpiries(bench.clock.now())).toEqual([id]);
    expect((await bench.facts()).at(-1)).toMatchObject({ kind: 'list-changed', names: ['risky'], decision: id });
    expect(await clearedEntries(bench.db, 'lab', { name: 'risky' })).toEqual([]);
    expect(await bench.decisions.dueExpiries(bench.clock.now())).toEqual([]);
  });
});
