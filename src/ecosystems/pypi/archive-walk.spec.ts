import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeWheel } from '../../../test/harness/wheels.ts';
import type { ContentFile } from '../../domain/content.ts';
import { pypiArchives } from './archive.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-walk-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('an examination has the same files visited as a walk, and finds the same as without a visitor', async () => {
  const files = { 'sails/__init__.py': 'x = 1\n', 'sails/empty.py': '', 'sails/large.py': 'y = 2\n'.repeat(200_000) };
  const { bytes, filename } = await makeWheel({ name: 'sails', version: '1.0', files });
  const path = join(folder, filename);
  await writeFile(path, bytes);
  const expected = { filename, name: 'sails', version: '1.0' };
  const collected = () => {
    const seen: unknown[] = [];
    const visit = ({ path: at, size, complete, text }: ContentFile) => void seen.push({ at, size, complete, text });
    return { seen, visit };
  };
  const [walked, examined] = [collected(), collected()];
  expect(await pypiArchives.walk(path, filename, walked.visit)).toEqual({ status: 'walked' });
  const examination = await pypiArchives.examine(path, expected, examined.visit);
  expect(examination).toMatchObject({ problems: [] });
  expect(examination).toEqual(await pypiArchives.examine(path, expected));
  expect(walked.seen.length).toBeGreaterThan(Object.keys(files).length);
  expect(examined.seen).toEqual(walked.seen);
});
