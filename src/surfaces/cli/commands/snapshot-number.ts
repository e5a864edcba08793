/** Numbers of snapshots as people type them. */
import { parseWhole } from '../arguments.ts';

const LARGEST_NUMBER = 1_000_000_000;

/** Throws `bad-number`. */
export function numberOf(text: string): number {
  return parseWhole(text, 'The snapshot', { least: 1, most: LARGEST_NUMBER });
}
