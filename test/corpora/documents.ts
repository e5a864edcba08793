/**
 * What projects write beside their code, in forms that people use: Markdown, reStructuredText and plain text, in sdists,
 * wheels, npm tarballs and R packages. `said` is what a reader of the package would say that it has; nothing else may be told.
 * All texts were written for this.
 */
import type { Said } from '../../src/scanners/documents/said-in.ts';

export interface DocumentSample {
  readonly title: string;
  readonly ecosystem: 'pypi' | 'npm' | 'cran';
  readonly files: Readonly<Record<string, string>>;
  readonly said: readonly Said[];
}

const sample = (
  title: string,
  ecosystem: DocumentSample['ecosystem'],
  files: DocumentSample['files'],
  said: readonly Said[],
): DocumentSample => ({ title, ecosystem, files, said });

const METADATA = 'Metadata-Version: 2.4\nName: demo\nVersion: 1.0\n';

export const DOCUMENT_SAMPLES: readonly DocumentSample[] = [
  // How to report a flaw.
  sample('a policy in the folder of the forge', 'pypi', { 'demo-1.0/.github/SECURITY.md': '# Policy\n\nMail us.\n' }, [
    'reporting',
  ]),
  sample('a policy in reStructuredText', 'pypi', { 'demo-1.0/SECURITY.rst': 'Reporting\n=========\n\nMail us.\n' }, [
    'reporting',
  ]),
  sample(
    'a policy among the pages',
    'pypi',
    {
      'demo-1.0/docs/security.rst':
        'Reporting a vulnerability\n=========================\n\nWrite to the maintainers in private.\n',
    },
    ['reporting', 'documentation'],
  ),
  sample('a policy in an npm tarball', 'npm', { 'package/SECURITY.md': 'Use the private form.\n' }, ['reporting']),
  sample('a file for machines', 'npm', { 'package/.well-known/security.txt': 'Contact: mailto:team@demo.example\n' }, [
    'reporting',
  ]),
  sample(
    'a sentence in a readme',
    'npm',
    {
      'package/README.md':
        'If you believe you have found a security problem, please do not open an issue: mail the team.\n',
    },
    ['reporting', 'documentation'],
  ),
  sample(
    'a sentence over two lines',
    'pypi',
    { 'demo-1.0/README.rst': 'Please report anything that looks like a\nsecurity vulnerability by mail.\n' },
    ['reporting', 'documentation'],
  ),
  sample(
    'responsible disclosure',
    'npm',
    { 'package/README.md': '## Responsible disclosure\n\nGive us ninety days.\n' },
    ['reporting', 'documentation'],
  ),
  sample('a paid programme', 'npm', { 'package/readme.md': 'We take part in a bug bounty programme.\n' }, [
    'reporting',
    'documentation',
  ]),
  sample(
    'an address in a wheel',
    'pypi',
    { 'demo-1.0.dist-info/METADATA': `${METADATA}Project-URL: Security, https://demo.example/security\n` },
    ['reporting'],
  ),
  sample(
    'an address for flaws in a wheel',
    'pypi',
    { 'demo-1.0.dist-info/METADATA': `${METADATA}Project-URL: Vulnerability Disclosure, https://demo.example/flaws\n` },
    ['reporting'],
  ),
  sample('a policy carried by an R package', 'cran', { 'demo/inst/SECURITY.md': 'Write to the maintainer.\n' }, [
    'reporting',
  ]),
  sample(
    'a chapter for contributors',
    'pypi',
    { 'demo-1.0/CONTRIBUTING.md': '## Security bugs\n\nReport security bugs to the list in private.\n' },
    ['reporting', 'contributing'],
  ),
  // What changed.
  sample('changes in Markdown', 'npm', { 'package/CHANGELOG.md': '## 1.0\n\n- first\n' }, ['changelog']),
  sample('changes in text', 'pypi', { 'demo-1.0/CHANGES.txt': '1.0 first\n' }, ['changelog']),
  sample('changes without an ending', 'pypi', { 'demo-1.0/ChangeLog': '2024-01-01 first\n' }, ['changelog']),
  sample('news of R', 'cran', { 'demo/NEWS': 'demo 1.0\n', 'demo/DESCRIPTION': 'Package: demo\n' }, ['changelog']),
  sample('news of R in its own form', 'cran', { 'demo/inst/NEWS.Rd': '\\name{NEWS}\n' }, ['changelog']),
  sample('a history', 'pypi', { 'demo-1.0/HISTORY.rst': '1.0\n---\n' }, ['changelog']),
  sample('release notes', 'pypi', { 'demo-1.0/RELEASE_NOTES.md': '1.0\n' }, ['changelog']),
  sample('releases', 'npm', { 'package/RELEASES.md': '1.0: first\n' }, ['changelog']),
  sample('fragments of changes', 'pypi', { 'demo-1.0/changelog.d/12.bugfix.rst': 'Mended.\n' }, ['changelog']),
  sample(
    'an address of changes',
    'pypi',
    { 'demo-1.0.dist-info/METADATA': `${METADATA}Project-URL: Release notes, https://demo.example/notes\n` },
    ['changelog'],
  ),
  sample(
    'an address of changes by another label',
    'pypi',
    { 'demo-1.0.dist-info/METADATA': `${METADATA}Project-URL: Change Log, https://demo.example/c\n` },
    ['changelog'],
  ),
  sample(
    'an address of what is new',
    'pypi',
    { 'demo-1.0.dist-info/METADATA': `${METADATA}Project-URL: What's New, https://demo.example/c\n` },
    ['changelog'],
  ),
  sample('a chapter of a readme', 'npm', { 'package/README.md': '# demo\n\n## Changelog\n\n- 1.0.0 first\n' }, [
    'changelog',
    'documentation',
  ]),
  sample(
    'a chapter of changes in the description',
    'pypi',
    { 'demo-1.0.dist-info/METADATA': `${METADATA}\nDemo\n====\n\nRelease history\n---------------\n\n1.0 first\n` },
    ['changelog', 'documentation'],
  ),
  // Notes for contributors.
  sample('notes for contributors', 'npm', { 'package/CONTRIBUTING.md': 'Welcome.\n' }, ['contributing']),
  sample('notes in the folder of the forge', 'pypi', { 'demo-1.0/.github/CONTRIBUTING.md': 'Welcome.\n' }, [
    'contributing',
  ]),
  sample('notes among the pages', 'pypi', { 'demo-1.0/docs/contributing.rst': 'How\n===\n' }, [
    'contributing',
    'documentation',
  ]),
  sample('a guide for developers', 'pypi', { 'demo-1.0/DEVELOPMENT.md': 'Install the tools.\n' }, ['contributing']),
  sample('a chapter on contributing', 'npm', { 'package/README.md': '# demo\n\n## Contributing\n\nSend a patch.\n' }, [
    'contributing',
    'documentation',
  ]),
  sample(
    'a chapter on how to contribute',
    'cran',
    { 'demo/README.md': '# demo\n\n## How to contribute\n\nSend a patch.\n' },
    ['contributing', 'documentation'],
  ),
  // Documentation.
  sample('a readme', 'npm', { 'package/README': 'Shows things.\n' }, ['documentation']),
  sample(
    'a description in a wheel',
    'pypi',
    {
      'demo-1.0.dist-info/METADATA': `${METADATA}Description-Content-Type: text/markdown\n\n# demo\n\nShows things in three ways, each with an example.\n`,
    },
    ['documentation'],
  ),
  sample('vignettes', 'cran', { 'demo/vignettes/intro.Rmd': '---\ntitle: Intro\n---\n' }, ['documentation']),
  sample('pages of an R package', 'cran', { 'demo/man/run.Rd': '\\name{run}\n' }, ['documentation']),
  sample(
    'an address of documentation',
    'pypi',
    { 'demo-1.0.dist-info/METADATA': `${METADATA}Project-URL: Docs, https://demo.example\n` },
    ['documentation'],
  ),
  // Secure use, what is defended against, compatibility.
  sample(
    'a chapter on secure use',
    'npm',
    { 'package/README.md': '# demo\n\n## Security considerations\n\nGive it no input of strangers.\n' },
    ['guidance', 'assurance', 'documentation'],
  ),
  sample(
    'a chapter on secure use, underlined',
    'pypi',
    { 'demo-1.0/README.rst': 'demo\n====\n\nUsing demo securely\n-------------------\n\nTake care.\n' },
    ['guidance', 'documentation'],
  ),
  sample(
    'a warning about input',
    'pypi',
    { 'demo-1.0/README.md': '# demo\n\n> **Warning**: never load files that come from an untrusted source.\n' },
    ['guidance', 'documentation'],
  ),
  sample('a threat model of its own', 'pypi', { 'demo-1.0/docs/threat-model.md': '# Threat model\n\nStrangers.\n' }, [
    'assurance',
    'documentation',
  ]),
  sample('a promise on versions', 'npm', { 'package/README.md': 'This project follows Semantic Versioning.\n' }, [
    'compatibility',
    'documentation',
  ]),
  sample(
    'a promise on versions by address',
    'npm',
    { 'package/README.md': 'Versions follow https://semver.example/ (SemVer 2).\n' },
    ['compatibility', 'documentation'],
  ),
  sample(
    'a policy of deprecation',
    'pypi',
    { 'demo-1.0/docs/policy.rst': 'Deprecation policy\n==================\n\nTwo releases.\n' },
    ['compatibility', 'documentation'],
  ),
  sample('versions by date', 'pypi', { 'demo-1.0/README.md': 'We use calendar versioning (CalVer).\n' }, [
    'compatibility',
    'documentation',
  ]),
  // Automatic tests.
  sample('a workflow', 'pypi', { 'demo-1.0/.github/workflows/ci.yaml': 'on: push\n' }, ['automation']),
  sample('tox and nox', 'pypi', { 'demo-1.0/tox.ini': '[tox]\nenvlist = py312\n' }, ['automation']),
  sample('a task file of nox', 'pypi', { 'demo-1.0/noxfile.py': 'import nox\n' }, ['automation']),
  sample('a pipeline of a forge', 'npm', { 'package/.gitlab-ci.yml': 'test: {}\n' }, ['automation']),
  sample(
    'a pipeline of another forge',
    'npm',
    { 'package/.woodpecker.yml': 'steps: {}\n', 'package/.drone.yml': 'kind: pipeline\n' },
    ['automation'],
  ),
];

