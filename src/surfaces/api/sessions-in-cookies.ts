/** The cookie that a browser keeps a session in. */
import type { StartedSession } from '../../features/sign-in/index.ts';
import { needsTls, sessionCookieAt } from './caller.ts';
import type { From } from './operation.ts';

/**
 * Unreadable to scripts, sent to this host alone and not along with what other sites ask for; over TLS alone where the site
 * has it. It has no date: it goes with the browser, and the session has ends of its own (ASVS 3.3.1 to 3.3.4).
 */
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Lax';

export function sessionCookie(
  { secret }: Pick<StartedSession, 'secret'>,
  from: From,
): Readonly<Record<string, string>> {
  return { 'set-cookie': `${sessionCookieAt(from.origin)}=${secret}; ${attributesAt(from)}` };
}

/** Takes it back. */
export function noSessionCookie(from: From): Readonly<Record<string, string>> {
  return {
    'set-cookie': `${sessionCookieAt(from.origin)}=; Max-Age=0; ${attributesAt(from)}`,
    'clear-site-data': '"cache"',
  };
}

function attributesAt(from: From): string {
  return needsTls(from.origin) ? `${ATTRIBUTES}; Secure` : ATTRIBUTES;
}
