/** Who calls, from where, and whether a browser was made to call by a page that is not ours. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Actor } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { ApiApp, Credentials } from './app.ts';
import { HttpProblem } from './http-problem.ts';

/**
 * The cookie of a session. `__Host-` binds it to this host, to TLS and to no sub-domain; over plain HTTP, which only the
 * loopback address may use, browsers refuse that prefix.
 */
export const SESSION_COOKIE = '__Host-pratique';
const LOOPBACK_SESSION_COOKIE = 'pratique';

/** With a session, whatever changes something carries this header: no form and no image of another page can set it. */
export const CSRF_HEADER = 'pratique-csrf';

/** The name of the cookie at a site: over TLS only the one that no other host of the domain can set. */
export function sessionCookieAt(origin: string): string {
  return needsTls(origin) ? SESSION_COOKIE : LOOPBACK_SESSION_COOKIE;
}

/**
 * Whether the session of a site goes over TLS alone: everywhere but at this machine's own loopback address. Without a
 * `public_url` the site is what the call says of itself; a proxy that leaves its TLS unsaid then costs no session its safety.
 */
export function needsTls(origin: string): boolean {
  if (!URL.canParse(origin)) return true;
  const { protocol, hostname } = new URL(origin);
  return protocol !== 'http:' || !LOOPBACK.has(hostname);
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** What the call shows; `undefined` where it shows nothing. A bearer token goes before a cookie. */
export function credentialsOf({ headers }: Pick<IncomingMessage, 'headers'>, origin: string): Credentials | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const token = /^Bearer +([A-Za-z0-9._~+/=-]{1,4096})$/i.exec(authorization)?.[1];
    if (token === undefined)
      throw new Problem({
        kind: 'sign-in',
        code: 'bad-token',
        what: 'The Authorization header is not `Bearer TOKEN`',
        next: 'Make a token with `pratique token create`.',
      });
    return { kind: 'bearer', token };
  }
  const cookies = new Map(
    (headers.cookie ?? '').split(';').map((part) => {
      const [name = '', ...value] = part.split('=');
      return [name.trim(), value.join('=').trim()];
    }),
  );
  const cookie = cookies.get(sessionCookieAt(origin));
  return cookie === undefined || cookie === '' ? undefined : { kind: 'session', cookie };
}

/**
 * Who calls; `undefined` where nothing is shown. Throws a `sign-in` problem: what is shown and wrong is never passed over,
 * but for an old cookie where anybody may call. Browsers send it until they get a new one.
 */
export async function actorOf(
  app: ApiApp,
  shown: Credentials | undefined,
  { access }: { readonly access: string },
): Promise<Actor | undefined> {
  if (shown === undefined) return undefined;
  try {
    return await app.authenticate(shown);
  } catch (error) {
    const isOldCookie = shown.kind === 'session' && error instanceof Problem && error.kind === 'sign-in';
    if (isOldCookie && access === 'public') return undefined;
    throw error;
  }
}

/**
 * The address that calls: of the socket, or the last one before our own proxies. Where one of these wrote something that is no
 * address, nothing before it is believed and the caller is nowhere: inside no network, whatever network the proxy stands in.
 */
export function addressOf(
  {
    headers,
    socket,
  }: { readonly headers: IncomingMessage['headers']; readonly socket: { readonly remoteAddress?: string | undefined } },
  trustedProxies: readonly string[],
): string {
  let address = plainAddress(socket.remoteAddress ?? '');
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
  while (trustedProxies.includes(address)) {
    const entry = forwarded.pop()?.trim() ?? '';
    if (entry === '') break;
    address = forwardedAddress(entry) ?? NOWHERE;
  }
  return address.slice(0, LONGEST_ADDRESS_CHARACTERS);
}

/** One entry of `X-Forwarded-For`: proxies write the port beside the address, IPv6 in brackets then. `undefined`: it is no address. */
function forwardedAddress(entry: string): string | undefined {
  const [, bracketed, dotted] = WITH_PORT.exec(entry) ?? [];
  const address = plainAddress(bracketed ?? dotted ?? entry);
  return isIP(address) === 0 ? undefined : address;
}

/** Is of no network, and shares its bounds with every other caller that is nowhere. */
const NOWHERE = 'unknown';

const WITH_PORT = /^(?:\[([^\]]+)\](?::\d{1,5})?|(\d+(?:\.\d+){3}):\d{1,5})$/;

const LONGEST_ADDRESS_CHARACTERS = 64;

/** An IPv4 address is one, also where the socket speaks IPv6. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:/i, '');
}

/**
 * Throws `cross-site` where a session came with a call that changes something and nothing proves that our own page made it:
 * what the browser says of the page (`Sec-Fetch-Site`, else `Origin`), and a header that other pages cannot set.
 */
export function requireSameSite(
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  { shown, ownOrigin }: { readonly shown: Credentials | undefined; readonly ownOrigin: string },
): void {
  if (shown?.kind !== 'session' || method === 'GET' || method === 'HEAD') return;
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  const isOurs = site === undefined ? origin === undefined || origin === ownOrigin : site === 'same-origin';
  if (isOurs && (origin === undefined || origin === ownOrigin) && headers[CSRF_HEADER] !== undefined) return;
  throw new HttpProblem(403, {
    kind: 'not-allowed',
    code: 'cross-site',
    what: 'This call came with a session, and not surely from a page of this server',
    why: `with a session, changes need the origin ${ownOrigin} and the header ${CSRF_HEADER}`,
    next: `Set \`${CSRF_HEADER}: 1\`; programs use a bearer token, which needs neither.`,
  });
}
