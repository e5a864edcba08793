import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { processHost } from '../../main/host.ts';
import { cliDocument } from './docs.ts';

it('docs/cli.md is what the program says; `node scripts/run.mjs scripts/write-cli-docs.mjs` writes it anew', () => {
  const written = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'cli.md'), 'utf8');
  expect(written).toBe(cliDocument(processHost()));
});
