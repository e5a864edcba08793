/** What is fuzzed: how an input is made, and what must hold whatever it is. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../../src/domain/problem.ts';
import type { ArchiveRules } from '../../src/ecosystems/contract.ts';
import { cranArchives } from '../../src/ecosystems/cran/archive.ts';
import { parseDcf } from '../../src/ecosystems/cran/dcf.ts';
import { dataFrame, strings } from '../../src/ecosystems/cran/rds.ts';
import { readRds } from '../../src/ecosystems/cran/rds-read.ts';
import { writeRds } from '../../src/ecosystems/cran/rds-write.ts';
import { readRecord as readCranRecord } from '../../src/ecosystems/cran/record.ts';
import { npmArchives } from '../../src/ecosystems/npm/archive.ts';
import { readManifest } from '../../src/ecosystems/npm/manifest.ts';
import { npmVersions } from '../../src/ecosystems/npm/versions.ts';
import { pypiArchives } from '../../src/ecosystems/pypi/archive.ts';
import { parseCoreMetadata } from '../../src/ecosystems/pypi/core-metadata.ts';
import { parseFilename } from '../../src/ecosystems/pypi/filenames.ts';
import { parseMarker } from '../../src/ecosystems/pypi/markers.ts';
import { parseRequirement } from '../../src/ecosystems/pypi/requirements.ts';
import { parseIndexPage } from '../../src/ecosystems/pypi/simple-index.ts';
import { parseSpecifierSet } from '../../src/ecosystems/pypi/specifiers.ts';
import { normaliseVersion } from '../../src/ecosystems/pypi/version.ts';
import { readRecord } from '../../src/features/advisories/record.ts';
import { readExploitChances, readKnownExploited } from '../../src/features/feeds/exploitation.ts';
import { readMalicious } from '../../src/features/feeds/malicious.ts';
import { readPopularity } from '../../src/features/feeds/popularity.ts';
import { readTrustRoots } from '../../src/features/feeds/trust-root.ts';
import { CONTENT_SCANNERS } from '../../src/scanners/content-catalog.ts';
import { readSnippets } from '../corpora/snippets.ts';
import { A_WHEEL, contentFile, inspectFiles } from '../harness/content.ts';
import { CRAN, madeTarball, madeWheel, NPM, SDIST } from './archives.ts';
import { COMPARISON } from './comparison.ts';
import { type Chance, mutateBytes, mutateText } from './mutate.ts';

export interface Target {
  readonly name: string;
  /** The bytes of one input. */
  make(chance: Chance): Buffer;
  /** Throws where something that must hold does not. */
  run(input: Buffer): Promise<void> | void;
}

/** Findings of one scanner over one file. */
const MOST_FINDINGS = 2_000;

let folder: string | undefined;

/** The only place where a run writes. */
function inputPath(): string {
  folder ??= mkdtempSync(join(tmpdir(), 'pratique-fuzz-'));
  return join(folder, 'input');
}

function archive(name: string, rules: ArchiveRules, filename: string, make: Target['make']): Target {
  return {
    name,
    make,
    async run(input) {
      const path = inputPath();
      writeFileSync(path, input);
      const name = filename.startsWith('demo_1') ? 'demo' : 'demo-pkg';
      const expected = { filename, name, version: filename.endsWith('.tgz') ? '1.0.0' : '1.0' };
      const examined = await rules.examine(path, expected);
      const walked = await rules.walk(path, filename, () => undefined);
      if (walked.status === 'broken' && examined.problems.length === 0)
        throw new Error(`the walk says "${walked.reason}" of an archive without problems`);
      if (readdirSync(join(path, '..')).length !== 1) throw new Error('something was written');
    },
  };
}

/** A reader of text; `samples` are honest texts, `words` what belongs to their language. */
function reader(
  name: string,
  samples: readonly string[],
  words: readonly string[],
  read: (text: string) => unknown,
): Target {
  return {
    name,
    make: (chance) => Buffer.from(mutateText(chance.one(samples), chance.one(samples), words, chance)),
    async run(input) {
      try {
        await read(input.toString('utf8'));
      } catch (error) {
        // What an operator hands in is refused in words.
        if (!(error instanceof Problem) || error.kind === 'internal') throw error;
      }
    },
  };
}

