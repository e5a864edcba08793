/** Vetting a tree again that did not change: what is kept is asked for, and nothing is read twice. */
import { createApp } from '../src/main/app.ts';
import { openFoundation } from '../src/main/foundation.ts';
import { openHome } from '../src/main/home.ts';
import { readEnvironment } from '../src/platform/environment/environment.ts';
import { CHANNEL, type Stage } from '../test/journeys/stage.ts';
import { type Figure, spread } from './figure.ts';

/** Seconds of vetting the tree once more, and of once more than that. */
export interface Again {
  readonly first: number;
  readonly second: number;
}

export async function vetAgain(stage: Stage, name: string): Promise<Again> {
  const environment = readEnvironment();
  const app = createApp(await openFoundation({ home: await openHome(stage.home), environment, logTo: 'file' }));
  const vet = async (): Promise<number> => {
    const start = performance.now();
    const question = { channel: CHANNEL, ecosystem: 'pypi', name, extras: [], version: null };
    const { status } = await app.rooms.vetting.vet(question);
    if (status !== 'vetted') throw new Error(`vetting it again: ${status}`);
    return (performance.now() - start) / 1000;
  };
  try {
    return { first: await vet(), second: await vet() };
  } finally {
    await app.close();
  }
}

export function againOf(work: string, vetted: readonly Again[]): Figure {
  const of = (pick: (again: Again) => number) => spread(vetted.map(pick), 's');
  return {
    what: `work ${work}: vetting the same tree again, unchanged`,
    ours: `${of(({ second }) => second)}; the first time in a process ${of(({ first }) => first)}`,
    goal: 'under 1 s',
    method:
      'from the question to the evidence of the whole tree, index pages and all, in a process that did not vet it',
  };
}
