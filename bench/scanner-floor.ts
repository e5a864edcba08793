/** What unpacking and hashing cost at least: zlib and SHA-256 over the same bytes, with nobody judging the archive. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import { ProblemList } from '../src/ecosystems/archives/problems.ts';
import { openSource } from '../src/ecosystems/archives/source.ts';
import { openZip } from '../src/ecosystems/archives/zip.ts';
import type { Package } from './scanner-corpus.ts';

/** Bytes that a walk hands out of one member; no more of it is hashed. */
const HASHED = 8 * 1024 * 1024;

/** Does that work: each member of a wheel by itself, a tarball as one. Returns the bytes unpacked; asks `clock` around the work alone. */
export async function bareWork(
  { path, subject }: Package,
  clock: () => number,
): Promise<{ readonly bytes: number; readonly ms: number }> {
  const file = readFileSync(path);
  const members = subject.filename.endsWith('.whl') ? await membersOf(path, file) : undefined;
  let bytes = 0;
  const before = clock();
  if (members === undefined) {
    // Its last four bytes say how long it is (RFC 1952, 2.3.1).
    const unpacked = gunzipSync(file, { chunkSize: Math.max(64, file.readUInt32LE(file.length - 4) + 1) });
    bytes = unpacked.length;
    hash('sha256', unpacked, 'buffer');
  }
  for (const { packed, stored, size } of members ?? []) {
    // Room for all of it at once, as the reader asks for it.
    const unpacked = stored ? packed : inflateRawSync(packed, { chunkSize: Math.max(64, size + 1) });
    bytes += unpacked.length;
    hash('sha256', unpacked.subarray(0, HASHED), 'buffer');
  }
  return { bytes, ms: clock() - before };
}

async function membersOf(path: string, file: Buffer) {
  const source = await openSource(path);
  const zip = await openZip(source, new ProblemList());
  await source.close();
  return (zip?.entries ?? []).flatMap((entry) => {
    const at = zip?.packed(entry);
    return at === undefined
      ? []
      : [{ packed: file.subarray(at.from, at.to), stored: at.method === 0, size: entry.size }];
  });
}