const isText = (text: string) => text.length < 200;
const page = (type: string) => (text: string) =>
  parseIndexPage({ body: Buffer.from(text), contentType: type, url: 'https://upstream.example/simple/demo/' }, isText);
const asJson = (read: (value: unknown) => unknown) => (text: string) => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return read(value);
};

const HTML =
  '<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.1"></head><body><a href="../../f/demo-1.0.tar.gz#sha256=ab" data-requires-python="&gt;=3.8" data-yanked="bad">demo-1.0.tar.gz</a><br/></body></html>';
const JSON_PAGE =
  '{"meta":{"api-version":"1.1"},"name":"demo","versions":["1.0"],"files":[{"filename":"demo-1.0-py3-none-any.whl","url":"f/demo-1.0-py3-none-any.whl","hashes":{"sha256":"ab"},"size":1,"upload-time":"2026-01-01T00:00:00Z","yanked":false,"core-metadata":{"sha256":"ab"}}]}';
const OSV =
  '{"id":"PYSEC-2026-1","modified":"2026-01-01T00:00:00Z","aliases":["CVE-2026-0001"],"affected":[{"package":{"ecosystem":"PyPI","name":"demo"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.0"}]}],"versions":["0.1"]}],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]}';
const MARKS = [
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '\n',
  '\0',
  '<',
  '>',
  '&#x41;',
  '\\u0000',
  'null',
  '1e999',
  '-',
  '  ',
];

const READERS: readonly Target[] = [
  reader(
    'core-metadata',
    [
      'Metadata-Version: 2.4\nName: demo\nVersion: 1.0\nRequires-Dist: a[b] (>=1,<2); python_version < "3.9" and extra == "x"\nLicense: x\n  y\n\nText\n',
    ],
    [...MARKS, 'Requires-Dist: ', ' and ', ' or ', '; ', '>=', '~=', '===', '@ https://a.example/'],
    (text) => {
      parseCoreMetadata(text);
      for (const line of text.split('\n')) {
        parseRequirement(line.replace(/^Requires-Dist: /, ''));
        parseMarker(line.split(';')[1] ?? line);
      }
    },
  ),
  reader(
    'versions',
    ['1.0', '1!2.0a1.post2.dev3+local.1', '>=1.0,<2,!=1.5.*', 'demo_pkg-1.0-1-py2.py3-none-any.whl', 'demo-1.0.tar.gz'],
    [...MARKS, '.', '!', '+', '*', 'rc', 'dev', '9'.repeat(40), '-'],
    (text) => {
      normaliseVersion(text);
      parseSpecifierSet(text);
      parseFilename(text);
      npmVersions.normalise(text);
    },
  ),
  reader(
    'index-html',
    [HTML],
    [...MARKS, '<a href="', '</a>', '<!--', '-->', 'data-yanked', '<base href="http://x">', '<script>'],
    page('text/html'),
  ),
  reader('index-json', [JSON_PAGE], MARKS, page('application/vnd.pypi.simple.v1+json')),
  reader(
    'npm-manifest',
    ['{"name":"a","version":"1.0.0","bin":{"a":"x.js"},"dependencies":{"b":"^1"},"os":["linux"]}'],
    MARKS,
    readManifest,
  ),
  reader(
    'cran-records',
    ['Package: demo\nVersion: 1.0-2\nDepends: R (>= 4.1), other (>= 0.1)\nImports: a,\n  b (== 1)\nMD5sum: 0\n'],
    [...MARKS, 'Depends: ', ' (>= ', '\n  ', 'R'],
    (text) => {
      parseDcf(text);
      readCranRecord(text);
    },
  ),
  reader(
    'advisories',
    [OSV],
    MARKS,
    asJson((value) => readRecord(value, 'input', (_, name) => name)),
  ),
  reader(
    'feeds',
    [
      'rank\tname\n1\tdemo\n',
      'cve,epss,percentile\nCVE-2024-0001,0.5,0.9\n',
      '{"vulnerabilities":[{"cveID":"CVE-2024-0001"}]}',
      `${'a'.repeat(64)} x\npkg:pypi/a@1\n`,
      '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1","tlogs":[]}',
    ],
    [...MARKS, '\t', '#', 'CVE-', 'pkg:'],
    (text) => {
      for (const read of [readKnownExploited, readExploitChances, readTrustRoots]) attempt(() => read(text));
      attempt(() => readPopularity(text, (name) => name));
      attempt(() => readMalicious(text, (_, name) => name));
    },
  ),
];

