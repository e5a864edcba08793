/** The disk of the database is full: the one failure of PostgreSQL that whoever runs it can mend at once. */
import { Problem } from './problem.ts';

/** SQLSTATE of `disk_full` (PostgreSQL documentation, appendix A). */
const DISK_FULL = '53100';

/** The error as a problem; `undefined` where it is another. PostgreSQL undoes what it could not write whole. */
export function databaseFull(error: unknown): Problem | undefined {
  if (!(error instanceof Error && 'code' in error && error.code === DISK_FULL)) return undefined;
  return new Problem({
    kind: 'could-not-check',
    code: 'database-full',
    what: 'There is no room left on the disk of the database',
    why: 'the change could not be written whole, so nothing of it was kept',
    next: 'Free some space there (`pratique doctor` names the folder) and do it again.',
    cause: error,
  });
}
