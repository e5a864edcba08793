/**
 * Whether the heap has room for what a stranger's document becomes when it is read. Where one call into V8 (`JSON.parse`,
 * `split`) finds none, V8 ends the whole process, whatever the limit of a thread says: such a document must not be read.
 */
import { isAscii } from 'node:buffer';
import { getHeapStatistics } from 'node:v8';
import { isMainThread, resourceLimits } from 'node:worker_threads';
import { Problem } from '../domain/problem.ts';
import type { Fetch } from '../platform/fetch/port.ts';
import type { Admit } from '../platform/import-files/port.ts';

const MIB = 1024 * 1024;

/** With this code a thread ends that has no room for what it is to read. */
export const NO_ROOM_EXIT = 12;

/**
 * Bytes of heap (x64) for what each of these begins when JSON is parsed or lines are taken apart: an object, a list, a
 * member or a line. Keys that are all different take four times as much, which is why no more than a part is given away.
 */
const TAKES = new Uint8Array(256);
for (const [signs, bytes] of [
  ['{[', 64],
  [',:', 28],
  ['\n', 40],
] as const)
  for (const sign of signs) TAKES[sign.charCodeAt(0)] = bytes;
const MOST_TAKEN = 64;

/** Of a thread's heap: the rest may be in use. A process of its own harms nobody else when it ends. */
const PART = { thread: 1 / 4, process: 1 / 2 } as const;

export interface Room {
  /** Bytes of heap that one document may take. */
  readonly bytes: number;
  /** What happens before a document is passed over that would take more. */
  none(): void;
}

/** The room of this thread, or of this process. */
export function roomHere(): Room {
  if (isMainThread) return { bytes: getHeapStatistics().heap_size_limit * PART.process, none: () => undefined };
  const { maxOldGenerationSizeMb = 0 } = resourceLimits;
  // A process with more room follows: `workers.ts`.
  return { bytes: maxOldGenerationSizeMb * MIB * PART.thread, none: () => process.exit(NO_ROOM_EXIT) };
}

/** The same, but that documents without room for them are answered as failures. */
export function readingInRoom<F extends Pick<Fetch, 'document'>>(fetch: F, room: Room = roomHere()): F {
  return {
    ...fetch,
    async document(url, options) {
      const found = await fetch.document(url, options);
      if (found.status !== 'found' || fits(found.body, room.bytes)) return found;
      room.none();
      return { status: 'failed', reason: 'what it says takes more memory to read than there is for one document' };
    },
  };
}

/**
 * Whether an answer of a confined child has room. Not only what its objects take: the text is held whole while it is read,
 * and once more in what is read, each of its signs as two bytes where one of them needs that.
 */
export function answersInRoom(room: Pick<Room, 'bytes'> = roomHere()): (answer: Uint8Array) => boolean {
  return (answer) => fits(answer, room.bytes - 2 * answer.length * (isAscii(answer) ? 1 : 2));
}

/** Lets files pass that have room once unpacked; throws `import-unreadable` for others. A feed that the clock fetches comes again. */
export function importingInRoom(room: Room = roomHere()): Admit {
  return ({ name, bytes }) => {
    if (fits(bytes, room.bytes)) return;
    room.none();
    throw tooMuch(name);
  };
}

function tooMuch(name: string): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'import-unreadable',
    what: `${name} cannot be read`,
    why: 'what it says takes more memory than there is for one file',
    next: 'Check where it comes from. Where it is right, import it in parts, or with more memory: NODE_OPTIONS=--max-old-space-size=8192.',
  });
}

function fits(bytes: Uint8Array, room: number): boolean {
  if (bytes.length * MOST_TAKEN <= room) return true;
  let taken = 0;
  for (const byte of bytes) taken += TAKES[byte] ?? 0;
  return taken <= room;
}
