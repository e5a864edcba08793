import { describe, expect, it } from 'vitest';
import { A_WHEEL, contentFile, findingsIn } from '../../../test/harness/content.ts';
import type { ContentSubject } from '../../domain/content.ts';
import { installCodeScanner } from './index.ts';

const SUBJECTS: readonly (readonly [RegExp, ContentSubject])[] = [
  [/^package[/]/, { ...A_WHEEL, ecosystem: 'npm', filename: 'demo-1.0.0.tgz' }],
  [/DESCRIPTION$/, { ...A_WHEEL, ecosystem: 'cran', filename: 'demo_1.0.tar.gz' }],
  [/^demo-1[.]0[/]/, { ...A_WHEEL, filename: 'demo-1.0.tar.gz' }],
];

async function told(path: string, text: string): Promise<readonly (readonly unknown[])[]> {
  const subject = SUBJECTS.find(([paths]) => paths.test(path))?.[1] ?? A_WHEEL;
  const found = await findingsIn(installCodeScanner, [contentFile(path, text)], subject);
  return found.map(({ data, severity, location }) => [data.sign, severity, location?.slice(path.length + 1)]);
}
const manifest = (wanted: string, field = 'dependencies') =>
  told('package/package.json', JSON.stringify({ name: 'demo', [field]: { a: wanted } }, undefined, 1));
const lock = (packages: object) =>
  told('package/npm-shrinkwrap.json', JSON.stringify({ lockfileVersion: 3, packages }, undefined, 1));

describe('dependencies past the registry', () => {
  it.each([
    'someone/thing',
    'someone/thing#v1.2',
    'github:someone/thing',
    'GitLab:someone/thing',
    'bitbucket:someone/thing',
    'gist:11081aaa281',
    'git+ssh://git@code.example/a.git#semver:^1',
    'git@code.example:a/b.git',
    'deploy@code.example:a/b',
    'git://code.example/a.git',
    'https://files.example/a.tgz',
    ' http://files.example/a.tgz',
  ])('are told where npm is given the address %s', async (wanted) => {
    expect(await manifest(wanted)).toEqual([['dependency-by-address', 'medium', '4']]);
  });

  it.each([
    'file:../other',
    'link:/opt/other',
    'portal:../../other',
    '../other',
    '~/other',
    'C:\\other',
    'x/../../other.tgz',
  ])('are told where npm is given the place %s', async (wanted) => {
    expect(await manifest(wanted)).toEqual([['dependency-by-path', 'low', '4']]);
  });

  it.each([
    '^1.2.3 || 2.x - 3',
    '~1.2',
    '*',
    '',
    'latest',
    'npm:other@^1',
    'npm:@scope/other@1',
    'workspace:*',
    'catalog:',
    'file:./vendored/a',
    './vendored/a.tgz',
  ])('are not seen in %j', async (wanted) => {
    expect(await manifest(wanted)).toEqual([]);
  });

  it('are told of all that npm installs with a package, and of no other', async () => {
    for (const field of ['optionalDependencies', 'peerDependencies'])
      expect(await manifest('someone/thing', field)).toEqual([['dependency-by-address', 'medium', '4']]);
    expect(await manifest('someone/thing', 'devDependencies')).toEqual([]);
    const wanted = '{"dependencies": {"a": "b/c"}}';
    expect(await told('package/node_modules/@x/y/package.json', wanted)).toHaveLength(1);
    expect(await told('package/templates/package.json', wanted)).toEqual([]);
  });

  it.each([
    'other @ https://files.example/other.zip',
    'other@git+https://code.example/other.git',
    "other[more, most] @ file:///opt/other ; extra == 'x'",
    'other\n  @ https://files.example/other.zip',
  ])('are told of core metadata: %j', async (value) => {
    const text = `Metadata-Version: 2.1\r\nName: demo\r\nRequires-Dist: plain>=1\r\nRequires-Dist: ${value}\r\n\r\nText\r\n`;
    for (const path of ['demo-1.0.dist-info/METADATA', 'demo-1.0/PKG-INFO'])
      expect(await told(path, text)).toEqual([['dependency-by-address', 'medium', '4']]);
  });

  it('are told of lists of old source distributions, and of what a build needs', async () => {
    const list = 'plain>=1\n\n[more]\nother @ https://files.example/other.zip\n';
    expect(await told('demo-1.0/demo.egg-info/requires.txt', list)).toEqual([['dependency-by-address', 'medium', '4']]);
    const build =
      '[build-system]\nrequires = [\n  "setuptools",\n  "tool[x] @ git+https://code.example/tool",\n]\n\n[project]\n';
    expect(await told('demo-1.0/pyproject.toml', build)).toEqual([['dependency-by-address', 'medium', '4']]);
    const used = '[build-system]\nrequires = ["setuptools"]\n[tool.x]\ndev = ["a @ https://files.example/a.zip"]\n';
    expect(await told('demo-1.0/pyproject.toml', used)).toEqual([]);
  });

  it('are not seen in descriptions', async () => {
    const text =
      'Name: demo\nRequires-Dist: plain ; extra == "a@b"\n\nRequires-Dist: a @ https://files.example/a.zip\n';
    expect(await told('demo-1.0.dist-info/METADATA', text)).toEqual([]);
  });

  it('are told where a package of R names remotes', async () => {
    expect(await told('demo/DESCRIPTION', 'Package: demo\nRemotes:\n    someone/thing\n')).toEqual([
      ['dependency-remotes', 'low', '2'],
    ]);
    expect(await told('demo/DESCRIPTION', 'Package: demo\nImports: utils\n')).toEqual([]);
  });
});

