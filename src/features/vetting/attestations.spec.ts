import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { A_BUILD, type BuildIdentity, openSigstore } from '../../../test/harness/sigstore.ts';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { type MadeDistribution, makeWheel } from '../../../test/harness/wheels.ts';
import { hexOf } from '../../domain/digest.ts';
import type { Finding } from '../../domain/evidence.ts';

const own = openSigstore();
const IMPORTED_AT = '2026-01-01T00:00:00Z';

let bench: VettingBench;
beforeAll(async () => {
  bench = await openVettingBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.world.trustRoots = { status: 'ready', data: [own.trustRoot], importedAt: IMPORTED_AT };
  bench.world.cleared = [];
  bench.upstream.behave();
});

function attested({ filename, sha256 }: MadeDistribution, build?: BuildIdentity): string {
  return own.provenance([own.bundle({ name: filename, digest: { sha256: hexOf(sha256) } }, build)]);
}

async function offer(name: string, version: string, by: BuildIdentity | 'nobody' = A_BUILD): Promise<MadeDistribution> {
  const wheel = await makeWheel({ name, version });
  const provenance = by === 'nobody' ? undefined : attested(wheel, by);
  bench.upstream.add(wheel, { uploadedAt: '2025-06-01T00:00:00Z', provenance });
  return wheel;
}

async function provenanceOf(name: string, version: string) {
  const outcome = await bench.vetting.vet({ channel: 'tier3', ecosystem: 'pypi', name, extras: [], version });
  if (outcome.status !== 'vetted') throw new Error(JSON.stringify(outcome));
  const evidence = outcome.set.releases[0]?.evidence.find(({ scanner }) => scanner === 'provenance');
  if (evidence === undefined) throw new Error('no evidence');
  return evidence;
}
const codes = ({ findings }: { readonly findings: readonly Finding[] }) => findings.map(({ data }) => data.code);
const asked = (filename: string) => bench.upstream.requests(`/integrity/${filename}/provenance`).length;

describe('attestations in a vetting', () => {
  it('are read from where the index names them, verified, and asked for once a day', async () => {
    const { filename } = await offer('sails', '1.0');
    const evidence = await provenanceOf('sails', '1.0');
    expect(evidence).toMatchObject({
      status: 'completed',
      findings: [{ subject: filename, data: { code: 'verified' } }],
    });
    expect(await provenanceOf('sails', '1.0')).toEqual(evidence);
    expect(asked(filename)).toBe(1);
    bench.database.clock.advance(25 * 3_600_000);
    await provenanceOf('sails', '1.0');
    expect(asked(filename)).toBe(2);
  });

  it('could not be checked without a trust root, and where they cannot be had', async () => {
    const { filename } = await offer('mast', '1.0');
    bench.world.trustRoots = { status: 'not-configured' };
    expect(await provenanceOf('mast', '1.0')).toMatchObject({ status: 'failed', findings: [] });
    const { filename: other } = await offer('mast', '2.0');
    bench.upstream.misbehave(`/integrity/${other}/provenance`, { kind: 'status', status: 404 });
    expect(await provenanceOf('mast', '2.0')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('cannot be found'),
    });
    expect(filename).not.toBe(other);
  });

  it('are not fetched from an address that no source may be asked at', async () => {
    const wheel = await makeWheel({ name: 'flag', version: '1.0' });
    bench.upstream.add(wheel, { uploadedAt: '2025-06-01T00:00:00Z', provenance: attested(wheel) });
    const path = `/integrity/${wheel.filename}/provenance`;
    bench.upstream.misbehave(path, { kind: 'redirect', to: 'http://elsewhere.example/x' });
    expect(await provenanceOf('flag', '1.0')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('elsewhere.example'),
    });
  });

  it('are compared with the release before', async () => {
    await offer('rope', '1.0');
    await offer('rope', '1.1');
    await offer('rope', '1.2', 'nobody');
    await offer('rope', '1.3', { ...A_BUILD, repository: 'https://forge.example/eve/rope' });
    expect(codes(await provenanceOf('rope', '1.0'))).toEqual(['verified']);
    expect(codes(await provenanceOf('rope', '1.1'))).toEqual(['verified']);
    expect(codes(await provenanceOf('rope', '1.2'))).toEqual(['absent', 'gone']);
    // Upstream's release before had none; the one that was cleared here had.
    bench.world.cleared = ['1.1'];
    expect(codes(await provenanceOf('rope', '1.3'))).toEqual(['verified', 'publisher-disagrees', 'repository-changed']);
  });

  it('that upstream takes back are not forgotten', async () => {
    const { filename, sha256 } = await offer('keel', '1.0');
    expect(codes(await provenanceOf('keel', '1.0'))).toEqual(['verified']);
    const files = [{ filename, url: `/files/${filename}`, hashes: { sha256: hexOf(sha256) } }];
    const body = JSON.stringify({ meta: { 'api-version': '1.3' }, name: 'keel', files });
    const contentType = 'application/vnd.pypi.simple.v1+json';
    bench.upstream.misbehave('/simple/keel/', { kind: 'body', body, contentType });
    expect(codes(await provenanceOf('keel', '1.0'))).toEqual(['absent', 'gone']);
  });
});
