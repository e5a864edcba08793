import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { form, olga, openPeopleBench, type PeopleBench, person, rosa, vera } from '../../../test/harness/people.ts';
import type { Fact } from '../../domain/fact.ts';
import { digestsDue, raiseAlarms, remindOfWindows } from '../../main/reminders.ts';
import { createPoster } from '../../platform/fetch/poster.ts';
import { createOutbox } from '../../platform/mail/outbox.ts';
import { createAccounts } from '../accounts/index.ts';
import { clearedEntries, denials } from '../lists/read.ts';
import { createNotices, type Notices, type Webhook } from './index.ts';
import { inboxOf } from './read.ts';

let bench: PeopleBench;
let notices: Notices;
let offered: string[] = [];
let seen = 0;
const hooks: Webhook[] = [];
const piet = person('piet', 'provider', 'NHS');

beforeAll(async () => {
  bench = await openPeopleBench();
  const { db, ledger, clock } = bench;
  const accounts = createAccounts({ ledger });
  for (const { name, roles, organisation } of [rosa, vera, olga, piet].filter((one) => one.kind === 'person'))
    await accounts.add(olga, { name, roles, organisation: organisation ?? undefined });
  await bench.channels.create(olga, { name: 'trial', tier: 3, mode: 'cleared', providers: ['NHS'], window: '5d' });
  const poster = createPoster(['http://127.0.0.1:9/'], 'pratique/test');
  notices = createNotices({
    ...{ db, ledger, outbox: createOutbox(clock), publicUrl: () => 'https://pkg.haven.example' },
    addressesOf: async (_db, people) => new Map(people.map((name) => [name, `${name}@lab.example`])),
    affectedBy: async () => [{ request: 'R-1', channel: 'trial', name: 'survtrees', version: '1.0' }],
    isOffered: async ({ name }) => offered.includes(name),
    install: ({ name, version }) => `pip install ${name}==${version}`,
    webhooks: { db, ledger, poster, hooks: async () => hooks, now: () => clock.now(), onFailure: () => undefined },
  });
  await tellAll();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.pool.query('truncate notices, outgoing_mail, notice_settings, notice_digests');
});

/** Delivers every fact since the last time, each twice: the second time nobody may be told anything. */
async function tellAll(): Promise<void> {
  await bench.settle();
  const { rows } = await bench.pool.query<{ sequence: number; actor: string; fact: Fact }>(
    'select sequence, actor, fact from ledger where sequence > $1 order by sequence',
    [seen],
  );
  for (const { sequence, actor, fact } of rows) {
    await notices.tell({ fact, actor, sequence });
    const told = await count();
    await notices.tell({ fact, actor, sequence });
    expect(await count()).toEqual(told);
    seen = Number(sequence);
  }
}

async function count() {
  const of = async (table: string) => (await bench.pool.query(`select 1 from ${table}`)).rowCount;
  return { notices: await of('notices'), letters: await of('outgoing_mail') };
}

const subjects = async (who: string) =>
  (await inboxOf(bench.db, { person: who })).notices.map(({ subject }) => subject).toReversed();
const letters = async () =>
  (
    await bench.pool.query<{ recipient: string; subject: string; body: string }>(
      'select recipient, subject, body from outgoing_mail order by id',
    )
  ).rows;

/** What everybody is mailed of a stop: those who look after packages, and who asked for what it touches. */
async function mailedOfStop() {
  await tellAll();
  const mailed = await letters();
  expect(mailed.map(({ recipient }) => recipient).toSorted()).toEqual([
    'olga@lab.example',
    'piet@lab.example',
    'rosa@lab.example',
  ]);
  return { mailed, toRosa: mailed.find(({ recipient }) => recipient.startsWith('rosa')) };
}

async function publish(number: number): Promise<void> {
  const manifest = `sha256:${'0'.repeat(64)}` as const;
  await bench.ledger.change({ kind: 'system' }, async ({ append }) =>
    append({ kind: 'snapshot-published', channel: 'trial', number, manifest }),
  );
}

