import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { form, olga, openPeopleBench, type PeopleBench, person, rosa, vera } from '../../../test/harness/people.ts';
import type { Fact } from '../../domain/fact.ts';
import { clearedEntries } from '../lists/read.ts';
import { findRequest } from '../requests/read.ts';
import { findWindow, showWindow, silenceRule } from './read.ts';

let bench: PeopleBench;
const petra = person('petra', 'provider', 'Trust');
const quinn = person('quinn', 'provider', 'Registry');
const eve = person('eve', 'provider', 'Elsewhere');
const HOUR = 3600;
beforeAll(async () => {
  bench = await openPeopleBench();
  const cleared = { tier: 3, mode: 'cleared', window: '2h' };
  await bench.channels.create(olga, { ...cleared, name: 'one', providers: ['Trust'] });
  await bench.channels.create(olga, { ...cleared, name: 'two', providers: ['Trust', 'Registry'] });
  await bench.channels.create(olga, { ...cleared, name: 'none', window: 'none', undo: 'none' });
  await bench.channels.create(olga, { ...cleared, name: 'lonely' });
});
afterAll(() => bench.close());

/** Accepts a package; the ids of its request and decision. */
async function accepted(channel: string, name: string) {
  const { request } = await bench.requests.file(rosa, form(channel, name));
  await bench.collect({ channel, name, request: request.id });
  const accept = { choice: { kind: 'accept', list: 'extra' }, reason: 'Standard.' } as const;
  const { id } = await bench.decisions.decide(vera, { request: request.id, ...accept });
  await bench.settle();
  return { request: request.id, decision: id };
}
const state = async (id: string) => (await findRequest(bench.db, id))?.state;
const window = (id: string) => findWindow(bench.db, id);
const listed = async (channel: string, name: string) => (await clearedEntries(bench.db, channel, { name })).length;
const inHours = (hours: number) => new Date(bench.clock.now().getTime() + hours * HOUR * 1000).toISOString();
const close = async () => {
  const closed = await bench.objections.closeDue(bench.clock.now());
  await bench.settle();
  return closed;
};

