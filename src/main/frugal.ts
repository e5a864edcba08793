/** How a process that runs for months keeps little memory. */
import { setFlagsFromString } from 'node:v8';
import { readEnvironment } from '../platform/environment/environment.ts';

/**
 * What is freed goes back to the system (mallopt(3)): with an arena for every thread, glibc keeps what each once needed;
 * and of one arena it keeps what lies below the last byte in use. So what takes 32 KiB or more is mapped by itself: V8's
 * compilers take their memory in such pieces, and 64 KiB are what a socket is read into, of which vetting a tree holds
 * 12 MB for a moment. The arena is 14 MB after it and not 24; a read from a socket takes the same time. The C library reads
 * this when a process begins, and never again.
 */
export const FRUGAL_ALLOCATOR = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '32768',
  MALLOC_TRIM_THRESHOLD_: '1048576',
} as const;

/** V8's own functions stay in the binary: a copy of them beside the compiled code takes 2 MB, and calls are hardly faster for it. */
const OWN_FUNCTIONS_ONCE = '--no-short-builtin-calls';

/**
 * Begins the program anew in this very process (execve(2): same number, same streams), with what can only be set before
 * it begins. Returns where that was done already, where the operator has set the allocator, and where a system has no
 * such call. To be called before anything is opened.
 */
export function beginFrugally(): void {
  const { all } = readEnvironment();
  if (all['MALLOC_ARENA_MAX'] !== undefined) return;
  const args = [...process.execArgv, '--expose-gc', OWN_FUNCTIONS_ONCE, ...process.argv.slice(1)];
  process.execve?.(process.execPath, [process.execPath, ...args], { ...FRUGAL_ALLOCATOR, ...all });
}

/**
 * Loading the program keeps nearly all that it makes, so V8 takes the young space for too small and lets it grow to
 * three times 16 MiB, which it never gives back. What a request makes is gone at the next of many small collections
 * anyway: an idle server of 157 MB becomes one of 123, for some hundredths of the processor time of a small answer. To be
 * called before the program is loaded, so whoever calls it imports the rest later.
 */
export function keepYoungSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * WebAssembly stays as it is compiled first. What there is of it reads the answers of upstreams (undici): its one large
 * function takes 25 MB to be optimised, just when a tree is asked for, and eight thousand answers then take the same time.
 * To be called before any is loaded.
 */
export function compileWebAssemblyOnce(): void {
  // Each alone optimises sooner.
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
}

/**
 * Gives back what is not needed any more, some 9 MB a thread once the program is loaded: V8 does so by itself only when
 * memory runs short or nothing is done. Takes up to a fifth of a second, to be called where nobody waits for it. Does
 * nothing where the process was not begun with `--expose-gc`.
 */
export function dropWaste(): void {
  globalThis.gc?.({ type: 'major', flavor: 'last-resort' });
}
