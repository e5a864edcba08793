import { Problem } from './problem.ts';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
/** An objection window longer than a year is a mistake in the unit, and stays far below what an integer column holds. */
const LONGEST_SECONDS = 366 * SECONDS.d;

/** Seconds of `3d`, `12h`, `10s`, `2w`, `30m`; `null` for `none`. Throws `not-a-duration`. */
export function parseDuration(text: string): number | null {
  if (text === 'none') return null;
  const match = /^([0-9]{1,9})([smhdw])$/.exec(text);
  const [, amount = '', unit = ''] = match ?? [];
  const seconds = unit in SECONDS ? Number(amount) * secondsOf(unit) : 0;
  if (match !== null && seconds > 0 && seconds <= LONGEST_SECONDS) return seconds;
  throw new Problem({
    kind: 'usage',
    code: 'not-a-duration',
    what: `${JSON.stringify(text.slice(0, 40))} is no duration`,
    next: 'Write a number and a unit (10s, 30m, 12h, 3d, 2w, at most a year), or none.',
  });
}

/** Seconds as they are written for `parseDuration`, in the largest unit that fits whole: `3d`, `36h`; `null` is `none`. */
export function durationText(seconds: number | null): string {
  if (seconds === null) return 'none';
  const [unit, size] = Object.entries(SECONDS).findLast(([, each]) => seconds % each === 0) ?? ['s', 1];
  return `${seconds / size}${unit}`;
}

function secondsOf(unit: string): number {
  return Object.entries(SECONDS).find(([name]) => name === unit)?.[1] ?? 0;
}
