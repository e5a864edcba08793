/** Reads a file that says what a project needs. */
import { basename } from 'node:path';
import type { Target } from '../../domain/target.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import { type AskedPackage, readProject } from '../../features/availability/read.ts';
import { readTextFile } from './arguments.ts';

/** Whatever the channel has no target for is left out. */
export async function readProjectFile(
  file: string,
  ecosystems: readonly Ecosystem[],
  targets: readonly Target[],
): Promise<readonly AskedPackage[]> {
  return readProject({ filename: basename(file), text: await readTextFile(file) }, ecosystems, targets);
}
