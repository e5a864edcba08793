/** How a long-running process ends: the first signal asks politely, the second does not wait. */

/** What is in flight gets this long, in milliseconds; then the process ends all the same. */
const GRACE_MS = 28_000;
/** Ctrl-C through a launcher can arrive twice at the same moment: that is one wish, not two. */
const SAME_WISH_MS = 500;
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const EXIT_INTERRUPTED = 130;

/** Where whoever started this process holds its standard input open, the end of that input is a wish to end. */
export function stopWithStarter(): void {
  process.stdin.once('close', () => process.kill(process.pid, 'SIGTERM'));
  process.stdin.once('error', () => undefined);
  process.stdin.resume();
  // It is listened to while there is work; by itself it must not hold up an end that was asked for.
  process.stdin.unref();
}

/** How often it is looked whether the parent is still there: milliseconds. */
const PARENT_MS = 500;

/**
 * `npx pratique serve` is three processes: npm, its shell, and this one. npm hands a signal to the shell alone, which ends
 * without handing it on: that the parent is gone is the only sign here that somebody wants an end.
 */
export function stopWithParent(): void {
  const parent = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_MS);
  looking.unref();
}

/** Resolves at the first signal. From then on a second one, or a wait that grew too long, ends the process at once. */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        const now = performance.now();
        if (askedAt === undefined) {
          askedAt = now;
          setTimeout(() => process.exit(1), GRACE_MS).unref();
          resolve();
        } else if (now - askedAt > SAME_WISH_MS) process.exit(EXIT_INTERRUPTED);
      });
    }
  });
}
