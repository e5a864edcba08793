/** Pages of other origins: none may call, but those that the operator names, and they with a bearer token only. */
import type { IncomingMessage } from 'node:http';
import type { ApiApp, ApiSettings } from './app.ts';
import { CSRF_HEADER } from './caller.ts';

/** Seconds for which a browser remembers that it may ask. */
const REMEMBERED_SECONDS = '600';

/** The origin that pages of this server have: as configured, else as the request came in. */
export function ownOrigin(
  { siteOrigin }: Pick<ApiApp, 'siteOrigin'>,
  { headers }: Pick<IncomingMessage, 'headers'>,
): string {
  return siteOrigin ?? `http://${headers.host ?? ''}`;
}

/** Headers that let the page of a named origin read the answer. Never with credentials: a cookie is not taken along. */
export function crossOriginHeaders(
  { origins }: ApiSettings,
  { headers, method }: Pick<IncomingMessage, 'headers' | 'method'>,
): Readonly<Record<string, string>> {
  const { origin } = headers;
  if (origins.length === 0) return {};
  if (origin === undefined || !origins.includes(origin)) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After',
    'cross-origin-resource-policy': 'cross-origin',
    ...(method === 'OPTIONS' ? PREFLIGHT : {}),
  };
}

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST, PUT, DELETE',
  'access-control-allow-headers': `authorization, content-type, idempotency-key, if-match, if-none-match, ${CSRF_HEADER}`,
  'access-control-max-age': REMEMBERED_SECONDS,
} as const;
