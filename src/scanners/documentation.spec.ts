import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SCANNERS } from './catalog.ts';
import type { AnyScanner } from './contract.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'scanners.md');

const LOOKS_AT: Readonly<Record<AnyScanner['looksAt'], string>> = {
  package: 'the package as upstream lists it',
  release: 'the release as upstream lists it',
  distribution: 'each file as it arrived',
  trial: 'what came of trying the release',
  content: 'the files inside each distribution',
  change: 'the release beside the one that was cleared before it',
};

function row({ id, version, looksAt, emits, ecosystems, sees, cannotSee }: AnyScanner): string {
  const where = ecosystems === 'every' ? 'every' : ecosystems.join(', ');
  const kinds = emits.map((kind) => `\`${kind}\``).join(', ');
  return `| \`${id}\` | ${version} | ${kinds} | ${LOOKS_AT[looksAt]} | ${where} | ${sees} | ${cannotSee} |`;
}

function page(): string {
  return `# Scanners

Written from the contracts in \`src/scanners\` by \`src/scanners/documentation.spec.ts\`; after a change of a scanner, run that
spec with \`WRITE_DOCS=1\`.

A scanner looks and reports; it never decides. Each leaves one piece of evidence on each release: *completed* with its
findings, *not applicable* with the reason, or *failed*: could not check, which never satisfies policy. Scanners of
\`the files inside each distribution\` share one unpacking in the sandbox, and what they found is kept by the digest of the
file and the version of the scanner: the same bytes are not looked at twice, whoever asks.

| scanner | version | finding kinds | looks at | ecosystems | sees | cannot see |
|---|---|---|---|---|---|---|
${SCANNERS.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  .map(row)
  .join('\n')}
`;
}

it('docs/scanners.md says what the contracts say', async () => {
  if (process.env.WRITE_DOCS === '1') await writeFile(PAGE, page());
  expect(await readFile(PAGE, 'utf8')).toBe(page());
});

it('every scanner has an id of its own', () => {
  expect(new Set(SCANNERS.map(({ id }) => id)).size).toBe(SCANNERS.length);
});
