/** What an opened home loads: the server and the thread that works for it each hold it in memory. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { placesTold, tellingWhatLoads } from '../../test/harness/loaded-modules.ts';
import { SCANNERS } from '../scanners/catalog.ts';
import { CONTENT_SCANNERS } from '../scanners/content-catalog.ts';

const ENTRY = join(import.meta.dirname, 'app.ts');
const { stderr } = await promisify(execFile)(process.execPath, tellingWhatLoads(ENTRY));
const loaded = placesTold(stderr);

it('knows what scanners of files declare, and leaves their code to the confined program', () => {
  const folders = CONTENT_SCANNERS.map(({ id }) => `src/scanners/${id}/`);
  const ofContent = loaded.filter((place) => folders.some((folder) => place.startsWith(folder)));
  expect(ofContent).toEqual(folders.map((folder) => `${folder}declaration.ts`).toSorted());
  expect(SCANNERS.filter(({ looksAt }) => looksAt === 'content').map(({ id }) => id)).toEqual(
    CONTENT_SCANNERS.map(({ id }) => id),
  );
});

it('knows licences by their ids alone, and reads no source code', () => {
  const shared = /^src\/scanners\/(?:licence-texts|syntax|copied-code)\//;
  expect(loaded.filter((place) => shared.test(place))).toEqual([
    'src/scanners/copied-code/index.ts',
    'src/scanners/copied-code/version.ts',
    'src/scanners/licence-texts/entries.ts',
    'src/scanners/licence-texts/expression.ts',
    'src/scanners/licence-texts/ids.ts',
    'src/scanners/syntax/fields.ts',
  ]);
});
