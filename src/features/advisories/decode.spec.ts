import { gzipSync } from 'node:zlib';
import { TextReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../domain/problem.ts';
import type { Admit, ImportedFile } from '../../platform/import-files/port.ts';
import { type DecodedRecord, type DecodeLimits, recordsOf } from './decode.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

async function zipOf(entries: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter());
  for (const [name, text] of Object.entries(entries)) await writer.add(name, new TextReader(text));
  return writer.close();
}

async function read(files: readonly ImportedFile[], limits?: DecodeLimits, admit: Admit = () => undefined) {
  async function* all() {
    yield* files;
  }
  const records: DecodedRecord[] = [];
  for await (const record of recordsOf(all(), { admit, ...(limits && { limits }) })) records.push(record);
  return records;
}

const noRoom = (name: string) =>
  new Problem({ kind: 'could-not-check', code: 'import-unreadable', what: `${name} cannot be read` });

/** Writes a number of four bytes over each place where the old one stands. */
function overwrite(archive: Uint8Array, [old, lie]: readonly [number, number]): Uint8Array {
  const lying = archive.slice();
  const view = new DataView(lying.buffer);
  for (let at = 0; at + 4 <= lying.length; at += 1) if (view.getUint32(at, true) === old) view.setUint32(at, lie, true);
  return lying;
}

describe('records of files', () => {
  it('reads every form there is, and passes over other files', async () => {
    const zip = await zipOf({ 'a/PYSEC-1.json': '{"id":1}', 'b.jsonl': '{"id":2}\n\n{"id":3}\n', 'README.md': '#' });
    const records = await read([
      { name: 'all.zip', bytes: zip },
      { name: 'one.json', bytes: bytes('[{"id":4},{"id":5}]') },
      { name: 'gz.jsonl.gz', bytes: gzipSync('{"id":6}') },
      { name: 'notes.txt', bytes: bytes('no record') },
    ]);
    expect(records.map(({ origin, value }) => [origin, JSON.stringify(value)])).toEqual([
      ['all.zip/a/PYSEC-1.json[0]', '{"id":1}'],
      ['all.zip/b.jsonl:1', '{"id":2}'],
      ['all.zip/b.jsonl:3', '{"id":3}'],
      ['one.json[0]', '{"id":4}'],
      ['one.json[1]', '{"id":5}'],
      ['gz.jsonl.gz:1', '{"id":6}'],
    ]);
  });

  it('stops an archive that unpacks to more than the limit, in one entry or in many', async () => {
    const bomb = await zipOf({ 'a.json': `"${'x'.repeat(3_000_000)}"` });
    expect(bomb.length).toBeLessThan(20_000);
    const limits = { unpacked: 1_000_000, entries: 10 };
    await expect(read([{ name: 'bomb.zip', bytes: bomb }], limits)).rejects.toThrow('bomb.zip');
    const half = `"${'x'.repeat(600_000)}"`;
    const many = await zipOf({ 'a.json': half, 'b.json': half });
    await expect(read([{ name: 'many.zip', bytes: many }], limits)).rejects.toThrow('many.zip');
    await expect(read([{ name: 'b.json.gz', bytes: gzipSync(half) }], { ...limits, unpacked: 1000 })).rejects.toThrow();
    expect(await read([{ name: 'many.zip', bytes: many }], { ...limits, unpacked: 2_000_000 })).toHaveLength(2);
  });

  it('counts the bytes that arrive, not those that the archive states', async () => {
    const size = 2_000_002;
    const bomb = await zipOf({ 'a.json': `"${'x'.repeat(size - 2)}"` });
    const lying = overwrite(bomb, [size, 10]);
    expect(lying).not.toEqual(bomb);
    await expect(
      read([{ name: 'lying.zip', bytes: lying }], { unpacked: 1_000_000, entries: 10 }),
    ).rejects.toMatchObject({ code: 'import-unusable' });
  });

  it('asks about each file what it is when it is unpacked, entries of archives too, and ends at the first without room', async () => {
    const asked: (readonly [string, number])[] = [];
    const admit = ({ name, bytes: { length } }: ImportedFile) => {
      asked.push([name, length]);
      if (length > 1000) throw noRoom(name);
    };
    const long = JSON.stringify('x'.repeat(2000));
    const zip = await zipOf({ 'a.json': '1', 'README.md': long, 'b.json': long, 'c.json': '3' });
    for (const [refused, file] of [
      ['all.zip/b.json', { name: 'all.zip', bytes: zip }],
      ['b.json.gz', { name: 'b.json.gz', bytes: gzipSync(long) }],
      ['b.jsonl', { name: 'b.jsonl', bytes: bytes(long) }],
    ] as const)
      await expect(read([file], undefined, admit)).rejects.toEqual(noRoom(refused));
    expect(asked).toEqual([
      ['all.zip/a.json', 1],
      ['all.zip/b.json', 2002],
      ['b.json.gz', 2002],
      ['b.jsonl', 2002],
    ]);
  });

  it('refuses too many entries, damaged archives and what is no text', async () => {
    const zip = await zipOf({ 'a.json': '1', 'b.json': '2', 'c.json': '3' });
    await expect(read([{ name: 'z.zip', bytes: zip }], { unpacked: 1000, entries: 2 })).rejects.toThrow('z.zip');
    await expect(read([{ name: 'cut.zip', bytes: zip.subarray(0, 60) }])).rejects.toThrow('cut.zip');
    await expect(read([{ name: 'x.json', bytes: new Uint8Array([0x22, 0xff, 0x22]) }])).rejects.toThrow('x.json');
    await expect(read([{ name: 'x.json', bytes: bytes('{') }])).rejects.toThrow('x.json');
  });
});
