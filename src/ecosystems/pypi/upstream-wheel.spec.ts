import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeWheel } from '../../../test/harness/wheels.ts';
import type { Distribution } from '../../domain/distribution.ts';
import type { UpstreamFetch } from '../../domain/upstream.ts';
import { readWheelMetadata } from './upstream-wheel.ts';

const made = await makeWheel({ name: 'made-here', version: '1.0' });
const wheel: Distribution = {
  filename: made.filename,
  url: 'https://upstream.example/made_here-1.0-py3-none-any.whl',
  source: 'index',
  kind: 'wheel',
  sha256: undefined,
  size: undefined,
  uploadedAt: undefined,
  requiresRuntime: undefined,
  yanked: false,
  metadata: undefined,
  provenanceUrl: undefined,
};

/** A fetch that answers ranges of these bytes. */
function serving(bytes: Uint8Array): UpstreamFetch {
  return {
    document: async () => ({ status: 'absent' }),
    range: async (_url, from, to) => {
      const first = from < 0 ? Math.max(0, bytes.byteLength + from) : from;
      return { bytes: bytes.slice(first, from < 0 ? undefined : to + 1), total: bytes.byteLength };
    },
  };
}

describe('metadata by ranges from hostile wheels', () => {
  it('gives the true metadata or says why not, whatever bytes are changed', async () => {
    const change = fc.tuple(fc.nat(made.bytes.byteLength - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = Uint8Array.from(made.bytes);
        for (const [at, value] of changes) bytes[at] = value;
        const answer = await readWheelMetadata(serving(bytes), wheel);
        if ('bytes' in answer) expect(new TextDecoder().decode(answer.bytes)).toBe(made.metadataText);
        else expect(answer.unreadable).toContain('cannot be read in part');
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['noise', new Uint8Array(100_000).fill(0x50)],
    ['half of it', made.bytes.slice(0, made.bytes.byteLength / 2)],
    ['something behind it', Buffer.concat([made.bytes, Buffer.from('more')])],
    ['something before it', Buffer.concat([Buffer.from('more'), made.bytes])],
  ])('says why not for %s', async (_what, bytes) => {
    expect(await readWheelMetadata(serving(bytes), wheel)).toHaveProperty('unreadable');
  });
});
