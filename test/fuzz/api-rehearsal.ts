/**
 * What no drawn call would find its way to: requests that wait for a decision or an answer, windows that run, an image, somebody
 * who signs in with two factors. Made by right calls, each held against the document as the drawn ones are; the ids that
 * they answer are what drawn calls are about.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';
import type { MailBox } from '../harness/mail-server.ts';
import { CHANNEL, WINDOWED } from '../journeys/stage.ts';

export interface Right {
  readonly who: string;
  /** By name, in the path. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** A tar instead of a body in JSON. */
  readonly tar?: Uint8Array;
  /** Of what it decides on. */
  readonly match?: boolean;
}
export interface Answered {
  readonly status: number;
  readonly cookie: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  /** As they came. */
  readonly bytes: Uint8Array;
}
export interface Rehearsing {
  /** Makes one call of an operation. */
  call(operation: string, right: Right): Promise<Answered>;
  /** From now on `who` calls with this cookie. */
  signedIn(who: string, cookie: string | undefined): void;
  readonly mail: MailBox;
}

const GOOD = 'seven marmots hum over granite';
const BETTER = 'lanterns drift past the quiet mill';
const POLL_MS = 100;
/** Evidence takes a second or two where nothing else runs. */
const MOST_POLLS = 150;
const ANSWERS = { q1: 'Read the survey.', q2: 'It is the usual one.', q3: 'None that we know of.' };
const text = z.string().catch('');

/** One round of it; `names` are packages of upstream's that nobody asked for yet. What an earlier step did not bring, later ones do without. */
export async function rehearse(on: Rehearsing, round: number, names: readonly string[]): Promise<void> {
  await person(on, round);
  await settings(on, round);
  await carried(on, round);
  await reported(on);
  const [first = '', second = '', third = '', fourth = '', fifth = '', sixth = ''] = names;
  await asked(on, first);
  await undone(on, fifth);
  await project(on, sixth);
  await objected(on, second, 'overturnAcceptance');
  await objected(on, third, 'giveNoObjection');
  await image(on, fourth);
}

/** Invited, with a password, an authenticator app, an address, a token, other sessions; all of it used and ended. */
async function person(on: Rehearsing, round: number): Promise<void> {
  const name = `p-${round}`;
  const [nobody, own] = ['nobody', 'somebody'];
  const mine = (operation: string, right: Omit<Right, 'who'> = {}) => on.call(operation, { who: own, ...right });
  await on.call('createUser', { who: 'operator', body: { name, roles: ['researcher'] } });
  const { body } = await on.call('invitePerson', { who: 'operator', body: { name } });
  const accepted = await on.call('acceptInvitation', {
    who: nobody,
    body: { name, code: body['code'], password: GOOD },
  });
  on.signedIn(own, accepted.cookie);
  await mine('askMailAddress', { body: { address: `${name}@haven.example` } });
  await mine('confirmMailAddress', { body: { code: await mailed(on, name) } });
  await mine('changePassword', { body: { current: GOOD, password: BETTER } });
  const secret = text.parse((await mine('beginAuthenticatorApp')).body['secret']);
  if (secret === '') return;
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  await mine('confirmAuthenticatorApp', { body: { code: totp.generate() } });
  const { recoveryCodes } = z
    .object({ recoveryCodes: z.array(z.string()).catch([]) })
    .parse((await mine('renewRecoveryCodes')).body);
  await mine('createToken', { body: { label: 'build', scope: { channels: [CHANNEL] } } });
  await mine('beginPasskey');
  const password = await on.call('signInWithPassword', { who: nobody, body: { name, password: BETTER } });
  const other = await on.call('signInWithCode', {
    who: nobody,
    body: { ticket: password.body['ticket'], code: recoveryCodes[0] },
  });
  on.signedIn('other', other.cookie);
  const { body: sessions } = await on.call('listSessions', { who: 'other' });
  await on.call('endSession', { who: 'other', params: { session: text.parse(sessions['current']) } });
  await mine('removeAuthenticatorApp');
  on.mail.clear();
  await on.call('askRecovery', { who: nobody, body: { name } });
  const complete = { name, mailCode: await mailed(on, name), code: recoveryCodes[1], password: GOOD };
  await on.call('recoverAccount', { who: nobody, body: complete });
  const back = await on.call('signInWithPassword', { who: nobody, body: { name, password: GOOD } });
  on.signedIn(own, back.cookie);
}

