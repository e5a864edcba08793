import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { itKeepsTheEcosystemContract } from '../../../test/contract/ecosystem.ts';
import { BASE_BYTE, type IndexDocument, type IndexInput, SERVER_BYTE } from '../contract.ts';
import { npm } from './index.ts';

const BASE = 'http://127.0.0.1/tier3/npm/';
const CORGI = 'application/vnd.npm.install-v1+json';
const dist = z.object({
  tarball: z.string(),
  integrity: z.string().optional(),
  signatures: z.array(z.unknown()).optional(),
  attestations: z.object({ url: z.string(), provenance: z.unknown() }).optional(),
});
const version = z.looseObject({ name: z.string(), version: z.string(), dist });
const packument = z.looseObject({
  name: z.string(),
  'dist-tags': z.record(z.string(), z.string()),
  time: z.record(z.string(), z.string()).optional(),
  versions: z.record(z.string(), version),
  policyRestrictions: z.object({ message: z.string(), versions: z.record(z.string(), version) }).optional(),
});

const SIGNATURES = [{ keyid: 'SHA256:abc', sig: 'MEUCIQ==' }];
const integrity = (digit: string) => `sha512-${digit.repeat(86)}==`;

function file(name: string, release: string, digit: string, manifest: object = {}) {
  const filename = `${name.slice(name.indexOf('/') + 1)}-${release}.tgz`;
  const listed = {
    ...{ name, version: release, scripts: { postinstall: 'node x.js' }, gitHead: 'f00', ...manifest },
    dist: {
      tarball: `http://upstream.example/${name}/-/${filename}`,
      integrity: integrity(digit),
      signatures: SIGNATURES,
      attestations: { url: `http://upstream.example/x`, provenance: { predicateType: 'p' } },
    },
  };
  return {
    filename,
    sha256: `sha256:${digit.repeat(64)}` as const,
    size: 1000,
    uploadedAt: `2025-01-0${digit === 'a' ? 1 : 2}T00:00:00.000Z`,
    requiresRuntime: '>=20',
    yanked: false as const,
    metadataSha256: `sha256:${'e'.repeat(64)}` as const,
    metadataText: JSON.stringify(listed),
  };
}

const refused = (filename: string) => ({
  ...{ filename, sha256: undefined, integrity: integrity('d'), size: undefined },
  ...{ uploadedAt: '2025-02-01T00:00:00.000Z', requiresRuntime: undefined },
});

const PACKAGES: readonly IndexInput[] = [
  {
    name: '@shore/estuary',
    channel: 'tier3',
    tags: { latest: '3.0.0', next: '4.0.0-rc.1', old: '1.0.0' },
    about: { description: 'Water', maintainers: [{ name: 'x' }], created: '2024-01-01T00:00:00.000Z' },
    offered: [
      { version: '1.0.0', files: [file('@shore/estuary', '1.0.0', 'a')] },
      { version: '2.0.0-rc.1', files: [file('@shore/estuary', '2.0.0-rc.1', 'b')] },
    ],
    refused: [
      { version: '3.0.0', state: 'rejected', id: 'R-142', files: [refused('estuary-3.0.0.tgz')] },
      { version: '4.0.0-rc.1', state: 'not-requested', id: '', files: [refused('estuary-4.0.0-rc.1.tgz')] },
    ],
  },
  {
    name: 'JSONStream',
    channel: 'tier3',
    offered: [{ version: '1.3.5', files: [file('JSONStream', '1.3.5', 'a')] }],
    refused: [],
  },
];

/** The document as a client gets it. */
function textOf({ body }: IndexDocument): string {
  return new TextDecoder()
    .decode(body)
    .replaceAll(String.fromCharCode(BASE_BYTE), BASE)
    .replaceAll(String.fromCharCode(SERVER_BYTE), 'http://127.0.0.1');
}

function linksOf(document: IndexDocument): readonly string[] {
  const one = packument.safeParse(JSON.parse(textOf(document)));
  const manifests = one.success
    ? [...Object.values(one.data.versions), ...Object.values(one.data.policyRestrictions?.versions ?? {})]
    : [version.parse(JSON.parse(textOf(document)))];
  return manifests.map((manifest) => manifest.dist.tarball.slice(BASE.length));
}

