/**
 * `npm run fuzz:api [-- --minutes N] [--seed N] [--only OPERATION]…`: calls of every operation of the JSON API, drawn from its own
 * OpenAPI document, as people of every role and as nobody, against a server of its own with an upstream that answers. What
 * must hold: no 5xx, no status that the document does not name, and answers that fit their schemas. Ends with 1 where something
 * was found.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { z } from 'zod';
import { openMailBox } from '../harness/mail-server.ts';
import { makeWheel } from '../harness/wheels.ts';
import { openStage, type Stage, WINDOWED } from '../journeys/stage.ts';
import { type Call, callsOf, createJudge, createKnown, type Operation, openApi, operationsOf } from './api-calls.ts';
import { type Answered, type Rehearsing, type Right, rehearse } from './api-rehearsal.ts';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    only: { type: 'string', multiple: true },
  },
});

/** Calls of one operation in a row, and how many at once: the answers of one teach the next. */
const IN_A_ROW = 12;
const AT_ONCE = 4;
/** Rounds: a rehearsal waits for evidence, and what it made lasts for some. */
const REHEARSE_EVERY = 5;
/** A call that takes longer hangs: milliseconds. */
const HANG_MS = 30_000;
/** Findings printed; more are counted. */
const MOST_PRINTED = 40;

/** One of each role. */
const PEOPLE = { researcher: 'rosa', reviewer: 'vera', provider: 'pia', operator: 'olga', auditor: 'anna' } as const;
const made = z.object({ token: z.string() });
const bodySchema = z.record(z.string(), z.unknown());
const NOT_ANSWERED: Answered = { status: 0, cookie: undefined, body: {}, bytes: new Uint8Array() };

const seed = options.seed === undefined ? Math.floor(performance.timeOrigin) % 2 ** 31 : Number(options.seed);

const mail = await openMailBox();
const stage = await openStage({
  config: (text) =>
    text
      .replace(/calls_per_minute(\w*): \d+/g, 'calls_per_minute$1: 1000000')
      .replace(/^mail:\n {2}host: null .*\n {2}port: 587\n {2}security: starttls/m, mailSettings(mail.settings.port))
      .replace(/^ {2}from: null .*$/m, '  from: pratique@haven.example'),
});
/** How each caller says who it is. */
const callers: Record<string, Readonly<Record<string, string>>> = { nobody: {} };
const found = new Map<string, number>();
const statuses = new Map<number, number>();
const succeeded = new Set<string>();
let calls = 0;
let names: readonly string[] = [];
try {
  await seeded(stage);
  const document = openApi.parse(await (await fetch(`${stage.url()}/api/v1/openapi.json`)).json());
  const judge = createJudge(document);
  const known = createKnown();
  const operations = operationsOf(document).filter(({ operationId }) => options.only?.includes(operationId) ?? true);
  names = operations.map(({ operationId }) => operationId);
  const until = performance.now() + Number(options.minutes) * 60_000;
  for (let round = 0; performance.now() < until; round += 1) {
    await renew(stage);
    if (round % REHEARSE_EVERY === 0)
      await rehearse(rehearsing(operationsOf(document)), round, await newPackages(stage, round));
    for (const [at, operation] of operations.entries()) {
      if (performance.now() > until) break;
      const drawn = fc.sample(callsOf(operation, document, { known, callers }), {
        numRuns: IN_A_ROW,
        seed: seed + round * 1009 + at,
      });
      for (let start = 0; start < drawn.length; start += AT_ONCE)
        await Promise.all(drawn.slice(start, start + AT_ONCE).map((call) => tried(operation, call)));
    }
  }

  function rehearsing(all: readonly Operation[]): Rehearsing {
    return {
      mail,
      signedIn(who, cookie) {
        // What a browser on our own pages sends beside the cookie.
        if (cookie !== undefined) callers[who] = { cookie, origin: stage.url(), 'pratique-csrf': '1' };
      },
      async call(id, right) {
        const operation = all.find(({ operationId }) => operationId === id);
        if (operation === undefined) throw new RangeError(`there is no operation ${id}`);
        return (await tried(operation, rightCall(operation, right))) ?? NOT_ANSWERED;
      },
    };
  }

  async function tried(operation: Operation, call: Call): Promise<Answered | undefined> {
    calls += 1;
    const init = {
      method: call.method,
      headers: await asItIs(call),
      ...(call.body === undefined ? {} : { body: call.body }),
    };
    const response = await fetch(`${stage.url()}${call.path}`, {
      ...init,
      signal: AbortSignal.timeout(HANG_MS),
      redirect: 'manual',
    }).catch((error: unknown) => error);
    if (!(response instanceof Response)) {
      note(call, [`no answer: ${String(response)}`], '');
      return undefined;
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    if (response.ok) succeeded.add(call.operation);
    known.learn(text.slice(0, 20_000));
    note(call, judge(operation, { status: response.status, type, text }), text);
    const cookie = response.headers.get('set-cookie')?.split(';')[0];
    return {
      status: response.status,
      ...{ cookie, bytes },
      body: bodySchema.safeParse(/json$/.test(type) ? JSON.parse(text) : {}).data ?? {},
    };
  }
} finally {
  await stage.close();
  await mail.close();
}

/** With the tag that a read of the same thing by the same person answers, where the call wants to be right about it. */
async function asItIs({ headers, method, path }: Call): Promise<Record<string, string>> {
  if (headers['if-match'] !== 'as it is') return { ...headers };
  const above = path.replace(/\?.*$/, '').replace(/\/[^/]*$/, '');
  const { authorization, cookie } = headers;
  for (const read of method === 'PUT' ? [path, above] : [above]) {
    const answer = await fetch(`${stage.url()}${read}`, {
      headers: { ...(authorization && { authorization }), ...(cookie && { cookie }) },
    });
    await answer.arrayBuffer();
    const etag = answer.headers.get('etag');
    if (etag !== null) return { ...headers, 'if-match': etag };
  }
  return { ...headers, 'if-match': '*' };
}

function whoCalls({ headers }: Call): string {
  const [who] = Object.entries(callers).find(
    ([, said]) => said['authorization'] === headers['authorization'] && said['cookie'] === headers['cookie'],
  ) ?? ['nobody'];
  return who;
}

/** A call as somebody means it. */
function rightCall(
  { operationId, method, path }: Operation,
  { who, params = {}, query = {}, body, tar, match }: Right,
): Call {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] || 'none'));
  const asked = new URLSearchParams(query).toString();
  const headers = {
    ...callers[who],
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(tar === undefined ? {} : { 'content-type': 'application/x-tar' }),
    ...(match === true ? { 'if-match': 'as it is' } : {}),
  };
  return {
    ...{ operation: operationId, method, headers, path: `${filled}${asked === '' ? '' : `?${asked}`}` },
    body: tar ?? (body === undefined ? undefined : JSON.stringify(body)),
  };
}