/** Nothing of the above: code, data, files that are named like documents, and documents of others. */
export const NO_DOCUMENTS: readonly DocumentSample[] = [
  sample('code alone', 'pypi', { 'demo/__init__.py': 'x = 1\n', 'demo/security.py': 'def report(): ...\n' }, []),
  sample(
    'modules named like documents',
    'npm',
    { 'package/lib/changelog.js': 'x\n', 'package/lib/history.ts': 'x\n', 'package/lib/readme.json': '{}\n' },
    [],
  ),
  sample(
    'documents of others',
    'npm',
    { 'package/node_modules/x/README.md': '# x\n', 'package/vendor/y/SECURITY.md': 'z\n' },
    [],
  ),
  sample('a licence', 'pypi', { 'demo-1.0.dist-info/licenses/LICENSE': 'Permission is hereby granted.\n' }, []),
  sample('metadata alone', 'pypi', { 'demo-1.0.dist-info/METADATA': METADATA }, []),
  sample(
    'an address of the code',
    'pypi',
    { 'demo-1.0.dist-info/METADATA': `${METADATA}Project-URL: Homepage, https://security.example\n` },
    [],
  ),
  sample('a template of a page', 'pypi', { 'demo/templates/history.html': '<h1>History</h1>\n' }, []),
  sample(
    'a page of an application',
    'npm',
    { 'package/dist/news.html': '<p>News</p>\n', 'package/dist/security.html': '<p>Log in</p>\n' },
    [],
  ),
  sample(
    'data of tests',
    'pypi',
    {
      'demo/tests/data/README.md': '# sample\n\nReport vulnerabilities to nobody.\n',
      'demo/tests/fixtures/SECURITY.md': 'x\n',
    },
    [],
  ),
  sample(
    'settings of an editor',
    'npm',
    { 'package/.editorconfig': 'root = true\n', 'package/package.json': '{"name":"demo"}\n' },
    [],
  ),
  sample('a list of words', 'pypi', { 'demo/data/words.txt': 'security\nreport\nvulnerability\n' }, []),
  sample(
    'an R package without pages',
    'cran',
    { 'demo/DESCRIPTION': 'Package: demo\n', 'demo/R/news.R': 'news <- 1\n', 'demo/NAMESPACE': '' },
    [],
  ),
  sample(
    'a module of contributions',
    'pypi',
    { 'demo/contrib/__init__.py': '', 'demo/contributing/model.bin': 'x' },
    [],
  ),
  sample('a folder of changes', 'npm', { 'package/changes/index.js': 'x\n', 'package/lib/news/index.mjs': 'x\n' }, []),
];