describe('the objection window', () => {
  it('settles at once where the channel has none', async () => {
    const { request, decision } = await accepted('none', 'numpy');
    expect(await window(decision)).toMatchObject({ state: 'settled' });
    expect([await state(request), await listed('none', 'numpy')]).toEqual(['accepted', 1]);
  });
  it('opens for the providers, clears nothing before it closes, and closes once', async () => {
    const { request, decision } = await accepted('one', 'numpy');
    expect(await window(decision)).toMatchObject({ state: 'running', providers: ['Trust'], closesAt: inHours(2) });
    bench.clock.advance(2 * HOUR - 1);
    expect(await close()).toEqual([]);
    expect([await state(request), await listed('one', 'numpy')]).toEqual(['in-window', 0]);
    bench.clock.advance(1);
    await expect(bench.objections.overturn(petra, decision, 'Too late.')).rejects.toMatchObject({
      code: 'wrong-state',
    });
    expect(await close()).toEqual([decision]);
    expect([await state(request), await listed('one', 'numpy')]).toEqual(['accepted', 1]);
    expect(await close()).toEqual([]);
  });
  it('hears only the providers of the channel', async () => {
    const { decision } = await accepted('one', 'scipy');
    for (const say of [bench.objections.question, bench.objections.overturn])
      await expect(say(eve, decision, 'No.')).rejects.toMatchObject({
        code: 'not-this-provider',
        next: expect.stringContaining('Trust'),
      });
    await expect(bench.objections.none(eve, decision)).rejects.toMatchObject({ code: 'not-this-provider' });
    await expect(bench.objections.none(rosa, decision)).rejects.toMatchObject({ code: 'wrong-role' });
    await expect(bench.objections.none(petra, 'W-999')).rejects.toMatchObject({ code: 'unknown-window' });
  });
  it('stops the clock for a question and goes on with what was left', async () => {
    const { request, decision } = await accepted('one', 'pandas');
    bench.clock.advance(1.5 * HOUR);
    expect(await bench.objections.question(petra, decision, 'Telemetry?')).toMatchObject({
      state: 'questioned',
      closesAt: null,
    });
    await expect(bench.objections.question(petra, decision, 'And?')).rejects.toMatchObject({ code: 'wrong-state' });
    bench.clock.advance(100 * HOUR);
    expect(await close()).not.toContain(decision);
    const stranger = person('rolf', 'researcher');
    await expect(bench.objections.answer(stranger, decision, 'x')).rejects.toMatchObject({ code: 'not-a-requester' });
    await expect(bench.objections.answer(petra, decision, 'x')).rejects.toMatchObject({ code: 'wrong-role' });
    expect(await bench.objections.answer(rosa, decision, 'None.')).toMatchObject({ closesAt: inHours(0.5) });
    await expect(bench.objections.answer(vera, decision, 'x')).rejects.toMatchObject({ code: 'wrong-state' });
    bench.clock.advance(HOUR / 2);
    expect(await close()).toContain(decision);
    expect(await state(request)).toBe('accepted');
    expect((await window(decision))?.said.map((one) => one.kind)).toEqual(['question', 'answer']);
  });
  it('is overturned with a reason, which the next request answers', async () => {
    const { request, decision } = await accepted('one', 'dask');
    await bench.objections.overturn(petra, decision, 'It opens sockets.');
    await bench.settle();
    expect([await state(request), await listed('one', 'dask')]).toEqual(['overturned', 0]);
    bench.clock.advance(3 * HOUR);
    expect(await close()).not.toContain(decision);
    await expect(bench.requests.file(rosa, form('one', 'dask'))).rejects.toMatchObject({
      code: 'concern-unanswered',
      what: expect.stringContaining('It opens sockets.'),
    });
    const again = await bench.requests.file(rosa, form('one', 'dask', { answersConcern: 'Switched off.' }));
    expect(again.request.answersRequest).toBe(request);
  });
  it('closes early when every provider has said so', async () => {
    const { request, decision } = await accepted('two', 'numpy');
    expect(await bench.objections.none(petra, decision)).toMatchObject({ state: 'running' });
    expect(await bench.objections.none(petra, decision)).toMatchObject({ state: 'running' });
    expect(await bench.objections.none(quinn, decision)).toMatchObject({ state: 'settled' });
    await bench.settle();
    expect([await state(request), await listed('two', 'numpy')]).toEqual(['accepted', 1]);
  });
  it('does not close early over a question that came after the word of its provider', async () => {
    const { decision } = await accepted('two', 'asked-late');
    await bench.objections.none(petra, decision);
    await bench.objections.question(petra, decision, 'One thing more?');
    await bench.objections.answer(rosa, decision, 'Trust us.');
    expect(await bench.objections.none(quinn, decision)).toMatchObject({ state: 'running' });
    expect(await bench.objections.none(petra, decision)).toMatchObject({ state: 'settled' });
  });
  it('waits for a provider, and starts when the channel has one', async () => {
    const { request, decision } = await accepted('lonely', 'numpy');
    bench.clock.advance(1000 * HOUR);
    expect(await close()).toEqual([]);
    expect([(await window(decision))?.state, await state(request)]).toEqual(['waiting-for-provider', 'in-window']);
    await bench.channels.change(olga, 'lonely', { providers: ['Trust'] });
    await bench.settle();
    expect(await window(decision)).toMatchObject({ state: 'running', closesAt: inHours(2) });
    const opened = (fact: Fact) => fact.kind === 'window-opened' && fact.decision === decision;
    expect((await bench.facts()).filter(opened)).toHaveLength(1);
  });
  it('gives each provider a clock of its own', async () => {
    const { request, decision } = await accepted('two', 'own-clock');
    bench.clock.advance(HOUR);
    expect(await bench.objections.question(petra, decision, 'Telemetry?')).toMatchObject({
      state: 'questioned',
      clocks: [
        { provider: 'Registry', state: 'running' },
        { provider: 'Trust', state: 'questioned', closesAt: null },
      ],
    });
    bench.clock.advance(HOUR);
    expect(await close()).not.toContain(decision);
    await expect(bench.objections.overturn(quinn, decision, 'Too late.')).rejects.toMatchObject({
      code: 'wrong-state',
    });
    expect(await bench.objections.answer(rosa, decision, 'None.')).toMatchObject({
      state: 'running',
      closesAt: inHours(1),
      clocks: [{ provider: 'Registry', state: 'passed' }, { state: 'running' }],
    });
    bench.clock.advance(HOUR);
    expect(await close()).toContain(decision);
    expect(await state(request)).toBe('accepted');
  });
  it('asks whose question is answered, where several wait', async () => {
    const { decision } = await accepted('two', 'two-questions');
    await bench.objections.question(petra, decision, 'Telemetry?');
    await bench.objections.question(quinn, decision, 'Licence?');
    await expect(bench.objections.answer(rosa, decision, 'None.')).rejects.toMatchObject({ code: 'which-provider' });
    expect(await bench.objections.answer(rosa, decision, 'MIT.', 'Registry')).toMatchObject({ state: 'questioned' });
    expect(await bench.objections.answer(rosa, decision, 'None.')).toMatchObject({ state: 'running' });
  });
  it('reaches only the channels that hold the data of who objects', async () => {
    const here = await accepted('one', 'shared');
    const there = await accepted('two', 'shared');
    const without = await accepted('none', 'shared');
    await bench.objections.overturn(quinn, there.decision, 'Not beside our data.');
    await expect(bench.objections.overturn(quinn, here.decision, 'No.')).rejects.toMatchObject({
      code: 'not-this-provider',
    });
    bench.clock.advance(2 * HOUR);
    await close();
    const states = [await state(here.request), await state(there.request), await state(without.request)];
    expect(states).toEqual(['accepted', 'overturned', 'accepted']);
    expect([await listed('one', 'shared'), await listed('two', 'shared')]).toEqual([1, 0]);
  });
  it('says what silence means', async () => {
    const { decision } = await accepted('one', 'silent');
    const rule = async () => silenceRule(bench.db, await showWindow(bench.db, decision));
    expect(await rule()).toMatch(/^If no data provider objects by .* \(UTC\), .* silence counts as no objection\.$/);
    await bench.objections.question(petra, decision, 'Telemetry?');
    expect(await rule()).toMatch(/^The clock of Trust stands still until the question is answered/);
  });
  it('lists nothing that was denied while it ran', async () => {
    const { decision } = await accepted('one', 'shady');
    await bench.lists.deny(vera, {
      channel: 'one',
      ecosystem: 'pypi',
      name: 'shady',
      versions: null,
      reason: 'Stolen.',
    });
    await bench.objections.none(petra, decision);
    await bench.settle();
    expect(await listed('one', 'shady')).toBe(0);
  });
});

