import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findingsIn, itKeepsTheContentScannerContract } from '../../../test/contract/content-scanner.ts';
import { OPAQUE, OPAQUE_MISSED, PLAIN } from '../../../test/corpora/opaque.ts';
import { opaqueDataScanner } from './index.ts';

/** Bytes as if encrypted, the same every time. */
function noise(length: number): Uint8Array {
  const parts = Array.from({ length: Math.ceil(length / 32) }, (_, at) =>
    createHash('sha256').update(`${at}`).digest(),
  );
  return new Uint8Array(Buffer.concat(parts).subarray(0, length));
}

const base64 = Buffer.from(noise(3000)).toString('base64');
const hex = Buffer.from(noise(1500)).toString('hex');
const broken = base64.replaceAll(/(.{76})/g, '$1\n');

itKeepsTheContentScannerContract(opaqueDataScanner, {
  found: {
    ...OPAQUE,
    'encrypted bytes': { 'pkg/data.bin': noise(4000) },
    'base64 in one line': { 'pkg/a.py': `x = "${base64}"` },
    'base64 in many lines': { 'pkg/a.txt': broken },
    'hexadecimal digits': { 'pkg/a.js': `x='${hex}'` },
    'an archive in the archive': { 'pkg/x.zip': Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), noise(999)]) },
    'source that is no text': { 'pkg/a.py': noise(100) },
    'the code of a built R package': { 'demo/R/demo.rdb': noise(100) },
    'a pickle': { 'pkg/m.pkl': Buffer.concat([Buffer.from([0x80, 4, 0x95]), noise(400), Buffer.from('.')]) },
  },
  clean: {
    'code and text': {
      'pkg/a.py': 'def f():\n    return 1\n'.repeat(500),
      LICENSE: 'Permission is granted\n'.repeat(200),
    },
    ...PLAIN,
    'a tiny unknown file': { 'pkg/marker': new Uint8Array([0, 1, 2]) },
    'digests in a list': { RECORD: `pkg/a.py,sha256=${base64.slice(0, 43)},12\n`.repeat(200) },
    'long lines of words': { 'words.txt': 'alpha/beta_gamma/'.repeat(200) },
    'rules of dashes': { 'a.rst': '='.repeat(3000), 'b.py': `# ${'-'.repeat(3000)}` },
  },
  seeds: [base64.slice(0, 100), 'x = "QUJD" \\', '0x00, 0x01,', hex.slice(0, 64), '"\n  b"', '\\n" +'],
});

describe('opaque data scanner', () => {
  it('gives place, size and entropy, largest first, and the total before all', async () => {
    const findings = await findingsIn(opaqueDataScanner, {
      'pkg/a.py': `import x\n\ny = "${base64}"\n`,
      'pkg/data.bin': noise(200_000),
    });
    expect(findings).toMatchObject([
      { severity: 'low', location: undefined, data: { code: 'total', bytes: 204_000, places: 2 } },
      { severity: 'low', location: 'pkg/data.bin', data: { code: 'opaque-file', size: 200_000, entropy: 8 } },
      { severity: 'info', location: 'pkg/a.py:3', data: { code: 'encoded-block', size: 4000, encoding: 'base64' } },
    ]);
  });

  it('joins the lines of one block, also as string literals', async () => {
    const literals = `x = (\n${broken
      .trim()
      .split('\n')
      .map((line) => `    b"${line}"`)
      .join('\n')}\n)\n`;
    for (const text of [broken, literals]) {
      const [, block, ...others] = await findingsIn(opaqueDataScanner, { 'pkg/a.py': text });
      expect(block?.data.size).toBeGreaterThan(3990);
      expect(others).toEqual([]);
    }
  });

  it.each(Object.entries(OPAQUE_MISSED))('does not see %s', async (_, files) => {
    expect(await findingsIn(opaqueDataScanner, files)).toEqual([]);
  });

  it('tells what stands behind a picture by its own size', async () => {
    const [, found] = await findingsIn(opaqueDataScanner, OPAQUE['noise behind a PNG'] ?? {});
    expect(found).toMatchObject({
      severity: 'low',
      location: 'pkg/logo.png',
      data: { code: 'trailing-data', size: 5000 },
    });
  });

  it('weighs source code that nobody could read more than data', async () => {
    const findings = await findingsIn(opaqueDataScanner, { 'pkg/tests/a.py': noise(100) });
    expect(findings[1]).toMatchObject({ severity: 'medium', data: { code: 'unreadable-source' } });
  });
});
