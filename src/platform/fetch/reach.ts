/** Whom we may contact: what the operator named, and the hosts to which a named index links its files. */
import { isIP } from 'node:net';
import type { AskedOn, Source } from '../../domain/upstream.ts';
import { type HostTrust, mayContact } from './addresses.ts';
import { proxyFor } from './proxies.ts';
import type { FetchSettings } from './settings.ts';

export type Admission =
  | {
      readonly admitted: true;
      /** Without user information. */
      readonly url: URL;
      readonly trust: HostTrust;
      /** Value of the `Authorization` header, for this origin only. */
      readonly authorization: string | undefined;
      readonly caFile: string | undefined;
      /** The proxy to ask through; may hold user information. */
      readonly proxy: string | undefined;
    }
  | { readonly admitted: false; readonly reason: string };

export interface Reach {
  /** Whether an address may be asked, and with what. */
  admit(url: string, on: AskedOn): Admission;
  /** Whether the answer of one admitted address may lead to another. */
  redirect(from: URL, location: string, on: AskedOn): Admission;
}

/** An address as it may be shown: no user information, no query (both may hold secrets), no fragment. */
export function shownUrl(url: URL | string): string {
  try {
    const parsed = typeof url === 'string' ? new URL(url) : url;
    return `${parsed.protocol === 'file:' ? 'file://' : parsed.origin}${parsed.pathname}`;
  } catch {
    return 'an address that is no URL';
  }
}

/** Builds the rules from the operator's settings. */
export function createReach(settings: Pick<FetchSettings, 'sources' | 'alsoAllow' | 'proxies' | 'credentials'>): Reach {
  const sources = settings.sources.map((source) => ({ source, url: new URL(source.url) }));
  const named = new Set([
    ...sources.map(({ url }) => url.origin),
    ...(settings.alsoAllow ?? []).map((origin) => new URL(origin).origin),
  ]);
  const admit = (text: string, on: AskedOn): Admission => {
    if (!URL.canParse(text)) return { admitted: false, reason: 'An address that is no URL cannot be asked' };
    const url = bare(new URL(text));
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      return {
        admitted: false,
        reason: `${url.protocol} is not asked: only http, https and the folders of file sources`,
      };
    const linker = sources.find(({ source }) => source.name === on.linkedBy);
    const owner = linker?.url.origin === url.origin ? linker : ownerOf(sources, url);
    const trust = named.has(url.origin) ? 'named' : 'linked';
    const refusal = trust === 'linked' ? refuseLinked(url, linker?.url) : undefined;
    if (refusal !== undefined) return { admitted: false, reason: refusal };
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (trust === 'linked' && isIP(literal) !== 0 && !mayContact(literal, trust))
      return { admitted: false, reason: insideWords(url) };
    const caFile = on.caFile ?? owner?.source.caFile ?? linker?.source.caFile;
    return {
      ...{ admitted: true, url, trust, caFile },
      authorization: basic(owner?.url) ?? ofHost(settings.credentials, url, trust),
      proxy: proxyFor(url, (owner ?? linker)?.source.proxy, settings.proxies),
    };
  };
  return {
    admit,
    redirect: (from, location, on) => {
      if (!URL.canParse(location, from.href))
        return { admitted: false, reason: `${shownUrl(from)} redirects to what is no URL` };
      const to = new URL(location, from);
      if (to.origin === from.origin) return admit(to.href, on);
      if (named.has(to.origin)) return admit(to.href, { ...on, linkedBy: undefined });
      const reason = `${shownUrl(from)} redirects to ${to.origin}, which no source names; if that is right, name it under also_allow in pratique.yaml`;
      return { admitted: false, reason };
    },
  };
}

/** Words for an address that leads inside the operator's own network. */
export function insideWords(url: URL): string {
  return `${url.origin} is inside the local network and only an index links to it; if that is right, name it under also_allow in pratique.yaml`;
}

function refuseLinked(url: URL, linker: URL | undefined): string | undefined {
  if (linker === undefined)
    return `${url.origin} is not the host of any source; if that is right, name it under also_allow in pratique.yaml`;
  if (linker.protocol === 'https:' && url.protocol === 'http:')
    return `${url.origin} is not encrypted although the source that links to it is; ask its operator to link with https`;
  return undefined;
}

/** The source whose address is the longest beginning of this one: its credentials and authorities apply. */
function ownerOf(sources: readonly { source: Source; url: URL }[], url: URL) {
  const same = sources.filter((each) => each.url.origin === url.origin);
  const under = same.filter((each) => url.pathname.startsWith(each.url.pathname));
  const longest = under.toSorted((a, b) => b.url.pathname.length - a.url.pathname.length)[0];
  return longest ?? same.find((each) => each.url.username !== '') ?? same[0];
}

function bare(url: URL): URL {
  url.username = '';
  url.password = '';
  url.hash = '';
  return url;
}

function basic(url: URL | undefined): string | undefined {
  if (url === undefined || (url.username === '' && url.password === '')) return undefined;
  return pair(decodeURIComponent(url.username), decodeURIComponent(url.password));
}

/** What the netrc file holds for exactly this host; a host that only an index links to must be encrypted for it. */
function ofHost(credentials: FetchSettings['credentials'], url: URL, trust: HostTrust): string | undefined {
  const known = credentials?.get(url.hostname);
  if (known === undefined || (trust === 'linked' && url.protocol !== 'https:')) return undefined;
  return pair(known.login, known.password);
}

function pair(login: string, password: string): string {
  return `Basic ${Buffer.from(`${login}:${password}`, 'utf8').toString('base64')}`;
}
