/** Files that a home is made with, its keys among them: written once, whole, and for the operator alone. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file, mode 0600, unless it is there or another process has just written it: then that one stays. Whoever finds
 * the name finds the whole text. On disk when it returns.
 */
export async function writeOnce(file: string, text: string): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fresh = join(folder, `.${basename(file)}.${randomBytes(6).toString('hex')}`);
  const handle = await open(fresh, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    // A link, not a rename: of two processes that start at once, the second finds the first one's file and uses that.
    await link(fresh, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(fresh, { force: true });
  }
  const directory = await open(folder, 'r');
  await directory.sync().finally(() => directory.close());
}
