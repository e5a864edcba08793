/** Who asks for packages, as far as a channel that is not open to everybody wants to know. */
import type { IncomingMessage } from 'node:http';
import type { Asker } from '../features/serving/index.ts';
import { addressOf } from '../surfaces/api/caller.ts';

/** Reads address and token of a request; `trustedProxies` are those whose `X-Forwarded-For` is believed. */
export function askerOf(request: IncomingMessage, trustedProxies: readonly string[]): Asker {
  return { address: addressOf(request, trustedProxies), token: tokenShown(request.headers.authorization) };
}

/**
 * The token in an `Authorization` header: a bearer token (RFC 6750, 2.1), or the password of Basic (RFC 7617) beside any user
 * name, since pip, uv and R can show nothing else. Never the user name: servers in front write it into their logs. An empty text
 * where something was shown that is no token; `undefined` where nothing was.
 */
export function tokenShown(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const [, scheme = '', shown = ''] = /^(Basic|Bearer) +([A-Za-z0-9._~+/=-]+) *$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== 'basic') return shown;
  const [, password = ''] = /^[^:]*:(.*)$/s.exec(Buffer.from(shown, 'base64').toString('utf8')) ?? [];
  return password;
}