describe('what people are told', () => {
  it('follows a request to the day it can be installed, each event once for each person', async () => {
    const { id } = (await bench.requests.file(rosa, form('trial', 'survtrees'))).request;
    await tellAll();
    expect(await subjects('rosa')).toEqual(['Received: survtrees (R-1)']);
    expect(await subjects('vera')).toEqual(['New request: survtrees (R-1)']);
    await bench.collect({ channel: 'trial', name: 'survtrees', request: id });
    await bench.settle();
    await bench.decisions.decide(vera, {
      request: id,
      choice: { kind: 'accept', list: 'extra' },
      reason: 'A secret reason.',
    });
    await tellAll();
    expect((await subjects('rosa')).at(-1)).toBe('Accepted: survtrees 1.0 (R-1), opens Tue 6 Jan 2026 00:00 UTC');
    expect(await subjects('piet')).toEqual(['Your view by Tue 6 Jan 2026 00:00 UTC: survtrees 1.0 (R-1) accepted']);
    bench.clock.advance(4.5 * 86_400);
    for (let twice = 0; twice < 2; twice += 1)
      await remindOfWindows({ database: bench, ledger: bench.ledger, clock: bench.clock });
    await tellAll();
    expect((await subjects('piet')).slice(1)).toEqual([
      'Your view by Tue 6 Jan 2026 00:00 UTC: survtrees 1.0 (R-1), less than a day left',
    ]);
    bench.clock.advance(86_400);
    await bench.objections.closeDue(bench.clock.now());
    await publish(2);
    await tellAll();
    expect((await subjects('rosa')).filter((one) => one.startsWith('Available'))).toEqual([]);
    offered = ['survtrees'];
    await publish(3);
    await tellAll();
    expect((await subjects('rosa')).at(-1)).toBe('Available: survtrees 1.0 (R-1)');
    const mailed = await letters();
    expect(mailed.at(-1)).toMatchObject({ recipient: 'rosa@lab.example' });
    expect(mailed.at(-1)?.body).toContain('pip install survtrees==1.0');
    expect(JSON.stringify(mailed)).not.toContain('secret reason');
  });

  it('says of a rejection that it can be answered, and keeps the reason inside', async () => {
    const { id } = (await bench.requests.file(rosa, form('trial', 'conefit'))).request;
    await bench.collect({ channel: 'trial', name: 'conefit', request: id });
    await bench.settle();
    await bench.decisions.decide(vera, {
      ...{ request: id, choice: { kind: 'reject' }, reason: 'Not for outsiders.' },
      concern: 'A build we can follow.',
    });
    await tellAll();
    expect((await subjects('rosa')).at(-1)).toBe(`Not accepted: conefit 1.0 (${id}), you can answer the concern`);
    expect(JSON.stringify(await letters())).not.toMatch(/outsiders|follow/);
  });

  it('says nothing of a decision that was undone before it was told', async () => {
    const { id } = (await bench.requests.file(rosa, form('trial', 'rivertile'))).request;
    await bench.collect({ channel: 'trial', name: 'rivertile', request: id });
    await tellAll();
    const told = await count();
    const slips = [{ kind: 'reject' }, { kind: 'ask' }, { kind: 'accept', list: 'extra' }] as const;
    for (const choice of slips) {
      const slip = await bench.decisions.decide(vera, { request: id, choice, reason: 'A slip.', concern: 'None.' });
      // The window opens before it is undone: neither of the two facts may be heard of.
      await bench.settle();
      await bench.decisions.undo(vera, slip.id);
      await tellAll();
    }
    expect(await count()).toEqual(told);
  });

  it('does not say that what is settled already opens on a later day', async () => {
    const { id } = (await bench.requests.file(rosa, form('trial', 'settledsoon'))).request;
    await bench.collect({ channel: 'trial', name: 'settledsoon', request: id });
    const { id: decision } = await bench.decisions.decide(vera, {
      ...{ request: id, choice: { kind: 'accept', list: 'extra' }, reason: 'Known.' },
    });
    await bench.settle();
    await bench.objections.none(piet, decision);
    await tellAll();
    const said = [...(await subjects('rosa')), ...(await subjects('piet'))].filter((one) =>
      one.includes('settledsoon'),
    );
    expect(said).toEqual([`Received: settledsoon (${id})`]);
  });

  it('tells of an invitation whose account it opens anew', async () => {
    const invited: Fact = { kind: 'person-invited', person: 'rosa', again: true };
    await notices.tell({ fact: invited, actor: 'olga', sequence: 9003 });
    expect(await subjects('rosa')).toEqual(['You were invited to set up your sign-in anew']);
    expect(await letters()).toMatchObject([{ recipient: 'rosa@lab.example' }]);
  });

  it('tells of a quarantine in one mail: those who asked for what it touches by its name', async () => {
    await bench.quarantine.start(vera, {
      ...{ ecosystem: 'pypi', name: 'netclient', versions: '<2.2.3', reason: 'Steals tokens.' },
    });
    const { toRosa } = await mailedOfStop();
    expect(toRosa?.subject).toBe('Stop using: netclient <2.2.3 (quarantined now)');
    expect(toRosa?.body).toContain('survtrees 1.0 in trial');
  });

  it('tells of a denial those who asked for what it ends, and those who look after the channel', async () => {
    await bench.lists.deny(vera, {
      ...{ channel: 'trial', ecosystem: 'pypi', name: 'netclient', versions: '<3', reason: 'Left alone.' },
    });
    const { mailed, toRosa } = await mailedOfStop();
    expect(toRosa?.subject).toBe('Stop using: netclient <3 (denied in trial now)');
    expect(toRosa?.body).toContain('survtrees 1.0 in trial');
    expect(toRosa?.body).toContain('pratique why pkg:pypi/netclient --channel trial');
    expect(JSON.stringify(mailed)).not.toContain('Left alone');
    // Lifted, it ends nothing.
    const [denial] = await denials(bench.db, 'trial');
    await bench.lists.lift(vera, denial?.id ?? '', 'Mended.');
    const told = await count();
    await tellAll();
    expect(await count()).toEqual(told);
  });

  it('tells who asked that what was accepted is taken off its list', async () => {
    const [entry] = await clearedEntries(bench.db, 'trial', { name: 'survtrees' });
    await bench.lists.remove(vera, entry?.id ?? '', 'Nobody needs it.');
    await tellAll();
    expect(await subjects('rosa')).toEqual(['Taken off the list: survtrees 1.0 (R-1)']);
    expect(JSON.stringify(await letters())).not.toContain('Nobody needs it');
  });

  it('tells everybody of a channel that installing from it takes something else now, and not which networks', async () => {
    const reason = 'Ask Olga about 10.20.';
    await bench.channels.changeAccess(olga, 'trial', { allow: ['10.20.0.0/16', 'token'], reason });
    await tellAll();
    const mailed = await letters();
    expect(mailed.map(({ recipient }) => recipient)).toContain('rosa@lab.example');
    const toRosa = mailed.find(({ recipient }) => recipient.startsWith('rosa'));
    expect(toRosa?.subject).toBe('Installing from trial: who may has changed');
    expect(toRosa?.body).toContain('from some networks, or from anywhere with a token');
    expect(toRosa?.body).toContain('pratique token create --label TEXT --action install --channel trial');
    expect(JSON.stringify(mailed)).not.toContain('10.20.');
  });

  it('keeps to what somebody wants, but for changes of the account', async () => {
    await notices.wish(rosa, 'none');
    await bench.requests.file(rosa, form('trial', 'quiet'));
    await createAccounts({ ledger: bench.ledger }).setRoles(olga, { name: 'rosa', roles: ['researcher', 'auditor'] });
    await tellAll();
    expect((await letters()).map(({ recipient, subject }) => `${recipient}: ${subject}`)).toEqual([
      'rosa@lab.example: Your roles changed: researcher, auditor',
    ]);
    expect(await subjects('rosa')).toHaveLength(2);
  });

  it('can be marked as read by its reader alone', async () => {
    await bench.requests.file(rosa, form('trial', 'mine'));
    await tellAll();
    const [notice] = (await inboxOf(bench.db, { person: 'rosa' })).notices;
    expect(await notices.markRead(vera, [notice?.id ?? 0])).toBe(0);
    expect(await notices.markRead(rosa, [notice?.id ?? 0])).toBe(1);
    expect(await inboxOf(bench.db, { person: 'rosa', unread: true })).toMatchObject({ notices: [], unread: 0 });
  });
});

