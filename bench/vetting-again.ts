/** Vetting a tree again that did not change: what is kept is held against upstream, and nothing is read twice. */
import { resolveActor } from '../src/features/accounts/read.ts';
import { findRequest } from '../src/features/requests/read.ts';
import { createApp } from '../src/main/app.ts';
import { openFoundation } from '../src/main/foundation.ts';
import { openHome } from '../src/main/home.ts';
import { readEnvironment } from '../src/platform/environment/environment.ts';
import { CHANNEL, type Stage, until, WINDOWED } from '../test/journeys/stage.ts';
import { type Figure, spread } from './figure.ts';

const VETTING_TIMEOUT_S = 120;

/** Seconds. */
export interface Again {
  /** By the running server, for another channel: from filing to the evidence. */
  readonly served: number;
  /** In a process that did not vet it before, the first time and from then on; its start does not count. */
  readonly first: number;
  readonly next: number;
  /** Processor time of `next`. */
  readonly cpu: number;
}

/** To be called when the tree was vetted for the first channel of the stage, which still serves. */
export async function vetAgain(stage: Stage, name: string): Promise<Again> {
  const environment = readEnvironment();
  const app = createApp(await openFoundation({ home: await openHome(stage.home), environment, logTo: 'file' }));
  try {
    const served = await fileAgain(app, name);
    const first = await vet(app, name);
    const next = await vet(app, name);
    return { served, first: first.seconds, next: next.seconds, cpu: next.cpu };
  } finally {
    await app.close();
  }
}

async function fileAgain(app: ReturnType<typeof createApp>, name: string): Promise<number> {
  const rosa = await resolveActor(app.db, 'rosa');
  const words = { q1: 'To measure.', q2: 'No other.', q3: 'unknown', version: undefined, answersConcern: undefined };
  const start = performance.now();
  const { request } = await app.rooms.requests.file(rosa, { channel: WINDOWED, ecosystem: 'pypi', name, ...words });
  await until(
    'the evidence is there once more',
    async () => {
      const now = await findRequest(app.db, request.id);
      if (now?.state === 'failed') throw new Error(now.failure ?? 'failed');
      return now?.state === 'in-review';
    },
    VETTING_TIMEOUT_S,
  );
  return (performance.now() - start) / 1000;
}

async function vet(
  app: ReturnType<typeof createApp>,
  name: string,
): Promise<{ readonly seconds: number; readonly cpu: number }> {
  const start = performance.now();
  const before = process.cpuUsage();
  const question = { channel: CHANNEL, ecosystem: 'pypi', name, extras: [], version: null };
  const { status } = await app.rooms.vetting.vet(question);
  if (status !== 'vetted') throw new Error(`vetting it again: ${status}`);
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1_000_000 };
}

export function againOf(work: string, vetted: readonly Again[]): readonly Figure[] {
  const of = (pick: (again: Again) => number) => spread(vetted.map(pick), 's');
  return [
    {
      what: `work ${work}: the same tree again, unchanged, for another channel, from filing to evidence`,
      ours: of(({ served }) => served),
      goal: 'under 1 s',
      method: 'by the server that vetted it; the state is asked for every 50 ms',
    },
    {
      what: 'the same tree again, unchanged, by the work of `vet` in one process',
      ours: of(({ next }) => next),
      goal: 'under 1 s',
      method: `${of(({ cpu }) => cpu)} of processor time, the database apart; the first time in that process ${of(({ first }) => first)}; the start of the process does not count`,
    },
  ];
}
