import { describe, expect, it } from 'vitest';
import { A_WHEEL, findingsIn, itKeepsTheContentScannerContract } from '../../../test/contract/content-scanner.ts';
import { documentCorpora, toldOf } from '../../../test/corpora/documents-told.ts';
import { documentsScanner } from './index.ts';

const README = '# Demo\n\nShows things.\n\n## Security\n\nNever give it files of strangers.\n';

itKeepsTheContentScannerContract(documentsScanner, {
  found: {
    'a security policy': { 'demo-1.0/SECURITY.md': 'Write to us.\n' },
    'an address in the metadata': {
      'demo-1.0.dist-info/METADATA': 'Project-URL: Security policy, https://x.example\n',
    },
    'notes in code': { 'pkg/a.py': '# TODO: mend\nx = 1\n' },
    'a readme with a heading': { 'README.rst': 'Demo\n====\n\nSecure use\n----------\n\nTake care.\n' },
  },
  clean: {
    'code alone': { 'pkg/security.py': 'def report(): pass\n', 'pkg/history/__init__.py': '', 'pkg/changes.js': '' },
    'documents of others': { 'package/node_modules/other/SECURITY.md': 'x', 'pkg/_vendor/x/README.md': README },
    'words that are no notes': {
      'pkg/a.py': 'TODO = 1\nkind = "XXX"\n# TODOS are listed elsewhere\n',
      'pkg/b.txt': '# TODO\n',
    },
  },
  seeds: ['# TODO', '// FIXME: x', 'Report vulnerabilities to security@x.example', '## Security', '-----'],
});

const codes = async (files: Readonly<Record<string, string>>) =>
  (await findingsIn(documentsScanner, files, A_WHEEL)).map(({ data, location }) => [data.code, location]);

describe('documents of a project', () => {
  it('are told by their names and by what they say, the plainest place first', async () => {
    expect(
      await codes({
        'demo-1.0/README.md': `${README}\nReport vulnerabilities to us. We keep to semantic versioning.\n`,
        'demo-1.0/docs/security.md': 'Our threat model: strangers.\n',
        'demo-1.0/SECURITY.md': 'Write to security@lab.example.\n',
        'demo-1.0/CHANGES.rst': '1.0: new\n',
        'demo-1.0/CONTRIBUTING.md': 'Welcome.\n',
        'demo-1.0/.github/workflows/test.yml': 'on: push\n',
      }),
    ).toEqual([
      ['assurance', 'demo-1.0/docs/security.md:1'],
      ['automation', 'demo-1.0/.github/workflows/test.yml'],
      ['changelog', 'demo-1.0/CHANGES.rst'],
      ['compatibility', 'demo-1.0/README.md:9'],
      ['contributing', 'demo-1.0/CONTRIBUTING.md'],
      ['documentation', 'demo-1.0/README.md'],
      ['guidance', 'demo-1.0/README.md:5'],
      ['reporting', 'demo-1.0/SECURITY.md'],
    ]);
  });

  it('are addresses and the description in the metadata of a wheel', async () => {
    const metadata = [
      'Metadata-Version: 2.1',
      'Project-URL: Changelog, https://demo.example/changes',
      'Project-URL: Documentation, https://demo.example/docs',
      '',
      'To report a security issue, write to us.',
    ].join('\n');
    expect(await codes({ 'demo-1.0.dist-info/METADATA': metadata })).toEqual([
      ['changelog', 'demo-1.0.dist-info/METADATA:2'],
      ['documentation', 'demo-1.0.dist-info/METADATA'],
      ['reporting', 'demo-1.0.dist-info/METADATA:5'],
    ]);
  });

  it('are the pages and vignettes of an R package', async () => {
    expect(await codes({ 'demo/man/a.Rd': '\\name{a}', 'demo/NEWS.md': '# demo 1.0' })).toEqual([
      ['changelog', 'demo/NEWS.md'],
      ['documentation', 'demo/man/a.Rd'],
    ]);
  });
});

describe.each(documentCorpora)('the $title set of documents', ({ samples, without }) => {
  it.each([...samples, ...without])('$title: what a reader would say, and nothing else', async (sample) => {
    expect((await toldOf(documentsScanner, sample)).toSorted()).toEqual(sample.said.toSorted());
  });
});

describe('notes of things to do', () => {
  it('are counted in the comments of any language, with the first places', async () => {
    const files = {
      'pkg/a.py': 'x = 1  # TODO mend\n"""\n* FIXME(ada): all of it\n"""\n',
      'pkg/b.js': 'a();\n// XXX\n/* HACK: b */ b();\n',
      'pkg/c.py': '# TODO\n'.repeat(3),
    };
    expect(await findingsIn(documentsScanner, files, A_WHEEL)).toMatchObject([
      {
        kind: 'maintenance',
        severity: 'info',
        location: 'pkg/a.py:1',
        data: {
          ...{ code: 'notes-to-do', count: 7, files: 3, places: ['pkg/a.py:1', 'pkg/b.js:2', 'pkg/c.py:1'] },
          codeBytes: Object.values(files).join('').length,
        },
      },
    ]);
  });

  it('take no time in lines that are made to be slow', async () => {
    const files = {
      'pkg/a.js': `${'#'.repeat(1_000_000)}${' TODO'.repeat(100_000)}`,
      'README.md': 'report '.repeat(200_000),
    };
    expect(await findingsIn(documentsScanner, files, A_WHEEL)).toHaveLength(2);
  }, 5_000);
});
