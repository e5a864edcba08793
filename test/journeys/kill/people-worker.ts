/**
 * What people do with each other, over and over, on the product's own wiring, until somebody kills it: bundles, slips that
 * are undone, questions and objections of a data provider, quarantines and images, with the mail about them. Each step that
 * the product has acknowledged becomes a line of JSON on standard output.
 *
 * Arguments: home, number of the next bundle, and `go` or `finish` (files one more, and ends when all is settled and sent).
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { z } from 'zod';
import { Problem } from '../../../src/domain/problem.ts';
import { OPEN_STATES } from '../../../src/domain/workflow.ts';
import { resolveActor } from '../../../src/features/accounts/read.ts';
import { type Decision, decisionsOf, finalDecision, findDecision } from '../../../src/features/decisions/read.ts';
import { listImages } from '../../../src/features/images/read.ts';
import { findWindow } from '../../../src/features/objections/read.ts';
import { findQuarantine, listQuarantines } from '../../../src/features/quarantine/read.ts';
import { findReport, pageOfReports } from '../../../src/features/reports/read.ts';
import { findRequest, listRequests, type Request, showBundle } from '../../../src/features/requests/read.ts';
import { snapshotsOf } from '../../../src/features/snapshots/read.ts';
import { createApp } from '../../../src/main/app.ts';
import { openFoundation } from '../../../src/main/foundation.ts';
import { openHome } from '../../../src/main/home.ts';
import { readEnvironment } from '../../../src/platform/environment/environment.ts';
import { WINDOWED as CHANNEL } from '../stage.ts';
import { type PeopleAcknowledgement, peopleAcknowledgement } from './people-acknowledgement.ts';
import { whatIsHalf } from './wholeness.ts';

const [home = '', first = '0', mode = 'go'] = process.argv.slice(2);
/** What becomes of a package, by the end of its name. */
const KINDS = ['slip', 'asked', 'objected', 'stopped'] as const;
/** Requests on their way, below which the next bundle is filed. */
const IN_FLIGHT = 4;
const POLL_MS = 20;
/** Longer than the whole window: its clock must stand still meanwhile. Milliseconds. */
const ANSWERED_AFTER_MS = 3500;
const RELEASED_AFTER_MS = 1000;
/** More than this test files. */
const MOST_REPORTS = 1000;

const app = createApp(
  await openFoundation({ home: await openHome(home), environment: readEnvironment(), logTo: 'file' }),
);
const { requests, decisions, objections, quarantine, images, reports } = app.rooms;
await confirmAddresses();
const text = await readFile(join(home, '..', 'acknowledged.json'), 'utf8');
const told = z.array(peopleAcknowledgement).parse(JSON.parse(text));
const broken = [...(await whatIsHalf(app, CHANNEL)), ...(await whatIsLost())];
say(broken.length === 0 ? { step: 'proved' } : { step: 'broken', what: broken.join('; ') });
if (broken.length > 0) process.exit(1);

await app.deliveries.start();
app.schedule.start();
const rosa = await resolveActor(app.db, 'rosa');
const vera = await resolveActor(app.db, 'vera');
const pia = await resolveActor(app.db, 'pia');
const olga = await resolveActor(app.db, 'olga');
const known = new Set(told.map(keyOf));
let next = Number(first);
if (mode === 'finish') await fileBundle();
for (;;) {
  const all = await listRequests(app.db, { channel: CHANNEL });
  for (const one of all) await unlessOver(() => move(one));
  await unlessOver(buildImage);
  const open = all.filter(({ state }) => OPEN_STATES.some((other) => other === state)).length;
  if (mode === 'finish' && open === 0 && (await isSettled())) break;
  if (mode === 'go' && open < IN_FLIGHT) await fileBundle();
  await sleep(POLL_MS);
}
await app.schedule.stop();
await app.close();
say({ step: 'finished' });

/** As if each had followed the link in their letter. */
async function confirmAddresses(): Promise<void> {
  await sql`insert into mail_addresses (person, address, confirmed_at)
    select name, name || '@lab.example', now() from people on conflict do nothing`.execute(app.db);
}

