import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npmArchives } from '../ecosystems/npm/archive.ts';
import { installCodeScanner } from '../scanners/install-code/index.ts';
import { inspectContent } from './confined-content.ts';
import { tarOf } from './demo/made-here-tar.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-content-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('inspecting the files of a distribution', () => {
  it('looks at code that is used, whatever copy of it lies among the tests before', async () => {
    const hidden = `eval(atob("YWxlcnQoMSk="));\n${'// filling\n'.repeat(4000)}`;
    const path = join(folder, 'a.tgz');
    await writeFile(path, gzipSync(tarOf({ 'package/test/a.js': hidden, 'package/lib/a.js': hidden })));
    const subject = { ecosystem: 'npm', path, filename: 'a-1.0.0.tgz', name: 'a', version: '1.0.0' };
    const input = { ...subject, scanners: ['install-code'], examine: false, members: false, rules: null, source: [] };
    const { outcomes } = await inspectContent(input, npmArchives, [installCodeScanner]);
    const found = outcomes['install-code'];
    expect(
      found?.status === 'completed' && found.findings.map(({ severity, location }) => [location, severity]),
    ).toEqual([
      ['package/test/a.js:1', 'medium'],
      ['package/lib/a.js:1', 'high'],
    ]);
  });
});