/** Sentences that hold the words and say nothing of the kind; a readme is documentation and that is all. */
export const READ_AND_SILENT: readonly string[] = [
  'This library reports errors and secures connections.\n',
  'Generates security reports for managers from spreadsheets of findings.\n',
  'Compares backwards, then forwards.\n',
  'A report generator. Security: none of our business.\n',
  'Disclosure triangles for web pages, with a secure default colour.\n',
  'The history of a network security company, as a data set.\n',
];

/** A second set, written after the rules were mended by the first and before it was tried. */
export const MORE_DOCUMENTS: readonly DocumentSample[] = [
  sample('a policy in text', 'npm', { 'package/security.txt': 'Mail the team.\n' }, ['reporting']),
  sample('a policy with the name of the project', 'pypi', { 'demo-1.0/docs/SECURITY-POLICY.md': 'Mail the team.\n' }, [
    'reporting',
    'documentation',
  ]),
  sample('a chapter on flaws', 'npm', { 'package/README.md': '# demo\n\n## Reporting security issues\n\nBy mail.\n' }, [
    'reporting',
    'documentation',
  ]),
  sample(
    'flaws that are told in private',
    'pypi',
    { 'demo-1.0/README.md': 'Security issues should be sent privately to the maintainers.\n' },
    ['reporting', 'documentation'],
  ),
  sample(
    'a sentence in the description',
    'pypi',
    { 'demo-1.0.dist-info/METADATA': `${METADATA}\nDemo shows things. Found a vulnerability? Tell us by mail.\n` },
    ['reporting', 'documentation'],
  ),
  sample(
    'an advisory page',
    'pypi',
    { 'demo-1.0.dist-info/METADATA': `${METADATA}Project-URL: Report a vulnerability, https://demo.example/r\n` },
    ['reporting'],
  ),
  sample('changes with a version in the name', 'pypi', { 'demo-1.0/CHANGES-1.x.md': '1.0\n' }, ['changelog']),
  sample('changes among the pages', 'pypi', { 'demo-1.0/docs/changelog.md': '1.0\n' }, ['changelog', 'documentation']),
  sample('news in Markdown', 'cran', { 'demo/NEWS.md': '# demo 1.0\n' }, ['changelog']),
  sample('a chapter of news', 'cran', { 'demo/README.md': '# demo\n\n## News\n\nFirst.\n' }, [
    'changelog',
    'documentation',
  ]),
  sample(
    'release notes, underlined',
    'pypi',
    { 'demo-1.0/README.rst': 'demo\n====\n\nRelease notes\n-------------\n\n1.0\n' },
    ['changelog', 'documentation'],
  ),
  sample('contributors', 'npm', { 'package/README.md': '# demo\n\n### Contributing to demo\n\nSend a patch.\n' }, [
    'contributing',
    'documentation',
  ]),
  sample('notes in another form', 'pypi', { 'demo-1.0/CONTRIBUTING.adoc': '= How\n' }, ['contributing']),
  sample('a readme in another language', 'npm', { 'package/README.zh-CN.md': 'x\n' }, ['documentation']),
  sample('a readme of R', 'cran', { 'demo/README.Rmd': '---\n---\n' }, ['documentation']),
  sample('notebooks', 'pypi', { 'demo-1.0/docs/tutorial.ipynb': '{}\n' }, ['documentation']),
  sample('safe use', 'npm', { 'package/README.md': '# demo\n\n## Safety\n\nGive it no input of strangers.\n' }, [
    'guidance',
    'documentation',
  ]),
  sample('what it must not be given', 'pypi', { 'demo-1.0/README.md': 'Do not use this with untrusted data.\n' }, [
    'guidance',
    'documentation',
  ]),
  sample(
    'only from whom one trusts',
    'pypi',
    { 'demo-1.0/docs/load.rst': 'Only load models from sources that you trust.\n' },
    ['guidance', 'documentation'],
  ),
  sample('a model of security', 'npm', { 'package/README.md': 'Our security model is in the wiki.\n' }, [
    'assurance',
    'documentation',
  ]),
  sample('old programs go on', 'pypi', { 'demo-1.0/README.md': 'Minor releases are backward compatible.\n' }, [
    'compatibility',
    'documentation',
  ]),
  sample(
    'a stable interface',
    'cran',
    { 'demo/README.md': 'Functions are deprecated for a year before they are removed.\n' },
    ['compatibility', 'documentation'],
  ),
  sample('a workflow of R', 'cran', { 'demo/.github/workflows/R-CMD-check.yaml': 'on: push\n' }, ['automation']),
  sample('a pipeline of a third forge', 'pypi', { 'demo-1.0/bitbucket-pipelines.yml': 'pipelines: {}\n' }, [
    'automation',
  ]),
];

