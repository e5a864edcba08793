import { describe, expect, it } from 'vitest';
import { aDistribution } from '../../../test/contract/distribution-samples.ts';
import { ready, withoutFeeds } from '../../../test/contract/package-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import { A_BUILD, openSigstore } from '../../../test/harness/sigstore.ts';
import type { GitTag, RepositoryAnswer, SourceFile } from '../../domain/source-code.ts';
import { pypiVersions } from '../../ecosystems/pypi/versions.ts';
import { sourceFileOf } from '../../platform/git/source-file.ts';
import type { ScanContext } from '../contract.ts';
import { compareWithSource } from './compare.ts';
import { declaredRepositories, repositoryOf } from './declared.ts';
import { sourceScanner } from './index.ts';
import { tagOf } from './tags.ts';

type Texts = Readonly<Record<string, string>>;
const filesOf = (texts: Texts): readonly SourceFile[] =>
  Object.entries(texts).map(([path, text]) => sourceFileOf(path, new TextEncoder().encode(text)));

const URL_OF_SOURCE = 'https://git.example/lab/demo';
const { examination } = aDistribution().file;
function holding(metadata: string | null) {
  if (examination.status !== 'done') throw new Error('the sample could not be examined');
  return aDistribution({ examination: { status: 'done', result: { ...examination.result, metadata } } });
}
const HEAD = 'Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.0\n';
const subject = holding(`${HEAD}Project-URL: Source, ${URL_OF_SOURCE}\n\nIt is a demo.\n`);
const WHEEL = { 'demo/__init__.py': 'x = 1\n', 'demo/core.py': 'y = 2\n' };
const SOURCE = { 'src/demo/__init__.py': 'x = 1\n', 'src/demo/core.py': 'y = 2\n', 'setup.py': 'setup()\n' };
const TAG = { name: 'v1.0', commit: 'c'.repeat(40) };

function context({ wheel = WHEEL, source = SOURCE }: { wheel?: Texts; source?: Texts } = {}): ScanContext {
  return {
    ...withoutFeeds,
    sourceFiles: async () => ({ status: 'read', files: filesOf(wheel) }),
    repositories: {
      allowsAny: true,
      allows: () => true,
      tags: async () => ({ status: 'found', value: [TAG] }),
      filesAt: async () => ({ status: 'found', value: filesOf(source) }),
    },
  };
}

function answering(tags: RepositoryAnswer<readonly GitTag[]>): ScanContext {
  const usual = context();
  return { ...usual, repositories: { ...usual.repositories, tags: async () => tags } };
}

async function findings(given: ScanContext, about = subject) {
  const outcome = await sourceScanner.scan(about, given);
  if (outcome.status !== 'completed') throw new Error(`${outcome.status}: ${outcome.reason}`);
  return outcome.findings;
}
const codes = async (given: ScanContext, about = subject) =>
  (await findings(given, about)).map(({ data }) => data.code);

itKeepsTheScannerContract(sourceScanner, {
  context: context(),
  judged: [
    { title: 'a wheel that is its source', subject },
    { title: 'a wheel that is not', subject, context: context({ source: {} }) },
    { title: 'a repository without the tag', subject, context: answering({ status: 'found', value: [] }) },
    { title: 'a repository that is not there', subject, context: answering({ status: 'absent' }) },
    { title: 'a release that names none', subject: holding(HEAD) },
  ],
  unjudged: [
    {
      title: 'a file that could not be examined',
      subject: aDistribution({ examination: { status: 'failed', reason: 'it ran out of memory' } }),
    },
    {
      title: 'a repository that does not answer',
      subject,
      context: answering({ status: 'failed', reason: 'no answer' }),
    },
    {
      title: 'a host that is not allowed',
      subject,
      context: answering({ status: 'not-allowed', reason: 'not allowed' }),
    },
    {
      title: 'a home without git hosts',
      subject,
      context: { ...context(), repositories: { ...context().repositories, allowsAny: false } },
    },
    {
      title: 'a tag that cannot be read',
      subject,
      context: {
        ...context(),
        repositories: { ...context().repositories, filesAt: async () => ({ status: 'failed', reason: 'too large' }) },
      },
    },
    {
      title: 'a wheel whose files cannot be read',
      subject,
      context: { ...context(), sourceFiles: async () => ({ status: 'failed', reason: 'broken' }) },
    },
  ],
});

