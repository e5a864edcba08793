import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { openMailBox } from '../../../test/harness/mail-server.ts';
import { may } from '../../domain/authority.ts';
import { type Actor, type Role, SYSTEM } from '../../domain/people.ts';
import { networkOf } from '../../platform/fetch/networks.ts';
import { createOutbox, sendDue } from '../../platform/mail/outbox.ts';
import { createSmtp } from '../../platform/mail/smtp.ts';
import { sealOf } from '../../platform/signing/seal.ts';
import { type Accounts, createAccounts } from '../accounts/index.ts';
import { resolveActor } from '../accounts/read.ts';
import { createChannels } from '../channels/index.ts';
import { createTokens, type Tokens } from '../tokens/index.ts';
import { waitAfter } from './attempts.ts';
import { createSignIn, type SignIn, type StartedSession } from './index.ts';
import { factorsOf, listSessions, mailAddressesOf, mailAddressOf } from './read.ts';
import { hashOf } from './secrets.ts';
import { startSession } from './sessions.ts';

const MINUTE = 60;
const HOUR = 3600;
const GOOD = 'seven marmots hum over granite';
const OTHER = 'lanterns drift past the quiet mill';
const caller = { address: '192.0.2.1', device: 'test' };
const stranger = { address: '203.0.113.7', device: 'guesser' };

let test: TestDatabase;
let accounts: Accounts;
let signIn: SignIn;
/** Of an operator who says that a code does where a passkey is asked for. */
let lenient: SignIn;
let tokens: Tokens;
let olga: Actor;
const breached = new Set<string>();
let numbered = 0;

beforeAll(async () => {
  test = await openTestDatabase();
  const { db, ledger, clock } = test;
  await createChannels({ ledger, targets: [], network: networkOf }).ensureDefaults();
  accounts = createAccounts({ ledger });
  await accounts.claimFirstOperator({ name: 'olga', code: (await accounts.makeOperatorCode()) ?? '' });
  olga = await resolveActor(db, 'olga');
  const outbox = createOutbox(clock);
  const noProviders = { providers: new Map(), followProvider: accounts.followProvider };
  const seal = sealOf(randomBytes(32));
  const isBreached = async (password: string) => breached.has(password);
  const noIssuer = {
    publishers: [],
    issuerOf: () => undefined,
    verifyIdentity: () => Promise.reject(new Error('none')),
  };
  tokens = createTokens({ ...{ db, ledger, clock }, ecosystemIds: [], ...noIssuer });
  const { endAllOf: endTokens } = tokens;
  const deps = { db, ledger, clock, seal, outbox, isBreached, endTokens, ...noProviders };
  signIn = createSignIn({ ...deps, totpSuffices: false });
  lenient = createSignIn({ ...deps, totpSuffices: true });
});
afterAll(() => test.close());

interface Somebody {
  readonly name: string;
  readonly first: StartedSession;
}

/** A person of a role, invited and signed in with a good password. */
async function somebody(role: Role = 'researcher', mail?: string): Promise<Somebody> {
  numbered += 1;
  const name = `p${numbered}`;
  await accounts.add(olga, { name, roles: [role], ...(role === 'provider' && { organisation: 'Trust' }) });
  const invitation = await signIn.invite(olga, { name, mail });
  const code = 'code' in invitation ? invitation.code : await mailedCode(invitation.sentTo);
  return { name, first: await signIn.acceptInvitation({ name, code, password: GOOD }, caller) };
}

async function mailedCode(to: string): Promise<string> {
  const { rows } = await test.pool.query(
    'select body from outgoing_mail where recipient = $1 order by id desc limit 1',
    [to],
  );
  return /[0-9A-Z]{6}(?:-[0-9A-Z]{6}){3}/.exec(rows[0]?.body ?? '')?.[0] ?? 'nothing was mailed';
}

/** Subjects of the letters to an address, the oldest first. */
async function mailTo(address: string): Promise<readonly string[]> {
  const { rows } = await test.pool.query('select subject from outgoing_mail where recipient = $1 order by id', [
    address,
  ]);
  return rows.map(({ subject }) => subject);
}

/** The actor of a new session by password, which has just been proved. */
async function proved(name: string): Promise<Actor> {
  const step = await signIn.withPassword({ name, password: GOOD }, caller);
  if (step.step !== 'done') throw new Error('a second factor is asked for');
  return signIn.authenticate(step.session.secret);
}

