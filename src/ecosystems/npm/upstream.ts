/** Reads npm registries: one packument per package, full form, since only that one states when versions appeared. */
import { LRUCache } from 'lru-cache';
import type { Distribution, UpstreamPackage } from '../../domain/distribution.ts';
import { noSourceFor, type Source, sourcesFor, withoutCredentials } from '../../domain/upstream.ts';
import type { UpstreamAnswer, UpstreamPowers, UpstreamReader } from '../contract.ts';
import { normaliseName, SIGNING_KEYS } from './names.ts';
import { type FoundAt, type Packument, readPackument } from './packument.ts';
import { joinKeys } from './signing-keys.ts';

/** The largest packuments have some 50 MB, readme files included. */
const MOST_PACKUMENT_BYTES = 96 * 1024 * 1024;
/** Bytes of packuments held parsed, which take some five times as much; the one read last is held whatever its size. */
const MOST_HELD_BYTES = 8 * 1024 * 1024;

/** A handful of keys takes one kilobyte. */
const MOST_KEYS_BYTES = 256 * 1024;

type Read =
  | { readonly status: 'found'; readonly packument: Packument; readonly bytes: number }
  | { readonly status: 'absent' }
  | { readonly status: 'failed'; readonly reason: string };

interface Held {
  readonly body: Uint8Array;
  readonly read: Read;
}

/** One reader per process: parsed packuments are held as long as the fetch answers with the same bytes. */
export function createNpmUpstream(powers: UpstreamPowers): UpstreamReader {
  const held = new LRUCache<string, Held>({
    maxSize: MOST_HELD_BYTES,
    sizeCalculation: ({ body }) => Math.max(1, body.byteLength),
  });

  let last: (Held & { readonly key: string }) | undefined;

  const readAt = async (at: FoundAt): Promise<Read> => {
    const document = await powers.fetch.document(at.url, {
      accept: 'application/json',
      maxBytes: MOST_PACKUMENT_BYTES,
      linkedBy: at.source,
    });
    if (document.status !== 'found') return document;
    const key = `${at.source}\n${at.name}`;
    const known = last?.key === key ? last : held.get(key);
    if (known?.body === document.body) return known.read;
    const read = readOf(document.body, at);
    last = { key, body: document.body, read };
    held.set(key, last);
    return read;
  };

  return {
    async readPackage(raw) {
      const name = normaliseName(raw);
      if (name === undefined)
        return { status: 'unknown', warnings: [`${raw.slice(0, 80)} can be no name of a package`] };
      const sources = sourcesFor(powers, name).filter(({ kind }) => kind === 'index');
      if (sources.length === 0) return { status: 'unreadable', ...noSourceFor(name) };
      return firstFound(name, sources, { readAt, now: powers.now() });
    },
    async readMetadata({ metadata, filename, source }: Distribution) {
      const [url = '', version = ''] = metadata?.url.split('#') ?? [];
      const name = nameIn(url);
      if (name === undefined) return { unreadable: `${filename} was listed by no packument` };
      const read = await readAt({ name, source, url });
      if (read.status === 'failed') return { unreadable: `The packument of ${name}: ${read.reason}` };
      const manifest = read.status === 'absent' ? undefined : read.packument.manifests.get(version);
      if (manifest === undefined) return { unreadable: `${source} lists no ${name} ${version} any more` };
      return { text: JSON.stringify(manifest) };
    },
    async signingKeys() {
      const documents = await Promise.all(
        powers.sources
          .filter(({ kind }) => kind === 'index')
          .map(({ url, name }) =>
            powers.fetch.document(below(url, SIGNING_KEYS), {
              ...{ accept: 'application/json', maxBytes: MOST_KEYS_BYTES, linkedBy: name },
            }),
          ),
      );
      return joinKeys(documents.flatMap((one) => (one.status === 'found' ? [one.body] : [])));
    },
  };
}

function readOf(body: Uint8Array, at: FoundAt): Read {
  const packument = readPackument(new TextDecoder().decode(body), at);
  if (typeof packument === 'string') return { status: 'failed', reason: packument };
  return { status: 'found', packument, bytes: body.byteLength };
}

interface Asking {
  readAt(at: FoundAt): Promise<Read>;
  readonly now: Date;
}

/**
 * The first source that has the name answers for all of it: versions of several registries are never mixed, and one that
 * does not answer is not passed over, since a later one may have another package of that name.
 */
async function firstFound(name: string, sources: readonly Source[], { readAt, now }: Asking): Promise<UpstreamAnswer> {
  for (const source of sources) {
    const read = await readAt({ name, source: source.name, url: packumentUrl(source, name) });
    switch (read.status) {
      case 'found':
        return {
          status: 'found',
          package: packageOf(name, source, { packument: read.packument, now }),
          bytes: read.bytes,
        };
      case 'failed':
        return { status: 'unreadable', reason: `source ${source.name} did not answer about ${name}: ${read.reason}` };
      case 'absent':
        break;
    }
  }
  return { status: 'unknown', warnings: [] };
}

function packageOf(
  name: string,
  source: Source,
  { packument, now }: { readonly packument: Packument; readonly now: Date },
): UpstreamPackage {
  const { releases, tags, about, accounts, warnings } = packument;
  const [first, ...more] = warnings;
  const what = `${first ?? ''}${more.length === 0 ? '' : `; and ${more.length} more versions are left out`}`;
  return {
    ecosystem: 'npm',
    name,
    releases,
    status: undefined,
    tags,
    about,
    accounts,
    warnings: first === undefined ? [] : [{ kind: 'left-out', source: source.name, what }],
    readAt: now.toISOString(),
  };
}

/** The packument of a package: scopes as one part, as npm itself asks (`@scope%2fname`). */
function packumentUrl(source: Source, name: string): string {
  return below(source.url, encodeURIComponent(name).replace('%40', '@'));
}

function below(registry: string, path: string): string {
  const base = withoutCredentials(registry);
  return `${base}${base.endsWith('/') ? '' : '/'}${path}`;
}

function nameIn(url: string): string | undefined {
  const last = url.slice(url.lastIndexOf('/') + 1);
  try {
    return normaliseName(decodeURIComponent(last));
  } catch {
    return undefined;
  }
}
