import { describe, expect, it } from 'vitest';
import { findingsIn, itKeepsTheContentScannerContract } from '../../../test/contract/content-scanner.ts';
import { HARMLESS_FORMATS, SECRET_FORMATS } from '../../../test/corpora/secret-formats.ts';
import { HARMLESS_SERVICES, SERVICE_SECRETS } from '../../../test/corpora/secret-services.ts';
import { checksummed, HARMLESS, indexToken, random, secretSamples } from '../../../test/corpora/secrets.ts';
import { heldSecrets } from '../../../test/corpora/secrets-held.ts';
import { secretsScanner } from './index.ts';

const SAMPLES = [...secretSamples(), ...SECRET_FORMATS];
const token = checksummed('ghp', 'seed');

itKeepsTheContentScannerContract(secretsScanner, {
  found: Object.fromEntries(SAMPLES.map(({ title, path, text }) => [title, { [path]: text }])),
  clean: Object.fromEntries(
    [...HARMLESS, ...HARMLESS_FORMATS].map(({ title, path, text }) => [title, { [path]: text }]),
  ),
  seeds: [
    ...SAMPLES.map(({ text }) => text.slice(0, 300)),
    'password = "',
    'eyJhbGciOiJIUzI1NiJ9.eyJ',
    'https://user:',
    '-----BEGIN RSA PRIVATE KEY-----',
    'AKIA',
    'token token token = ',
  ],
});

describe('secrets of more services', () => {
  it.each(SERVICE_SECRETS)('tells $title at its line', async ({ path, text }) => {
    const [found] = await findingsIn(secretsScanner, { [path]: text });
    expect(found?.location).toMatch(/:\d+$/);
  });

  it.each(HARMLESS_SERVICES)('says nothing of $title', async ({ path, text }) => {
    expect(await findingsIn(secretsScanner, { [path]: text })).toEqual([]);
  });
});

const HELD = ['held', 'second', 'third', 'fourth', 'fifth']
  .map((set) => `secrets-${set}.txt`)
  .flatMap(heldSecrets)
  .filter(({ missed }) => !missed);

describe('secrets of every rule that other tools have', () => {
  it.each(HELD.filter(({ secret }) => secret))('tells $label', async ({ path, text }) => {
    expect(await findingsIn(secretsScanner, { [path]: text })).not.toEqual([]);
  });

  it.each(HELD.filter(({ secret }) => !secret))('says nothing of $label', async ({ path, text }) => {
    expect(await findingsIn(secretsScanner, { [path]: text })).toEqual([]);
  });
});

describe('secrets scanner', () => {
  it('never repeats a secret whole, and says where it stands', async () => {
    for (const { path, text } of SAMPLES) {
      const findings = await findingsIn(secretsScanner, { [path]: text });
      for (const { summary, data, location } of findings) {
        expect(location).toMatch(new RegExp(`^${path.replaceAll('.', '[.]')}:\\d+$`));
        const shown = JSON.stringify({ summary, data });
        // No eight characters of a secret in a row, but for the public part of its form.
        const secret = /"([^"\n]{20,})"/.exec(text)?.[1] ?? '';
        expect(shown).not.toContain(secret.slice(-12, -3) || 'no secret');
      }
    }
  });

  it('holds tokens against their checksum', async () => {
    const [right] = await findingsIn(secretsScanner, { 'pkg/a.py': `x = "${token}"` });
    expect(right).toMatchObject({ severity: 'high', location: 'pkg/a.py:1', data: { proof: 'valid', cwe: 'CWE-798' } });
    const wrong = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    const [broken] = await findingsIn(secretsScanner, { 'pkg/a.py': `x = "${wrong}"` });
    expect(broken).toMatchObject({ severity: 'low', data: { proof: 'broken' } });
    const [index] = await findingsIn(secretsScanner, { 'pkg/a.py': `\n\nx = "${indexToken('upstream.example')}"` });
    expect(index).toMatchObject({ severity: 'high', location: 'pkg/a.py:3', data: { proof: 'valid' } });
  });

  it('weighs what stands in tests and documentation less', async () => {
    const [found] = await findingsIn(secretsScanner, { 'pkg/tests/test_a.py': `x = "${token}"` });
    expect(found).toMatchObject({ severity: 'low', data: { illustration: true } });
  });

  it.each([
    ['docs/a.md', 'pkg/a.py'],
    ['pkg/a.py', 'docs/a.md'],
  ])('tells what stands in %s and then in %s where it is used', async (first, then) => {
    const found = await findingsIn(secretsScanner, { [first]: `x = "${token}"`, [then]: `x = "${token}"` });
    expect(found).toMatchObject([
      { severity: 'high', location: 'pkg/a.py:1', data: { illustration: false, places: 2 } },
    ]);
  });

  it('reads binary files too', async () => {
    const bytes = Buffer.concat([
      Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]),
      Buffer.from(token),
      Buffer.from([0, 0]),
    ]);
    expect(await findingsIn(secretsScanner, { 'pkg/lib.so': bytes })).toMatchObject([{ location: 'pkg/lib.so' }]);
  });

  it('finds a token at every distance from the start', async () => {
    for (let gap = 0; gap < 6; gap += 1) {
      const found = await findingsIn(secretsScanner, { 'a.txt': `${' '.repeat(gap)}${token}\n` });
      expect(found.map(({ data }) => data.code)).toEqual(['github-token']);
    }
  });

  it('names one value once, and says what it leaves out', async () => {
    const same = Object.fromEntries(['a', 'b', 'c'].map((name) => [`pkg/${name}.py`, `x = "${token}"`]));
    expect(await findingsIn(secretsScanner, same)).toMatchObject([{ data: { places: 3 } }]);
    const many = Array.from({ length: 25 }, (_, at) => checksummed('ghp', `${at}`)).join('\n');
    const findings = await findingsIn(secretsScanner, { 'keys.txt': many });
    expect(findings).toHaveLength(21);
    expect(findings.at(-1)).toMatchObject({ data: { code: 'not-listed', count: 5 } });
  });

  it('joins an AWS secret with its id', async () => {
    const id = `AKIA${random('id', 16, 'ABCDEFGHIJKLMNOP')}`;
    const pair = `[x]\nkey_id = ${id}\nkey = ${random('secret', 40)}\n`;
    expect(await findingsIn(secretsScanner, { 'pkg/x.cfg': pair })).toMatchObject([
      { severity: 'high', data: { code: 'aws-key-pair' } },
    ]);
  });
});
