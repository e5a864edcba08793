/** One question over HTTP: connection, redirects by hand, and the raw answer. */
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { AskedOn } from '../../domain/upstream.ts';
import { guardedLookup } from './addresses.ts';
import { type Failure, failureOf, finalFailure, seconds } from './failure.ts';
import { type Admission, type Reach, shownUrl } from './reach.ts';
import type { FetchLimits } from './settings.ts';

export interface Asking extends AskedOn {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends everything; its time is `wholeMs`, for the words. */
  readonly signal: AbortSignal;
  readonly wholeMs: number;
}

export interface Response {
  readonly status: 'response';
  readonly code: number;
  readonly header: (name: string) => string | undefined;
  /** To be read or destroyed by the receiver. */
  readonly body: Readable;
  /** After redirects, without user information. */
  readonly url: URL;
}

export interface Exchange {
  ask(asking: Asking): Promise<Response | Failure>;
  close(): Promise<void>;
}

/** Opens connections: one pool per certificate authority file, per trust in the host, and per proxy. */
export function createExchange(deps: {
  readonly reach: Reach;
  readonly limits: FetchLimits;
  readonly userAgent: string;
}): Exchange {
  const agents = new Map<string, Dispatcher>();
  const agentFor = (client: Client, { caFile, trust, proxy }: Way): Dispatcher => {
    const key = `${trust} ${caFile ?? ''} ${proxy ?? ''}`;
    const agent = agents.get(key) ?? openAgent(client, deps.limits, { caFile, trust, proxy });
    agents.set(key, agent);
    return agent;
  };
  return {
    ask: async (asking) => {
      let admission: Admission = deps.reach.admit(asking.url, asking);
      for (let hops = 0; hops <= deps.limits.redirects; hops += 1) {
        if (!admission.admitted) return finalFailure(admission.reason);
        const response = await askOnce(admission, asking, { ...deps, agentFor });
        if (response.status === 'failed') return response;
        const location = response.header('location');
        if (!isRedirect(response.code) || location === undefined) return response;
        response.body.destroy();
        admission = deps.reach.redirect(admission.url, location, asking);
      }
      const limit = deps.limits.redirects;
      return finalFailure(
        `${shownUrl(asking.url)} redirects more than ${limit} times; check the address of the source`,
      );
    },
    close: async () => {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

type Client = typeof import('./client.ts');

/** How an address is reached. */
type Way = Pick<Admitted, 'caFile' | 'trust' | 'proxy'>;
type Admitted = Extract<Admission, { admitted: true }>;

async function askOnce(
  admission: Admitted,
  asking: Asking,
  deps: {
    readonly limits: FetchLimits;
    readonly userAgent: string;
    readonly agentFor: (client: Client, way: Way) => Dispatcher;
  },
): Promise<Response | Failure> {
  const { url, authorization, proxy } = admission;
  // Read when there is something to ask: a server leaves most questions to its worker.
  const client = await import('./client.ts');
  let dispatcher: Dispatcher;
  const unusable = proxy === undefined ? undefined : faultOfProxy(proxy, url);
  if (unusable !== undefined) return finalFailure(unusable);
  try {
    dispatcher = deps.agentFor(client, admission);
  } catch {
    return finalFailure(`The file of certificate authorities for ${url.origin} cannot be read; check caFile`);
  }
  try {
    const answer = await client.request(url, {
      dispatcher,
      method: 'GET',
      headers: {
        ...asking.headers,
        'user-agent': deps.userAgent,
        ...(authorization === undefined ? {} : { authorization }),
      },
      signal: asking.signal,
    });
    if (proxy !== undefined && answer.statusCode === PROXY_SIGN_IN) {
      answer.body.destroy();
      return proxySignIn(proxy);
    }
    // The receiver hears of an error by reading; an unread body that breaks must not end the process.
    answer.body.on('error', () => undefined);
    return {
      status: 'response',
      code: answer.statusCode,
      header: (name) => {
        const value = answer.headers[name];
        return Array.isArray(value) ? value[0] : value;
      },
      body: answer.body,
      url,
    };
  } catch (error) {
    if (asking.signal.aborted) return tooSlow(url, asking.wholeMs);
    const failure = failureOf(error, url, deps.limits);
    if (proxy === undefined) return failure;
    if (String(error).includes(`(${PROXY_SIGN_IN})`)) return proxySignIn(proxy);
    return { ...failure, reason: `${failure.reason} (through the proxy ${new URL(proxy).origin})` };
  }
}

/** RFC 9110, 15.5.8. */
const PROXY_SIGN_IN = 407;

function proxySignIn(proxy: string): Failure {
  return finalFailure(
    `The proxy ${new URL(proxy).origin} asks for a sign-in (${PROXY_SIGN_IN}); put the credentials into its address`,
  );
}

function faultOfProxy(proxy: string, { origin }: URL): string | undefined {
  if (/^socks/i.test(proxy))
    return `The proxy for ${origin} speaks SOCKS, which is not supported; name one that speaks HTTP in the proxy settings`;
  if (!URL.canParse(proxy) || !/^https?:$/.test(new URL(proxy).protocol))
    return `The proxy for ${origin} is no address that starts with http: or https:; check the proxy settings`;
  return undefined;
}

/** Words for what took longer than it may altogether. */
export function tooSlow(url: URL | string, wholeMs: number): Failure {
  const reason = `${shownUrl(url)} was not read to its end within ${seconds(wholeMs)}; try again later`;
  return { status: 'failed', reason, retry: true };
}

function isRedirect(code: number): boolean {
  return code === 301 || code === 302 || code === 303 || code === 307 || code === 308;
}

/**
 * Through a proxy it is the proxy that looks names up: an address inside that hides behind a name is for it to refuse. Plain
 * `http:` is forwarded and not tunnelled, since many proxies tunnel to port 443 alone.
 */
function openAgent(client: Client, limits: FetchLimits, { caFile, trust, proxy }: Way): Dispatcher {
  const times = {
    connections: limits.connections,
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.idleMs,
    maxHeaderSize: limits.headerBytes,
  };
  const authorities = caFile === undefined ? {} : { ca: readFileSync(caFile) };
  if (proxy !== undefined)
    return new client.ProxyAgent({
      ...times,
      uri: proxy,
      proxyTunnel: false,
      connectTimeout: limits.connectMs,
      requestTls: authorities,
      proxyTls: authorities,
    });
  return new client.Agent({
    ...times,
    connect: { timeout: limits.connectMs, lookup: guardedLookup(trust), ...authorities },
  });
}
