/** `kill -9` at random moments while people ask, decide, undo and object: nothing acknowledged is lost, no mail is sent twice. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type MailBox, openMailBox } from '../harness/mail-server.ts';
import { makeWheel } from '../harness/wheels.ts';
import { type PeopleAcknowledgement, peopleAcknowledgement } from './kill/people-acknowledgement.ts';
import { killDatabase, randomFrom, startVictim } from './kill/victim.ts';
import { openStage, type Stage, WINDOWED } from './stage.ts';

const WORKER = join(import.meta.dirname, 'kill', 'people-worker.ts');
const KILLS = 18;
const DATABASE_SHARE = 0.2;
/** A bundle is vetted, decided, objected to and published in some seconds: kills fall everywhere on the way. Milliseconds. */
const LATEST_KILL_MS = 5000;
const BUNDLES = 60;
const seed = Number(process.env['PRATIQUE_KILL_SEED'] ?? Date.now() % 1_000_000);

describe(`killed ${KILLS} times among people (PRATIQUE_KILL_SEED=${seed})`, () => {
  let stage: Stage;
  let box: MailBox;
  const told: PeopleAcknowledgement[] = [];
  const random = randomFrom(seed);

  beforeAll(async () => {
    box = await openMailBox();
    const mail = `mail:\n  host: 127.0.0.1\n  port: ${box.settings.port}\n  security: none\n  from: pratique@haven.example\n`;
    stage = await openStage({ config: (text) => text.replace(/^mail:\n(?: {2}.*\n)+/m, mail) });
    await stage.answer(z.unknown(), ['channel', 'change', WINDOWED, '--window', '3s', '--undo', '1s'], 'olga');
    for (let lot = 0; lot < BUNDLES; lot += 1)
      for (const kind of ['slip', 'asked', 'objected', 'stopped'])
        stage.upstream.add(await makeWheel({ name: `lot${lot}-${kind}`, version: '1.0' }));
  });
  afterAll(async () => {
    await stage?.close();
    await box?.close();
  });

  it('gives the answer kept under an Idempotency-Key again after a kill of the server', async () => {
    const { token } = await stage.answer(z.object({ token: z.string() }), ['token', 'create', '--label', 'k'], 'olga');
    const body = JSON.stringify({ name: 'kept', tier: 2, mode: 'open' });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'k-1' };
    const ask = async () => {
      const answer = await fetch(`${stage.url()}/api/v1/channels`, { method: 'POST', headers, body });
      return { status: answer.status, replayed: answer.headers.get('idempotency-replayed'), said: await answer.json() };
    };
    const before = await ask();
    expect(before).toMatchObject({ status: 201, replayed: null });
    process.kill(-stage.pid(), 'SIGKILL');
    await stage.serve();
    expect(await ask()).toEqual({ ...before, replayed: 'true' });
    await stage.stop();
  });

  it('loses nothing that was acknowledged, and stopped clocks go on', { timeout: 480_000 }, async () => {
    for (let round = 1; round <= KILLS; round += 1) {
      const takesDatabase = random() < DATABASE_SHARE;
      const after = random() * LATEST_KILL_MS;
      const one = await worker('go');
      expect(await one.reaches('proved'), `round ${round}: ${one.log()}`).toBe(true);
      await sleep(after);
      if (takesDatabase) await killDatabase(stage.home);
      // It must die by our hand: a worker that ended by itself would prove nothing.
      else expect(one.isAlive(), `round ${round}: ${one.log()}`).toBe(true);
      await one.kill();
    }
    const finished = await worker('finish');
    expect(await finished.reaches('finished'), finished.log()).toBe(true);
    const counts = Object.fromEntries(
      [...Map.groupBy(told, ({ step }) => step)].map(([step, all]) => [step, all.length]),
    );
    process.stderr.write(`kill test among people: ${JSON.stringify(counts)}, ${box.letters.length} letters\n`);
    const steps = ['bundled', 'undone', 'questioned', 'overturned', 'quarantined', 'released', 'reported', 'closed'];
    for (const step of [...steps, 'imaged']) expect(counts[step] ?? 0, step).toBeGreaterThan(0);
    // Every clock that a question had stopped ran again, and out.
    const ended = new Set(told.flatMap((one) => (one.step === 'accepted' ? [one.id] : [])));
    expect(told.filter((one) => one.step === 'answered' && !ended.has(one.id))).toEqual([]);
  });

  it('has sent a letter about each of these steps to whom it concerns, and none twice', () => {
    // A copy that a kill made has the same Message-ID. A second reminder within one minute has the same words by right.
    const once = box.letters.filter(({ subject }) => subject?.endsWith('less than a day left') !== true);
    const words = Map.groupBy(once, ({ to, subject }) => `${to?.[0]?.address}: ${subject}`);
    for (const [what, copies] of words) expect(new Set(copies.map(({ messageId }) => messageId)).size, what).toBe(1);
    const missing = told.flatMap((one) => lettersOf(one).filter(({ to, subject }) => !has(to, subject)));
    expect(missing).toEqual([]);
  });

  it('has told nobody of what was undone', () => {
    const undone = told.flatMap((one) => (one.step === 'undone' ? [one.id] : []));
    expect(undone.filter((id) => has('rosa', new RegExp(`^Not accepted: .*\\(${id}\\)`)))).toEqual([]);
  });

  function has(to: string, subject: RegExp): boolean {
    return box.letters.some((one) => one.to?.[0]?.address === `${to}@lab.example` && subject.test(one.subject ?? ''));
  }

  async function worker(mode: 'go' | 'finish') {
    await writeFile(join(stage.folder, 'acknowledged.json'), JSON.stringify(told));
    rounds += 1;
    // A bundle that was filed without our hearing of it has taken its names: later ones must not meet them.
    const next = told.filter(({ step }) => step === 'bundled').length + rounds;
    return startVictim([WORKER, stage.home, String(next), mode], peopleAcknowledgement, (one) => told.push(one));
  }
  let rounds = 0;
});

/** Whom a step is told to, and what the letter is about. */
function lettersOf(one: PeopleAcknowledgement): readonly { readonly to: string; readonly subject: RegExp }[] {
  switch (one.step) {
    case 'bundled':
      return one.requests.map((id) => ({ to: 'rosa', subject: new RegExp(`^Received: .*\\(${id}\\)`) }));
    case 'questioned':
      return ['rosa', 'vera'].map((to) => ({ to, subject: new RegExp(`^Questioned by .*\\(${one.id}\\)`) }));
    case 'answered':
      return [{ to: 'pia', subject: new RegExp(`^Answered: .*\\(${one.id}\\)`) }];
    case 'overturned':
      return ['rosa', 'vera'].map((to) => ({ to, subject: new RegExp(`^Not opened: .*\\(${one.id}\\)`) }));
    case 'quarantined':
      return ['rosa', 'olga'].map((to) => ({ to, subject: new RegExp(`^Stop using: ${one.name} `) }));
    case 'reported':
      return ['vera', 'olga'].map((to) => ({ to, subject: new RegExp(`^Reported: ${one.name} \\(${one.id}\\)`) }));
    case 'closed':
      return [{ to: 'rosa', subject: new RegExp(`^Looked into: ${one.name} \\(${one.id}\\)`) }];
    case 'released':
      return [{ to: 'olga', subject: new RegExp(`^Released: ${one.name}$`) }];
    default:
      return [];
  }
}
