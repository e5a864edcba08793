import { describe, expect, it } from 'vitest';
import { aDistribution } from '../../../test/contract/distribution-samples.ts';
import { ready, STALE, withoutFeeds } from '../../../test/contract/package-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import { A_BUILD, type BuildIdentity, type Flaws, openSigstore } from '../../../test/harness/sigstore.ts';
import type { AttestationsAnswer, EarlierAttestations } from '../../domain/attestation.ts';
import type { ScanContext } from '../contract.ts';
import { provenanceScanner } from './index.ts';

const own = openSigstore();
const subject = aDistribution();
const { filename } = subject.distribution;
const digest = { sha256: 'a'.repeat(64) };

const document = (build?: BuildIdentity, flaws?: Flaws) =>
  own.provenance([own.bundle({ name: filename, digest }, build, flaws)]);
const found = (text: string): AttestationsAnswer => ({ status: 'found', text });
const none = (more: Partial<Extract<AttestationsAnswer, { status: 'none' }>> = {}): AttestationsAnswer => ({
  ...{ status: 'none', attestedSiblings: [], seenBefore: undefined },
  ...more,
});

function context(answer: AttestationsAnswer, earlier: readonly EarlierAttestations[] = []): ScanContext {
  return {
    ...withoutFeeds,
    attestations: async () => answer,
    earlierAttestations: async () => earlier,
    trustRoots: async () => ready([own.trustRoot]),
    sha512: async () => 'e'.repeat(128),
  };
}

/** The release 0.9, built by `build`, with the same file under an older name. */
function earlierRelease(build?: BuildIdentity, role: EarlierAttestations['role'] = 'cleared'): EarlierAttestations {
  const old = filename.replace('1.0', '0.9');
  const text = own.provenance([own.bundle({ name: old, digest }, build)]);
  return { version: '0.9', role, state: { status: 'found', filename: old, text, sha256: `sha256:${digest.sha256}` } };
}

async function findings(given: ScanContext) {
  const outcome = await provenanceScanner.scan(subject, given);
  if (outcome.status !== 'completed') throw new Error(`${outcome.status}: ${outcome.reason}`);
  return outcome.findings;
}
const codes = async (given: ScanContext) => (await findings(given)).map(({ data }) => data.code);

itKeepsTheScannerContract(provenanceScanner, {
  context: context(found(document())),
  judged: [
    { title: 'an attested file', subject },
    { title: 'a file without attestations', subject, context: context(none()) },
    { title: 'an attestation of other bytes', subject, context: context(found(document(A_BUILD, { expired: true }))) },
  ],
  unjudged: [
    {
      title: 'no trust root',
      subject,
      context: { ...context(found(document())), trustRoots: withoutFeeds.trustRoots },
    },
    { title: 'a stale trust root', subject, context: { ...context(found(document())), trustRoots: async () => STALE } },
    { title: 'attestations that cannot be had', subject, context: context({ status: 'failed', reason: 'no answer' }) },
    { title: 'a document of a later form', subject, context: context(found('{"version":2}')) },
    {
      title: 'a document without attestations',
      subject,
      context: context(found('{"version":1,"attestation_bundles":[]}')),
    },
    { title: 'something that is no document', subject, context: context(found('<html>')) },
  ],
});

describe('provenance scanner', () => {
  it('says who built an attested file', async () => {
    const [finding, ...more] = await findings(context(found(document())));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      kind: 'provenance',
      severity: 'info',
      subject: filename,
      summary: `${filename} was built by ${A_BUILD.repository}, workflow ${A_BUILD.workflow}`,
      data: { code: 'verified', publishers: [{ ...A_BUILD }], notVerified: 0 },
    });
  });

  it('could not check without a trust root that is fresh, whatever upstream publishes', async () => {
    const given = context(found(document()));
    for (const trustRoots of [withoutFeeds.trustRoots, async () => STALE]) {
      const outcome = await provenanceScanner.scan(subject, { ...given, trustRoots });
      expect(outcome).toMatchObject({ status: 'failed', reason: expect.stringContaining('trust root') });
    }
  });

  it('reports what is false as high, and nothing beside it as proof', async () => {
    const bundles = [
      own.bundle({ name: filename, digest }),
      own.bundle({ name: filename, digest: { sha256: 'b'.repeat(64) } }),
    ];
    const all = await findings(context(found(own.provenance(bundles))));
    expect(all).toMatchObject([{ severity: 'high', data: { code: 'invalid', reason: 'subject-digest' } }]);
  });

  it('takes a strange log for no proof', async () => {
    expect(await codes(context(found(document(A_BUILD, { strangeLog: true }))))).toEqual(['unverifiable']);
  });

  it('compares the publisher that the registry names with the certificate', async () => {
    const text = own.provenance([own.bundle({ name: filename, digest })], 'somebody/else');
    expect(await codes(context(found(text)))).toEqual(['verified', 'publisher-disagrees']);
    expect(await codes(context(found(own.provenance([own.bundle({ name: filename, digest })], 'Lab/Demo'))))).toEqual([
      'verified',
    ]);
  });

  it('accepts the spellings of a file name that tools write, and no other file', async () => {
    const spelled = own.provenance([own.bundle({ name: 'Demo.Pkg-1.0-py3-none-any.whl', digest })]);
    expect(await codes(context(found(spelled)))).toEqual(['verified']);
    const other = own.provenance([own.bundle({ name: 'demo_pkg-1.0-cp312-none-any.whl', digest })]);
    expect(await codes(context(found(other)))).toEqual(['invalid']);
  });

  it('reads what npm publishes: a purl and SHA-512', async () => {
    const npm = { ...subject, purl: 'pkg:npm/%40lab/demo@1.0.0' };
    const given = (name: string, sha512: string) => {
      const attestations = [{ predicateType: 'x', bundle: own.bundle({ name, digest: { sha512 } }) }];
      const inNpm = context(found(JSON.stringify({ attestations })));
      return { ...inNpm, ecosystem: { ...inNpm.ecosystem, id: 'npm' } };
    };
    const right = await provenanceScanner.scan(npm, given('pkg:npm/%40lab/demo@1.0.0', 'e'.repeat(128)));
    expect(right).toMatchObject({ findings: [{ data: { code: 'verified' } }] });
    for (const [name, sha512] of [
      ['pkg:npm/%40lab/demo@1.0.1', 'e'.repeat(128)],
      ['pkg:npm/%40lab/demo@1.0.0', 'f'.repeat(128)],
    ] as const)
      expect(await provenanceScanner.scan(npm, given(name, sha512))).toMatchObject({
        findings: [{ data: { code: 'invalid' } }],
      });
  });

  it('does not apply where a registry publishes no attestations', async () => {
    const given = context(none());
    const inCran = { ...given, ecosystem: { ...given.ecosystem, id: 'cran', title: 'CRAN' } };
    expect(await provenanceScanner.scan(subject, inCran)).toMatchObject({ status: 'not-applicable' });
  });
});

