import { describe, expect, it } from 'vitest';
import { A_BUILD, type Flaws, openSigstore } from '../../../test/harness/sigstore.ts';
import { verifyBundle } from './verify.ts';

const own = openSigstore();
const HEX = 'ab'.repeat(32);
const SUBJECT = { name: 'demo_pkg-1.0-py3-none-any.whl', digest: { sha256: HEX } };
const expected = { isSubject: (name: string) => name === SUBJECT.name, algorithm: 'sha256', hex: HEX } as const;
const verify = (json: unknown, roots = [own.trustRoot]) => verifyBundle(json, expected, roots);

describe('a bundle', () => {
  it('that is whole names the build that made the file', () => {
    expect(verify(own.bundle(SUBJECT))).toEqual({
      state: 'verified',
      publisher: {
        issuer: A_BUILD.issuer,
        identity: `${A_BUILD.repository}/${A_BUILD.workflow}@refs/tags/v1`,
        repository: A_BUILD.repository,
        workflow: A_BUILD.workflow,
        commit: A_BUILD.commit,
        ref: 'refs/tags/v1',
      },
      predicateType: 'https://slsa.dev/provenance/v1',
      loggedAt: '2026-01-01T10:00:00.000Z',
      logIndex: '0',
    });
  });

  it('that a registry signed with its own key names no build, and counts only with a key that is known and in use', () => {
    const bundle = own.registryBundle(SUBJECT);
    const verified = verify(bundle);
    expect(verified).toMatchObject({ state: 'verified' });
    expect('publisher' in verified ? verified.publisher : 'none').toBeUndefined();
    const { root, keys } = own.trustRoot;
    expect(verify(bundle, [{ root, keys: [] }])).toMatchObject({ state: 'unverifiable', code: 'unknown-authority' });
    const ended = keys.map((key) => ({ ...key, validUntil: '2025-06-01T00:00:00Z' }));
    expect(verify(bundle, [{ root, keys: ended }])).toMatchObject({ state: 'invalid', code: 'public-key-error' });
    const another = keys.map(({ hint, ...key }) => ({
      ...key,
      hint,
      spki: openSigstore().trustRoot.keys[0]?.spki ?? '',
    }));
    expect(verify(bundle, [{ root, keys: another }])).toMatchObject({ state: 'invalid', code: 'signature-error' });
  });

  const other = JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject: [SUBJECT], predicateType: 'x' });
  it.each<[string, Flaws, string]>([
    ['with a payload altered after signing', { alteredPayload: other }, 'tlog-body-error'],
    ['whose certificate had ended when it was logged', { expired: true }, 'certificate-error'],
    ['from an authority that only has the name of a known one', { forgedAuthority: true }, 'certificate-error'],
    ['that the log did not sign', { wrongLogKey: true }, 'tlog-inclusion-promise-error'],
    ['without inclusion in the log', { noInclusion: true }, 'malformed'],
  ])('%s is invalid', (_, flaws, code) => {
    expect(verify(own.bundle(SUBJECT, A_BUILD, flaws))).toMatchObject({ state: 'invalid', code });
  });

  it.each<[string, Flaws]>([
    ['in a log that nobody here knows', { strangeLog: true }],
    ['whose certificate no certificate log holds', { noCertificateLog: true }],
  ])('%s proves nothing', (_, flaws) => {
    expect(verify(own.bundle(SUBJECT, A_BUILD, flaws))).toMatchObject({ state: 'unverifiable' });
  });

  it('of another Sigstore proves nothing, and is believed once its root is imported too', () => {
    const elsewhere = openSigstore();
    const bundle = elsewhere.bundle(SUBJECT);
    expect(verify(bundle)).toMatchObject({ state: 'unverifiable', code: 'unknown-authority' });
    expect(verify(bundle, [own.trustRoot, elsewhere.trustRoot])).toMatchObject({ state: 'verified' });
    expect(verify(bundle, [])).toMatchObject({ state: 'unverifiable' });
  });

  it.each([
    ['other bytes', { ...SUBJECT, digest: { sha256: 'cd'.repeat(32) } }, 'subject-digest'],
    ['a digest of another kind', { ...SUBJECT, digest: { sha512: HEX } }, 'subject-digest'],
    ['another file', { ...SUBJECT, name: 'demo_pkg-2.0-py3-none-any.whl' }, 'subject-name'],
  ])('that speaks of %s is invalid for this file', (_, subject, code) => {
    expect(verify(own.bundle(subject))).toMatchObject({ state: 'invalid', code });
  });

  it.each([undefined, null, 'x', {}, { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }])(
    'that is none (%j) is invalid, and never an exception',
    (json) => {
      expect(verify(json)).toMatchObject({ state: 'invalid', code: 'malformed' });
    },
  );

  it('with a bit turned anywhere in what its authority signed is never verified', () => {
    const bundle = own.bundle(SUBJECT);
    const { verificationMaterial } = bundle;
    const bytes = Buffer.from(verificationMaterial.certificate.rawBytes, 'base64');
    // Two headers with long lengths stand before it; the second says how much is signed (X.690, 8.1.3).
    const end = 8 + bytes.readUInt16BE(6);
    const states = new Set<string>();
    for (let at = 4; at < end; at += 13) {
      const turned = Buffer.from(bytes);
      turned.writeUInt8(turned.readUInt8(at) ^ 1, at);
      const certificate = { rawBytes: turned.toString('base64') };
      states.add(verify({ ...bundle, verificationMaterial: { ...verificationMaterial, certificate } }).state);
    }
    expect(states).not.toContain('verified');
    expect(states).toContain('invalid');
  });
});