/** The newest code that went to somebody. */
async function mailed({ mail }: Rehearsing, name: string): Promise<string> {
  for (let polls = 0; polls < MOST_POLLS; polls += 1) {
    const letter = mail.letters.findLast(({ to }) => to?.some(({ address }) => address?.startsWith(`${name}@`)));
    const code = /\b[A-Z0-9]{6}(?:-[A-Z0-9]{6}){3}\b/.exec(letter?.text ?? '')?.[0];
    if (code !== undefined) return code;
    await sleep(POLL_MS);
  }
  return 'none';
}

async function settings(on: Rehearsing, round: number): Promise<void> {
  const who = 'operator';
  await on.call('createChannel', { who, body: { name: `channel-${round}`, tier: 2, mode: 'open' } });
  const channel = { params: { channel: `channel-${round}` }, match: true };
  await on.call('changeChannel', { who, ...channel, body: { tier: 1 } });
  const record = {
    ...{ id: `ADV-${round}`, modified: '2026-01-01T00:00:00Z', summary: 'A fault.' },
    affected: [{ package: { ecosystem: 'PyPI', name: 'tidewater' }, versions: ['0.1'] }],
  };
  await on.call('importAdvisories', { who, body: { filename: 'osv.json', content: JSON.stringify(record) } });
}

/** A snapshot taken out, and brought into a channel that has no lists; who may install there, and who may do what. */
async function carried(on: Rehearsing, round: number): Promise<void> {
  const who = 'operator';
  const { bytes } = await on.call('exportSnapshot', { who, params: { channel: CHANNEL, number: '1' } });
  const params = { channel: `carried-${round}` };
  await on.call('createChannel', { who, body: { name: params.channel, tier: 2, mode: 'cleared', window: 'none' } });
  await on.call('importSnapshot', { who, params, tar: bytes });
  await on.call('importSnapshot', { who, params, tar: bytes.subarray(0, bytes.byteLength / 2) });
  await on.call('changeAccess', { who, params, match: true, body: { allow: ['everyone'], reason: 'For all.' } });
  const user = { params: { user: `p-${round}` }, match: true };
  await on.call('setRoles', { who, ...user, body: { roles: ['researcher', 'auditor'] } });
}

/** Found suspicious, and closed again. */
async function reported(on: Rehearsing): Promise<void> {
  const filed = { purl: 'pkg:pypi/tidewater', reason: 'It asks for a password.' };
  const { body } = await on.call('fileReport', { who: 'researcher', body: filed });
  const params = { id: text.parse(body['id']) };
  await on.call('showReport', { who: 'reviewer', params });
  await on.call('closeReport', { who: 'reviewer', params, match: true, body: { reason: 'It does not.' } });
}

/** Files a request and waits for its evidence: its id. */
async function inReview(on: Rehearsing, name: string, channel: string): Promise<string> {
  const who = 'researcher';
  const { body } = await on.call('fileRequest', { who, body: { channel, ecosystem: 'pypi', name, ...ANSWERS } });
  const id = z.object({ request: z.object({ id: text }) }).safeParse(body).data?.request.id ?? '';
  await reviewed(on, id);
  return id;
}

/** Waits until a request is in review: what is told of it. */
async function reviewed(on: Rehearsing, id: string): Promise<Answered['body']> {
  for (let polls = 0; polls < MOST_POLLS && id !== ''; polls += 1) {
    const { body } = await on.call('showRequest', { who: 'researcher', params: { id } });
    if (body['state'] === 'in-review') return body;
    await sleep(POLL_MS);
  }
  return {};
}

const decide = (on: Rehearsing, id: string, body: unknown) =>
  on.call('decide', { who: 'reviewer', params: { id }, body, match: true });

/** Asked back, answered, withdrawn. */
async function asked(on: Rehearsing, name: string): Promise<void> {
  const id = await inReview(on, name, CHANNEL);
  await decide(on, id, { choice: { kind: 'ask' }, reason: 'What for?' });
  await on.call('answerRequest', { who: 'researcher', params: { id }, body: { text: 'For the survey.' } });
  await on.call('withdrawRequest', { who: 'researcher', params: { id } });
}

