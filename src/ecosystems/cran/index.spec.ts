import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { itKeepsTheEcosystemContract } from '../../../test/contract/ecosystem.ts';
import { tarOf } from '../../main/demo/made-here-tar.ts';
import type { IndexDocument, IndexInput } from '../contract.ts';
import { parseDcf } from './dcf.ts';
import { fileIn, filenameOf, parseTree, pathOf } from './files.ts';
import { cran } from './index.ts';
import { readRds } from './rds-read.ts';

function file(name: string, version: string, digit: string, fields = '', tree = '') {
  return {
    filename: filenameOf({ name, version, tree: parseTree(tree) }),
    sha256: `sha256:${digit.repeat(64)}` as const,
    size: 1000,
    uploadedAt: '2025-01-01T00:00:00.000Z',
    requiresRuntime: undefined,
    yanked: false as const,
    metadataSha256: `sha256:${'e'.repeat(64)}` as const,
    metadataText: `Package: ${name}\nVersion: ${version}\nLicense: MIT\nMD5sum: ${digit.repeat(32)}\n${fields}`,
  };
}

const BUILT_BOTH = 'Built: R 4.4.1; ; 2024-06-14 01:23:45 UTC; windows\n';

const PACKAGES: readonly IndexInput[] = [
  {
    name: 'broom',
    channel: 'tier3',
    offered: [
      { version: '0.9', files: [file('broom', '0.9', 'a', 'Depends: R (>= 3.1)\n')] },
      { version: '1.0-2', files: [file('broom', '1.0-2', 'b', 'Depends: R (>= 3.5)\n')] },
      {
        version: '1.0-7',
        files: [file('broom', '1.0-7', 'c', 'Depends: R (>= 4.4), methods\nImports: dplyr (>= 1.0),\n rlang\n')],
      },
      { version: '1.0-5', files: [file('broom', '1.0-5', 'd', 'Depends: R (>= 3.5)\n')] },
    ],
    refused: [{ version: '2.0', state: 'rejected', id: 'R-1', files: [] }],
  },
  {
    name: 'built',
    channel: 'tier3',
    offered: [
      { version: '1.0', files: [file('built', '1.0', '1', BUILT_BOTH, 'r4.4-windows')] },
      {
        version: '1.1',
        files: [
          file('built', '1.1', '2'),
          file('built', '1.1', '3', BUILT_BOTH, 'r4.4-windows'),
          file('built', '1.1', '4', BUILT_BOTH, 'r4.4-linux-bookworm'),
          file('built', '1.1', '5', BUILT_BOTH, 'r4.3-macosx-big-sur-x86_64'),
        ],
      },
    ],
    refused: [],
  },
  {
    name: 'broom.helpers',
    channel: 'tier3',
    offered: [{ version: '1.2', files: [file('broom.helpers', '1.2', 'f')] }],
    refused: [],
  },
];

function linksOf({ body }: IndexDocument): readonly string[] {
  const records = parseDcf(new TextDecoder().decode(body)) ?? [];
  const files = records.flatMap((record) => fileIn(record.get('File') ?? '') ?? []);
  return files.map(pathOf);
}

itKeepsTheEcosystemContract(cran, {
  names: ['RPostgreSQL', 'broom', 'broom.helpers', 'R6', 'data.table', 'XML'],
  notNames: ['', 'a', '1a', 'a.', '.a', 'a-b', 'a_b', 'a b', 'ä2', 'a/b', '../a', `${'a'.repeat(300)}`],
  versions: ['0.1', '0.1-3', '0.1.4', '0.10', '1.0', '1.0.0', '1.0-1', '7.3-54', '2024.11.20'],
  packages: PACKAGES,
  accepts: [undefined, '*/*', 'application/json'],
  links: linksOf,
});