function codeNow(secret: string, steps = 0): string {
  const timestamp = test.clock.now().getTime() + steps * 30_000;
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp });
}

async function withApp(name: string): Promise<{ secret: string; recoveryCodes: readonly string[] }> {
  const actor = await proved(name);
  const { secret } = await signIn.beginApp(actor);
  const recoveryCodes = await signIn.confirmApp(actor, codeNow(secret));
  test.clock.advance(MINUTE);
  return { secret, recoveryCodes };
}

async function ticketOf(name: string, from = caller): Promise<string> {
  const step = await signIn.withPassword({ name, password: GOOD }, from);
  return step.step === 'second-factor' ? step.ticket : 'no ticket';
}

async function factsOf(person: string): Promise<readonly string[]> {
  const { rows } = await test.pool.query("select kind from ledger where fact->>'person' = $1 order by sequence", [
    person,
  ]);
  return rows.map(({ kind }) => kind);
}

/** Milliseconds of processor time that a piece of work takes. */
async function effortOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work().catch(() => undefined);
  const { user } = process.cpuUsage(before);
  return user / 1000;
}

describe('an invitation', () => {
  it('sets up an account once, and ends after three days', async () => {
    const { name } = await somebody();
    expect(await factsOf(name)).toEqual(
      expect.arrayContaining(['person-invited', 'password-changed', 'invitation-accepted', 'signed-in']),
    );
    const invitation = await signIn.invite(olga, { name });
    const code = 'code' in invitation ? invitation.code : '';
    test.clock.advance(73 * HOUR);
    await expect(signIn.acceptInvitation({ name, code, password: GOOD }, caller)).rejects.toMatchObject({
      code: 'wrong-credentials',
    });
  });
  it('that two take at once sets up the account for one of them', async () => {
    numbered += 1;
    const name = `p${numbered}`;
    await accounts.add(olga, { name, roles: ['researcher'] });
    const invitation = await signIn.invite(olga, { name });
    const code = 'code' in invitation ? invitation.code : '';
    const both = await Promise.allSettled([
      signIn.acceptInvitation({ name, code, password: GOOD }, caller),
      signIn.acceptInvitation({ name, code, password: OTHER }, stranger),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    // Whoever comes when the other is done already finds no invitation at all.
    const lost = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(lost).toEqual([
      expect.objectContaining({ code: expect.stringMatching(/^(?:code-used|wrong-credentials)$/) }),
    ]);
    expect((await factsOf(name)).filter((kind) => kind === 'invitation-accepted')).toHaveLength(1);
    const won = both[0]?.status === 'fulfilled' ? GOOD : OTHER;
    test.clock.advance(HOUR);
    expect(await signIn.withPassword({ name, password: won }, caller)).toMatchObject({ step: 'done' });
  });
  it('goes out by the mail server, in a letter that holds the code and no name of a project', async () => {
    const box = await openMailBox();
    try {
      const { name } = await somebody('researcher', 'p-mail@lab.example');
      const server = createSmtp({ ...box.settings, from: 'Pratique <pratique@haven.example>' });
      await sendDue({ db: test.db, clock: test.clock, server, domain: 'haven.example', onFailure: () => undefined });
      const letter = box.letters.find((one) => one.to?.[0]?.address === 'p-mail@lab.example');
      expect(letter?.subject).toBe('Your account');
      expect(letter?.text).toMatch(/[0-9A-Z]{6}(?:-[0-9A-Z]{6}){3}/);
      expect(letter?.text).toContain(name);
      expect(letter?.html).toBeUndefined();
    } finally {
      await box.close();
    }
  });
  it('confirms the mail address that it was sent to', async () => {
    const { name } = await somebody('researcher', 'p-confirmed@lab.example');
    expect(await mailAddressOf(test.db, name)).toMatchObject({ address: 'p-confirmed@lab.example', isConfirmed: true });
  });
  it('is an operator’s to give', async () => {
    const { name } = await somebody('reviewer');
    await expect(signIn.invite(await resolveActor(test.db, name), { name })).rejects.toMatchObject({
      code: 'wrong-role',
    });
  });
  it('ends every earlier way in where it is used again', async () => {
    const { name, first } = await somebody();
    await withApp(name);
    const invitation = await signIn.invite(olga, { name });
    const code = 'code' in invitation ? invitation.code : '';
    await signIn.acceptInvitation({ name, code, password: OTHER }, caller);
    await expect(signIn.authenticate(first.secret)).rejects.toMatchObject({ code: 'no-session' });
    expect(await factorsOf(test.db, name)).toMatchObject({ authenticatorApp: false, recoveryCodesLeft: 0 });
  });
});

describe('a password', () => {
  it.each([
    ['fourteen chars', 'password-length'],
    ['x'.repeat(129), 'password-length'],
    ['aaaaaaaaaaaaaaaaaaaa', 'password-guessable'],
    ['passwordpassword1', 'password-guessable'],
    ['correcthorsebatterystaple', 'password-breached'],
    ['pratique-pratique', 'password-context'],
  ])('is refused: %s', async (password, code) => {
    breached.add('correcthorsebatterystaple');
    const { name } = await somebody();
    const actor = await proved(name);
    const asked = { current: GOOD, password, caller };
    await expect(signIn.changePassword(actor, asked)).rejects.toMatchObject({ code });
  });
  it('needs no capital, digit or sign, may hold spaces and any letters, and up to 128 characters', async () => {
    const { name } = await somebody();
    const long = `${'quartz lynx vapor 7 '.repeat(6)}end`;
    for (const [current, password] of [
      [GOOD, 'neun müde Füchse träumen 狐'],
      ['neun müde Füchse träumen 狐', long],
    ] as const) {
      const step = await signIn.withPassword({ name, password: current }, caller);
      const actor = await signIn.authenticate(step.step === 'done' ? step.session.secret : '');
      await signIn.changePassword(actor, { current, password, caller });
    }
    const step = await signIn.withPassword({ name, password: long }, caller);
    expect(step.step).toBe('done');
  });
  it('is compared whole and as it was typed: nothing is cut, trimmed or folded', async () => {
    const { name } = await somebody();
    for (const password of [GOOD.slice(0, -1), GOOD.toUpperCase(), `${GOOD} `])
      await expect(signIn.withPassword({ name, password }, caller)).rejects.toMatchObject({
        code: 'wrong-credentials',
      });
  });
  it('is kept as argon2id with a salt of its own', async () => {
    const two = [await somebody(), await somebody()];
    const { rows } = await test.pool.query('select hash from passwords where person = any($1)', [
      two.map(({ name }) => name),
    ]);
    for (const { hash } of rows) expect(hash).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$/);
    expect(new Set(rows.map(({ hash }) => hash)).size).toBe(2);
  });
  it('is changed only by somebody who shows the old one, and ends the other sessions', async () => {
    const { name, first } = await somebody();
    const actor = await proved(name);
    await expect(signIn.changePassword(actor, { current: OTHER, password: OTHER, caller })).rejects.toMatchObject({
      code: 'wrong-credentials',
    });
    await signIn.changePassword(actor, { current: GOOD, password: OTHER, caller });
    await expect(signIn.authenticate(first.secret)).rejects.toMatchObject({ code: 'no-session' });
    expect(await factsOf(name)).toContain('sessions-ended');
  });
  it('that leaked since opens nothing until it is changed', async () => {
    const { name } = await somebody();
    breached.add(GOOD);
    try {
      await expect(signIn.withPassword({ name, password: GOOD }, caller)).rejects.toMatchObject({
        code: 'password-breached',
      });
    } finally {
      breached.delete(GOOD);
    }
  });
});

describe('failures', () => {
  it('cost nothing at first, then wait twice as long each time, up to a quarter of an hour', () => {
    const waits = Array.from({ length: 16 }, (_, index) => waitAfter(index + 1, 3));
    expect(waits.slice(0, 5)).toEqual([0, 0, 1, 2, 4]);
    expect(waits.at(-1)).toBe(900);
    expect(waits.every((wait) => wait <= 900)).toBe(true);
  });
  it('slow whoever guesses, tell the person, and never the person where they signed in before', async () => {
    const { name } = await somebody();
    const guess = () =>
      signIn.withPassword({ name, password: OTHER }, { ...stranger, address: `198.51.100.${numbered}` });
    for (let failures = 0; failures < 12; failures += 1) {
      await expect(guess()).rejects.toMatchObject({ code: 'wrong-credentials' });
      test.clock.advance(waitAfter(failures + 1, 3));
    }
    await expect(guess()).rejects.toMatchObject({ code: 'wrong-credentials' });
    await expect(guess()).rejects.toMatchObject({ code: 'too-many-attempts', retryAfterSeconds: expect.any(Number) });
    expect(await factsOf(name)).toContain('sign-in-slowed');
    expect((await signIn.withPassword({ name, password: GOOD }, caller)).step).toBe('done');
  });
  it('are counted before they are examined: many at once gain nothing', async () => {
    const { name } = await somebody();
    const from = { ...stranger, address: '198.51.100.200' };
    const answers = await Promise.allSettled(
      Array.from({ length: 12 }, () => signIn.withPassword({ name, password: OTHER }, from)),
    );
    const codes = answers.map((one) => (one.status === 'rejected' ? one.reason.code : 'opened'));
    expect(codes.filter((code) => code === 'wrong-credentials')).toHaveLength(3);
    expect(codes.filter((code) => code === 'too-many-attempts')).toHaveLength(9);
  });
  it.each([
    ['address', () => '198.51.100.201'],
    ['IPv6 network, whose owner has every address of it,', (index: number) => `2001:db8:7:7::${index.toString(16)}`],
  ])('of one %s are slowed whatever names it tries', async (_what, addressOf) => {
    const codes: string[] = [];
    for (let index = 0; index < 22; index += 1)
      await signIn
        .withPassword({ name: `nobody-${index}`, password: OTHER }, { ...stranger, address: addressOf(index) })
        .catch((error) => codes.push(error.code));
    expect(codes.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 'wrong-credentials'));
    expect(codes.slice(20)).toEqual(['too-many-attempts', 'too-many-attempts']);
  });
  it('of one IPv6 site are slowed, though each comes from another of its networks', async () => {
    const guess = (network: string) =>
      signIn
        .withPassword(
          { name: `nobody-of-${network}`, password: OTHER },
          { ...stranger, address: `2001:db8:70:${network}::1` },
        )
        .catch((error) => error.code);
    expect(await guess('1')).toBe('wrong-credentials');
    // As many as of sixteen networks, but for one; to make them would take as many hashes.
    await sql`update sign_in_attempts set failures = 319 where key = ${hashOf('from 2001:db8:70::/48')}`.execute(
      test.db,
    );
    expect(await guess('2')).toBe('wrong-credentials');
    expect(await guess('3')).toBe('too-many-attempts');
  });
  it('say the same, and take the same work, whether or not somebody bears the name', async () => {
    const { name } = await somebody();
    const from = { ...stranger, address: '198.51.100.202' };
    const told = async (who: string) =>
      signIn.withPassword({ name: who, password: OTHER }, from).catch(({ code, what }) => ({ code, what }));
    expect(await told(name)).toEqual(await told('nobody-at-all'));
    const known = await effortOf(() => told(name));
    const unknown = await effortOf(() => told('nobody-at-all-2'));
    // Both hash: without it an answer would take a hundredth of the work.
    expect(unknown).toBeGreaterThan(known / 4);
    expect(unknown).toBeLessThan(known * 4);
  });
});