function note(call: Call, broken: readonly string[], answer: string): void {
  for (const what of broken) {
    const key = `${call.operation}: ${what.slice(0, 160)}`;
    found.set(key, (found.get(key) ?? 0) + 1);
    if (found.get(key) !== 1 || found.size > MOST_PRINTED) continue;
    process.stdout.write(
      `FOUND ${key}\n  ${call.method} ${call.path}\n  ${JSON.stringify({ ...call.headers, cookie: undefined, authorization: whoCalls(call) })}\n  ${typeof call.body === 'string' ? call.body.slice(0, 600) : ''}\n  ${answer.slice(0, 400)}\n`,
    );
  }
}

const never = names.filter((name) => !succeeded.has(name));
process.stdout.write(
  `statuses: ${[...statuses]
    .toSorted(([a], [b]) => a - b)
    .map(([status, count]) => `${status} ${count}`)
    .join(', ')}\n`,
);
process.stdout.write(
  `operations: ${names.length}, of which ${names.length - never.length} succeeded at least once; never: ${never.join(', ') || 'none'}\n`,
);
process.stdout.write(`fuzz:api: ${calls} calls, seed ${seed}, ${found.size} findings\n`);
process.exitCode = found.size === 0 ? 0 : 1;

/** Packages to ask for, one that is cleared, and a token for every role. */
async function seeded(on: Stage): Promise<void> {
  for (const name of ['tidewater', 'harbour', 'lighthouse'])
    on.upstream.add(await makeWheel({ name, version: '1.0.0' }));
  await on.answer(z.unknown(), ['user', 'create', 'anna', '--role', 'auditor'], 'olga');
  await on.clear('tidewater');
  await on.answer(z.unknown(), ['channel', 'change', WINDOWED, '--window', '3d'], 'olga');
  await on.accept(await on.request('harbour', { channel: WINDOWED }));
  await on.request('lighthouse');
  await renew(on);
}

/** What nobody asked for yet. */
async function newPackages(on: Stage, round: number): Promise<readonly string[]> {
  const made = Array.from({ length: 6 }, (_, number) => `new-${round}-${number}`);
  for (const name of made) on.upstream.add(await makeWheel({ name, version: '1.0.0' }));
  return made;
}

/** A new token for everybody whose token has been revoked on the way: what is tried may well end tokens. */
async function renew(on: Stage): Promise<void> {
  for (const [role, who] of Object.entries(PEOPLE)) {
    const headers = callers[role] ?? {};
    if ((await fetch(`${on.url()}/api/v1/status`, { headers })).status !== 401) continue;
    const run = await on.pratique(['token', 'create', '--label', 'fuzz'], who);
    const token = made.safeParse(run.json).data?.token;
    callers[role] = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }
}

function mailSettings(port: number): string {
  return `mail:\n  host: 127.0.0.1\n  port: ${port}\n  security: none`;
}
