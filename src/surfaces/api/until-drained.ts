import type { Writable } from 'node:stream';

/** Until a stream takes more, or is gone. No listener stays behind: a long answer waits for this a thousand times. */
export function untilDrained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
  });
}