async function fileBundle(): Promise<void> {
  const number = next;
  next += 1;
  const content = KINDS.map((kind) => `lot${number}-${kind}==1.0\n`).join('');
  const words = { q1: 'To see what lasts.', q2: 'There is no other.', q3: 'unknown' };
  const files = [{ filename: 'requirements.txt', text: content }];
  const { bundle, lines } = await requests.fileBundle(rosa, { channel: CHANNEL, files, ...words });
  const filed = lines.flatMap((line) => ('request' in line ? [line.request.id] : []));
  if (bundle !== null) tell({ step: 'bundled', id: bundle.id, requests: filed });
}

/** A window may close, and the time to undo may be over, while this process was dead: then that move is over. */
async function unlessOver(work: () => Promise<void>): Promise<void> {
  const over = ['wrong-state', 'too-late', 'nothing-core', 'holds-stopped', 'built-meanwhile'];
  await work().catch((error: unknown) => {
    if (!(error instanceof Problem && over.includes(error.code))) throw error;
  });
}

/** The next move of whoever has it. */
async function move({ id, name, state }: Request): Promise<void> {
  const before = await decisionsOf(app.db, id);
  const final = finalDecision(before);
  const isSlip = name.endsWith('-slip');
  const undone = before.find(({ undoneAt }) => undoneAt !== null);
  if (undone !== undefined) tell({ step: 'undone', id, name, decision: undone.id });
  if (state === 'in-review' && final === undefined) {
    if (!isSlip || undone !== undefined) return accept(id);
    const words = { reason: 'A slip.', concern: 'None.' };
    const { id: slip } = await decisions.decide(vera, { request: id, choice: { kind: 'reject' }, ...words });
    return undo(id, name, slip);
  }
  if (final?.outcome === 'rejected' && state !== 'rejected') return undo(id, name, final.id);
  if (final?.outcome === 'accepted' && state === 'in-window') return speak(id, name, final);
  if (state === 'accepted') tell({ step: 'accepted', id, name });
  if (state === 'accepted' && name.endsWith('-stopped')) return stopAndRelease(name);
  if (state === 'accepted' && name.endsWith('-asked')) return reportAndClose(name);
}

async function accept(request: string): Promise<void> {
  const words = { reason: 'Made for this.', note: 'Read by hand.', criterion: 1 };
  await decisions.decide(vera, { request, choice: { kind: 'accept', list: 'core' }, ...words });
}

async function undo(id: string, name: string, decision: string): Promise<void> {
  await decisions.undo(vera, decision);
  tell({ step: 'undone', id, name, decision });
}

/** What the data provider says in the window, and what is answered. */
async function speak(id: string, name: string, { id: decision }: Decision): Promise<void> {
  const window = await findWindow(app.db, decision);
  const about = { id, name, decision };
  if (window === undefined) return;
  const question = window.said.find(({ kind }) => kind === 'question');
  if (window.state === 'running' && name.endsWith('-objected')) {
    await objections.overturn(pia, decision, 'It sends data out.');
    tell({ step: 'overturned', ...about });
  } else if (window.state === 'running' && name.endsWith('-asked') && question === undefined) {
    await objections.question(pia, decision, 'Where does it send data?');
    tell({ step: 'questioned', ...about });
  } else if (window.state === 'questioned' && Date.now() - Date.parse(question?.at ?? '') > ANSWERED_AFTER_MS) {
    await objections.answer(vera, decision, 'Nowhere.');
    tell({ step: 'answered', ...about });
  }
}

async function stopAndRelease(name: string): Promise<void> {
  const before = (await listQuarantines(app.db, { ended: true })).find((one) => one.name === name);
  if (before === undefined) {
    const { id } = await quarantine.start(vera, { ecosystem: 'pypi', name, versions: null, reason: 'To see it stop.' });
    return tell({ step: 'quarantined', id, name });
  }
  if (before.endedAt !== null || Date.now() - Date.parse(before.startedAt) < RELEASED_AFTER_MS) return;
  await quarantine.end(vera, before.id, 'Seen.');
  tell({ step: 'released', id: before.id, name });
}