describe('an authenticator app', () => {
  it('is asked for from then on, and proves two factors', async () => {
    const { name } = await somebody('reviewer');
    const { secret } = await withApp(name);
    const ticket = await ticketOf(name);
    const session = await signIn.withCode({ ticket, code: codeNow(secret) }, caller);
    expect(session.strength).toBe('multi');
    expect(may(await signIn.authenticate(session.secret), 'decide')).toBe(true);
  });
  it('may do where a passkey is asked for, if the operator says so; a recovery code never does', async () => {
    const { name } = await somebody('reviewer');
    const { secret, recoveryCodes } = await withApp(name);
    const byApp = await signIn.withCode({ ticket: await ticketOf(name), code: codeNow(secret) }, caller);
    const byPaper = await signIn.withCode({ ticket: await ticketOf(name), code: recoveryCodes[0] ?? '' }, caller);
    const strengthOf = ({ secret: of }: StartedSession) => lenient.authenticate(of);
    expect(await strengthOf(byApp)).toMatchObject({ credential: { strength: 'phishing-resistant' } });
    expect(await strengthOf(byPaper)).toMatchObject({ credential: { strength: 'multi' } });
    expect(await signIn.authenticate(byApp.secret)).toMatchObject({ credential: { strength: 'multi' } });
  });
  it('has a secret that the database keeps sealed, about its person alone', async () => {
    const [first, second] = [await somebody(), await somebody()];
    const [{ secret }] = [await withApp(first.name), await withApp(second.name)];
    const kept = 'select person, secret from authenticator_apps where person = any($1)';
    const { rows } = await test.pool.query(kept, [[first.name, second.name]]);
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row.secret).toMatch(/^v1\.[0-9a-f]{16}\./);
    expect(JSON.stringify(rows)).not.toContain(secret);
    // Whoever writes into the database cannot give one person the app of another.
    const move =
      'update authenticator_apps set secret = (select secret from authenticator_apps where person = $1) where person = $2';
    await test.pool.query(move, [first.name, second.name]);
    await expect(
      signIn.withCode({ ticket: await ticketOf(second.name), code: codeNow(secret) }, caller),
    ).rejects.toMatchObject({ code: 'sealed-wrong' });
  });
  it('goes on where its secret was kept plain before, which the next start seals', async () => {
    const { name } = await somebody();
    const { secret } = await withApp(name);
    await test.pool.query('update authenticator_apps set secret = $1 where person = $2', [secret, name]);
    const signInNow = async () => signIn.withCode({ ticket: await ticketOf(name), code: codeNow(secret) }, caller);
    expect(await signInNow()).toMatchObject({ person: name });
    expect([await signIn.sealSecrets(), await signIn.sealSecrets()]).toEqual([1, 0]);
    const { rows } = await test.pool.query('select secret from authenticator_apps where person = $1', [name]);
    expect(rows[0].secret).not.toContain(secret);
    test.clock.advance(MINUTE);
    expect(await signInNow()).toMatchObject({ person: name });
  });
  it('takes each code once', async () => {
    const { name } = await somebody();
    const { secret } = await withApp(name);
    const code = codeNow(secret);
    await signIn.withCode({ ticket: await ticketOf(name), code }, caller);
    await expect(signIn.withCode({ ticket: await ticketOf(name), code }, caller)).rejects.toMatchObject({
      code: 'wrong-credentials',
    });
    await expect(
      signIn.withCode({ ticket: await ticketOf(name), code: codeNow(secret, -1) }, caller),
    ).rejects.toMatchObject({ code: 'wrong-credentials' });
  });
  it('takes the code of a clock one step off, and no older one', async () => {
    const { name } = await somebody();
    const { secret } = await withApp(name);
    await expect(
      signIn.withCode({ ticket: await ticketOf(name), code: codeNow(secret, -3) }, caller),
    ).rejects.toMatchObject({ code: 'wrong-credentials' });
    await signIn.withCode({ ticket: await ticketOf(name), code: codeNow(secret, 1) }, caller);
  });
  it('is asked for within ten minutes of the password', async () => {
    const { name } = await somebody();
    const { secret } = await withApp(name);
    const ticket = await ticketOf(name);
    test.clock.advance(10 * MINUTE);
    await expect(signIn.withCode({ ticket, code: codeNow(secret) }, caller)).rejects.toMatchObject({
      code: 'wrong-credentials',
    });
  });
  it('has failures of its own, which a right password does not clear', async () => {
    const { name } = await somebody();
    const { secret } = await withApp(name);
    const wrong = codeNow(secret) === '000000' ? '111111' : '000000';
    for (let failures = 0; failures < 3; failures += 1)
      await expect(signIn.withCode({ ticket: await ticketOf(name), code: wrong }, caller)).rejects.toMatchObject({
        code: 'wrong-credentials',
      });
    await expect(
      signIn.withCode({ ticket: await ticketOf(name), code: codeNow(secret) }, caller),
    ).rejects.toMatchObject({ code: 'too-many-attempts' });
  });
  it('is replaced by a recovery code, once, and its person hears of it', async () => {
    const { name } = await somebody();
    const { recoveryCodes } = await withApp(name);
    expect(recoveryCodes).toHaveLength(10);
    const [code = ''] = recoveryCodes;
    const session = await signIn.withCode({ ticket: await ticketOf(name), code: code.toLowerCase() }, caller);
    expect(session.strength).toBe('multi');
    await expect(signIn.withCode({ ticket: await ticketOf(name), code }, caller)).rejects.toMatchObject({
      code: 'wrong-credentials',
    });
    expect(await factsOf(name)).toContain('recovery-code-used');
    const { rows } = await test.pool.query('select hash from recovery_codes where person = $1', [name]);
    expect(rows.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
  });
  it('is not removed where it is the last second factor of somebody who decides', async () => {
    const reviewer = await somebody('reviewer');
    const before = await proved(reviewer.name);
    const { secret } = await signIn.beginApp(before);
    await signIn.confirmApp(before, codeNow(secret));
    await expect(signIn.removeApp(before)).rejects.toMatchObject({ code: 'last-factor' });
    const { name } = await somebody('researcher');
    const actor = await proved(name);
    const app = await signIn.beginApp(actor);
    await signIn.confirmApp(actor, codeNow(app.secret));
    await signIn.removeApp(actor);
    expect(await factsOf(name)).toContain('authenticator-app-removed');
  });
});

