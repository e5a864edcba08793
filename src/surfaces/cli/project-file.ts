/** Reads what a project says it needs from a file of this machine. */
import { basename } from 'node:path';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import { type AskedPackage, readProject } from '../../features/availability/read.ts';
import { readTextFile } from './arguments.ts';

/** What the file asks for. Throws `unreadable-file`. */
export async function readProjectFile(
  file: string,
  ecosystems: readonly Ecosystem[],
): Promise<readonly AskedPackage[]> {
  return readProject(basename(file), await readTextFile(file), ecosystems);
}
