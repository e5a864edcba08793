/** Steps 2 and 3 begin while step 1 goes on: a resolver keeps most of what it chooses, and the sandbox need not wait for it. */
import pLimit from 'p-limit';
import type { ChosenRelease } from '../../../ecosystems/contract.ts';
import type { FileOpener } from './open-files.ts';

/** Files in hand at a time: one is read, the next one arrives. */
const AT_A_TIME = 2;
/** Files at most: a resolver that goes back and forth gives up thousands, and they are opened in vain. */
const MOST_FILES = 32;
/** Bytes of a file: a larger one that is given up would hold up those that are not for seconds. */
const LARGEST_FILE = 20_000_000;

interface OpeningAhead {
  /** Begins with a release that a resolver has chosen and may still give up. What comes of it is heard by who opens it. */
  begin(chosen: ChosenRelease): void;
  /** Begins with no other; resolves when those in hand are done. */
  stop(): Promise<void>;
}

export function openingAhead(opener: Pick<FileOpener, 'openAhead'>): OpeningAhead {
  const turns = pLimit(AT_A_TIME);
  const begun = new Map<string, Promise<unknown>>();
  let stopped = false;
  return {
    begin({ name, version, distribution }) {
      const { url, size } = distribution;
      // One whose size nobody states may be of any.
      if (stopped || size === undefined || size > LARGEST_FILE || begun.size >= MOST_FILES || begun.has(url)) return;
      const open = () => (stopped ? undefined : opener.openAhead({ name, version, distribution, isScanned: true }));
      // A failure is heard by who opens the file.
      begun.set(
        url,
        turns(open).catch(() => undefined),
      );
    },
    async stop() {
      stopped = true;
      await Promise.all(begun.values());
    },
  };
}
