import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlainAddress, linkFrom, sidecarUrl } from './index-page.ts';

const BASE = 'https://upstream.example/simple/made-here/';

/** Mostly a piece that `URL` leaves alone, at times one that it reads or writes otherwise. */
const piece = (good: readonly string[], odd: readonly string[]) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
    { weight: 1, arbitrary: fc.string({ maxLength: 4, unit: 'binary' }) },
  );

const addresses = fc
  .tuple(
    piece(['https://', 'http://'], ['HTTPS://', 'https:/', 'ftp://', '//', '', 'https://u@', 'https://u:p@']),
    fc.array(piece(['files', 'a-b', 'b2'], ['a--b', 'xn--a', '1', '0x7f', 'A', 'ä', '-a', 'a-', '', 'a_b', '%61']), {
      ...{ minLength: 1, maxLength: 3 },
    }),
    piece([''], [':443', ':80', ':8080', ':']),
    fc.array(
      piece(['a', 'A_b-1.0+x.whl', 'x~!'], ['.', '..', '%2e', '%2E.', '.a', '', 'a b', 'ä', 'a?b', 'a#b', 'a\\b', '^']),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([scheme, host, port, path]) => `${scheme}${host.join('.')}${port}/${path.join('/')}`);

describe('a plain address', () => {
  it('is what large indexes list', () => {
    expect(isPlainAddress('https://files.upstream.example/packages/ab/0c/made_here-1.0.post1-py3-none-any.whl')).toBe(
      true,
    );
    expect(isPlainAddress('https://upstream.example/integrity/made-here/1.0/made_here-1.0.tar.gz/provenance')).toBe(
      true,
    );
  });

  it('is nothing that has to be read first', () => {
    const read = ['../a.whl', 'https://a.example/a#sha256=0', 'https://u:p@a.example/a', 'https://a.example:443/a'];
    const written = ['https://a.example/../a', 'https://A.example/a', 'https://1.2/a', 'https://a.example/a%2Bb'];
    const long = `https://a.example/${'a'.repeat(5000)}`;
    for (const text of [...read, ...written, long, 'file:///a', 'javascript:a'])
      expect(isPlainAddress(text)).toBe(false);
  });

  it('says what reading it as a URL says, of the file and of its sidecar', () => {
    let plain = 0;
    fc.assert(
      fc.property(addresses, (text) => {
        if (!isPlainAddress(text)) return;
        plain += 1;
        const url = linkFrom(text, BASE);
        expect(url?.href).toBe(text);
        expect(url === undefined ? undefined : sidecarUrl(url)).toBe(`${text}.metadata`);
      }),
      { numRuns: 20_000 },
    );
    expect(plain).toBeGreaterThan(1000);
  });
});