/** What R's clients read indexes from: numbers, lengths and flags in binary. */
const RDS_SAMPLE = Buffer.from(
  writeRds(
    dataFrame(
      ['a', 'b'],
      [
        ['Package', strings(['demo', 'other'])],
        ['Version', strings(['1.0', null])],
      ],
    ),
  ),
);
const RDS: Target = {
  name: 'cran-rds',
  make: (chance) =>
    mutateBytes(RDS_SAMPLE, RDS_SAMPLE, ['X\n', '\0\0\0\x13', '\0\0\x04\x02', '\xff\xff\xff\xff'], chance),
  run: (input) => {
    readRds(input);
  },
};

/** A refusal in words is an answer; anything else is thrown. */
function attempt(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Problem) || error.kind === 'internal') throw error;
  }
}

const SNIPPETS = ['weaknesses/python.txt', 'weaknesses/javascript.txt', 'weaknesses/r.txt', 'malware.txt'].flatMap(
  (name) => readSnippets(name).map(({ text }) => text),
);
const PATHS = [
  'pkg/a.py',
  'pkg/__init__.py',
  'setup.py',
  'pkg/a.js',
  'package/package.json',
  'demo/R/zzz.R',
  'x.pth',
  'demo_pkg-1.0.dist-info/METADATA',
  'LICENSE',
  'pkg/data.bin',
  'demo/DESCRIPTION',
  'demo/configure',
];
const CODE = [
  '(',
  ')',
  '[',
  '{',
  '"',
  "'",
  '"""',
  '`${',
  '}',
  '\\',
  '\n',
  '    ',
  'f"{',
  '#',
  '//',
  '/*',
  '\u202e',
  'x = x.a',
  '=> ',
  'lambda: ',
  'eval(',
  '.a',
  ' + ',
  'exec(base64.b64decode(',
];

/** Scanners see files; the first byte of an input says which name the file has. */
const SCANNERS: readonly Target[] = CONTENT_SCANNERS.map((scanner) => ({
  name: `scanner-${scanner.id}`,
  make: (chance) => {
    const text = mutateText(chance.one(SNIPPETS), chance.one(SNIPPETS), CODE, chance);
    return Buffer.concat([Buffer.from([chance.below(PATHS.length)]), Buffer.from(text)]);
  },
  async run(input) {
    const path = PATHS[(input[0] ?? 0) % PATHS.length] ?? 'pkg/a.py';
    for (const ecosystem of ['pypi', 'npm']) {
      const outcome = await inspectFiles(scanner, [contentFile(path, input.subarray(1))], { ...A_WHEEL, ecosystem });
      if (outcome.status === 'failed') throw new Error(`it failed: ${outcome.reason}`);
      if (outcome.status !== 'completed') continue;
      if (outcome.findings.length > MOST_FINDINGS) throw new Error(`it found ${outcome.findings.length} things`);
      const stray = outcome.findings.find(({ kind }) => !scanner.emits.includes(kind));
      if (stray !== undefined) throw new Error(`it found the undeclared kind ${stray.kind}`);
    }
  },
}));

/** Every target there is. */
export const TARGETS: readonly Target[] = [
  archive('wheel', pypiArchives, 'demo_pkg-1.0-py3-none-any.whl', madeWheel),
  archive('sdist-tar', pypiArchives, 'demo_pkg-1.0.tar.gz', (chance) => madeTarball('demo_pkg-1.0', SDIST, chance)),
  archive('sdist-zip', pypiArchives, 'demo_pkg-1.0.zip', madeWheel),
  archive('npm-tarball', npmArchives, 'demo-pkg-1.0.0.tgz', (chance) => madeTarball('package', NPM, chance)),
  archive('cran-windows', cranArchives, 'demo_1.0_r4.4-windows.zip', madeWheel),
  archive('cran-source', cranArchives, 'demo_1.0.tar.gz', (chance) => madeTarball('demo', CRAN, chance)),
  ...READERS,
  RDS,
  COMPARISON,
  ...SCANNERS,
];

export function targetOf(name: string): Target {
  const found = TARGETS.find((target) => target.name === name);
  if (found === undefined) throw new Error(`there is no target ${name}: ${TARGETS.map((one) => one.name).join(', ')}`);
  return found;
}
