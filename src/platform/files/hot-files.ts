/**
 * The bytes of files that are asked for again and again, in memory: a copy into the socket is all that they cost then.
 * A digest always means the same bytes, so nothing kept here grows old; what is denied or quarantined is refused before
 * anybody asks for bytes.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type Digest, hexOf } from '../../domain/digest.ts';
import type { HotFile } from './port.ts';

/** Larger files are asked for least often, and one of them would take the place of many. */
const LARGEST_BYTES = 4 * 1024 * 1024;
/** Nobody knows yet whether a file will be asked for again when it is asked for once. */
const KEPT_FROM_ASKING = 2;
/** What comes in when all places are taken is asked for more often than what goes by this factor: no going in circles. */
const TIMES_AS_OFTEN = 2;
/** Places looked at to make room: a full memory may hold tens of thousands of small files. */
const LOOKED_AT = 64;
/** What one kept file takes beside its bytes. */
const OVERHEAD_BYTES = 512;
/** Files whose askings are counted; one takes about 150 bytes. */
const COUNTED_FILES = 8192;
/** After so many askings all counts are halved: last month's favourite gives way to this week's. */
const ASKINGS_PER_AGE = 100_000;
/** Bytes read at once while a file is taken into memory: other answers are given in between. */
const READ_BYTES = 256 * 1024;

export interface HotFiles {
  /** Counts an asking; the bytes where they are kept. Files of `size` bytes come in by being asked for more than once. */
  take(digest: Digest, size: number): HotFile | undefined;
  /** Bytes kept now, with what is being read. */
  bytes(): number;
}

export interface HotFilesOptions {
  /** Bytes kept at most, with those that slow readers still hold; 0 keeps nothing. */
  readonly limit: number;
  pathOf(digest: Digest): string | undefined;
  /** Told once of a file whose bytes are not those of its digest; it is never kept. */
  onDamaged?(digest: Digest): void;
}

interface Kept {
  readonly bytes: Buffer;
  users: number;
}

/** Makes the memory of hot files; nothing is in it yet. */
export function createHotFiles(options: HotFilesOptions): HotFiles {
  return new HotFilesInMemory(options);
}

class HotFilesInMemory implements HotFiles {
  readonly #options: HotFilesOptions;
  /** Used longest ago first. */
  readonly #kept = new Map<Digest, Kept>();
  readonly #askings = countAskings();
  readonly #damaged = new Set<Digest>();
  #bytes = 0;
  #isLoading = false;

  constructor(options: HotFilesOptions) {
    this.#options = options;
  }

  take(digest: Digest, size: number): HotFile | undefined {
    if (this.#options.limit === 0) return undefined;
    const asked = this.#askings.count(digest);
    const entry = this.#kept.get(digest);
    if (entry === undefined) {
      if (asked >= KEPT_FROM_ASKING && size <= LARGEST_BYTES) this.#consider(digest, size, asked);
      return undefined;
    }
    this.#kept.delete(digest);
    this.#kept.set(digest, entry);
    entry.users += 1;
    return {
      bytes: entry.bytes,
      done: () => {
        entry.users -= 1;
      },
    };
  }

  bytes(): number {
    return this.#bytes;
  }

  /** One at a time: whoever asks meanwhile is served from the disk. What is being read counts already. */
  #consider(digest: Digest, size: number, asked: number): void {
    if (this.#isLoading || this.#damaged.has(digest) || !this.#makeRoom(size + OVERHEAD_BYTES, asked)) return;
    this.#isLoading = true;
    this.#bytes += size + OVERHEAD_BYTES;
    this.#load(digest, size)
      .catch(() => false)
      .then((isKept) => {
        this.#isLoading = false;
        if (!isKept) this.#bytes -= size + OVERHEAD_BYTES;
      });
  }

  async #load(digest: Digest, size: number): Promise<boolean> {
    const path = this.#options.pathOf(digest);
    const bytes = path === undefined ? undefined : await readWhole(path, size);
    if (bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === hexOf(digest)) {
      this.#kept.set(digest, { bytes, users: 0 });
      return true;
    }
    this.#damaged.add(digest);
    this.#options.onDamaged?.(digest);
    return false;
  }

  /** Room for a file that is asked for more often than what has to go for it; what is being sent stays. */
  #makeRoom(size: number, asked: number): boolean {
    const going: Digest[] = [];
    let free = this.#options.limit - this.#bytes;
    let looked = 0;
    for (const [digest, { bytes, users }] of this.#kept) {
      looked += 1;
      if (free >= size || looked > LOOKED_AT) break;
      if (users > 0 || this.#askings.of(digest) * TIMES_AS_OFTEN > asked) continue;
      going.push(digest);
      free += bytes.byteLength + OVERHEAD_BYTES;
    }
    if (free < size) return false;
    for (const digest of going) {
      this.#bytes -= (this.#kept.get(digest)?.bytes.byteLength ?? 0) + OVERHEAD_BYTES;
      this.#kept.delete(digest);
    }
    return true;
  }
}

function countAskings() {
  const counts = new Map<Digest, number>();
  let left = ASKINGS_PER_AGE;
  const age = () => {
    for (const [digest, count] of counts) counts.set(digest, count / 2);
    left = ASKINGS_PER_AGE;
  };
  return {
    of: (digest: Digest) => counts.get(digest) ?? 0,
    count(digest: Digest): number {
      left -= 1;
      if (left === 0) age();
      const now = (counts.get(digest) ?? 0) + 1;
      // Counted again it becomes the youngest: the one that nobody asked for longest is forgotten first.
      counts.delete(digest);
      counts.set(digest, now);
      const oldest = counts.size > COUNTED_FILES ? counts.keys().next().value : undefined;
      if (oldest !== undefined) counts.delete(oldest);
      return now;
    },
  };
}

/** The bytes of a file that has exactly `size` of them. */
async function readWhole(path: string, size: number): Promise<Buffer | undefined> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
    if (!Buffer.isBuffer(chunk) || at + chunk.byteLength > size) return undefined;
    at += chunk.copy(bytes, at);
  }
  return at === size ? bytes : undefined;
}
