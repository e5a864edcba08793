/** Files that go along with a call. */
import { basename } from 'node:path';
import { readTextFile } from '../arguments.ts';

export interface Upload {
  readonly filename: string;
  readonly content: string;
}

/** The texts of files on this machine, by their bare names. Throws `unreadable-file`. */
export async function uploadsOf(files: readonly string[]): Promise<readonly Upload[]> {
  const uploads: Upload[] = [];
  for (const file of files) uploads.push({ filename: basename(file), content: await readTextFile(file) });
  return uploads;
}
