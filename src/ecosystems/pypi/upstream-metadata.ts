/** The metadata text of a distribution: its sidecar (PEP 658), else the wheel read by ranges. */
import { createHash } from 'node:crypto';
import { digestFromHex } from '../../domain/digest.ts';
import type { Distribution } from '../../domain/distribution.ts';
import type { UpstreamFetch } from '../../domain/upstream.ts';
import type { MetadataAnswer } from '../contract.ts';
import { parseCoreMetadata } from './core-metadata.ts';
import { parseFilename } from './filenames.ts';
import { createGate, createHeld } from './upstream-memory.ts';
import { MOST_METADATA_BYTES, readWheelMetadata } from './upstream-wheel.ts';

/** Characters of metadata held: a resolution asks for the same texts once per target. */
const MOST_HELD_CHARACTERS = 16 * 1024 * 1024;

/** Wheels read by ranges at once: a directory takes up to some 8 MB, and much more when it is parsed. */
const MOST_RANGED_AT_ONCE = 8;

/** One per reader: questions at the same moment become one, texts are held up to a size. */
export function createMetadataReader(fetch: UpstreamFetch): (distribution: Distribution) => Promise<MetadataAnswer> {
  const held = createHeld<{ readonly text: string }>(MOST_HELD_CHARACTERS, ({ text }) => text.length + 256);
  const inFlight = new Map<string, Promise<MetadataAnswer>>();
  const gate = createGate(MOST_RANGED_AT_ONCE);

  return (distribution) => {
    const key = `${distribution.source}\n${distribution.sha256 ?? ''}\n${distribution.url}`;
    const known = held.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const running = inFlight.get(key);
    if (running !== undefined) return running;
    const started = read(fetch, distribution, gate)
      .then((answer) => {
        if ('text' in answer) held.set(key, answer);
        return answer;
      })
      .finally(() => inFlight.delete(key));
    inFlight.set(key, started);
    return started;
  };
}

async function read(
  fetch: UpstreamFetch,
  distribution: Distribution,
  gate: ReturnType<typeof createGate>,
): Promise<MetadataAnswer> {
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
        return {
          unreadable: `The metadata of ${filename} is not what the index of ${source} states (sha256 differs)`,
          disowned: textOf(sidecar.body).text,
        };
      const answer = textOf(sidecar.body);
      return belongsElsewhere(answer.text, filename) ?? answer;
    }
  }
  if (distribution.kind !== 'wheel') return { unreadable: `${filename} has no metadata beside it` };
  const answer = await gate(() => readWheelMetadata(fetch, distribution));
  return 'bytes' in answer ? textOf(answer.bytes) : answer;
}

/** A sidecar whose digest the index does not state can be anybody's: its name and version must be those of the file. */
function belongsElsewhere(text: string, filename: string): MetadataAnswer | undefined {
  const read = parseCoreMetadata(text);
  const file = parseFilename(filename);
  // Metadata that is none is for the resolver to judge: it says so in its own words.
  if (!read.ok || file === undefined) return undefined;
  const { name, version } = read.metadata;
  if (name === file.name && version === file.version) return undefined;
  return { unreadable: `The metadata beside ${filename} is that of ${name} ${version}` };
}

/** Old metadata is not always UTF-8; as pip does, what cannot be decoded becomes a replacement character. */
function textOf(bytes: Uint8Array): { readonly text: string } {
  return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
}
