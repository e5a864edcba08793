/**
 * One wheel with one harmless example of every kind of finding, through the whole vetting over a local upstream; and the
 * same wheel cleaned. A new kind joins by one line in `TOLD`, and by what plants it in `planted`.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Advisory } from '../../src/domain/advisory.ts';
import { FINDING_KINDS, type Finding, type FindingKind } from '../../src/domain/evidence.ts';
import type { RepositoryReader } from '../../src/domain/source-code.ts';
import { createVetting, type Vetting } from '../../src/features/vetting/index.ts';
import { SCANNERS } from '../../src/scanners/catalog.ts';
import type { FeedState } from '../../src/scanners/contract.ts';
import { pythonModule } from '../corpora/code.ts';
import { secretSamples } from '../corpora/secrets.ts';
import { A_BUILD, openSigstore } from '../harness/sigstore.ts';
import { openVettingBench, type VettingBench } from '../harness/vetting.ts';
import type { MadeDistribution } from '../harness/wheels.ts';
import { recordOf } from '../hostile/made-wheel.ts';
import { rawZip } from '../hostile/raw-zip.ts';

/** What speaks against a release under each kind; what only describes it (a licence, a history) is no alarm. */
const speaks = ({ severity }: Finding) => severity !== 'info' && severity !== 'none';
const every = () => true;
const code = (wanted: string) => (finding: Finding) => finding.data['code'] === wanted;
const TOLD: Readonly<Partial<Record<FindingKind, (finding: Finding) => boolean>>> = {
  vulnerability: every,
  malicious: every,
  typosquat: every,
  weakness: every,
  secret: every,
  licence: speaks,
  'copied-code': every,
  'install-code': every,
  archive: every,
  provenance: speaks,
  'source-mismatch': speaks,
  identity: speaks,
  popularity: code('not-listed'),
  maintenance: speaks,
  tests: every,
  'opaque-data': every,
  'unsatisfied-dependency': every,
  capability: (finding) => !code('compared')(finding),
  installation: code('import-warning'),
  'upstream-tests': speaks,
};

/** Kinds that no wheel alone can show: a comparison of two releases, and what R packages say of their system. */
const ELSEWHERE: readonly FindingKind[] = ['change', 'system-requirement'];

/** What only a trial with the stock client tells, in a cage that not every machine has. */
const TRIED: readonly string[] = ['unsatisfied-dependency', 'installation', 'upstream-tests'];
/** Every CPython that a machine may have. */
const HERE = ['310', '311', '312', '313', '314'].map(
  (python) => `cp${python}-manylinux_2_17_${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}`,
);

const ready = <T>(data: T): FeedState<T> => ({ status: 'ready', data, importedAt: '2026-01-01T00:00:00Z' });
const own = openSigstore();
const MARKER = 'harmless-look-alike-4d1c';
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