itKeepsTheEcosystemContract(npm, {
  names: ['lodash', '@babel/core', 'JSONStream', 'lodash.merge', '3d-view', '@types/node', 'a', '@a/b.c'],
  notNames: ['', '.a', '-a', 'a b', 'ä', 'a/b', '@a', '@/b', '@a/b/c', '../a', 'node_modules', `${'a'.repeat(300)}`],
  versions: ['0.0.1', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-rc.2', '1.0.0', '1.2.0', '1.10.0', '2.0.0'],
  packages: PACKAGES,
  accepts: [undefined, '*/*', 'application/json', `${CORGI}; q=1.0, application/json; q=0.8, */*`],
  links: linksOf,
});

describe('packuments', () => {
  const [estuary] = PACKAGES;
  if (estuary === undefined) throw new RangeError('no sample');
  const documents = npm.protocol.compilePackage(estuary);
  const read = (contentType: string) => {
    const document = documents.find((one) => one.key === estuary.name && one.contentType === contentType);
    if (document === undefined) throw new RangeError(contentType);
    return packument.parse(JSON.parse(textOf(document)));
  };

  it.each([CORGI, 'application/json'])('NP-02, NP-07, NP-09, NP-12 keeps what clients rely on in %s', (type) => {
    const one = read(type);
    expect(one['dist-tags']).toEqual({ latest: '1.0.0', old: '1.0.0' });
    expect(Object.keys(one.time ?? {}).toSorted()).toEqual(
      ['1.0.0', '2.0.0-rc.1', '3.0.0', '4.0.0-rc.1', 'created', 'modified'].toSorted(),
    );
    expect(one.versions['1.0.0']?.dist).toMatchObject({
      tarball: `${BASE}@shore/estuary/-/estuary-1.0.0.tgz`,
      integrity: integrity('a'),
      signatures: SIGNATURES,
      attestations: { url: `${BASE}-/npm/v1/attestations/@shore/estuary@1.0.0`, provenance: { predicateType: 'p' } },
    });
    expect(Object.keys(one.policyRestrictions?.versions ?? {})).toEqual(['3.0.0', '4.0.0-rc.1']);
    expect(one.policyRestrictions?.message).toMatch(/ http:\/\/127\.0\.0\.1\/b\/npm\/@shore\/estuary\?channel=tier3$/);
  });

  it('has everything in the full form, and in the abbreviated one what an install needs', () => {
    expect(read('application/json')).toMatchObject({ description: 'Water', versions: { '1.0.0': { gitHead: 'f00' } } });
    const abbreviated = read(CORGI);
    expect(abbreviated).not.toHaveProperty('description');
    expect(abbreviated.versions['1.0.0']).toMatchObject({ hasInstallScript: true, _hasShrinkwrap: false });
    expect(abbreviated.versions['1.0.0']).not.toHaveProperty('gitHead');
  });

  it('NP-14 lists an optional package only where some target has it, behind an alias too', () => {
    const optional = {
      dependencies: { a: '1', gone: '1' },
      optionalDependencies: { gone: '1', there: '1', short: 'npm:@b/long@^1' },
    };
    const [document] = npm.protocol.compilePackage({
      name: 'x',
      channel: 'tier3',
      offered: [
        {
          version: '1.0.0',
          files: [file('x', '1.0.0', 'a', optional)],
          needs: ['pkg:npm/a@1.0.0', 'pkg:npm/there@1.0.0', 'pkg:npm/%40b/long@1.0.0'],
        },
      ],
      refused: [],
    });
    if (document === undefined) throw new RangeError('no document');
    expect(JSON.parse(textOf(document)).versions['1.0.0']).toMatchObject({ dependencies: { a: '1' } });
    expect(JSON.parse(textOf(document)).versions['1.0.0'].optionalDependencies).toEqual({
      there: '1',
      short: 'npm:@b/long@^1',
    });
    expect(JSON.parse(textOf(document)).versions['1.0.0'].dependencies).toEqual({ a: '1' });
  });

  it('names nothing that a client would fetch past us', () => {
    const kept = { a: '^1 || 2', b: 'latest', c: 'npm:@x/y@^1', d: '', constructor: '1' };
    const outside = {
      ...{ git: 'git+https://x.example/y', url: 'https://x.example/y.tgz', short: 'owner/name', file: 'file:../x' },
      ...{
        path: '../x',
        home: '~/x',
        tarball: 'x.tgz',
        alias: 'npm:x@https://x.example/y',
        work: 'workspace:*',
        odd: 1,
      },
    };
    const needs = { optionalDependencies: { ...kept, ...outside }, peerDependencies: outside, dependencies: kept };
    const offered = [{ version: '1.0.0', files: [file('estuary', '1.0.0', 'a', needs)] }];
    for (const document of npm.protocol.compilePackage({ name: 'estuary', channel: 'tier3', offered, refused: [] })) {
      const text = JSON.parse(textOf(document));
      const [one] = packument.safeParse(text).success ? Object.values(packument.parse(text).versions) : [text];
      expect(one).toMatchObject({ optionalDependencies: kept, dependencies: kept });
      expect(Object.keys(one.optionalDependencies)).toEqual(Object.keys(kept));
      expect(one.peerDependencies).toEqual({});
    }
  });

  it('leaves `time` out where one release has none: a partial one misleads clients', () => {
    const offered = estuary.offered.map(({ version: one, files }) => ({
      version: one,
      files: files.map((each) => ({ ...each, uploadedAt: one === '1.0.0' ? undefined : each.uploadedAt })),
    }));
    const [first] = npm.protocol.compilePackage({ ...estuary, offered });
    expect(first === undefined ? undefined : JSON.parse(textOf(first))).not.toHaveProperty('time');
  });

  it('routes names, versions, tags and tarballs, scoped or not', () => {
    const route = (path: string) => npm.protocol.route(path, undefined);
    expect(route('@shore/estuary/latest')).toMatchObject({
      kind: 'index',
      key: '@shore/estuary/latest',
      version: undefined,
    });
    expect(route('lodash/v1.2.3')).toMatchObject({ kind: 'index', key: 'lodash/1.2.3', version: '1.2.3' });
    expect(route('@shore/estuary/-/estuary-1.0.0-rc.1.tgz')).toEqual({
      ...{ kind: 'file', name: '@shore/estuary', filename: 'estuary-1.0.0-rc.1.tgz', digestHex: undefined },
    });
    for (const path of [
      '',
      '@shore',
      'lodash/-/other-1.0.0.tgz',
      'lodash/-/lodash-1.tgz',
      'lodash/-/a/b.tgz',
      '-/all',
      'a/b/c',
    ])
      expect(route(path).kind, path).toBe('unsupported');
  });
});
