/** Worker processes of a home, as the system lists them. */
import { readdirSync, readFileSync } from 'node:fs';

/** How many processes of their own run workers of this home; a thread is none. */
export function workerProcessesOf(home: string): number {
  const commands = readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')] : [];
    } catch {
      return [];
    }
  });
  return commands.filter((words) => words.includes('work') && words.includes(home)).length;
}