describe('provenance over time', () => {
  it('is no news where it never was, and a finding where it was and is gone', async () => {
    expect(await codes(context(none(), [{ version: '0.9', role: 'cleared', state: { status: 'none' } }]))).toEqual([
      'absent',
    ]);
    const [, gone] = await findings(context(none(), [earlierRelease()]));
    expect(gone).toMatchObject({ severity: 'medium', data: { code: 'gone', since: '0.9', comparedWith: 'cleared' } });
    expect(await codes(context(none({ seenBefore: '2026-01-01T00:00:00Z' })))).toEqual(['absent', 'gone']);
    expect(await codes(context(none({ attestedSiblings: ['demo_pkg-1.0.tar.gz'] })))).toEqual(['partly']);
  });

  it('that stays the same is no finding', async () => {
    const moved = { ...A_BUILD, commit: '0'.repeat(40) };
    expect(
      await codes(context(found(document(moved)), [earlierRelease(), earlierRelease(A_BUILD, 'upstream')])),
    ).toEqual(['verified']);
  });

  it.each<[string, Partial<BuildIdentity>, string]>([
    ['repository', { repository: 'https://forge.example/eve/demo' }, 'repository-changed'],
    ['workflow', { workflow: '.ci/other.yml' }, 'workflow-changed'],
    ['issuer', { issuer: 'https://elsewhere.example' }, 'issuer-changed'],
  ])('from another %s is a finding', async (_, change, code) => {
    const text = own.provenance([own.bundle({ name: filename, digest }, { ...A_BUILD, ...change })], 'demo');
    const all = await findings(context(found(text), [earlierRelease()]));
    expect(all.map(({ data }) => data.code)).toEqual(['verified', code]);
    expect(all[1]).toMatchObject({ severity: 'medium', data: { before: [{ ...A_BUILD }], now: [change] } });
  });

  it('that a registry alone vouches for is gone where a build did before, and no news where none did', async () => {
    const npm = { ...subject, purl: 'pkg:npm/demo@1.0.0', version: '1.0.0' };
    const byRegistry = (version: string, bundle: object): EarlierAttestations => {
      const text = JSON.stringify({ attestations: [{ predicateType: 'x', bundle }] });
      return { version, role: 'cleared', state: { status: 'found', filename: 'demo.tgz', text, sha256: undefined } };
    };
    const about = (version: string) => ({ name: `pkg:npm/demo@${version}`, digest: { sha512: 'e'.repeat(128) } });
    const now = byRegistry('1.0.0', own.registryBundle(about('1.0.0'))).state;
    const given = (earlier: EarlierAttestations): ScanContext => {
      const usual = context(found(now.status === 'found' ? now.text : ''), [earlier]);
      return { ...usual, ecosystem: { ...usual.ecosystem, id: 'npm' } };
    };
    const codesOf = async (earlier: EarlierAttestations) => {
      const outcome = await provenanceScanner.scan(npm, given(earlier));
      return outcome.status === 'completed' ? outcome.findings.map(({ data }) => data.code) : [];
    };
    expect(await codesOf(byRegistry('0.9.0', own.registryBundle(about('0.9.0'))))).toEqual(['verified']);
    expect(await codesOf(byRegistry('0.9.0', own.bundle(about('0.9.0'))))).toEqual(['verified', 'gone']);
  });

  it('says so where the earlier release cannot be compared with', async () => {
    const failed: EarlierAttestations = {
      version: '0.9',
      role: 'upstream',
      state: { status: 'failed', reason: 'no answer' },
    };
    expect(await codes(context(none(), [failed]))).toEqual(['absent', 'not-compared']);
    expect(await codes(context(found(document()), [failed]))).toEqual(['verified', 'not-compared']);
  });
});
