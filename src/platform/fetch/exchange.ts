/** One question over HTTP: connection, redirects by hand, and the raw answer. */
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import type { AskedOn } from '../../domain/upstream.ts';
import { guardedLookup, type HostTrust } from './addresses.ts';
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

/** Opens connections: one pool per certificate authority file and per trust in the host. */
export function createExchange(deps: {
  readonly reach: Reach;
  readonly limits: FetchLimits;
  readonly userAgent: string;
}): Exchange {
  const agents = new Map<string, Agent>();
  const agentFor = (caFile: string | undefined, trust: HostTrust): Agent => {
    const key = `${trust} ${caFile ?? ''}`;
    const agent = agents.get(key) ?? openAgent(deps.limits, caFile, trust);
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

async function askOnce(
  admission: Extract<Admission, { admitted: true }>,
  asking: Asking,
  deps: {
    readonly limits: FetchLimits;
    readonly userAgent: string;
    readonly agentFor: (caFile: string | undefined, trust: HostTrust) => Agent;
  },
): Promise<Response | Failure> {
  const { url, authorization, caFile, trust } = admission;
  let dispatcher: Agent;
  try {
    dispatcher = deps.agentFor(caFile, trust);
  } catch {
    return finalFailure(`The file of certificate authorities for ${url.origin} cannot be read; check caFile`);
  }
  try {
    const answer = await request(url, {
      dispatcher,
      method: 'GET',
      headers: {
        ...asking.headers,
        'user-agent': deps.userAgent,
        ...(authorization === undefined ? {} : { authorization }),
      },
      signal: asking.signal,
    });
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
    return failureOf(error, url, deps.limits);
  }
}

/** Words for what took longer than it may altogether. */
export function tooSlow(url: URL | string, wholeMs: number): Failure {
  const reason = `${shownUrl(url)} was not read to its end within ${seconds(wholeMs)}; try again later`;
  return { status: 'failed', reason, retry: true };
}

function isRedirect(code: number): boolean {
  return code === 301 || code === 302 || code === 303 || code === 307 || code === 308;
}

function openAgent(limits: FetchLimits, caFile: string | undefined, trust: HostTrust): Agent {
  return new Agent({
    connections: limits.connections,
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.idleMs,
    maxHeaderSize: limits.headerBytes,
    connect: {
      timeout: limits.connectMs,
      lookup: guardedLookup(trust),
      ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    },
  });
}