describe('a session', () => {
  it('ends when it is left alone, and at the latest after a working day', async () => {
    const { name } = await somebody();
    const step = await signIn.withPassword({ name, password: GOOD }, caller);
    const secret = step.step === 'done' ? step.session.secret : '';
    for (let minutes = 0; minutes < 8 * 60 - 20; minutes += 20) {
      test.clock.advance(20 * MINUTE);
      await signIn.authenticate(secret);
    }
    test.clock.advance(20 * MINUTE);
    await expect(signIn.authenticate(secret)).rejects.toMatchObject({ code: 'no-session' });
    const idle = await signIn.withPassword({ name, password: GOOD }, caller);
    test.clock.advance(30 * MINUTE);
    await expect(signIn.authenticate(idle.step === 'done' ? idle.session.secret : '')).rejects.toMatchObject({
      code: 'no-session',
    });
  });
  it('is shorter for whoever decides', async () => {
    const { first } = await somebody('reviewer');
    test.clock.advance(15 * MINUTE);
    await expect(signIn.authenticate(first.secret)).rejects.toMatchObject({ code: 'no-session' });
  });
  it('has a new secret after each sign-in, and the one before it ends', async () => {
    const { name, first } = await somebody();
    const step = await signIn.withPassword({ name, password: GOOD }, { ...caller, session: first.id });
    const next = step.step === 'done' ? step.session : first;
    expect(next.secret).not.toBe(first.secret);
    await signIn.authenticate(next.secret);
    await expect(signIn.authenticate(first.secret)).rejects.toMatchObject({ code: 'no-session' });
  });
  it('is listed with device and time, and ended one by one or all at once', async () => {
    const { name, first } = await somebody();
    const actor = await proved(name);
    await proved(name);
    const sessions = await listSessions(test.db, name, test.clock.now());
    expect(sessions).toHaveLength(3);
    expect(sessions[0]).toMatchObject({ device: 'test', address: caller.address, strength: 'single' });
    const stranger = await somebody();
    await expect(signIn.endSession(await proved(stranger.name), first.id)).rejects.toMatchObject({
      code: 'unknown-session',
    });
    await signIn.endSession(actor, first.id);
    expect(await signIn.endOtherSessions(actor)).toBe(1);
    expect(await listSessions(test.db, name, test.clock.now())).toHaveLength(1);
    expect(await signIn.endAllOf(olga, name)).toBe(1);
    expect(await listSessions(test.db, name, test.clock.now())).toHaveLength(0);
  });
  it('is stored as a hash alone', async () => {
    const { first } = await somebody();
    const { rows } = await test.pool.query('select s::text as row from sessions s');
    for (const { row } of rows) expect(row).not.toContain(first.secret);
  });
  it('of a closed account is refused from that moment on, as are its tokens and its password', async () => {
    const { name, first } = await somebody();
    await accounts.disable(olga, name, 'left the project');
    await expect(signIn.authenticate(first.secret)).rejects.toMatchObject({ kind: 'sign-in' });
    await expect(signIn.withPassword({ name, password: GOOD }, caller)).rejects.toMatchObject({
      code: 'wrong-credentials',
    });
  });
  it('that is older than ten minutes makes no tokens: what a session left open makes would outlive it', async () => {
    const { name } = await somebody();
    const actor = await proved(name);
    const asked = { label: 'nightly', scope: {} };
    expect((await tokens.create(actor, asked)).listing.person).toBe(name);
    test.clock.advance(11 * MINUTE);
    await expect(tokens.create(actor, asked)).rejects.toMatchObject({ kind: 'not-allowed', code: 'prove-again' });
  });
  it('that is older than ten minutes changes nothing about how its person signs in', async () => {
    const { name } = await somebody();
    const actor = await proved(name);
    test.clock.advance(11 * MINUTE);
    await expect(signIn.beginApp(actor)).rejects.toMatchObject({ code: 'prove-again' });
    await expect(signIn.changePassword(actor, { current: GOOD, password: OTHER, caller })).rejects.toMatchObject({
      code: 'prove-again',
    });
  });
});

