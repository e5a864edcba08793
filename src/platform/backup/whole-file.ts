/** Writes a file whole or not at all, beside its place and then renamed. */
import { randomBytes } from 'node:crypto';
import { access, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { Problem } from '../../domain/problem.ts';

/** Whether something of that name is there. */
export async function isThere(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

/**
 * Hands `write` a stream beside `file` (mode 0600); when `write` is done, what it wrote is on the disk and has the name.
 * Where it fails nothing is left, and an older file of the name stays. Throws `disk-full`.
 */
export async function writeWhole(file: string, write: (to: Writable) => Promise<void>): Promise<void> {
  const partial = `${file}.${randomBytes(4).toString('hex')}.partial`;
  try {
    const handle = await open(partial, 'wx', 0o600);
    await write(handle.createWriteStream({ flush: true }));
    await rename(partial, file);
    const folder = await open(dirname(file), 'r');
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    await rm(partial, { force: true });
    throw explained(error, file);
  }
}

function explained(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EFBIG') return error;
  return new Problem({
    kind: 'could-not-check',
    code: 'disk-full',
    what: `There is no room for ${file}`,
    why: 'what was written of it has been removed',
    next: 'Free some space, or write it to another disk.',
    cause: error,
  });
}
