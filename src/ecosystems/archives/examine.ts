/** Opening a file on disk for its strict examination: the same for every ecosystem, whatever its archives hold. */
import type { Examination } from '../../domain/examination.ts';
import { ProblemList } from './problems.ts';
import { type ByteSource, openSource } from './source.ts';
import type { Visit } from './walk.ts';

/** What an examination adds to, and who looks along. */
export interface Reading {
  readonly problems: ProblemList;
  readonly visit: Visit | undefined;
}

/** Opens a file, has `examine` read it, and closes it; a file that cannot be opened is a problem and not a throw. */
export async function examineFile(
  path: string,
  visit: Visit | undefined,
  examine: (source: ByteSource, reading: Reading) => Promise<Examination>,
): Promise<Examination> {
  const problems = new ProblemList();
  let source: ByteSource;
  try {
    source = await openSource(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    problems.add('unreadable-archive', null, code);
    return nothingRead(problems);
  }
  try {
    return await examine(source, { problems, visit });
  } finally {
    await source.close();
  }
}

/** The examination of a file of which nothing could be read. */
export function nothingRead(problems: ProblemList): Examination {
  return { problems: problems.all, entries: 0, unpackedBytes: 0, metadata: null, buildRequires: null };
}