export const MORE_WITHOUT: readonly DocumentSample[] = [
  sample(
    'a component of pages',
    'npm',
    { 'package/components/History.vue': '<template/>\n', 'package/components/news.svelte': '' },
    [],
  ),
  sample('a table of changes', 'pypi', { 'demo/data/changes.csv': 'a,b\n', 'demo/history.db': 'x' }, []),
  sample('typings', 'npm', { 'package/dist/security.d.ts': 'export {};\n', 'package/dist/contributing.map': '{}' }, []),
  sample('a locale', 'pypi', { 'demo/locale/en/security.po': 'msgid ""\n' }, []),
  sample('a prompt', 'pypi', { 'demo/prompts/report.txt': 'Report the vulnerability that you found.\n' }, []),
  sample(
    'data of R',
    'cran',
    { 'demo/data/news.rda': 'x', 'demo/inst/extdata/history.csv': 'a\n', 'demo/DESCRIPTION': 'Package: demo\n' },
    [],
  ),
];

export const MORE_SILENT: readonly string[] = [
  'Find vulnerable dependencies fast, in any repository.\n',
  'This tool discovers security vulnerabilities in your code and reports them as SARIF.\n',
  'It does not trust the clock.\n',
  'Parses semver ranges.\n',
  'Contributing factors are computed by regression.\n',
  'Safety pins, rendered.\n',
];
