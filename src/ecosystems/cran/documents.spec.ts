import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IndexInput } from '../contract.ts';
import { parseDcf } from './dcf.ts';
import { filenameOf, folderOf, type PackageFile, parseTree, plainName } from './files.ts';
import { cran } from './index.ts';
import { readRds } from './rds-read.ts';

const TREES = ['r4.3-windows', 'r4.4-windows', 'r4.4-macosx-big-sur-arm64', 'r4.4-linux-bookworm'];
const LINUX = 'r4.4-linux-bookworm';
const NAMES = ['alpha', 'alpha.beta', 'Alpha', 'R6'];
const VERSIONS = ['1.0', '1.0-1', '1.1', '2.0'];

interface Offer {
  readonly name: string;
  readonly version: string;
  /** `''` for the source package. */
  readonly tree: string;
}

const offers = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...NAMES),
    version: fc.constantFrom(...VERSIONS),
    tree: fc.constantFrom('', ...TREES),
  }),
  { maxLength: 24, selector: ({ name, version, tree }) => `${name} ${version} ${tree}` },
);

function fileOf({ name, version, tree }: Offer): PackageFile {
  return { name, version, tree: parseTree(tree) };
}

function inputs(all: readonly Offer[]): readonly IndexInput[] {
  return [...Map.groupBy(all, ({ name }) => name)].map(([name, ofName]) => ({
    name,
    channel: 'tier3',
    offered: [...Map.groupBy(ofName, ({ version }) => version)].map(([version, same]) => ({
      version,
      files: same.map((offer) => ({
        filename: filenameOf(fileOf(offer)),
        sha256: `sha256:${'a'.repeat(64)}` as const,
        size: 10,
        uploadedAt: undefined,
        requiresRuntime: undefined,
        yanked: false as const,
        metadataSha256: undefined,
        metadataText: `Package: ${name}\nVersion: ${version}\nSystemRequirements: GNU "make",\n  cmake\n`,
      })),
    })),
    refused: [],
  }));
}

const REFUSED = [{ name: 'zz', version: undefined, state: 'denied' as const, id: 'D-1' }];

function rootOf(all: readonly Offer[]): ReadonlyMap<string, Uint8Array> {
  const parts = inputs(all).flatMap((input) => cran.protocol.compilePackage(input).map(({ body }) => body));
  const documents = cran.protocol.compileRoot({ names: [], parts, refused: REFUSED });
  return new Map(documents.map(({ key, body }) => [key, body]));
}