describe('a mail address', () => {
  it('that is left for another one is told so, by whichever way the new one came', async () => {
    const { name } = await somebody('researcher', 'first@lab.example');
    const actor = await proved(name);
    await signIn.askAddress(actor, 'second@lab.example');
    expect(await mailTo('first@lab.example')).not.toContain('Your mail address was changed');
    await signIn.confirmAddress(actor, { code: await mailedCode('second@lab.example'), caller });
    expect(await mailTo('first@lab.example')).toContain('Your mail address was changed');
    const invitation = await signIn.invite(olga, { name, mail: 'third@lab.example' });
    expect(invitation).toEqual({ sentTo: 'third@lab.example' });
    await signIn.acceptInvitation({ name, code: await mailedCode('third@lab.example'), password: OTHER }, caller);
    expect(await mailTo('second@lab.example')).toContain('Your mail address was changed');
    expect(await mailTo('third@lab.example')).not.toContain('Your mail address was changed');
  });
  it('of a stranger is not flooded with codes', async () => {
    const { name } = await somebody();
    const actor = await proved(name);
    for (let times = 0; times < 3; times += 1) await signIn.askAddress(actor, 'stranger@far.example');
    await expect(signIn.askAddress(actor, 'stranger@far.example')).rejects.toMatchObject({ code: 'too-many-attempts' });
    expect(await mailTo('stranger@far.example')).toHaveLength(3);
  });
});

