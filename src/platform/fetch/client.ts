/**
 * The HTTP client: of `undici` what opens connections and asks. Its front door loads its `fetch`, WebSocket, caches and mocks
 * too, which nobody here asks with: three quarters of its text, 3 MB of the heap of a thread and some 10 while it is loaded.
 * To be imported when there is something to ask: most processes never ask.
 */
import type { Dispatcher } from 'undici';
import connect from 'undici/lib/api/api-connect.js';
import requestFrom from 'undici/lib/api/api-request.js';
import Connections from 'undici/lib/dispatcher/dispatcher.js';

export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';

// As the front door does it: agents ask with these.
Object.assign(Connections.prototype, { connect, request: requestFrom });

interface Asked extends Omit<Dispatcher.RequestOptions, 'origin' | 'path' | 'method'> {
  readonly dispatcher: Dispatcher;
  readonly method?: Dispatcher.HttpMethod;
}

/** Asks once, through these connections; rejects as `request` of the package does. */
export function request(
  url: URL | string,
  { dispatcher, method = 'GET', ...more }: Asked,
): Promise<Dispatcher.ResponseData> {
  const { origin, pathname, search } = new URL(url);
  return dispatcher.request({ ...more, method, origin, path: `${pathname}${search}` });
}
