/** Which snapshot a pinned prefix means. */
import type { Pin } from './snapshots-in-memory.ts';

/**
 * A number (`17`), a UTC day (`2026-11-20`, its first moment) or a UTC time (`2026-11-20T09:00:00Z`); digits alone where a
 * grammar allows no more (`20261120`). `undefined` for anything else and for the future: nobody knows yet what it holds.
 */
export function parsePin(text: string | undefined, now: Date): Pin | undefined {
  if (text === undefined) return { kind: 'current' };
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (/^[1-9]\d{0,6}$/.test(text)) return { kind: 'number', number: Number(text) };
  const day = compact === null ? text : `${compact[1]}-${compact[2]}-${compact[3]}`;
  const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? `${day}T00:00:00Z` : day;
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(time)) return undefined;
  const milliseconds = Date.parse(time);
  // `2026-02-31` would silently become March.
  if (Number.isNaN(milliseconds) || milliseconds > now.getTime()) return undefined;
  const at = new Date(milliseconds);
  return at.toISOString().startsWith(time.slice(0, -1)) ? { kind: 'time', at } : undefined;
}
