/** Tells other programs of the operator's: sends small documents to addresses that the configuration names, and nowhere else. */
import type { Agent } from 'undici';
import type { Poster } from './port.ts';

/** A receiver answers within this time, in milliseconds, or is tried again. */
const ANSWER_MS = 15_000;
/** RFC 9110, 15.6: 500s are the receiver's trouble and pass; so do "too many requests" and "too early". */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);
const FIRST_SERVER_ERROR = 500;

/** A poster that sends to these addresses; `close` ends its connections. */
export function createPoster(allowed: readonly string[], userAgent: string): Poster & { close(): Promise<void> } {
  const addresses = new Set(allowed);
  let agent: Agent | undefined;
  const posting = async () => {
    // Read when there is something to send: a server without webhooks has no use for it.
    const client = await import('./client.ts');
    agent ??= new client.Agent({ connect: { timeout: ANSWER_MS }, headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS });
    return { agent, request: client.request };
  };
  return {
    async post(url, body, headers) {
      if (!addresses.has(url)) return { status: 'failed', reason: 'the configuration does not name it', final: true };
      try {
        const { agent: dispatcher, request } = await posting();
        // A redirect is an answer like any other: whoever controls the receiver does not choose where we go.
        const { statusCode, body: answer } = await request(url, {
          ...{ dispatcher, method: 'POST', body },
          headers: { ...headers, 'user-agent': userAgent },
        });
        await answer.dump();
        if (statusCode >= 200 && statusCode < 300) return { status: 'taken' };
        const passes = statusCode >= FIRST_SERVER_ERROR || PASSING.has(statusCode);
        return { status: 'failed', reason: `it answered ${statusCode}`, final: !passes };
      } catch (error) {
        return { status: 'failed', reason: error instanceof Error ? error.message : String(error), final: false };
      }
    },
    close: async () => agent?.destroy(),
  };
}
