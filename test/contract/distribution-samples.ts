/** Subjects for the specs of scanners that look at distributions. */
import type { Ecosystem } from '../../src/ecosystems/contract.ts';
import { pypiArchives } from '../../src/ecosystems/pypi/archive.ts';
import { pypiNames } from '../../src/ecosystems/pypi/names.ts';
import { pypiVersions } from '../../src/ecosystems/pypi/versions.ts';
import type { FetchedFile, ScanContext, Subject } from '../../src/scanners/contract.ts';

export const METADATA = 'Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.0\n';
const SHA256 = `sha256:${'a'.repeat(64)}` as const;
const FILENAME = 'demo_pkg-1.0-py3-none-any.whl';

/** A wheel that arrived as the index promised, with its reading changed as the test needs it. */
export function aDistribution(file: Partial<FetchedFile> = {}): Subject<'distribution'> {
  return {
    kind: 'distribution',
    purl: 'pkg:pypi/demo-pkg@1.0',
    name: 'demo-pkg',
    version: '1.0',
    distribution: {
      filename: FILENAME,
      url: `https://upstream.example/${FILENAME}`,
      source: 'upstream',
      kind: 'wheel',
      sha256: SHA256,
      size: 1234,
      uploadedAt: '2026-01-01T00:00:00Z',
      requiresRuntime: undefined,
      yanked: false,
      metadata: undefined,
      provenanceUrl: undefined,
    },
    file: {
      sha256: SHA256,
      size: 1234,
      sidecar: undefined,
      examination: {
        status: 'done',
        result: { problems: [], entries: 4, unpackedBytes: 5678, metadata: METADATA, buildRequires: null },
      },
      ...file,
    },
  };
}

/** For what a scanner of single files must not need: asking for it fails the test. */
function unneeded(): never {
  throw new Error('a scanner of single files asked for something beyond the file');
}

const ecosystem: Ecosystem = {
  id: 'pypi',
  title: 'PyPI',
  traits: { metadata: 'in-file', nothingOffered: 'tombstones', compilesMetadata: false, clientsChoose: 'any' },
  names: pypiNames,
  versions: pypiVersions,
  archives: pypiArchives,
  bootstrap: [],
  imageFiles: unneeded,
  installCommand: ({ name, version }) => `install ${name} ${version}`,
  probe: 'pip',
  targets: { defaults: [], parse: unneeded },
  dependencies: { version: 1, resolve: unneeded, choose: unneeded },
  sources: { discover: unneeded },
  protocol: {
    route: unneeded,
    compilePackage: unneeded,
    compileRoot: unneeded,
    filePath: unneeded,
    versionOf: unneeded,
    releaseIn: unneeded,
    clientSettings: unneeded,
  },
  upstream: unneeded,
};

/** A context without feeds. */
export const aScanContext: ScanContext = {
  now: new Date('2026-01-02T00:00:00Z'),
  ecosystem,
  advisories: unneeded,
  popularNames: unneeded,
  clearedNames: unneeded,
  clearedVersions: unneeded,
  previousMetadata: unneeded,
  popularity: unneeded,
  exploitation: unneeded,
  attestations: unneeded,
  earlierAttestations: unneeded,
  signingKeys: unneeded,
  trustRoots: unneeded,
  listedAsMalicious: unneeded,
  ruleMatches: unneeded,
  otherBytes: unneeded,
  sha512: unneeded,
  memory: { find: async () => undefined, keep: async () => undefined },
  repositories: { allowsAny: true, allows: () => true, tags: unneeded, filesAt: unneeded },
  sourceFiles: unneeded,
  copies: unneeded,
  fileChanges: unneeded,
};
