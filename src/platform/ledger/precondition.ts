/** What a caller wants to hold still while their change is made: it is asked in the transaction of the change, before its work. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Transaction } from '../db/port.ts';
import type { Precondition } from './port.ts';

const standing = new AsyncLocalStorage<{ left: Precondition | undefined }>();

/**
 * Runs `work`; the first change that it makes asks `precondition` first. The doors of rooms stay as they are: what a caller has
 * seen is an affair of the surface alone, and no room could forget to pass it on.
 */
export function onlyIf<T>(precondition: Precondition, work: () => Promise<T>): Promise<T> {
  return standing.run({ left: precondition }, work);
}

/** Asks what stands, once: what follows in the same call sees what the first change made. */
export async function askPrecondition(db: Transaction): Promise<void> {
  const held = standing.getStore();
  const precondition = held?.left;
  if (held === undefined || precondition === undefined) return;
  held.left = undefined;
  await precondition(db);
}
