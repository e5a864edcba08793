/** Waiting until the evidence of a request is there, with the bar that says how far it is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Progress } from './progress.ts';

/** How often it is looked: a vetting notes where it stands every two seconds. Milliseconds. */
const LOOK_EVERY_MS = 1000;

export const waitOptions = z.object({ wait: z.boolean().optional() });

/** Where a request and its vetting stand. */
export interface Standing {
  readonly state: string;
  /** `null` while none runs. */
  readonly vetting: { readonly step: string; readonly done: number; readonly total: number } | null;
}

/** Looks until nothing is collected for the request any more: its evidence came in, or could not be collected. */
export async function untilCollected(progress: Progress, look: () => Promise<Standing>): Promise<void> {
  for (;;) {
    const { state, vetting } = await look();
    if (vetting === null && state !== 'submitted') break;
    progress.watch(vetting === null ? QUEUED : { ...vetting, label: '' });
    await sleep(LOOK_EVERY_MS);
  }
  progress.end();
}

const QUEUED = { step: 'submitted', done: 0, total: 0, label: 'waits for a worker' };