/** What R finds at an address: the document, or the one that stands for it. */
function documentAt(root: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array {
  const intent = cran.protocol.route(path, undefined);
  if (intent.kind !== 'index') throw new RangeError(`${path} is ${intent.kind}`);
  const body = root.get(intent.key) ?? root.get(intent.otherwise ?? '');
  if (body === undefined) throw new RangeError(`nothing stands for ${path}`);
  return body;
}

/** The files that R would ask for by an index, as Pratique names them, and its refusals. */
function linkedFrom(root: ReadonlyMap<string, Uint8Array>, tree: string): readonly string[] {
  const folder = folderOf(parseTree(tree));
  const records = parseDcf(new TextDecoder().decode(documentAt(root, `${folder}/PACKAGES`))) ?? [];
  return records.map((record) => {
    const file = { name: record.get('Package') ?? '', version: record.get('Version') ?? '', tree: parseTree(tree) };
    const path = record.get('Path');
    const intent = cran.protocol.route(
      `${folder}/${path === undefined ? '' : `${path}/`}${plainName(file)}`,
      undefined,
    );
    return intent.kind === 'file' ? intent.filename : `${intent.kind} ${file.name}`;
  });
}

describe('the indexes of a repository', () => {
  it('offer exactly the files that there are: built ones in their tree, source packages in theirs and on Linux', () => {
    fc.assert(
      fc.property(offers, (all) => {
        const root = rootOf(all);
        for (const tree of TREES) {
          const own = all.filter((one) => one.tree === tree);
          const beside = all.filter(
            ({ name, version, tree: of }) =>
              tree === LINUX && of === '' && !own.some((one) => one.name === name && one.version === version),
          );
          const expected = [...own, ...beside].map((one) => filenameOf(fileOf(one)));
          expect(linkedFrom(root, tree).toSorted()).toEqual([...expected, 'refused zz'].toSorted());
        }
        const current = linkedFrom(root, '').filter((one) => !one.startsWith('refused'));
        const archive = readRds(gunzipSync(root.get('src/contrib/Meta/archive.rds') ?? new Uint8Array()));
        const frames = archive?.kind === 'list' ? archive.values : [];
        const archived = frames.flatMap((frame) => {
          const rows = frame.kind === 'list' ? frame.attributes?.['row.names'] : undefined;
          const paths = rows?.kind === 'strings' ? rows.values : [];
          return paths.map((path) => {
            const intent = cran.protocol.route(`src/contrib/Archive/${path}`, undefined);
            return intent.kind === 'file' ? intent.filename : intent.kind;
          });
        });
        const sources = all.filter(({ tree }) => tree === '').map((one) => filenameOf(fileOf(one)));
        expect([...current, ...archived].toSorted()).toEqual(sources.toSorted());
      }),
      { numRuns: 60 },
    );
  });

  it('are the same bytes whatever order things come in, one by one or all together', () => {
    fc.assert(
      fc.property(offers, (all) => {
        const root = rootOf(all);
        expect(rootOf(all.toReversed())).toEqual(root);
        const parts = inputs(all).flatMap((input) => cran.protocol.compilePackage(input).map(({ body }) => body));
        for (const [key, body] of root) {
          const only = new Set([key]);
          const [document, ...others] = cran.protocol.compileRoot({ names: [], parts, refused: REFUSED, only });
          expect(others).toEqual([]);
          expect(document?.body, key).toEqual(body);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('answer for a tree of which nothing is offered with refusals, and on Linux with source packages', () => {
    const root = rootOf([{ name: 'alpha', version: '1.0', tree: '' }]);
    expect(linkedFrom(root, 'r4.1-windows')).toEqual(['refused zz']);
    expect(linkedFrom(root, 'r4.4-macosx-sonoma-arm64')).toEqual(['refused zz']);
    expect(linkedFrom(root, 'r4.4-linux-noble')).toEqual(['alpha_1.0.tar.gz', 'refused zz']);
  });

  it('CR-12 state sizes, hashes and system requirements of what they list', () => {
    const root = rootOf([
      { name: 'alpha', version: '1.0', tree: '' },
      { name: 'alpha', version: '1.0', tree: 'r4.4-windows' },
    ]);
    const lines = (path: string) => gunzipSync(documentAt(root, `metadata/${path}/METADATA2.gz`)).toString();
    const hash = 'a'.repeat(64);
    expect(lines('src/contrib')).toBe(`"alpha_1.0.tar.gz",10,"${hash}","GNU ""make"", cmake",NA,NA\n`);
    expect(lines('bin/windows/contrib/4.4')).toBe(`"alpha_1.0.zip",10,"${hash}","GNU ""make"", cmake",NA,NA\n`);
  });

  it('has no metadata of a tree that offers nothing, and no documents elsewhere', () => {
    const kind = (path: string) => cran.protocol.route(path, undefined).kind;
    for (const path of [
      'metadata/src/contrib/PACKAGES',
      'metadata/METADATA2.gz',
      'bin/windows/contrib/PACKAGES',
      'bin/windows/contrib/4/PACKAGES',
      'bin/solaris/contrib/4.4/PACKAGES',
      'bin/windows/x/y/contrib/4.4/PACKAGES',
      'bin/linux/bookworm/src/contrib/PACKAGES',
      'bin/windows/contrib/4.4/alpha_1.0.tar.gz',
      'bin/windows/contrib/4.4/alpha_1.0_r4.4-windows.zip',
      'bin/windows/contrib/4.4/Archive/alpha/alpha_1.0.zip',
      'bin/windows/contrib/4.4/-/source/alpha_1.0.zip',
      'src/contrib/alpha_1.0.zip',
      'src/contrib/-/source/alpha_1.0.tar.gz',
    ])
      expect(kind(path), path).toBe('unsupported');
  });

  it('CR-10 tells clients on Linux that a file was built, and for what', () => {
    const headers = (filename: string) => cran.protocol.fileHeaders?.(filename);
    expect(headers('alpha_1.0_r4.4-linux-bookworm.tar.gz')).toEqual({
      'X-Repository-Type': 'RSPM',
      'X-Package-Type': 'binary',
      'X-Package-Binary-Tag': '4.4-bookworm',
    });
    expect(headers('alpha_1.0.tar.gz')).toBeUndefined();
    expect(headers('alpha_1.0_r4.4-windows.zip')).toBeUndefined();
  });
});

describe('what needs something that was stopped since the index was made', () => {
  const part = (name: string, version: string, imports = '') => {
    const sha256 = `sha256:${'a'.repeat(64)}` as const;
    const metadataText = `Package: ${name}\nVersion: ${version}\n${imports === '' ? '' : `Imports: ${imports}\n`}`;
    const file = { filename: `${name}_${version}.tar.gz`, sha256, size: 1, metadataText };
    const more = {
      uploadedAt: undefined,
      requiresRuntime: undefined,
      yanked: false as const,
      metadataSha256: undefined,
    };
    const offered = [{ version, files: [{ ...file, ...more }] }];
    return cran.protocol.compilePackage({ name, channel: 'tier3', offered, refused: [] }).map(({ body }) => body);
  };
  const parts = [
    part('child', '1.0'),
    part('child', '2.0'),
    part('wants.any', '1.0', 'child, stats, not.listed'),
    part('wants.new', '1.0', 'child (>= 2.0)'),
    part('wants.wants', '1.0', 'wants.new'),
    part('alone', '1.0'),
  ].flat();
  const listed = (...versions: readonly string[]) => {
    const stopped = new Map([['child', new Set(versions)]]);
    const refused = [{ name: 'child', version: undefined, state: 'quarantined' as const, id: 'Q-7' }];
    const made = cran.protocol.compileRoot({ names: [], parts, refused, stopped });
    const text = new TextDecoder().decode(made.find(({ key }) => key === 'src/contrib/PACKAGES')?.body);
    return (parseDcf(text) ?? []).map((record) => {
      const path = record.get('Path')?.split('/').slice(2, 4).join(' ');
      return `${record.get('Package')} ${record.get('Version')}${path === undefined ? '' : ` ${path}`}`;
    });
  };

  it('leads to the refusal of that, through whatever lies between', () => {
    expect(listed('1.0', '2.0')).toEqual([
      'alone 1.0',
      'child 0.0 quarantined Q-7',
      'wants.any 0.0 quarantined Q-7',
      'wants.new 0.0 quarantined Q-7',
      'wants.wants 0.0 quarantined Q-7',
    ]);
  });

  it('stays where a version that it wants is left', () => {
    expect(listed('2.0')).toEqual([
      'alone 1.0',
      'child 1.0',
      'wants.any 1.0',
      'wants.new 0.0 quarantined Q-7',
      'wants.wants 0.0 quarantined Q-7',
    ]);
    expect(listed('1.0').filter((one) => one.includes('0.0 '))).toEqual([]);
  });
});
