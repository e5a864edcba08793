/**
 * The journey over and over, on the product's own wiring, until somebody kills it. Each step that the product has
 * acknowledged becomes a line of JSON on standard output; before it goes on, it proves what earlier ones acknowledged.
 *
 * Arguments: home, number of the next package, and `go` or `finish` (files nothing more, ends when all is settled).
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { resolveActor } from '../../../src/features/accounts/read.ts';
import { decisionsOf, finalDecision } from '../../../src/features/decisions/read.ts';
import { listRequests, type Request, showRequest } from '../../../src/features/requests/read.ts';
import { snapshotsOf } from '../../../src/features/snapshots/read.ts';
import { createApp } from '../../../src/main/app.ts';
import { openFoundation } from '../../../src/main/foundation.ts';
import { openHome } from '../../../src/main/home.ts';
import { readEnvironment } from '../../../src/platform/environment/environment.ts';
import { type Acknowledgement, acknowledgement } from './acknowledgement.ts';
import { whatIsHalf } from './wholeness.ts';

const [home = '', first = '0', mode = 'go'] = process.argv.slice(2);
const CHANNEL = 'quick';
/** Requests on their way at once: filing, vetting, deciding and publishing then overlap. */
const IN_FLIGHT = 2;
const POLL_MS = 10;

const app = createApp(
  await openFoundation({ home: await openHome(home), environment: readEnvironment(), logTo: 'file' }),
);
const told = z.array(acknowledgement).parse(JSON.parse(await readFile(join(home, '..', 'acknowledged.json'), 'utf8')));
const broken = [...(await whatIsHalf(app, CHANNEL)), ...(await whatIsLost(told))];
say(broken.length === 0 ? { step: 'proved' } : { step: 'broken', what: broken.join('; ') });
if (broken.length > 0) process.exit(1);

await app.deliveries.start();
app.schedule.start();
const rosa = await resolveActor(app.db, 'rosa');
const vera = await resolveActor(app.db, 'vera');
const viktor = await resolveActor(app.db, 'viktor');
const known = new Set(told.flatMap((one) => ('id' in one ? [`${one.step} ${one.id}`] : [])));
let next = Number(first);
let newest = 0;
for (;;) {
  const requests = await listRequests(app.db, { channel: CHANNEL });
  const open = requests.filter(({ state }) => !['accepted', 'failed'].includes(state));
  for (const { id, name, state } of requests) {
    if (state === 'needs-answer') await answer(id, name);
    if (state === 'in-review' && !(await isDecided(id))) await move(id, name);
    if (state === 'accepted') tell({ step: 'accepted', id, name });
  }
  await tellSnapshot();
  if (mode === 'finish' && open.length === 0 && (await isSettled())) break;
  if (mode === 'go' && open.length < IN_FLIGHT) await file();
  await sleep(POLL_MS);
}
await app.schedule.stop();
await app.close();
say({ step: 'finished' });

async function file(): Promise<void> {
  const name = `killed-${next}`;
  next += 1;
  const words = { q1: 'To see what lasts.', q2: 'There is no other.', q3: 'unknown' };
  const form = { channel: CHANNEL, ecosystem: 'pypi', name, version: undefined, answersConcern: undefined, ...words };
  const { request } = await app.rooms.requests.file(rosa, form);
  tell({ step: 'filed', id: request.id, name });
}

/** Every second package is asked about first, so that each kind of move is killed in the middle of now and then. */
function isAskedAbout(name: string): boolean {
  return Number(/\d+$/.exec(name)?.[0] ?? 0) % 2 === 1;
}

/** The next move of the reviewers: a question, then the approval of one, then the acceptance by the other. */
async function move(id: string, name: string): Promise<void> {
  const before = await decisionsOf(app.db, id);
  if (isAskedAbout(name) && before.length === 0) {
    await app.rooms.decisions.decide(vera, { request: id, choice: { kind: 'ask' }, reason: 'Why?' });
    return tell({ step: 'asked', id, name });
  }
  // The question may be on its way to the requester still.
  if (isAskedAbout(name) && (await showRequest(app.db, id)).messages.at(-1)?.kind !== 'answer') return;
  const accept = { request: id, choice: { kind: 'accept', list: 'extra' } as const };
  const words = { reason: 'Made for this.', note: 'Read by hand.' };
  const isApproved = before.some(({ outcome }) => outcome === 'approved');
  const { outcome } = await app.rooms.decisions.decide(isApproved ? viktor : vera, { ...accept, ...words });
  tell({ step: outcome === 'approved' ? 'approved' : 'decided', id, name });
}

async function answer(id: string, name: string): Promise<void> {
  await app.rooms.requests.answer(rosa, id, 'To see what lasts.');
  tell({ step: 'answered', id, name });
}

async function tellSnapshot(): Promise<void> {
  const [current] = await snapshotsOf(app.db, CHANNEL);
  if (current === undefined || current.number <= newest) return;
  newest = current.number;
  say({ step: 'published', number: current.number, manifest: current.manifest });
}

async function isSettled(): Promise<boolean> {
  const { due, running } = await app.deliveries.counts();
  return due === 0 && running === 0;
}

function tell(one: AboutRequest): void {
  const key = `${one.step} ${one.id}`;
  if (known.has(key)) return;
  known.add(key);
  say(one);
}

function say(one: Acknowledgement): void {
  process.stdout.write(`${JSON.stringify(one)}\n`);
}

/** What was acknowledged and is not there. */
async function whatIsLost(before: readonly Acknowledgement[]): Promise<readonly string[]> {
  const snapshots = await snapshotsOf(app.db, CHANNEL);
  const requests = new Map((await listRequests(app.db, { channel: CHANNEL })).map((one) => [one.id, one]));
  const lost: string[] = [];
  for (const one of before) {
    if (one.step === 'published') {
      const kept = snapshots.some(({ number, manifest }) => number === one.number && manifest === one.manifest);
      if (!kept) lost.push(`snapshot ${one.number} is not there as it was`);
    } else if ('id' in one && !(await isKept(one, requests.get(one.id)))) lost.push(`${one.step} ${one.id}`);
  }
  return lost;
}

type AboutRequest = Extract<Acknowledgement, { id: string }>;

async function isKept(one: AboutRequest, request: Request | undefined): Promise<boolean> {
  if (request?.name !== one.name) return false;
  switch (one.step) {
    case 'filed':
      return true;
    case 'asked':
      return (await decisionsOf(app.db, one.id)).some(({ outcome }) => outcome === 'asked');
    case 'answered':
      return (await showRequest(app.db, one.id)).messages.some(({ kind }) => kind === 'answer');
    case 'approved':
      return (await decisionsOf(app.db, one.id)).some(({ outcome }) => outcome === 'approved');
    case 'decided':
      // A decision is made before its request moves: the move follows, after a kill as well.
      return request.state === 'accepted' || (await isDecided(one.id));
    case 'accepted':
      return request.state === 'accepted';
  }
}

async function isDecided(id: string): Promise<boolean> {
  return finalDecision(await decisionsOf(app.db, id)) !== undefined;
}
