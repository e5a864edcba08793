/** Through which proxy an address is asked: that of its source, else that of the environment, as curl and pip do it. */

export interface ProxySettings {
  /** For `http:` and `https:` addresses; may hold user information, which is never shown. */
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** Hosts that are asked directly (`NO_PROXY`): names with all that is below them, addresses, `*`, each with or without a port. */
  readonly none: readonly string[];
}

/** The proxy of an address; `undefined` where it is asked directly. A source's own goes before everything, `NO_PROXY` too (pip). */
export function proxyFor(
  url: URL,
  own: string | null | undefined,
  settings: ProxySettings | undefined,
): string | undefined {
  if (own !== undefined) return own === null ? undefined : proxyUrl(own);
  const chosen = url.protocol === 'https:' ? settings?.https : settings?.http;
  if (chosen === undefined || settings?.none.some((pattern) => isCovered(url, pattern)) === true) return undefined;
  return proxyUrl(chosen);
}

/** People write `proxy.example:3128` too. */
function proxyUrl(text: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
}

function isCovered({ hostname, port, protocol }: URL, pattern: string): boolean {
  if (pattern === '*') return true;
  const [, host = '', wanted] =
    /^\.?(\[[^\]]+\]|[^:]+|[0-9a-f:]+)(?::(\d+))?$/i.exec(pattern.trim().toLowerCase()) ?? [];
  const own = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  if (host === '' || (wanted !== undefined && wanted !== own)) return false;
  const name = hostname.replaceAll(/^\[|\]$/g, '');
  const bare = host.replaceAll(/^\[|\]$/g, '');
  return name === bare || name.endsWith(`.${bare}`);
}
