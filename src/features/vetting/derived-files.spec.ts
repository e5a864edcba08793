import { generateKeyPairSync } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { makeWheel } from '../../../test/harness/wheels.ts';
import { hexOf } from '../../domain/digest.ts';
import { signerOf, verifier } from '../../platform/signing/keys.ts';
import { deriveAgain, deriveFile } from './derived-files.ts';

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

it('an original is planned once, whatever came of it, and again where what was made is gone or the key is another', async () => {
  const [tested, plain] = await Promise.all([
    makeWheel({ name: 'keel', version: '1.0', files: { 'keel/__init__.py': '', 'keel/tests/test_it.py': 'pass\n' } }),
    makeWheel({ name: 'hull', version: '1.0' }),
  ]);
  let plans = 0;
  let fails = true;
  const { sandbox, blobs } = bench.deps;
  const run: typeof sandbox.run = async (task) => {
    plans += 1;
    return fails ? { status: 'failed', reason: 'it crashed' } : sandbox.run(task);
  };
  const made = async ({ filename, sha256, bytes }: typeof plain, signer = bench.deps.signer) => {
    await blobs.put(bytes);
    const deps = { ...bench.deps, signer, sandbox: { ...sandbox, run } };
    return deriveFile(deps, { ecosystem: 'pypi', filename, sha256, size: bytes.length });
  };
  expect(await made(tested)).toMatchObject({ status: 'failed' });
  fails = false;
  const first = await made(tested);
  expect(first).toMatchObject({ status: 'derived', file: { filename: 'keel-1.0-0notests-py3-none-any.whl' } });
  expect(await made(tested)).toEqual(first);
  expect(await made(plain)).toEqual({ status: 'none' });
  expect(await made(plain)).toEqual({ status: 'none' });
  expect(plans).toBe(3);
  if (first.status !== 'derived') throw new Error('nothing was derived');
  await rm(blobs.path(first.file.sha256) ?? expect.fail('not kept in a file'));
  expect(await made(tested)).toEqual(first);
  expect(await blobs.has(first.file.sha256)).toBe(true);
  expect(plans).toBe(4);
  const other = signerOf(generateKeyPairSync('ed25519').privateKey);
  expect(await made(tested, other)).toMatchObject({ file: { sha256: first.file.sha256, publicKey: other.publicKey } });
  expect(plans).toBe(5);
});