/** Once for each: one that was filed without our hearing of it is closed as well. */
async function reportAndClose(name: string): Promise<void> {
  const before = (await pageOfReports(app.db, { closed: true, limit: MOST_REPORTS })).find((one) => one.name === name);
  if (before === undefined) {
    const { id } = await reports.file(rosa, { purl: `pkg:pypi/${name}`, reason: 'It reads tokens.' });
    return tell({ step: 'reported', id, name });
  }
  tell({ step: 'reported', id: before.id, name });
  if (before.closedAt === null) await reports.close(vera, before.id, 'Tests of its own.');
  tell({ step: 'closed', id: before.id, name });
}

/** One for every snapshot of which there is none. */
async function buildImage(): Promise<void> {
  const [image] = await listImages(app.db, CHANNEL);
  const [current] = await snapshotsOf(app.db, CHANNEL);
  if (image !== undefined && image.snapshot === current?.number) return;
  const { id, manifest } = await images.build(olga, CHANNEL);
  tell({ step: 'imaged', id, manifest });
}

async function isSettled(): Promise<boolean> {
  const { due, running } = await app.deliveries.counts();
  const isReleased = (await listQuarantines(app.db, { ended: true })).every(({ endedAt }) => endedAt !== null);
  return due === 0 && running === 0 && isReleased && (await app.mail.waiting()).length === 0;
}

function keyOf(one: PeopleAcknowledgement): string {
  return 'id' in one ? `${one.step} ${one.id}` : one.step;
}

function tell(one: PeopleAcknowledgement): void {
  if (known.has(keyOf(one))) return;
  known.add(keyOf(one));
  say(one);
}

function say(one: PeopleAcknowledgement): void {
  process.stdout.write(`${JSON.stringify(one)}\n`);
}

async function whatIsLost(): Promise<readonly string[]> {
  const lost: string[] = [];
  const answered = new Set(told.flatMap((one) => (one.step === 'answered' ? [one.id] : [])));
  for (const one of told) if (!(await isKept(one, answered))) lost.push(`lost: ${JSON.stringify(one)}`);
  return lost;
}

async function isKept(one: PeopleAcknowledgement, answered: ReadonlySet<string>): Promise<boolean> {
  switch (one.step) {
    case 'bundled': {
      const { requests: kept } = await showBundle(app.db, one.id);
      return one.requests.every((id) => kept.some((request) => request.id === id));
    }
    case 'undone':
      return ((await findDecision(app.db, one.decision))?.undoneAt ?? null) !== null;
    case 'questioned': {
      const window = await findWindow(app.db, one.decision);
      // Until it is answered no clock runs, however long nothing lives that could look at it.
      const stands = answered.has(one.id) || window?.state === 'questioned' || hasSaid(window, 'answer');
      return hasSaid(window, 'question') && stands;
    }
    case 'answered':
      return hasSaid(await findWindow(app.db, one.decision), 'answer');
    case 'overturned':
      return (await findWindow(app.db, one.decision))?.state === 'overturned';
    case 'accepted':
      return (await findRequest(app.db, one.id))?.state === 'accepted';
    case 'quarantined':
      return (await findQuarantine(app.db, one.id)) !== undefined;
    case 'released':
      return ((await findQuarantine(app.db, one.id))?.endedAt ?? null) !== null;
    case 'reported':
      return (await findReport(app.db, one.id)) !== undefined;
    case 'closed':
      return ((await findReport(app.db, one.id))?.closedAt ?? null) !== null;
    case 'imaged':
      return (await listImages(app.db, CHANNEL)).some(({ id, manifest }) => id === one.id && manifest === one.manifest);
    case 'proved':
    case 'broken':
    case 'finished':
      return true;
  }
}

function hasSaid(window: Awaited<ReturnType<typeof findWindow>>, what: 'question' | 'answer'): boolean {
  return window?.said.some(({ kind }) => kind === what) === true;
}
