import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isStrong, strongestOf, withIntegrity } from './integrity.ts';

const BYTES = Buffer.from('estuary');
const sri = (algorithm: string, of: Buffer = BYTES) =>
  `${algorithm}-${createHash(algorithm).update(of).digest('base64')}`;
const pieces = async function* () {
  yield BYTES.subarray(0, 3);
  yield BYTES.subarray(3);
};

async function read(integrity: string | undefined): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const piece of withIntegrity(pieces(), { integrity, filename: 'x.tgz', source: 's' })) parts.push(piece);
  return Buffer.concat(parts).toString();
}

describe('hashes in SRI form', () => {
  it('let the right bytes through, whatever stands beside the strongest', async () => {
    expect(await read(undefined)).toBe('estuary');
    expect(await read(sri('sha512'))).toBe('estuary');
    expect(await read(`${sri('sha1', Buffer.from('x'))} ${sri('sha512')}`)).toBe('estuary');
    expect(await read(`${sri('sha512', Buffer.from('x'))} ${sri('sha512')}?opt`)).toBe('estuary');
  });

  it.each(['sha1', 'sha256', 'sha384', 'sha512'])('stop other bytes at their end: %s', async (algorithm) => {
    await expect(read(sri(algorithm, Buffer.from('other')))).rejects.toThrow('x.tgz is not what s states');
  });

  it('are none where the text states none that is known', () => {
    expect(strongestOf('crc32-abcd nonsense')).toBeUndefined();
  });

  it('name bytes for good only where no two files share them', () => {
    expect([sri('sha512'), sri('sha256'), sri('sha1'), sri('md5'), undefined].map(isStrong)).toEqual([
      ...[true, true, false, false, false],
    ]);
  });
});