describe('digests and alarms', () => {
  it('gathers what can wait into one letter a day, at the hour of the place', async () => {
    for (const name of ['one', 'two', 'three', 'four', 'five', 'six', 'seven'])
      await bench.requests.file(rosa, form('trial', `pack-${name}`));
    await tellAll();
    const settings = { digest_at: '07:00', timezone: 'America/New_York' };
    await digestsDue(settings, new Date('2026-01-07T11:59:00Z'), notices);
    expect((await letters()).filter(({ recipient }) => recipient.startsWith('vera'))).toEqual([]);
    for (const minute of ['00', '01', '59'])
      await digestsDue(settings, new Date(`2026-01-07T12:${minute}:00Z`), notices);
    const digests = (await letters()).filter(({ recipient }) => recipient.startsWith('vera'));
    expect(digests.map(({ subject }) => subject)).toEqual(['Today: 7 notices']);
    expect(digests[0]?.body).toMatch(/New request: pack-five .*\nand 2 more\n/);
  });

  it('raises an alarm once a day while it lasts', async () => {
    const looking = { database: bench, ledger: bench.ledger, clock: bench.clock };
    await raiseAlarms(looking, ['feed advisories: stale']);
    await raiseAlarms(looking, ['feed advisories: stale', 'channel trial: its current snapshot cannot be read']);
    await tellAll();
    expect(await subjects('olga')).toEqual([
      'Needs looking after: feed advisories: stale',
      'Needs looking after: channel trial: its current snapshot cannot be read',
    ]);
    bench.clock.advance(86_401);
    await raiseAlarms(looking, ['feed advisories: stale']);
    await tellAll();
    expect(await subjects('olga')).toHaveLength(3);
  });
});