describe('a session that began with one factor', () => {
  it('binds no other factor where its person had a second one: a provider that asks for none is no way around it', async () => {
    const { name } = await somebody();
    await withApp(name);
    test.clock.advance(MINUTE);
    const session = await test.ledger.change(SYSTEM, (change) =>
      startSession(change, { person: name, method: 'provider haven', strength: 'single', caller }),
    );
    const actor = await signIn.authenticate(session.secret);
    const site = { origin: 'https://pkg.haven.example' };
    for (const change of [
      () => signIn.beginAddingPasskey(actor, site),
      () => signIn.removeApp(actor),
      () => signIn.renewRecoveryCodes(actor),
      () => signIn.askAddress(actor, 'mine@evil.example'),
    ])
      await expect(change()).rejects.toMatchObject({ code: 'stronger-sign-in' });
  });
});

describe('recovery', () => {
  it('ends the tokens, too, as an invitation that is used again does: whoever had the account may have made them', async () => {
    const { name } = await somebody('researcher', 'taken@lab.example');
    const { secret } = await withApp(name);
    const made = async () => (await tokens.create(await resolveActor(test.db, name), { label: 'x', scope: {} })).token;
    const first = await made();
    await signIn.askRecovery(name);
    const mailCode = await mailedCode('taken@lab.example');
    await signIn.recover({ name, mailCode, code: codeNow(secret), password: OTHER }, caller);
    await expect(tokens.authenticate(first)).rejects.toMatchObject({ code: 'bad-token' });
    const second = await made();
    const invitation = await signIn.invite(olga, { name });
    const code = 'code' in invitation ? invitation.code : '';
    expect(await tokens.authenticate(second)).toMatchObject({ name });
    await signIn.acceptInvitation({ name, code, password: GOOD }, caller);
    await expect(tokens.authenticate(second)).rejects.toMatchObject({ code: 'bad-token' });
  });
  it('takes a code by mail and a second factor, ends every session, and is told', async () => {
    const { name, first } = await somebody('researcher', 'lost@lab.example');
    const { secret } = await withApp(name);
    await signIn.askRecovery(name);
    const mailCode = await mailedCode('lost@lab.example');
    const asked = { name, mailCode, code: codeNow(secret), password: OTHER };
    await signIn.recover(asked, caller);
    await expect(signIn.authenticate(first.secret)).rejects.toMatchObject({ code: 'no-session' });
    expect(await factsOf(name)).toEqual(expect.arrayContaining(['recovery-asked', 'account-recovered']));
    await expect(signIn.recover({ ...asked, code: codeNow(secret, 1) }, caller)).rejects.toMatchObject({
      code: 'wrong-credentials',
    });
  });
  it('that a stranger tries with codes that were never mailed does not slow its person at the second factor', async () => {
    const { name } = await somebody('researcher', 'slowed@lab.example');
    const { secret } = await withApp(name);
    const wrong = { name, mailCode: 'ABCDEF-ABCDEF-ABCDEF-ABCDEF', code: '000000', password: OTHER };
    for (let tries = 0; tries < 6; tries += 1) {
      await expect(signIn.recover(wrong, stranger)).rejects.toBeDefined();
      test.clock.advance(MINUTE);
    }
    await expect(signIn.recover(wrong, stranger)).rejects.toMatchObject({ code: 'wrong-credentials' });
    await expect(signIn.recover(wrong, stranger)).rejects.toMatchObject({ code: 'too-many-attempts' });
    const elsewhere = { address: '198.51.100.9', device: 'a new laptop' };
    const ticket = await ticketOf(name, elsewhere);
    expect(await signIn.withCode({ ticket, code: codeNow(secret) }, elsewhere)).toMatchObject({ person: name });
  });
  it('is never by mail alone', async () => {
    const { name } = await somebody('researcher', 'alone@lab.example');
    await signIn.askRecovery(name);
    const mailCode = await mailedCode('alone@lab.example');
    for (const code of ['', '000000', mailCode])
      await expect(signIn.recover({ name, mailCode, code, password: OTHER }, caller)).rejects.toMatchObject({
        code: 'wrong-credentials',
      });
  });
  it('answers the same for a name that nobody has, and mails nobody', async () => {
    const before = await test.pool.query('select count(*) from outgoing_mail');
    await expect(signIn.askRecovery('nobody-here')).resolves.toBeUndefined();
    const after = await test.pool.query('select count(*) from outgoing_mail');
    expect(after.rows).toEqual(before.rows);
  });
  it('mails one code while it is good, however often it is asked for, and the code that came stays good', async () => {
    const { name } = await somebody('researcher', 'flooded@lab.example');
    const { secret } = await withApp(name);
    const letters = async () => (await mailTo('flooded@lab.example')).length;
    const before = await letters();
    for (let times = 0; times < 5; times += 1) await signIn.askRecovery(name);
    expect(await letters()).toBe(before + 1);
    const mailCode = await mailedCode('flooded@lab.example');
    await signIn.recover({ name, mailCode, code: codeNow(secret), password: OTHER }, caller);
    await signIn.askRecovery(name);
    test.clock.advance(11 * MINUTE);
    await signIn.askRecovery(name);
    expect(await letters()).toBe(before + 3);
  });
  it('says nothing of the password before the mailed code is right: that would tell who is here', async () => {
    const { name } = await somebody('researcher', 'asked@lab.example');
    for (const one of [name, 'nobody-here'])
      await expect(
        signIn.recover({ name: one, mailCode: 'AAAAAA', code: '000000', password: 'short' }, stranger),
      ).rejects.toMatchObject({ code: 'wrong-credentials' });
  });
  it('sends nothing where the domain of the address was given up', async () => {
    const { name } = await somebody('researcher', 'gone@gone.example');
    await signIn.flagAbandoned(async (domain) => (domain === 'gone.example' ? 'abandoned' : 'could-not-check'));
    expect(await factsOf(name)).toContain('mail-domain-abandoned');
    expect(await mailAddressOf(test.db, name)).toMatchObject({ isAbandoned: true });
    expect(await mailAddressesOf(test.db, [name])).toEqual(new Map());
    expect(await mailAddressOf(test.db, 'p2')).not.toMatchObject({ isAbandoned: true });
  });
  it('leaves facts without addresses, codes or secrets', async () => {
    const { rows } = await test.pool.query("select fact::text as fact from ledger where fact->>'person' like 'p%'");
    for (const { fact } of rows) expect(fact).not.toMatch(/lab\.example|[0-9A-Z]{6}-[0-9A-Z]{6}|argon2/);
  });
});
