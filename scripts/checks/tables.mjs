// Every table has one writer: another room that wants a change appends a fact, or asks the owner's door.
import { isProduct } from './sources.mjs';

const WRITES = [
  /\b(?:insertInto|updateTable|deleteFrom)\(\s*'([a-z_]+)(?: as [a-z_]+)?'/g,
  /\binsert into ([a-z_]+)/gi,
  /\bupdate ([a-z_]+)(?: [a-z]+)? set\b/gi,
  /\bdelete from ([a-z_]+)/gi,
];

/** Tables that two rooms write: `table: room, room`. */
export function sharedTables(sources) {
  const writers = new Map();
  for (const { path, text } of sources) {
    const room = isProduct(path) ? /^src\/(?:features|platform)\/[^/]+/.exec(path)?.[0] : undefined;
    if (room === undefined) continue;
    for (const pattern of WRITES)
      for (const [, table] of text.matchAll(pattern)) writers.set(table, (writers.get(table) ?? new Set()).add(room));
  }
  return [...writers]
    .filter(([table, rooms]) => rooms.size > 1 && table !== 'set')
    .map(([table, rooms]) => `table ${table} is written by ${[...rooms].toSorted().join(' and ')}`);
}