describe('the index of all packages', () => {
  const parts = PACKAGES.flatMap((input) => cran.protocol.compilePackage(input).map(({ body }) => body));
  const refused = [
    { name: 'lme5', version: '1.0', state: 'not-requested' as const, id: '' },
    { name: 'broom', version: '2.0', state: 'rejected' as const, id: 'R-1' },
    { name: 'pandsa', version: undefined, state: 'denied' as const, id: 'D-3' },
  ];
  const documents = new Map(
    cran.protocol.compileRoot({ names: [], parts, refused }).map((document) => [document.key, document.body]),
  );
  const body = (key: string) => documents.get(`src/contrib/${key}`) ?? new Uint8Array();
  const records = parseDcf(new TextDecoder().decode(body('PACKAGES'))) ?? [];

  it('CR-01 says the same in all three forms', () => {
    expect(gunzipSync(body('PACKAGES.gz'))).toEqual(Buffer.from(body('PACKAGES')));
    const matrix = readRds(gunzipSync(body('PACKAGES.rds')));
    const names = matrix?.kind === 'strings' ? matrix.attributes?.dimnames : undefined;
    const columns = names?.kind === 'list' && names.values[1]?.kind === 'strings' ? names.values[1].values : [];
    const values = matrix?.kind === 'strings' ? matrix.values : [];
    const rows = records.map((record, at) =>
      columns.map((column, index) => {
        const value = values[index * records.length + at];
        expect(value ?? undefined, String(column)).toBe(record.get(String(column)));
        return value;
      }),
    );
    expect(rows.length).toBe(records.length);
  });

  it('CR-02, CR-04 lists the newest version that some R takes, names whole and case by case', () => {
    expect(records.map((record) => `${record.get('Package')} ${record.get('Version')}`)).toEqual([
      'broom 1.0-7',
      'broom 1.0-5',
      'broom 0.9',
      'broom.helpers 1.2',
      'built 1.1',
      'lme5 0.0',
      'pandsa 0.0',
    ]);
    expect(records[0]?.get('Imports')).toBe('dplyr (>= 1.0), rlang');
    expect(records[0]?.get('MD5sum')).toBe('c'.repeat(32));
  });

  it('CR-03 lists in the archive what is offered and not current', () => {
    const archive = readRds(gunzipSync(body('Meta/archive.rds')));
    const [frame] = archive?.kind === 'list' ? archive.values : [];
    expect(archive).toMatchObject({ attributes: { names: { values: ['broom'] } } });
    expect(frame).toMatchObject({ attributes: { 'row.names': { values: ['broom/broom_1.0-2.tar.gz'] } } });
  });

  it('CR-05, CR-07 leads to a refusal for names of which nothing is offered, with a version that is never an update', () => {
    const path = records.find((record) => record.get('Package') === 'pandsa')?.get('Path');
    expect(path).toBe('-/refused/denied/D-3/run-pratique-why-pandsa');
    const intent = cran.protocol.route(`src/contrib/${path}/pandsa_0.0.tar.gz`, undefined);
    expect(intent).toEqual({
      kind: 'refused',
      state: 'denied',
      id: 'D-3',
      name: 'pandsa',
      filename: 'pandsa_0.0.tar.gz',
    });
    expect(cran.protocol.versionOf('pandsa_0.0.tar.gz', 'pandsa')).toBeUndefined();
  });

  it('leaves out what was stopped since: the next release takes its place, and a refusal that of the last', () => {
    const rows = (stopped: Readonly<Record<string, readonly string[]>>) => {
      const sets = new Map(Object.entries(stopped).map(([name, versions]) => [name, new Set(versions)]));
      const made = cran.protocol.compileRoot({ names: [], parts, refused, stopped: sets });
      const text = (key: string) => new TextDecoder().decode(made.find((one) => one.key === key)?.body);
      const listed = (parseDcf(text('src/contrib/PACKAGES')) ?? []).map(
        (one) => `${one.get('Package')} ${one.get('Version')}`,
      );
      return { listed, parts: text('-/packages') };
    };
    const one = rows({ broom: ['1.0-7', '1.0-5'] });
    expect(one.listed.slice(0, 2)).toEqual(['broom 1.0-2', 'broom 0.9']);
    expect(one.parts).not.toContain('1.0-7');
    expect(one.parts).toContain('Version: 0.9');
    const all = rows({ broom: ['0.9', '1.0-2', '1.0-5', '1.0-7'] });
    expect(all.listed).toEqual(['broom 0.0', 'broom.helpers 1.2', 'built 1.1', 'lme5 0.0', 'pandsa 0.0']);
  });

  it('finds a file beside the index and in the archive, and no file elsewhere', () => {
    const kind = (path: string) => cran.protocol.route(path, undefined).kind;
    expect(kind('src/contrib/broom_1.0-7.tar.gz')).toBe('file');
    expect(kind('src/contrib/Archive/broom/broom_0.9.tar.gz')).toBe('file');
    for (const path of [
      'src/contrib/Archive/other/broom_0.9.tar.gz',
      'src/contrib/broom_0.9.zip',
      'src/contrib/x/broom_0.9.tar.gz',
      'bin/broom_0.9.tar.gz',
      'src/contrib/broom_x.tar.gz',
    ])
      expect(kind(path), path).toBe('unsupported');
  });
});

describe('a source package', () => {
  it('gives its DESCRIPTION with the hash of the file, and no line of a hash that it claims to know', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pratique-cran-'));
    const path = join(folder, 'x.tar.gz');
    const lines = [
      'Package: broom',
      'Version: 1.0',
      'Depends: R (>= 3.5)',
      'MD5sum: 0,',
      ' evil',
      '\t, worse',
      'License: MIT',
    ];
    await writeFile(path, gzipSync(tarOf({ 'broom/DESCRIPTION': `${lines.join('\n')}\n` })));
    const read = await cran.archives.examine(path, { filename: 'broom_1.0.tar.gz', name: 'broom', version: '1.0' });
    await rm(folder, { recursive: true });
    expect(read.problems).toEqual([]);
    const [record] = parseDcf(read.metadata ?? '') ?? [];
    expect(record?.get('Depends')).toBe('R (>= 3.5)');
    expect(record?.get('MD5sum')).toMatch(/^[0-9a-f]{32}$/);
  });
});
