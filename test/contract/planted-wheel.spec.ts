/** One wheel with one harmless example of every kind of finding, through the whole vetting over a local upstream; and the same cleaned. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { createVetting, type Vetting } from '../../src/features/vetting/index.ts';
import { pythonModule } from '../corpora/code.ts';
import { secretSamples } from '../corpora/secrets.ts';
import { openSigstore } from '../harness/sigstore.ts';
import { openVettingBench, type VettingBench } from '../harness/vetting.ts';
import type { MadeDistribution } from '../harness/wheels.ts';
import { recordOf } from '../hostile/made-wheel.ts';
import { rawZip } from '../hostile/raw-zip.ts';
import { itTellsEveryKind, MARKER, plantedLists, plantedWorld, REPOSITORY, ready, unreadable } from './planted.ts';

/** Every CPython that a machine may have. */
const HERE = ['310', '311', '312', '313', '314'].map(
  (python) => `cp${python}-manylinux_2_17_${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}`,
);

const own = openSigstore();
const PLANTED = { name: 'reqeusts', version: '1.0' };
const CLEANED = { name: 'sailboat', version: '1.0' };

interface Made {
  readonly name: string;
  readonly version: string;
  readonly metadata: string;
  readonly files: Readonly<Record<string, string>>;
  /** Files that RECORD does not list. */
  readonly unlisted: Readonly<Record<string, string>>;
}

function wheelOf({ name, version, metadata, files, unlisted }: Made): MadeDistribution {
  const info = `${name}-${version}.dist-info`;
  const metadataText = `Metadata-Version: 2.4\nName: ${name}\nVersion: ${version}\n${metadata}`;
  const listed = {
    ...files,
    [`${info}/METADATA`]: metadataText,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  };
  const record = recordOf(listed).replace('demo_pkg-1.0.dist-info/RECORD', `${info}/RECORD`);
  const entries = Object.entries({ ...listed, ...unlisted, [`${info}/RECORD`]: record });
  const bytes = rawZip(entries.map(([path, content]) => ({ name: path, content })));
  const sha256 = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as const;
  const filename = `${name}-${version}-py3-none-any.whl`;
  return { kind: 'wheel', name, version, filename, bytes, sha256, metadataText, requiresPython: undefined };
}

function planted(): MadeDistribution {
  const [secret] = secretSamples();
  return wheelOf({
    ...PLANTED,
    // A target has no release of its kernel, a machine has one: the stock client takes what nobody vetted, or leaves it.
    metadata: `Project-URL: Source, ${REPOSITORY}\nRequires-Dist: donor; platform_release == ""\n`,
    files: {
      'reqeusts/__init__.py':
        'import base64\nimport warnings\nexec(base64.b64decode("cHJpbnQoMSk="))\nwarnings.warn("made to warn")\n',
      'reqeusts/weak.py': 'import os, subprocess\n\n\ndef run(name):\n    subprocess.run("ls " + name, shell=True)\n',
      'reqeusts/mark.py': `MARK = "${MARKER}"\n`,
      [`reqeusts/${secret?.path.split('/').at(-1) ?? 'secret.py'}`]: secret?.text ?? '',
      'reqeusts/copied.py': COPIED,
      'reqeusts/data.bin': unreadable(),
      'tests/__init__.py': '',
      'tests/test_it.py':
        'import unittest\n\n\nclass It(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(1 + 1, 3)\n',
    },
    unlisted: { 'reqeusts/unlisted.py': 'x = 1\n' },
  });
}

/** Stands in another package, which is vetted before. */
const COPIED = pythonModule(77, 30);
const DONOR: Made = {
  name: 'donor',
  version: '1.0',
  metadata: 'License-Expression: GPL-3.0-only\n',
  files: { 'donor/core.py': COPIED },
  unlisted: {},
};

/** The version that was cleared before the planted one. */
const BEFORE: Made = {
  name: PLANTED.name,
  version: '0.9',
  metadata: 'License-Expression: MIT\n',
  files: { 'reqeusts/__init__.py': 'x = 1\n' },
  unlisted: {},
};

const CORE = 'def sail(wind):\n    return wind * 2\n';

function cleaned(): MadeDistribution {
  const people = ['Author-email: Ann Sail <ann@sailboat.example>, Bo Mast <bo@sailboat.example>'];
  const urls = [`Project-URL: Source, ${REPOSITORY}`, 'Project-URL: Homepage, https://sailboat.example/'];
  const lines = ['Summary: Sails boats.', ...people, ...urls, 'License-Expression: MIT', 'Requires-Python: >=3.10'];
  return wheelOf({
    ...CLEANED,
    metadata: `${lines.join('\n')}\n\nsailboat sails boats.\n`,
    files: { 'sailboat/__init__.py': '"""Sails boats."""\n', 'sailboat/core.py': CORE },
    unlisted: {},
  });
}

describe('the planted wheel', () => {
  let bench: VettingBench;
  let vetting: Vetting;
  let isTried: boolean;
  beforeAll(async () => {
    bench = await openVettingBench(HERE);
    isTried =
      (await bench.deps.cage.isolation()).isolated && !('unavailable' in (await bench.deps.trialMachine('pypi')));
    Object.assign(bench.world, {
      ...plantedWorld('pypi', PLANTED.name, {
        'sailboat/__init__.py': '"""Sails boats."""\n',
        'sailboat/core.py': CORE,
      }),
      trustRoots: ready([own.trustRoot]),
    });
    bench.upstream.add(wheelOf(DONOR), { uploadedAt: '2015-06-01T00:00:00Z' });
    bench.upstream.add(wheelOf(BEFORE), { uploadedAt: '2015-05-01T00:00:00Z' });
    await bench.vetting.vet({
      channel: 'tier3',
      ecosystem: 'pypi',
      name: DONOR.name,
      extras: [],
      version: DONOR.version,
    });
    const { name, version } = BEFORE;
    const before = await bench.vetting.vet({ channel: 'tier3', ecosystem: 'pypi', name, extras: [], version });
    bench.world.policy = { ...bench.world.policy, installProof: isTried ? 'root' : 'off' };
    vetting = createVetting({
      ...bench.deps,
      ...plantedLists(BEFORE, before, { lookedLike: 'requests', cleaned: CLEANED.name }),
    });
  });
  afterAll(() => bench.close());

  function vetted(wheel: MadeDistribution, uploadedAt: string, attested: string) {
    const provenance = own.provenance([own.bundle({ name: wheel.filename, digest: { sha256: attested } })]);
    bench.upstream.add(wheel, { uploadedAt, provenance });
    const { name, version } = wheel;
    return vetting.vet({ channel: 'tier3', ecosystem: 'pypi', name, extras: [], version });
  }

  itTellsEveryKind({
    ecosystem: 'pypi',
    packages: 'wheels',
    trials: { isMade: () => isTried, need: 'needs bubblewrap, and Python with pip' },
    planted: () => vetted(planted(), '2015-06-01T00:00:00Z', 'f'.repeat(64)),
    cleaned() {
      const wheel = cleaned();
      return vetted(wheel, '2025-07-01T00:00:00Z', wheel.sha256.slice('sha256:'.length));
    },
  });
});
