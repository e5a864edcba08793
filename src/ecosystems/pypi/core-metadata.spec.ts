import { describe, expect, it } from 'vitest';
import { parseCoreMetadata } from './core-metadata.ts';

const head = 'Metadata-Version: 2.3\nName: Foo.Bar\nVersion: 1.00\n';

describe('Core Metadata', () => {
  it('reads the headers that count, folded and with any line end', () => {
    const text = `${head}Requires-Dist: a>=1;\r\n  python_version < "3"\r\nREQUIRES-DIST: b\r\nRequires-Python: >=3.9\nProvides-Extra: Test_A\nDynamic: Requires-Dist\nSummary: x\n\nRequires-Dist: not-this\n`;
    expect(parseCoreMetadata(text)).toEqual({
      ok: true,
      metadata: {
        metadataVersion: '2.3',
        name: 'foo-bar',
        version: '1.0',
        requiresDist: ['a>=1; python_version < "3"', 'b'],
        requiresPython: '>=3.9',
        providesExtra: ['test-a'],
        dynamic: ['requires-dist'],
      },
    });
  });

  it.each([
    ['', 'metadata-version'],
    ['Metadata-Version: 2.1\nVersion: 1\n', 'name'],
    ['Metadata-Version: 2.1\nName: a\nName: b\nVersion: 1\n', 'name'],
    ['Metadata-Version: 2.1\nName: a\nVersion: x y\n', 'version'],
    [`${head}Requires-Python: >=3\nRequires-Python: >=2\n`, 'requires-python'],
  ])('says what is wrong with %j', (text, header) => {
    const answer = parseCoreMetadata(text);
    expect(answer).toEqual({ ok: false, problem: expect.stringContaining(header) });
  });

  it('turns endless headers and endless values away', () => {
    expect(parseCoreMetadata(`${head}${'X: y\n'.repeat(60_000)}`).ok).toBe(false);
    expect(parseCoreMetadata(`${head}Requires-Dist: ${'a'.repeat(20_000)}\n`).ok).toBe(false);
    expect(parseCoreMetadata(`${head}Requires-Dist: a\n${' b\n'.repeat(49_000)}`).ok).toBe(false);
    expect(parseCoreMetadata(`${head}\n${'x'.repeat(17 * 1024 * 1024)}`).ok).toBe(false);
  });

  it('keeps headers that objects have by nature out', () => {
    expect(parseCoreMetadata(`${head}__proto__: x\nconstructor: y\n`).ok).toBe(true);
  });
});