describe('working days', () => {
  const ICS = [
    'BEGIN:VCALENDAR',
    'BEGIN:VEVENT',
    'DTSTART;VALUE=DATE:20260406',
    'DTEND;VALUE=DATE:20260407',
    'SUMMARY:Easter',
    '  Monday',
    'END:VEVENT',
    'END:VCALENDAR',
  ].join('\r\n');
  beforeAll(async () => {
    await bench.channels.create(olga, {
      ...{ name: 'weekly', tier: 3, mode: 'cleared', window: '5wd', providers: ['Trust'] },
      ...{ timezone: 'Europe/London', holidays: ICS },
    });
  });
  it('pass over weekends and holidays, stand still for a question, and go on with the rest', async () => {
    // The Wednesday before Easter, 11:00 in London.
    bench.clock.set('2026-04-01T10:00:00Z');
    const { decision } = await accepted('weekly', 'numpy');
    expect(await window(decision)).toMatchObject({ workingDays: true, closesAt: '2026-04-09T10:00:00.000Z' });
    bench.clock.set('2026-04-02T10:00:00Z');
    await bench.objections.question(petra, decision, 'Telemetry?');
    bench.clock.set('2026-04-11T10:00:00Z');
    // Four days are left; the clock goes on on Monday, 13 April.
    expect(await bench.objections.answer(rosa, decision, 'None.')).toMatchObject({
      closesAt: '2026-04-16T23:00:00.000Z',
    });
    expect(await silenceRule(bench.db, await showWindow(bench.db, decision))).toMatch(/working days of the channel\.$/);
  });
  it.each([
    [{ window: '0wd' }, 'not-a-duration'],
    [{ window: '131wd' }, 'not-a-duration'],
    [{ replyWithin: '3d' }, 'not-a-duration'],
    [{ approvers: 3 }, 'not-approvers'],
    [{ undo: '2h' }, 'not-a-duration'],
    [{ workingDays: 'mon,funday' }, 'not-working-days'],
    [{ holidays: '2026-02-30 Nothing' }, 'not-holidays'],
    [{ holidays: 'BEGIN:VCALENDAR\nEND:VCALENDAR' }, 'not-holidays'],
    [{ holidays: ICS.replace('SUMMARY', 'RRULE:FREQ=YEARLY\r\nSUMMARY') }, 'not-holidays'],
    [{ holidays: ICS.replace('DTEND;VALUE=DATE:20260407', 'DTEND;VALUE=DATE:20270407') }, 'not-holidays'],
  ])('refuse %j', async (settings, code) => {
    await expect(bench.channels.change(olga, 'weekly', settings)).rejects.toMatchObject({ code });
  });
});
