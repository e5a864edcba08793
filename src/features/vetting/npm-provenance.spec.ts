import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OtherUpstream, openOtherUpstream } from '../../../test/harness/other-upstream.ts';
import { A_BUILD, openSigstore } from '../../../test/harness/sigstore.ts';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { npm } from '../../ecosystems/npm/index.ts';
import { type ListedTarball, listedTarball, registryAnswer } from '../../main/demo/made-here-registry.ts';
import { type MadeTarball, makeTarball } from '../../main/demo/made-here-tarballs.ts';
import { sourceFileOf } from '../../platform/git/source-file.ts';
import { createVetting, type Vetting } from './index.ts';

const own = openSigstore();
const REPOSITORY = 'https://git.example/lab/sails';
const COMMIT = 'c'.repeat(40);

/** A registry that publishes attestations beside some of its packages. */
describe('provenance of npm packages in a vetting', () => {
  let bench: VettingBench;
  let upstream: OtherUpstream;
  let vetting: Vetting;
  const releases: ListedTarball[] = [];
  const documents: Record<string, string> = {};

  beforeAll(async () => {
    bench = await openVettingBench();
    upstream = await openOtherUpstream(bench, npm, (question, base) =>
      registryAnswer({ releases, documents }, question, base),
    );
    bench.world.trustRoots = { status: 'ready', data: [own.trustRoot], importedAt: '2026-01-01T00:00:00Z' };
    vetting = createVetting(upstream.deps);
  });
  afterAll(async () => {
    await upstream.close();
    await bench.close();
  });

  function publish(tarball: MadeTarball, attested: Uint8Array | undefined, purl: string): void {
    const path = `-/npm/v1/attestations/${tarball.name}@${tarball.version}`;
    const dist = { attestations: { url: `${upstream.base}${path}`, provenance: { predicateType: 'x' } } };
    releases.push({ ...listedTarball(tarball), ...(attested === undefined ? {} : { dist }) });
    if (attested === undefined) return;
    const sha512 = createHash('sha512').update(attested).digest('hex');
    const bundle = own.bundle(
      { name: purl, digest: { sha512 } },
      { ...A_BUILD, repository: REPOSITORY, commit: COMMIT },
    );
    documents[path] = JSON.stringify({ attestations: [{ predicateType: 'x', bundle }] });
  }

  async function evidenceOf(name: string, version: string) {
    const outcome = await vetting.vet({ channel: 'tier3', ecosystem: 'npm', name, extras: [], version });
    if (outcome.status !== 'vetted') throw new Error(JSON.stringify(outcome));
    const all = outcome.set.releases[0]?.evidence ?? [];
    return (scanner: string) => all.find((one) => one.scanner === scanner);
  }

  it('is verified over the purl and SHA-512 of the tarball, and missed where it is gone', async () => {
    const first = makeTarball({ name: '@lab/sails', version: '1.0.0' });
    publish(first, first.bytes, 'pkg:npm/%40lab/sails@1.0.0');
    publish(makeTarball({ name: '@lab/sails', version: '1.1.0' }), undefined, '');
    expect((await evidenceOf('@lab/sails', '1.0.0'))('provenance')).toMatchObject({
      status: 'completed',
      findings: [{ data: { code: 'verified', publishers: [{ repository: REPOSITORY, commit: COMMIT }] } }],
    });
    expect((await evidenceOf('@lab/sails', '1.1.0'))('provenance')?.findings.map(({ data }) => data.code)).toEqual([
      'absent',
      'gone',
    ]);
  });

  it('is false where it is about other bytes', async () => {
    const tarball = makeTarball({ name: 'mast', version: '1.0.0' });
    publish(tarball, Buffer.from('other bytes'), 'pkg:npm/mast@1.0.0');
    expect((await evidenceOf('mast', '1.0.0'))('provenance')).toMatchObject({
      findings: [{ severity: 'high', data: { code: 'invalid', reason: 'subject-digest' } }],
    });
  });

  it('has the signature of the registry verified with the keys that it publishes', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const key = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const signedAs = (version: string, signedName: string) => {
      const tarball = makeTarball({ name: 'bow', version });
      const sig = sign('sha256', Buffer.from(`${signedName}@${version}:${tarball.integrity}`), pair.privateKey);
      const signatures = [{ keyid: 'SHA256:own', sig: sig.toString('base64') }];
      releases.push({ ...listedTarball(tarball), dist: { signatures } });
    };
    signedAs('1.0.0', 'bow');
    signedAs('1.1.0', 'stern');
    expect((await evidenceOf('bow', '1.0.0'))('registry-signature')?.status).toBe('not-applicable');
    // That there were none is believed for a while.
    bench.database.clock.advance(3600);
    documents['-/npm/v1/keys'] = JSON.stringify({ keys: [{ keyid: 'SHA256:own', key, expires: null }] });
    const found = async (version: string) => {
      const { findings = [] } = (await evidenceOf('bow', version))('registry-signature') ?? {};
      return findings.map(({ severity, data }) => `${severity} ${data.code}`);
    };
    expect(await found('1.0.0')).toEqual(['info verified']);
    expect(await found('1.1.0')).toEqual(['high invalid']);
  });

  it('leads to the source, whose files are compared', async () => {
    const files = { 'index.js': 'module.exports = 1;\n', 'extra.js': 'module.exports = 2;\n', 'dist/all.min.js': 'x' };
    const tarball = makeTarball({ name: 'keel', version: '1.0.0', files });
    publish(tarball, tarball.bytes, 'pkg:npm/keel@1.0.0');
    const source = sourceFileOf('packages/keel/index.js', new TextEncoder().encode('module.exports = 1;\n'));
    bench.world.repositories = {
      allowsAny: true,
      allows: (url) => url === REPOSITORY,
      tags: async (url) =>
        url === REPOSITORY
          ? { status: 'found', value: [{ name: 'keel@1.0.0', commit: COMMIT }] }
          : { status: 'not-allowed', reason: 'not allowed' },
      filesAt: async () => ({ status: 'found', value: [source] }),
    };
    const found = (await evidenceOf('keel', '1.0.0'))('source');
    expect(found?.findings.map(({ data, location }) => [data.code, location])).toEqual([
      ['compared', undefined],
      ['not-in-source', 'extra.js'],
      ['built-files', undefined],
    ]);
  });
});