describe('webhooks', () => {
  it('are called once for each fact, signed, without what was said in confidence, and again while they fail', async () => {
    const heard: { headers: IncomingHttpHeaders; body: string }[] = [];
    let answer = 503;
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        heard.push({ headers: request.headers, body });
        response.writeHead(answer).end();
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve());
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const secret = Buffer.from('a secret of enough characters');
    const poster = createPoster([url], 'pratique/test');
    const { db, ledger, clock } = bench;
    const stuck: string[] = [];
    const calling = createNotices({
      ...{ db, ledger, outbox: createOutbox(clock), publicUrl: () => '', install: () => '' },
      ...{ addressesOf: async () => new Map(), affectedBy: async () => [], isOffered: async () => false },
      webhooks: {
        ...{ db, ledger, poster, now: () => clock.now() },
        hooks: async () => [{ name: 'chat', url, secret, kinds: ['quarantine-started'] }],
        onFailure: ({ reason }) => void stuck.push(reason),
      },
    });
    const fact: Fact = {
      ...{ kind: 'quarantine-started', quarantine: 'Q-9', ecosystem: 'pypi', name: 'netclient', versions: null },
      reason: 'In confidence.',
    };
    for (let twice = 0; twice < 2; twice += 1) await calling.tell({ fact, actor: 'vera', sequence: 9001 });
    await calling.tell({ fact: { kind: 'backup-made', head: 'x' }, actor: 'olga', sequence: 9002 });
    expect(await calling.callWebhooks()).toBe(0);
    expect(stuck).toEqual(['it answered 503']);
    expect(await calling.callWebhooks()).toBe(0);
    expect(heard).toHaveLength(1);
    clock.advance(6);
    answer = 204;
    expect(await calling.callWebhooks()).toBe(1);
    expect(await calling.callWebhooks()).toBe(0);
    const [first, second] = heard;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = second?.headers ?? {};
    const expected = createHmac('sha256', secret).update(`${id}.${at}.${second?.body}`).digest('base64');
    expect(signature).toBe(`v1,${expected}`);
    expect(JSON.parse(second?.body ?? '')).toMatchObject({
      type: 'quarantine-started',
      data: { sequence: 9001, quarantine: 'Q-9', name: 'netclient' },
    });
    expect(second?.body).not.toContain('confidence');
    await poster.close();
    await new Promise((resolve) => server.close(resolve));
  });
});
