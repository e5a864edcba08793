import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeOnce } from './write-once.ts';

const root = mkdtempSync(join(tmpdir(), 'pratique-write-once-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('keeps one whole text of many that are written at once, for its owner alone, and leaves nothing beside it', async () => {
  const folder = join(root, 'at-once');
  const file = join(folder, 'settings.yaml');
  const texts = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(100_000));
  await Promise.all(texts.map((text) => writeOnce(file, text)));
  expect(texts).toContain(readFileSync(file, 'utf8'));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['settings.yaml']);
});

it('leaves a file that is there as it is', async () => {
  const file = join(root, 'kept.yaml');
  writeFileSync(file, 'of the operator');
  await writeOnce(file, 'another');
  expect(readFileSync(file, 'utf8')).toBe('of the operator');
});
