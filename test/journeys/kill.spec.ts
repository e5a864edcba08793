/** `kill -9` at random moments of the journey: what was acknowledged is there afterwards, and nothing is half. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeWheel } from '../harness/wheels.ts';
import { type Acknowledgement, acknowledgement } from './kill/acknowledgement.ts';
import { killDatabase, randomFrom, startVictim } from './kill/victim.ts';
import { CHANNEL, openStage, type Stage } from './stage.ts';

const WORKER = join(import.meta.dirname, 'kill', 'worker.ts');
const KILLS = 52;
/** Kills that come before the worker has even opened the home, and those that take the database server along. */
const EARLY_SHARE = 0.2;
const DATABASE_SHARE = 0.25;
/**
 * A kill falls into any part of the way from filing to publishing: that way is measured first, on this machine as it is now,
 * and the latest kill comes a little after it. Milliseconds.
 */
const BEYOND_ONE_JOURNEY = 1.2;
const LATEST_KILL_MS = { least: 700, most: 4000 };
const LATEST_EARLY_KILL_MS = 1200;
const PACKAGES = 600;
const seed = Number(process.env['PRATIQUE_KILL_SEED'] ?? Date.now() % 1_000_000);

describe(`killed ${KILLS} times (PRATIQUE_KILL_SEED=${seed})`, () => {
  let stage: Stage;
  const told: Acknowledgement[] = [];
  const random = randomFrom(seed);

  beforeAll(async () => {
    stage = await openStage();
    await stage.answer(z.unknown(), ['user', 'create', 'viktor', '--role', 'reviewer'], 'olga');
    await stage.answer(z.unknown(), ['channel', 'change', CHANNEL, '--approvers', '2'], 'olga');
    await stage.stop();
    stage.upstream.add(await makeWheel({ name: 'killed-base', version: '1.0' }));
    for (let number = 0; number < PACKAGES; number += 1)
      stage.upstream.add(await makeWheel({ name: `killed-${number}`, version: '1.0', requires: ['killed-base'] }));
  });
  afterAll(() => stage?.close());

  it('loses nothing that was acknowledged, and never leaves half a snapshot', { timeout: 480_000 }, async () => {
    let databases = 0;
    let early = 0;
    const latest = await measuredJourney();
    for (let round = 1; round <= KILLS; round += 1) {
      const isEarly = random() < EARLY_SHARE;
      const takesDatabase = random() < DATABASE_SHARE;
      const after = random() * (isEarly ? LATEST_EARLY_KILL_MS : latest);
      early += isEarly ? 1 : 0;
      databases += takesDatabase ? 1 : 0;
      await killedRound({ isEarly, takesDatabase, after, round });
    }
    const finished = await worker('finish');
    expect(await finished.reaches('finished'), finished.log()).toBe(true);
    const count = (step: string) => told.filter((one) => one.step === step).length;
    const summary = `filed ${count('filed')}, asked ${count('asked')}, answered ${count('answered')}, approved ${count('approved')}, decided ${count('decided')}, accepted ${count('accepted')}, published ${count('published')}; ${early} kills at the start, ${databases} with the database`;
    process.stderr.write(`kill test: ${summary}\n`);
    expect(count('published'), summary).toBeGreaterThan(3);
    expect(count('accepted'), summary).toBeGreaterThan(10);
    expect(count('answered'), summary).toBeGreaterThan(3);
    expect(count('approved'), summary).toBeGreaterThan(10);
    expect(count('accepted'), summary).toBeGreaterThanOrEqual(count('filed'));
  });

  it('is whole for the command line afterwards, in every snapshot', { timeout: 120_000 }, async () => {
    const whole = z.object({ status: z.literal('whole') });
    await stage.answer(whole, ['log', 'verify']);
    const list = z.object({ results: z.array(z.object({ number: z.number() })) });
    const { results } = await stage.answer(list, ['snapshot', 'list', '--channel', CHANNEL]);
    const numbers = results.map(({ number }) => number).toSorted((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    await stage.answer(whole, ['snapshot', 'verify', '--deep', '--channel', CHANNEL]);
    const middle = numbers[Math.floor(numbers.length / 2)] ?? 1;
    await stage.answer(whole, ['snapshot', 'verify', '--deep', String(middle), '--channel', CHANNEL]);
    const expanded = z.object({ results: z.array(z.object({ name: z.string() })) });
    const offered = await stage.answer(expanded, ['list', 'show', 'expanded', '--channel', CHANNEL]);
    const names = new Set(offered.results.map(({ name }) => name));
    expect(told.filter((one) => one.step === 'filed' && !names.has(one.name))).toEqual([]);
    const doctor = await stage.pratique(['doctor', '--deep']);
    expect(doctor.stdout).not.toMatch(/"name": "(?:blobs|ledger)[^}]*"state": "failed"/);
  });

  async function measuredJourney(): Promise<number> {
    const one = await worker('go');
    await one.reaches('proved');
    const start = performance.now();
    expect(await one.reaches('accepted'), one.log()).toBe(true);
    const took = (performance.now() - start) * BEYOND_ONE_JOURNEY;
    await one.kill();
    return Math.min(Math.max(took, LATEST_KILL_MS.least), LATEST_KILL_MS.most);
  }

  interface Round {
    readonly isEarly: boolean;
    readonly takesDatabase: boolean;
    readonly after: number;
    readonly round: number;
  }

  async function killedRound({ isEarly, takesDatabase, after, round }: Round): Promise<void> {
    const one = await worker('go');
    if (!isEarly) expect(await one.reaches('proved'), `round ${round}: ${one.log()}`).toBe(true);
    await sleep(after);
    if (takesDatabase) await killDatabase(stage.home);
    // It must die by our hand: a worker that ended by itself would prove nothing.
    else expect(one.isAlive(), `round ${round}: ${one.log()}`).toBe(true);
    await one.kill();
    expect(one.log(), `round ${round}`).not.toContain('"step":"broken"');
  }

  async function worker(mode: 'go' | 'finish') {
    await writeFile(join(stage.folder, 'acknowledged.json'), JSON.stringify(told));
    const next = told.filter(({ step }) => step === 'filed').length + skipped();
    return startVictim([WORKER, stage.home, String(next), mode], acknowledgement, (one) => told.push(one));
  }

  /** A request that was filed without our hearing of it has taken a name: later ones must not meet it. */
  let rounds = 0;
  function skipped(): number {
    rounds += 1;
    return rounds;
  }
});