describe('a lock file inside a package', () => {
  const plain = (host: string, name: string) => ({ resolved: `https://${host}/npm/${name}/-/${name}-1.0.0.tgz` });
  const usual = { 'node_modules/a': plain('registry.example', 'a'), 'node_modules/b': plain('registry.example', 'b') };

  it('is named, and no more where one registry has all that it pins', async () => {
    const dev = { resolved: 'git+ssh://git@code.example/d.git', dev: true };
    expect(await lock({ '': { name: 'demo' }, ...usual, 'node_modules/d': dev })).toEqual([
      ['lock-file-inside', 'info', '8'],
    ]);
    expect(await told('package/lib/npm-shrinkwrap.json', JSON.stringify({ packages: usual }))).toEqual([]);
    expect(await told('package/npm-shrinkwrap.json', '{"packages": [')).toEqual([['lock-file-inside', 'info', '1']]);
  });

  it.each([
    'git+ssh://git@code.example/c.git#0123',
    'https://files.example/c.tgz',
    'https://other.example/npm/c/-/c-1.0.0.tgz',
  ])('tells what it fetches from elsewhere: %s', async (resolved) => {
    const found = [
      ['lock-file-inside', 'info', '5'],
      ['lock-file-by-address', 'medium', '11'],
    ];
    expect(await lock({ ...usual, 'node_modules/c': { resolved } })).toEqual(found);
    const older = JSON.stringify({ dependencies: { ...usual, c: { resolved } } });
    expect((await told('package/npm-shrinkwrap.json', older)).map(([sign]) => sign)).toEqual(
      found.map(([sign]) => sign),
    );
  });
});

it('reads metadata that is made to be slow in a moment', async () => {
  const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`a${at}`, `b/c${at}`]));
  const began = process.cpuUsage();
  await told('package/package.json', JSON.stringify({ dependencies: many }));
  for (const unit of [
    '"a[',
    '"a ',
    ' ',
    'a',
    '[',
    '[build-system]\n',
    ']',
    '\n ',
    '\n[',
    'Requires-Dist: a[',
    'Remotes:\n ',
  ]) {
    const text = unit.repeat(400_000 / unit.length);
    await told('demo-1.0/pyproject.toml', `[build-system]\n"${text}`);
    await told('demo-1.0/PKG-INFO', `Requires-Dist: a${text}`);
    await told('demo-1.0/demo.egg-info/requires.txt', `a${text}`);
    await told('demo/DESCRIPTION', `Remotes:${text}`);
  }
  expect(process.cpuUsage(began).user / 1000).toBeLessThan(6_000);
}, 20_000);
