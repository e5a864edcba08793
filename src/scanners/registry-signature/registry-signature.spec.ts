import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aDistribution, aScanContext } from '../../../test/contract/distribution-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import type { Distribution } from '../../domain/distribution.ts';
import type { ScanContext } from '../contract.ts';
import { registrySignatureScanner } from './index.ts';

const P256 = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const [own, other, old] = [P256(), P256(), P256()];
const weak = generateKeyPairSync('rsa', { modulusLength: 2048 });
const STATEMENT = `demo-pkg@1.0:sha512-${'A'.repeat(86)}==`;

function keyEntry(keyid: string, publicKey: KeyObject, expires: string | null = null) {
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return { expires, keyid, keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256', key };
}

const KEYS = JSON.stringify({
  keys: [
    keyEntry('SHA256:own', own.publicKey),
    keyEntry('SHA256:old', old.publicKey, '2025-01-29T00:00:00.000Z'),
    keyEntry('SHA256:weak', weak.publicKey),
    { keyid: 'SHA256:broken', key: 'AAAA', expires: null },
  ],
});

function context(keys: string | undefined = KEYS): ScanContext {
  return { ...aScanContext, signingKeys: async () => keys };
}

function signedBy(keyid: string, privateKey: KeyObject, change: Partial<Distribution> = {}) {
  const sig = sign('sha256', Buffer.from(STATEMENT), privateKey).toString('base64');
  const subject = aDistribution();
  const signed = { statement: STATEMENT, signatures: [{ keyid, sig }] };
  return { ...subject, distribution: { ...subject.distribution, signed, ...change } };
}

async function outcomes(subject: ReturnType<typeof aDistribution>, keys = KEYS): Promise<readonly unknown[]> {
  const outcome = await registrySignatureScanner.scan(subject, context(keys));
  if (outcome.status !== 'completed') return [outcome.status];
  return outcome.findings.map(({ severity, data }) => `${severity} ${data.code}`);
}

itKeepsTheScannerContract(registrySignatureScanner, {
  context: context(),
  judged: [
    { title: 'a signed file', subject: signedBy('SHA256:own', own.privateKey) },
    { title: 'a false signature', subject: signedBy('SHA256:own', other.privateKey) },
  ],
  unjudged: [
    { title: 'keys that are no document', subject: aDistribution(), context: context('<html>') },
    { title: 'a file without signatures', subject: aDistribution() },
    { title: 'a signature by a key that nobody knows', subject: signedBy('SHA256:new', other.privateKey) },
  ],
});

describe('registry signatures', () => {
  it('hold where the key that they name signed name, version and hash', async () => {
    expect(await outcomes(signedBy('SHA256:own', own.privateKey))).toEqual(['info verified']);
  });

  it('are false where another key signed, and where name, version or hash are others', async () => {
    expect(await outcomes(signedBy('SHA256:own', other.privateKey))).toEqual(['high invalid']);
    for (const statement of [
      STATEMENT.replace('demo', 'dem0'),
      STATEMENT.replace('@1.0', '@1.1'),
      `${STATEMENT.slice(0, -3)}B==`,
    ]) {
      const subject = signedBy('SHA256:own', own.privateKey);
      const signed = { signatures: subject.distribution.signed?.signatures ?? [], statement };
      expect(await outcomes({ ...subject, distribution: { ...subject.distribution, signed } })).toEqual([
        'high invalid',
      ]);
    }
    const garbled = { statement: STATEMENT, signatures: [{ keyid: 'SHA256:own', sig: 'not base64 at all!' }] };
    expect(await outcomes(signedBy('SHA256:own', own.privateKey, { signed: garbled }))).toEqual(['high invalid']);
  });

  it('prove nothing where the key is not published, cannot be read, or is of another kind', async () => {
    for (const keyid of ['SHA256:new', 'SHA256:broken', 'SHA256:weak'])
      expect(await outcomes(signedBy(keyid, weak.privateKey))).toEqual(['medium key-unknown']);
  });

  it('by a key that expired hold for what was published before, and where that is not known they do not', async () => {
    const at = (uploadedAt: string | undefined) => outcomes(signedBy('SHA256:old', old.privateKey, { uploadedAt }));
    expect(await at('2025-01-28T00:00:00Z')).toEqual(['info verified']);
    expect(await at('2025-01-30T00:00:00Z')).toEqual(['medium key-expired']);
    expect(await at(undefined)).toEqual(['medium key-expired']);
    // A false one is false first.
    const late = { uploadedAt: '2025-01-30T00:00:00Z' };
    expect(await outcomes(signedBy('SHA256:old', other.privateKey, late))).toEqual(['high invalid']);
  });

  it('are missed where the registry publishes keys, and not asked for where it publishes none', async () => {
    expect(await outcomes(aDistribution())).toEqual(['low unsigned']);
    const outcome = await registrySignatureScanner.scan(signedBy('SHA256:own', own.privateKey), {
      ...aScanContext,
      signingKeys: async () => undefined,
    });
    expect(outcome).toMatchObject({ status: 'not-applicable', reason: expect.stringContaining('no keys') });
  });
});