describe('source scanner', () => {
  it('says which tag the files equal, and has nothing to add where all do', async () => {
    const [statement, ...more] = await findings(context());
    expect(more).toEqual([]);
    expect(statement).toMatchObject({
      severity: 'info',
      summary: `2 of 2 source files of ${subject.distribution.filename} equal ${URL_OF_SOURCE} at v1.0`,
      data: { code: 'compared', commit: TAG.commit, files: 2, equal: 2, differing: 0, notInSource: 0 },
    });
  });

  it('names each file that differs from the tag, and each that the tag does not hold', async () => {
    const wheel = { ...WHEEL, 'demo/core.py': 'y = 3\n', 'demo/extra.py': 'import os\n', 'demo.pth': 'import demo\n' };
    const [, ...found] = await findings(context({ wheel }));
    expect(found.map(({ data, location, severity }) => [data.code, location, severity])).toEqual([
      ['differs', 'demo/core.py', 'medium'],
      ['not-in-source', 'demo/extra.py', 'medium'],
      ['not-in-source', 'demo.pth', 'medium'],
    ]);
  });

  it('explains what builds write, and nothing that only has such a name', async () => {
    const wheel = { ...WHEEL, 'demo/_version.py': "__version__ = '1.0'\n", 'demo/sub/__init__.py': '' };
    const [statement, ...more] = await findings(context({ wheel }));
    expect(more).toEqual([]);
    expect(statement?.data).toMatchObject({ explained: ['demo/_version.py', 'demo/sub/__init__.py'] });
    expect(await codes(context({ wheel: { ...WHEEL, 'demo/_version.py': 'import os\n' } }))).toEqual([
      'compared',
      'not-in-source',
    ]);
  });

  it('names fifty files and counts the rest', async () => {
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`demo/f${index}.py`, `a${index}`]));
    const found = await findings(context({ wheel: { ...WHEEL, ...many } }));
    expect(found).toHaveLength(52);
    expect(found.at(-1)).toMatchObject({ severity: 'medium', summary: expect.stringContaining('20 more') });
  });

  it('notices a tag that stood for another commit before', async () => {
    const given = answering({ status: 'found', value: [{ ...TAG, movedFrom: 'b'.repeat(40) }] });
    expect(await codes(given)).toEqual(['compared', 'tag-moved']);
  });

  it('could not check while no host is allowed', async () => {
    const given = { ...context(), repositories: { ...context().repositories, allowsAny: false } };
    expect(await sourceScanner.scan(subject, given)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('No git hosts are allowed'),
    });
  });

  it('says that there is no tag, no repository, or none declared', async () => {
    expect(await codes(answering({ status: 'found', value: [{ ...TAG, name: 'v0.9' }] }))).toEqual(['no-tag']);
    expect(await codes(answering({ status: 'absent' }))).toEqual(['no-such-repository']);
    expect(await codes(context(), holding(HEAD))).toEqual(['no-repository']);
  });

  it('holds what provenance proves against the metadata and the tag', async () => {
    const own = openSigstore();
    const { filename } = subject.distribution;
    const proven = (repository: string, commit: string): ScanContext => {
      const digest = { sha256: 'a'.repeat(64) };
      const bundle = own.bundle({ name: filename, digest }, { ...A_BUILD, repository, commit });
      return {
        ...context(),
        attestations: async () => ({ status: 'found', text: own.provenance([bundle]) }),
        trustRoots: async () => ready([own.trustRoot]),
      };
    };
    expect(await codes(proven(URL_OF_SOURCE, TAG.commit))).toEqual(['compared']);
    expect(await codes(proven(`${URL_OF_SOURCE}.git`, 'd'.repeat(40)))).toEqual(['compared', 'other-commit']);
    const elsewhere = await findings(proven('https://git.example/eve/demo', TAG.commit));
    expect(elsewhere.map(({ data }) => data.code)).toEqual(['compared', 'undeclared-repository']);
    // What is proven goes before what is said.
    expect(elsewhere[0]?.data.repository).toBe('https://git.example/eve/demo');
  });
});

