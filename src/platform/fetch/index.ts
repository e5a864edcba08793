/** The fetch: the product's only way out. Contacts what the operator named, and what those indexes link their files to. */
import { createDocumentCache } from './document-cache.ts';
import { createDocuments } from './documents.ts';
import { createExchange } from './exchange.ts';
import { download, range } from './files.ts';
import { createFolders } from './folders.ts';
import type { Fetch } from './port.ts';
import { createReach } from './reach.ts';
import { createRest } from './rest.ts';
import { DEFAULT_LIMITS, type FetchLimits, type FetchSettings } from './settings.ts';

export type { FetchSettings } from './settings.ts';

/** Opens the fetch; `close` ends its connections. One per process: documents are shared between all who ask. */
export function createFetch(settings: FetchSettings): Fetch & { close(): Promise<void> } {
  const limits: FetchLimits = { ...DEFAULT_LIMITS, ...settings.limits };
  const reach = createReach(settings);
  const exchange = createExchange({ reach, limits, userAgent: `pratique/${settings.version}` });
  const folders = createFolders(settings.sources);
  const cache = createDocumentCache(limits, settings.cacheFolder);
  const deps = { exchange, cache, limits, settings, rest: createRest(limits) };
  const documents = createDocuments(deps);
  return {
    document: (url, options) => (isFile(url) ? folders.document(url, options) : documents(url, options)),
    range: (url, from, to, on) => (isFile(url) ? folders.range(url, from, to) : range(deps, url, { ...on, from, to })),
    download: (url, options) => (isFile(url) ? folders.download(url, options.maxBytes) : download(deps, url, options)),
    close: () => exchange.close(),
  };
}

function isFile(url: string): boolean {
  return /^file:/i.test(url);
}
