/** npm prints the header `npm-notice` of every response, and asks for one package several times: once each is enough. */
import type { Refusal } from '../../domain/refusal.ts';

/** Notices remembered: a session lasts seconds, and refuses a dozen packages at most. */
const MOST_REMEMBERED = 5000;
/** npm makes sessions of 16 hexadecimal digits; a longer text is no session. */
const LONGEST_SESSION_CHARACTERS = 64;

export interface Notices {
  /** Whether the session has not been told of this refusal yet. Who names no session is told each time. */
  isFirst(session: string | readonly string[] | undefined, refusal: Refusal): boolean;
}

export function createNotices(): Notices {
  const told = new Set<string>();
  return {
    isFirst(session, { ecosystem, name, state }) {
      if (typeof session !== 'string' || session.length > LONGEST_SESSION_CHARACTERS) return true;
      const key = `${session} ${state} ${ecosystem} ${name}`;
      if (told.has(key)) return false;
      told.add(key);
      for (const oldest of told) {
        if (told.size <= MOST_REMEMBERED) break;
        told.delete(oldest);
      }
      return true;
    },
  };
}