/** Letters that no compression shortens: nobody can read what they stand for. */
function unreadable(): string {
  return Array.from({ length: 3_000 }, (_, at) => createHash('sha512').update(`block ${at}`).digest('base64')).join('');
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

const CORE = 'def sail(wind):\n    return wind * 2\n';
/** Where the attested build says that it took its source from. */
const REPOSITORY = A_BUILD.repository;

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

const ADVISORY: Advisory = {
  ...{ id: 'PYSEC-2026-9', aliases: [], ecosystem: 'pypi', name: PLANTED.name, summary: 'a made-up flaw' },
  malicious: false,
  severity: { state: 'scored', score: 9.8, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', system: 'CVSS_V3' },
  ranges: [{ events: [{ at: 'introduced', version: '0' }] }],
  versions: [],
  published: undefined,
  modified: '2026-01-01T00:00:00Z',
};

/** One repository that holds what the cleaned wheel holds; the planted one says it comes from there too. */
const repositories: RepositoryReader = {
  allowsAny: true,
  allows: () => true,
  tags: async () => ({ status: 'found', value: [{ name: 'v1.0', commit: A_BUILD.commit }] }),
  filesAt: async () => ({
    status: 'found',
    value: Object.entries({ 'sailboat/__init__.py': '"""Sails boats."""\n', 'sailboat/core.py': CORE }).map(
      ([path, text]) => ({
        ...{ path, size: text.length, isVersionFile: false },
        sha256: createHash('sha256').update(text).digest('hex'),
      }),
    ),
  }),
};

describe('the planted wheel', () => {
  let bench: VettingBench;
  let vetting: Vetting;
  let isTried: boolean;
  beforeAll(async () => {
    bench = await openVettingBench(HERE);
    isTried =
      (await bench.deps.cage.isolation()).isolated && !('unavailable' in (await bench.deps.trialMachine('pypi')));
    Object.assign(bench.world, {
      advisories: (name: string) => ready(name === PLANTED.name ? [ADVISORY] : []),
      trustRoots: ready([own.trustRoot]),
      yaraRules: ready({
        digest: `sha256:${'1'.repeat(64)}`,
        sources: [{ name: 'ours.yar', text: `rule Marker { strings: $m = "${MARKER}" condition: $m }` }],
      }),
      repositories,
      policy: { ...bench.world.policy, installProof: isTried ? 'root' : 'off' },
    });
    const popular = { rank: 3, outOf: 10, days30: 5, months12: null, versions: [] };
    vetting = createVetting({
      ...bench.deps,
      popularNames: async () => ready(['requests', CLEANED.name]),
      popularity: async (_, name) => ready(name === CLEANED.name ? popular : undefined),
    });
    bench.upstream.add(wheelOf(DONOR), { uploadedAt: '2025-06-01T00:00:00Z' });
    await vetting.vet({ channel: 'tier3', ecosystem: 'pypi', name: DONOR.name, extras: [], version: DONOR.version });
  });
  afterAll(() => bench.close());

  async function findingsOf(
    wheel: MadeDistribution,
    uploadedAt: string,
    attested: string,
  ): Promise<readonly Finding[]> {
    const provenance = own.provenance([own.bundle({ name: wheel.filename, digest: { sha256: attested } })]);
    bench.upstream.add(wheel, { uploadedAt, provenance });
    const { name, version } = wheel;
    const outcome = await vetting.vet({ channel: 'tier3', ecosystem: 'pypi', name, extras: [], version });
    if (outcome.status !== 'vetted') throw new Error(JSON.stringify(outcome));
    return outcome.set.releases.flatMap(({ evidence }) => evidence.flatMap(({ findings }) => findings));
  }

  const toldOf = (findings: readonly Finding[]) =>
    Object.entries(TOLD)
      .filter(([kind, tells]) => findings.some((finding) => finding.kind === kind && tells(finding)))
      .map(([kind]) => kind);

  const plantedTold = async () => toldOf(await findingsOf(planted(), '2015-06-01T00:00:00Z', 'f'.repeat(64)));

  it('holds an example of every kind that a scanner of wheels declares', () => {
    const wheels = SCANNERS.filter(({ ecosystems }) => ecosystems === 'every' || ecosystems.includes('pypi'));
    const declared = new Set(wheels.flatMap(({ emits }): readonly FindingKind[] => emits));
    expect([...declared].filter((kind) => TOLD[kind] === undefined && !ELSEWHERE.includes(kind))).toEqual([]);
    expect(Object.keys(TOLD).length + ELSEWHERE.length).toBe(FINDING_KINDS.length);
  });

  it('shows every kind of finding that needs no trial', async () => {
    const told = await plantedTold();
    expect(told.filter((kind) => !TRIED.includes(kind))).toEqual(
      Object.keys(TOLD).filter((kind) => !TRIED.includes(kind)),
    );
  });

  it('shows every kind of finding there is', async (context) => {
    context.skip(!isTried, 'needs bubblewrap, and Python with pip');
    expect(await plantedTold()).toEqual(Object.keys(TOLD));
  });

  it('shows none of them once it is cleaned', async () => {
    const wheel = cleaned();
    const findings = await findingsOf(wheel, '2025-07-01T00:00:00Z', wheel.sha256.slice('sha256:'.length));
    expect(findings.filter(({ kind }) => TOLD[kind] !== undefined).filter((one) => TOLD[one.kind]?.(one))).toEqual([]);
  });
});
