import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BASE_BYTE, SERVER_BYTE } from '../../ecosystems/contract.ts';
import { createBasedDocuments } from './based-documents.ts';

const DIGEST = `sha256:${'a'.repeat(64)}` as const;
const ADDRESSES = { base: 'http://127.0.0.1/tier3/npm/', server: 'http://127.0.0.1' };
/** No JSON at all: whoever parsed it on the way would fail. */
const STORED = Buffer.concat([
  Buffer.from('{"a":"'),
  Buffer.from([BASE_BYTE]),
  Buffer.from('x.tgz", "'),
  Buffer.from([SERVER_BYTE]),
  Buffer.from(`/b" ,,, ${'z'.repeat(1000)}`),
]);
const FILLED = `{"a":"http://127.0.0.1/tier3/npm/x.tgz", "http://127.0.0.1/b" ,,, ${'z'.repeat(1000)}`;

describe('documents with addresses', () => {
  it('are filled in byte by byte, and never parsed', async () => {
    const documents = createBasedDocuments(async () => STORED);
    const body = (encoding: 'identity' | 'gzip' | 'br') => documents.body(DIGEST, encoding, ADDRESSES);
    expect((await body('identity')).toString()).toBe(FILLED);
    expect(gunzipSync(await body('gzip')).toString()).toBe(FILLED);
    expect(brotliDecompressSync(await body('br')).toString()).toBe(FILLED);
  });

  it('are made once for an address, however many ask at the same moment, and again for another', async () => {
    let reads = 0;
    const documents = createBasedDocuments(async () => {
      reads += 1;
      return STORED;
    });
    const ask = (base: string) => documents.body(DIGEST, 'gzip', { ...ADDRESSES, base });
    const bodies = await Promise.all(Array.from({ length: 12 }, () => ask(ADDRESSES.base)));
    expect(new Set([...bodies, await ask(ADDRESSES.base)]).size).toBe(1);
    expect(reads).toBe(1);
    expect(await ask('http://127.0.0.1/tier3@7/npm/')).not.toEqual(bodies[0]);
    expect(reads).toBe(2);
  });
});
