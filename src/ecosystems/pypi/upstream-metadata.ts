/** The metadata text of a distribution: its sidecar (PEP 658), else the wheel read by ranges. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { digestFromHex } from '../../domain/digest.ts';
import type { Distribution } from '../../domain/distribution.ts';
import type { UpstreamFetch } from '../../domain/upstream.ts';
import { MOST_METADATA_BYTES, readWheelMetadata } from './upstream-wheel.ts';

export type MetadataAnswer = { readonly text: string } | { readonly unreadable: string };

/** Characters of metadata held: a resolution asks for the same texts once per target. */
const MOST_HELD_CHARACTERS = 16 * 1024 * 1024;

/** One per reader: questions at the same moment become one, texts are held up to a size. */
export function createMetadataReader(fetch: UpstreamFetch): (distribution: Distribution) => Promise<MetadataAnswer> {
  const held = new LRUCache<string, { readonly text: string }>({
    maxSize: MOST_HELD_CHARACTERS,
    sizeCalculation: ({ text }) => text.length + 256,
  });
  const inFlight = new Map<string, Promise<MetadataAnswer>>();

  return (distribution) => {
    const key = `${distribution.source}\n${distribution.sha256 ?? ''}\n${distribution.url}`;
    const known = held.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const running = inFlight.get(key);
    if (running !== undefined) return running;
    const started = read(fetch, distribution)
      .then((answer) => {
        if ('text' in answer) held.set(key, answer);
        return answer;
      })
      .finally(() => inFlight.delete(key));
    inFlight.set(key, started);
    return started;
  };
}

async function read(fetch: UpstreamFetch, distribution: Distribution): Promise<MetadataAnswer> {
  const { filename, metadata, source } = distribution;
  if (metadata !== undefined) {
    const sidecar = await fetch.document(metadata.url, {
      accept: '*/*',
      maxBytes: MOST_METADATA_BYTES,
      linkedBy: source,
    });
    if (sidecar.status === 'failed') return { unreadable: `The metadata of ${filename}: ${sidecar.reason}` };
    if (sidecar.status === 'found') {
      const digest = digestFromHex(createHash('sha256').update(sidecar.body).digest('hex'));
      if (metadata.sha256 !== undefined && metadata.sha256 !== digest)
        return { unreadable: `The metadata of ${filename} is not what the index of ${source} states (sha256 differs)` };
      return textOf(sidecar.body);
    }
  }
  if (distribution.kind !== 'wheel') return { unreadable: `${filename} has no metadata beside it` };
  const answer = await readWheelMetadata(fetch, distribution);
  return 'bytes' in answer ? textOf(answer.bytes) : answer;
}

/** Old metadata is not always UTF-8; as pip does, what cannot be decoded becomes a replacement character. */
function textOf(bytes: Uint8Array): { readonly text: string } {
  return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
}
