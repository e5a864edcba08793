/** What registries sign, passed on: signatures of releases, the keys for them, attestations; and what npm makes of it here. */
import { createVerify, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { listedTarball } from '../../src/main/demo/made-here-registry.ts';
import { makeTarball } from '../../src/main/demo/made-here-tarballs.ts';
import { findNodeClients } from '../harness/node-clients.ts';
import { CHANNEL, openStage, type Stage, until } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const { clients } = await findNodeClients();
const npms = clients.filter(({ kind }) => kind === 'npm');

const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const KEY_ID = 'SHA256:made-here';
const KEY = {
  ...{ expires: null, keyid: KEY_ID, keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256' },
  key: pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
};
/** Spaces, order and an escape that no writer of JSON here would make. */
const KEYS = `{ "keys" : [ ${JSON.stringify(KEY)} ] }\n`;
const ATTESTATIONS = '{"attestations": [ {"predicateType":"https:\\/\\/slsa.dev\\/provenance\\/v1", "bundle":{}} ]}';

const manifest = z.object({
  dist: z.object({
    integrity: z.string(),
    signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })),
    attestations: z.object({ url: z.string() }).optional(),
  }),
});

describe('signatures and attestations of npm packages', () => {
  let stage: Stage;
  const registry = () => `${stage.url()}/${CHANNEL}/npm/`;
  const text = async (path: string) => (await fetch(`${registry()}${path}`)).text();
  const statusOf = async (path: string) => (await fetch(`${registry()}${path}`)).status;

  beforeAll(async () => {
    stage = await openStage();
    const attested = '-/npm/v1/attestations/@shore/estuary@1.0.0';
    stage.npmUpstream.documents['-/npm/v1/keys'] = KEYS;
    stage.npmUpstream.documents[attested] = ATTESTATIONS;
    const attestations = { url: `${stage.npmUpstream.url}${attested}`, provenance: { predicateType: 'made-here' } };
    for (const spec of [
      { name: 'app', version: '1.0.0', dependencies: { '@shore/estuary': '1.0.0' } },
      { name: '@shore/estuary', version: '1.0.0' },
      { name: 'later', version: '1.0.0' },
    ]) {
      const tarball = makeTarball(spec);
      const data = Buffer.from(`${tarball.name}@${tarball.version}:${tarball.integrity}`);
      const sig = sign('sha256', data, pair.privateKey).toString('base64');
      const dist = {
        signatures: [{ keyid: KEY_ID, sig }],
        ...(spec.name === '@shore/estuary' ? { attestations } : {}),
      };
      stage.npmUpstream.releases.push({ ...listedTarball(tarball), dist });
    }
    await clear('app');
  });
  afterAll(() => stage?.close());

  async function clear(name: string): Promise<void> {
    await stage.accept(await stage.request(name, { version: '1.0.0', ecosystem: 'npm' }));
    await until(`${name} is offered`, async () => (await statusOf(`${name}/1.0.0`)) === 200);
  }

  it('NP-12 has keys and attestations byte for byte, and signatures that hold for what is offered', async () => {
    expect(await text('-/npm/v1/keys')).toBe(KEYS);
    const { dist } = manifest.parse(JSON.parse(await text('@shore/estuary/1.0.0')));
    expect(dist.attestations?.url).toBe(`${registry()}-/npm/v1/attestations/@shore/estuary@1.0.0`);
    expect(await text('-/npm/v1/attestations/@shore/estuary@1.0.0')).toBe(ATTESTATIONS);
    // As npm 9 and 10 ask: the path of the address behind the address of the registry.
    const { pathname } = new URL(dist.attestations?.url ?? '');
    expect(await text(pathname.slice(1))).toBe(ATTESTATIONS);
    const [signature] = dist.signatures;
    const verify = createVerify('SHA256').update(`@shore/estuary@1.0.0:${dist.integrity}`);
    expect(verify.verify(pair.publicKey, signature?.sig ?? '', 'base64')).toBe(true);
  });

  it('has no attestations where upstream has none, and refuses those of what is not cleared', async () => {
    expect(await statusOf('-/npm/v1/attestations/app@1.0.0')).toBe(404);
    expect(await statusOf('-/npm/v1/attestations/later@1.0.0')).toBe(403);
    expect(await statusOf('-/npm/v1/attestations/nobody-has-it@1.0.0')).toBe(404);
    expect(await statusOf('-/npm/v1/attestations/app')).toBe(404);
  });

  // npm fetches the keys of Sigstore from a place of its own before it asks any registry, and gives up where it is not reached.
  it.each(npms.map(({ id }) => id))('%s audit signatures says what it could not reach', async (id) => {
    const npm = await npms.find((one) => one.id === id)?.project(stage.folder);
    if (npm === undefined) throw new RangeError(id);
    const installed = await npm.install(registry(), ['app@1.0.0']);
    expect(installed.code, installed.printed).toBe(0);
    const audit = await npm.run(registry(), ['audit', 'signatures', '--fetch-retries', '0']);
    expect(audit.code).not.toBe(0);
    expect(audit.printed).toMatch(/fetch failed|request to https:\S+ failed/);
    expect(audit.printed).not.toMatch(/tampered|invalid registry signature/);
  });
});
