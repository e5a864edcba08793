import { afterAll, beforeAll, expect, it } from 'vitest';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { makeWheel } from '../../../test/harness/wheels.ts';
import { hexOf } from '../../domain/digest.ts';
import { verifier } from '../../platform/signing/keys.ts';
import { deriveAgain } from './derived-files.ts';

let bench: VettingBench;
beforeAll(async () => {
  bench = await openVettingBench();
  bench.world.policy = { ...bench.world.policy, derivedWheels: 'without-tests' };
});
afterAll(() => bench.close());

it('vetting makes a wheel without its tests, vouches for it, and making it again gives the same', async () => {
  const files = { 'sails/__init__.py': '', 'sails/tests/test_it.py': 'def test_it(): pass\n' };
  const wheel = await makeWheel({ name: 'sails', version: '1.0', files, requires: ['mast'] });
  bench.upstream.add(wheel, { uploadedAt: '2025-06-01T00:00:00Z' });
  bench.upstream.add(await makeWheel({ name: 'mast', version: '1.0' }), { uploadedAt: '2025-06-01T00:00:00Z' });
  const ask = { channel: 'tier3', ecosystem: 'pypi', name: 'sails', extras: [], version: null };
  const outcome = await bench.vetting.vet(ask);
  if (outcome.status !== 'vetted') throw new Error(JSON.stringify(outcome));
  const [sails, mast] = outcome.set.releases.map((release) => release.files[0]);
  expect(mast?.derived).toBeUndefined();
  const derived = sails?.derived ?? expect.fail('nothing was derived');
  expect(sails?.sha256).toBe(wheel.sha256);
  const { filename, sha256, size } = wheel.bytes.length > 0 ? { ...wheel, size: wheel.bytes.length } : expect.fail();
  const again = await deriveAgain(bench.deps, { ecosystem: 'pypi', filename, sha256, size });
  expect(again).toEqual({ filename: derived.filename, sha256: derived.sha256 });

  const envelope = JSON.parse(new TextDecoder().decode(await bench.deps.blobs.read(derived.attestation)));
  const payload = Buffer.from(envelope.payload, 'base64');
  // The pre-authentication encoding of DSSE v1, from its specification.
  const signed = Buffer.concat([Buffer.from(`DSSEv1 28 application/vnd.in-toto+json ${payload.length} `), payload]);
  const { keyId, publicKey } = bench.deps.signer;
  expect(envelope.signatures[0].keyid).toBe(keyId);
  expect(verifier.verify(signed, envelope.signatures[0].sig, publicKey)).toBe(true);
  expect(JSON.parse(payload.toString())).toMatchObject({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: derived.filename, digest: { sha256: hexOf(derived.sha256) } }],
    predicate: {
      original: { name: filename, digest: { sha256: hexOf(sha256) } },
      removed: [{ path: 'sails/tests/test_it.py' }],
    },
  });
});