describe('declared repositories', () => {
  it('come from the metadata of each ecosystem, the likeliest first', () => {
    const core = `${HEAD}Home-page: https://demo.example/\nProject-URL: Docs, https://docs.example/a/b\nProject-URL: Source Code, https://git.example/lab/demo\n\nURL: https://git.example/not/this\n`;
    expect(declaredRepositories('pypi', core)).toEqual(['https://git.example/lab/demo', 'https://docs.example/a/b']);
    const npm = { homepage: 'https://demo.example/#x', repository: { url: 'git+ssh://git@git.example/lab/demo.git' } };
    expect(declaredRepositories('npm', JSON.stringify(npm))).toEqual(['https://git.example/lab/demo.git']);
    const description =
      'Package: demo\nURL: https://demo.example/,\n    https://git.example/lab/demo\nBugReports: https://git.example/lab/demo/issues\n';
    expect(declaredRepositories('cran', description)).toEqual(['https://git.example/lab/demo']);
    expect(declaredRepositories('npm', 'no json')).toEqual([]);
  });

  it.each([
    ['git@git.example:lab/demo.git', 'https://git.example/lab/demo.git'],
    ['git://git.example/lab/demo', 'https://git.example/lab/demo'],
    ['http://git.example/lab/demo/', 'https://git.example/lab/demo'],
    ['https://user:secret@git.example/lab/demo?x=1#y', 'https://git.example/lab/demo'],
    ['https://git.example/lab/demo/tree/main/sub', 'https://git.example/lab/demo'],
    ['https://git.example/group/sub/demo/-/issues', 'https://git.example/group/sub/demo'],
    ['file:///srv/mirrors/demo/', 'file:///srv/mirrors/demo'],
    ['https://git.example/', undefined],
    ['ext::sh -c id', undefined],
    ['--upload-pack=id', undefined],
    ['javascript:alert(1)', undefined],
  ])('%s is %s', (text, repository) => {
    expect(repositoryOf(text)).toBe(repository);
  });
});

describe('the tag of a version', () => {
  const find = (tags: readonly string[], version = '1.2.0', name = 'demo-3d') =>
    tagOf(
      tags.map((tag) => ({ name: tag, commit: tag })),
      { name, version, versions: pypiVersions },
    )?.name;

  it.each([
    'v1.2.0',
    '1.2.0',
    'V1.2',
    '1.2',
    'demo-3d-1.2.0',
    'demo_3d-v1.2.0',
    'demo3d/v1.2.0',
    'demo-3d@1.2.0',
    'release-1.2.0',
    'releases/v1.2.0',
    'rel_1_2_0',
    'version-1.2.0',
    'Release/1.2.0',
    'r1.2.0',
  ])('may be %s', (tag) => {
    expect(find(['v1.1.0', 'other-1.2.0', tag, 'v1.2.0rc1', 'v11.2.0'])).toBe(tag);
  });

  it('is not that of another package or version', () => {
    expect(find(['other-1.2.0', 'demo-3d-extra-1.2.0', 'v1.2.0rc1', 'v1.2.1', 'x1.2.0', 'demo'])).toBeUndefined();
  });

  it('that names the package goes before one that does not', () => {
    expect(find(['v1.2.0', 'demo-3d-1.2.0'])).toBe('demo-3d-1.2.0');
  });

  it('of a scoped package may name its last part alone', () => {
    expect(find(['other@1.2.0', 'core@1.2.0'], '1.2.0', '@lab/core')).toBe('core@1.2.0');
    expect(find(['@lab/core@1.2.0'], '1.2.0', '@lab/core')).toBe('@lab/core@1.2.0');
  });
});

describe('the comparison', () => {
  it('finds the package wherever it lies, and files that builds move', () => {
    const source = {
      'packages/demo/lib/demo/a.py': '1',
      'packages/demo/lib/demo/b.py': '2',
      'shared/c.py': '3',
      'x/demo/a.py': '9',
    };
    const found = compareWithSource(filesOf({ 'demo/a.py': '1', 'demo/b.py': '2', 'demo/c.py': '3' }), filesOf(source));
    expect(found).toEqual({ equal: 3, explained: [], differing: [], notInSource: [], onlyInSource: 0 });
  });

  it('counts what only the source holds in the same folders', () => {
    const source = { 'src/demo/a.py': '1', 'src/demo/b.py': '2', 'docs/conf.py': '3', 'setup.py': '4' };
    expect(compareWithSource(filesOf({ 'demo/a.py': '1' }), filesOf(source))).toMatchObject({
      equal: 1,
      onlyInSource: 1,
    });
  });
});