const ACCEPT = { choice: { kind: 'accept', list: 'extra' }, reason: 'Needed.', note: 'Read by hand.' };

/** Accepted and taken back. */
async function undone(on: Rehearsing, name: string): Promise<void> {
  const request = await inReview(on, name, WINDOWED);
  const { body } = await decide(on, request, ACCEPT);
  await on.call('undoDecision', { who: 'reviewer', params: { id: text.parse(body['id']) } });
}

/** A bundle of one package, suggested, filed and decided. */
async function project(on: Rehearsing, name: string): Promise<void> {
  const packages = [`pkg:pypi/${name}`];
  await on.call('suggest', { who: 'researcher', body: { channel: CHANNEL, packages } });
  const files = [{ filename: 'requirements.txt', content: `${name}==1.0.0\n` }];
  const { body } = await on.call('fileBundle', { who: 'researcher', body: { channel: CHANNEL, files, ...ANSWERS } });
  const made = z.object({
    bundle: z.object({ id: z.string() }),
    results: z.array(z.object({ request: z.object({ id: z.string() }) })),
  });
  const { bundle, results } = made.safeParse(body).data ?? { bundle: { id: '' }, results: [] };
  const params = { id: bundle.id };
  await on.call('showBundle', { who: 'researcher', params });
  const requests: unknown[] = [];
  for (const { request } of results) {
    const { evidence } = await reviewed(on, request.id);
    requests.push({ id: request.id, evidence });
  }
  await on.call('decideBundle', { who: 'reviewer', params, body: { requests, ...ACCEPT } });
}

/** Accepted, questioned, answered, and ended in one of the two ways. */
async function objected(on: Rehearsing, name: string, end: 'overturnAcceptance' | 'giveNoObjection'): Promise<void> {
  const request = await inReview(on, name, WINDOWED);
  const { body } = await decide(on, request, ACCEPT);
  const decision = text.parse(body['id']);
  await on.call('replayDecision', { who: 'auditor', params: { decision } });
  const windows = z.object({ results: z.array(z.object({ id: z.string(), decision: z.string() })) });
  let id: string | undefined;
  for (let polls = 0; polls < MOST_POLLS && id === undefined && decision !== ''; polls += 1) {
    const listed = await on.call('listObjections', { who: 'provider', query: { channel: WINDOWED, limit: '200' } });
    id = windows.safeParse(listed.body).data?.results.find((one) => one.decision === decision)?.id;
    await sleep(POLL_MS);
  }
  if (id === undefined) return;
  const params = { id };
  const said = { match: true, params, body: { text: 'Is it safe?' } };
  await on.call('questionAcceptance', { who: 'provider', ...said });
  await on.call('answerObjection', { who: 'reviewer', ...said });
  await on.call(end, { who: 'provider', ...said, ...(end === 'giveNoObjection' ? { body: undefined } : {}) });
}

/** A core package, in a snapshot and then in an image. */
async function image(on: Rehearsing, name: string): Promise<void> {
  const request = await inReview(on, name, CHANNEL);
  const choice = { kind: 'accept', list: 'core' };
  await decide(on, request, { choice, reason: 'Needed.', note: 'Read by hand.', criterion: 1 });
  const params = { channel: CHANNEL };
  let made: Answered | undefined;
  for (let polls = 0; polls < MOST_POLLS && made?.status !== 201; polls += 1) {
    await sleep(POLL_MS * 10);
    made = await on.call('buildImage', { who: 'operator', params });
    if (made.status === 401 || made.status === 403) return;
  }
  const built = { who: 'researcher', params: { ...params, image: text.parse(made?.body['id']) } };
  const shown = await on.call('showImage', built);
  const files = z.object({ contents: z.object({ files: z.array(z.looseObject({ path: z.string() })) }) });
  const path = files.safeParse(shown.body).data?.contents.files[0]?.path;
  await on.call('readImageFile', { ...built, query: { path: path ?? 'requirements.txt' } });
  await on.call('showImageBill', built);
  await on.call('compareImages', built);
  await on.call('verifyImage', built);
}
