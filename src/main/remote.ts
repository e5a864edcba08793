/** Calls to a server elsewhere, for the command line. */
import { Agent, EnvHttpProxyAgent, request } from 'undici';
import { Problem } from '../domain/problem.ts';
import type { RemoteCall, SendRemote } from '../surfaces/cli/remote/client.ts';

/** A dossier on paper or a long check is made within this, also on a busy server: milliseconds. */
const ANSWER_MS = 120_000;
/** More than any answer of the API: bytes. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

/** Sends calls to the API of the server, with the token. Throws `bad-server` and `no-answer`. */
export function sendTo(server: string, token: string | undefined): SendRemote {
  const base = baseOf(server);
  const limits = { headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS, maxResponseSize: LARGEST_ANSWER };
  // What stands on this machine is not asked for through a proxy.
  const dispatcher = isLoopback(base) ? new Agent(limits) : new EnvHttpProxyAgent(limits);
  return async (call) => {
    try {
      const answer = await request(addressOf(base, call), {
        method: call.method,
        headers: headersOf(call, token),
        dispatcher,
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
      const bytes = new Uint8Array(await answer.body.arrayBuffer());
      const header = (name: string) => [answer.headers[name]].flat()[0];
      const type = header('content-type')?.split(';')[0] ?? '';
      return { status: answer.statusCode, type, etag: header('etag'), bytes };
    } catch (error) {
      throw noAnswer(base, error);
    }
  };
}

function addressOf(base: URL, { path, query = {} }: RemoteCall): URL {
  const address = new URL(`${base.pathname.replace(/\/$/, '')}/api/v1${path}`, base);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(name, value);
  return address;
}

function headersOf({ body, match }: RemoteCall, token: string | undefined): Record<string, string> {
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(match === undefined ? {} : { 'if-match': match }),
  };
}

function baseOf(server: string): URL {
  const base = URL.canParse(server) ? new URL(server) : undefined;
  if (base !== undefined && (base.protocol === 'https:' || (base.protocol === 'http:' && isLoopback(base))))
    return base;
  throw new Problem({
    kind: 'usage',
    code: 'bad-server',
    what: `${JSON.stringify(server.slice(0, 100))} cannot be worked on`,
    why: 'a token is sent over https, and over http to this machine only',
    next: 'Write https://HOST, or http://127.0.0.1:PORT.',
  });
}

function isLoopback({ hostname }: URL): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

function noAnswer(base: URL, error: unknown): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'no-answer',
    what: `${base.origin} does not answer`,
    why: error instanceof Error ? error.message : String(error),
    next: 'Check the address of --server, and whether it can be reached from here.',
    cause: error,
  });
}
