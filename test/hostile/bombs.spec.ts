import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_ENTRIES } from '../../src/ecosystems/archives/limits.ts';
import { ProblemList } from '../../src/ecosystems/archives/problems.ts';
import { TarReader } from '../../src/ecosystems/archives/tar.ts';
import { gzipProblems, zipProblems } from './examining.ts';
import { rawTar, tarEntry } from './raw-tar.ts';
import { endRecord, rawZip } from './raw-zip.ts';

/** Zeros as a DEFLATE stream without keeping them: one flushed block repeated, then an end. */
function packedZeros(blocks: number): Buffer {
  const block = deflateRawSync(Buffer.alloc(1024 * 1024), { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...Array.from({ length: blocks }, () => block), deflateRawSync(Buffer.alloc(0))]);
}

/** Runs and returns by how many bytes the process grew. */
async function growth(run: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss();
  await run();
  return process.memoryUsage.rss() - before;
}

describe('bombs', () => {
  it('are refused by their promise before anything is unpacked', async () => {
    const size = 200 * 1024 * 1024;
    const packed = packedZeros(200);
    const lies = { size };
    expect(await zipProblems(rawZip([{ name: 'zeros', packed, local: lies, central: lies }]))).toEqual(['bomb-ratio']);
  });

  it('are refused where the promise is beyond every limit', async () => {
    const lies = { size: 0xfffffffe };
    const entries = ['a', 'b', 'c'].map((name) => ({ name, local: lies, central: lies }));
    expect(await zipProblems(rawZip(entries))).toEqual(['bomb-size']);
  });

  it('that hide behind a small promise are stopped at it', async () => {
    const packed = packedZeros(300);
    const lies = { size: 1000 };
    const zip = rawZip([{ name: 'zeros', packed, local: lies, central: lies }]);
    const grown = await growth(async () => {
      expect(await zipProblems(zip)).toEqual(['size-mismatch']);
    });
    expect(grown).toBeLessThan(64 * 1024 * 1024);
  });

  it('in gzip are stopped while they unpack', async () => {
    const stream = Buffer.concat([gzipSync('').subarray(0, 10), packedZeros(300), Buffer.alloc(8)]);
    const grown = await growth(async () => {
      const codes = await gzipProblems(stream);
      expect(['bomb-ratio', 'not-a-tar', 'lone-zero-block'].some((code) => codes.includes(code))).toBe(true);
    });
    expect(grown).toBeLessThan(64 * 1024 * 1024);
  });

  it('in tar are stopped while they unpack', async () => {
    const size = 8 * 1024 ** 3 - 1;
    const header = deflateRawSync(tarEntry({ name: 'zeros', size }), { finishFlush: constants.Z_FULL_FLUSH });
    const stream = Buffer.concat([gzipSync('').subarray(0, 10), header, packedZeros(300), Buffer.alloc(8)]);
    expect(await gzipProblems(stream)).toEqual(['bomb-ratio']);
  });

  it('of entries are refused by their number', async () => {
    const end = endRecord({ count: 0xffff, size: 0, offset: 0, disk: 0 }, Buffer.alloc(0));
    expect(await zipProblems(end)).not.toEqual([]);
    const problems = new ProblemList();
    const tar = new TarReader(problems, () => undefined);
    for (let index = 0; tar.push(tarEntry({ name: `f${index}`, type: '5' })); index += 1);
    expect(tar.entries).toBe(MAX_ENTRIES + 1);
    expect(problems.all.map(({ code }) => code)).toEqual(['too-many-entries']);
  });

  it('are not seen in honest archives', async () => {
    const content = Buffer.from(Array.from({ length: 20_000 }, (_, index) => `line ${index}`).join('\n'));
    expect(await zipProblems(rawZip([{ name: 'text', content }]))).toEqual([]);
    expect(await gzipProblems(gzipSync(rawTar([{ name: 'text', content }])))).toEqual([]);
  });
});
