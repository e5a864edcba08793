import { describe, expect, it } from 'vitest';
import { openSigstore } from '../../../test/harness/sigstore.ts';
import { readTrustRoots } from './trust-root.ts';

const { root } = openSigstore().trustRoot;
const json = JSON.parse(root);
const changed = (change: object) => JSON.stringify({ ...json, ...change });
const inBase64 = (text: string) => Buffer.from(text).toString('base64');
const [{ publicKey }] = json.tlogs;
const KEYS = JSON.stringify({
  keys: ['npm:attestations', 'npm:signatures'].map((keyUsage) => ({
    keyId: `a key for ${keyUsage}`,
    keyUsage,
    publicKey: { ...publicKey, validFor: { start: '2024-01-01T00:00:00Z' } },
  })),
});

describe('a trust root', () => {
  it('is read as Sigstore publishes it, alone or several one a line', () => {
    expect(readTrustRoots(root)).toEqual([{ root, keys: [] }]);
    expect(readTrustRoots(JSON.stringify(json, null, 2))).toHaveLength(1);
    expect(readTrustRoots(`${root}\n\n${root}\n`)).toHaveLength(2);
  });

  it('is read out of the seeds of an installed package, with the keys for attestations', () => {
    const targets = { 'trusted_root.json': inBase64(root), 'registry.example%2Fkeys.json': inBase64(KEYS) };
    const [seeded] = readTrustRoots(JSON.stringify({ 'https://tuf.example': { 'root.json': 'x', targets } }));
    expect(seeded).toEqual({
      root,
      keys: [
        {
          hint: 'a key for npm:attestations',
          spki: publicKey.rawBytes,
          validFrom: '2024-01-01T00:00:00Z',
          validUntil: null,
        },
      ],
    });
  });

  const noStart = { ...json.tlogs[0], publicKey: { ...publicKey, validFor: undefined } };
  const noKey = { ...json.tlogs[0], publicKey: { ...publicKey, rawBytes: 'AAAA' } };
  const [authority] = json.certificateAuthorities;
  it.each([
    ['nothing', ''],
    ['no JSON', '<html>'],
    ['another document', '{"keys":[]}'],
    ['an empty object', '{}'],
    ['a later form', changed({ mediaType: 'application/vnd.dev.sigstore.trustedroot.v9+json' })],
    ['no log', changed({ tlogs: [] })],
    ['no authority', changed({ certificateAuthorities: [] })],
    ['a log that says not since when it counts', changed({ tlogs: [noStart] })],
    ['a key that is none', changed({ tlogs: [noKey] })],
    [
      'a certificate that is none',
      changed({ certificateAuthorities: [{ ...authority, certChain: { certificates: [{ rawBytes: 'AAAA' }] } }] }),
    ],
    ['seeds without a root', JSON.stringify({ 'https://tuf.example': { targets: {} } })],
    [
      'seeds with keys that are none',
      JSON.stringify({ x: { targets: { 'trusted_root.json': inBase64(root), 'keys.json': 'e30=' } } }),
    ],
  ])('with %s is refused whole', (_, text) => {
    expect(() => readTrustRoots(text)).toThrow('The trust root cannot be imported');
  });
});
