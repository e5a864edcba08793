/** What every blob store must do, whatever it is made of. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Digest } from '../../src/domain/digest.ts';
import type { Blobs } from '../../src/platform/blobs/port.ts';

/** The digest of some bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Runs the contract; call inside `describe`. `open` is asked once per test for a store that may hold other blobs. */
export function blobsContract(open: () => Promise<Blobs>): void {
  const text = (words: string) => new TextEncoder().encode(words);

  it('gives back what was put, by its digest', async () => {
    const blobs = await open();
    const stored = await blobs.put(text('hello'));
    expect(stored).toEqual({ digest: digestOf(text('hello')), size: 5 });
    expect(Buffer.from(await blobs.read(stored.digest)).toString()).toBe('hello');
    expect(await blobs.has(stored.digest)).toBe(true);
    expect(await blobs.size(stored.digest)).toBe(5);
  });

  it('takes streams of any chunks, empty ones too', async () => {
    const blobs = await open();
    const chunks = [text('a'), text(''), new Uint8Array(700_000).fill(7), text('z')];
    const stored = await blobs.put(
      (async function* () {
        yield* chunks;
      })(),
    );
    expect(stored).toEqual({ digest: digestOf(Buffer.concat(chunks)), size: 700_002 });
    const nothing = await blobs.put(new Uint8Array());
    expect(nothing.size).toBe(0);
    expect((await blobs.read(nothing.digest)).byteLength).toBe(0);
  });

  it('keeps nothing of bytes that are not the expected ones', async () => {
    const blobs = await open();
    const lie = text(`not what was promised ${Math.random()}`);
    await expect(blobs.put(lie, { digest: digestOf(text('promised')) })).rejects.toMatchObject({
      code: 'blob-mismatch',
    });
    expect(await blobs.has(digestOf(lie))).toBe(false);
    expect(await blobs.has(digestOf(text('promised')))).toBe(false);
  });

  it('stops reading an endless stream at the limit', async () => {
    const blobs = await open();
    let given = 0;
    const endless = (async function* () {
      for (;;) {
        given += 1000;
        yield new Uint8Array(1000);
      }
    })();
    await expect(blobs.put(endless, { maxBytes: 10_000 })).rejects.toMatchObject({ code: 'blob-too-large' });
    expect(given).toBeLessThanOrEqual(12_000);
    expect((await blobs.put(new Uint8Array(10), { maxBytes: 10 })).size).toBe(10);
  });

  it('keeps nothing of a stream that breaks in the middle', async () => {
    const blobs = await open();
    const half = text(`half ${Math.random()}`);
    const broken = (async function* () {
      yield half;
      throw new Error('connection lost');
    })();
    await expect(blobs.put(broken)).rejects.toThrow('connection lost');
    expect(await blobs.has(digestOf(half))).toBe(false);
  });

  it('stores the same bytes once, also when put at the same moment', async () => {
    const blobs = await open();
    const bytes = text(`same ${Math.random()}`);
    const all = await Promise.all(Array.from({ length: 8 }, () => blobs.put(bytes)));
    expect(new Set(all.map((one) => one.digest)).size).toBe(1);
    expect(Buffer.from(await blobs.read(digestOf(bytes)))).toEqual(Buffer.from(bytes));
  });

  it('streams a slice, the end included', async () => {
    const blobs = await open();
    const { digest } = await blobs.put(text('0123456789'));
    const slice: Uint8Array[] = [];
    for await (const chunk of blobs.stream(digest, { start: 2, end: 4 })) slice.push(chunk);
    expect(Buffer.concat(slice).toString()).toBe('234');
  });

  it('says that a blob is missing', async () => {
    const blobs = await open();
    const absent = digestOf(text('never put'));
    expect(await blobs.has(absent)).toBe(false);
    expect(await blobs.size(absent)).toBeUndefined();
    await expect(blobs.read(absent)).rejects.toMatchObject({ code: 'blob-missing' });
  });
}
