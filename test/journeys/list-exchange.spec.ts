/** The journey of lists between installations: read, reported on, asked for in one go, cleared by people, written again. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { listedTarball } from '../../src/main/demo/made-here-registry.ts';
import { makeSourcePackage, repositoryAnswer } from '../../src/main/demo/made-here-source-packages.ts';
import { makeTarball } from '../../src/main/demo/made-here-tarballs.ts';
import { type MadeHereUpstream, startMadeHereUpstream } from '../../src/main/demo/made-here-upstream.ts';
import { makeWheel } from '../harness/wheels.ts';
import { openStage, type Stage, until } from './stage.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const CHANNEL = 'lists';
const OTHER = 'elsewhere';
const ANSWERS = ['--q1', 'Go on as before.', '--q2', 'What we always used.', '--q3-unknown'];

const asked = z.object({ request: z.string().nullable(), outcome: z.string(), reason: z.string().nullable() });
const imported = z.object({
  format: z.string(),
  accepted: z.literal(0),
  results: z.array(
    z.object({
      text: z.string(),
      here: z.string().nullable(),
      problems: z.array(z.string()),
      asked: asked.optional(),
    }),
  ),
  missing: z.array(z.object({ name: z.string() })),
});
const exported = z.object({ document: z.string() });
const expanded = z.object({ results: z.array(z.object({ ecosystem: z.string(), name: z.string() })) });

let stage: Stage;
let cran: MadeHereUpstream;

beforeAll(async () => {
  const current = [
    { name: 'tree.top', version: '1.0-2', fields: { Imports: 'leaf.low' } },
    { name: 'leaf.low', version: '0.5' },
    { name: 'alone', version: '2.0' },
  ].map(makeSourcePackage);
  cran = await startMadeHereUpstream((question) => repositoryAnswer({ current }, question));
  stage = await openStage({
    config: (text) => text.replace('\n  pypi:\n', `\n  cran:\n    - name: local\n      url: ${cran.url}\n  pypi:\n`),
  });
  for (const spec of [
    { name: 'tree-top', version: '1.0', requires: ['leaf-low'] },
    { name: 'leaf-low', version: '0.5' },
    { name: 'alone', version: '2.0' },
  ])
    stage.upstream.add(await makeWheel(spec));
  for (const spec of [
    { name: 'tree-top', version: '1.0.0', dependencies: { 'leaf-low': '^0.5.0' } },
    { name: 'leaf-low', version: '0.5.0' },
    { name: 'alone', version: '2.0.0' },
  ])
    stage.npmUpstream.releases.push(listedTarball(makeTarball(spec)));
  const targets = ['cp312-manylinux_2_28_x86_64', 'node24-linux-x64', 'r4.4-source'].flatMap((id) => ['--target', id]);
  const args = ['--tier', '3', '--mode', 'cleared', '--window', 'none', '--undo', 'none', ...targets];
  for (const name of [CHANNEL, OTHER]) await stage.answer(z.unknown(), ['channel', 'create', name, ...args], 'olga');
});
afterAll(async () => {
  await stage?.close();
  await cran?.close();
});

describe.each([
  { ecosystem: 'pypi', top: 'tree-top', leaf: 'leaf-low', version: '1.0' },
  { ecosystem: 'npm', top: 'tree-top', leaf: 'leaf-low', version: '1.0.0' },
  { ecosystem: 'cran', top: 'tree.top', leaf: 'leaf.low', version: '1.0-2' },
])('a list of $ecosystem packages', ({ ecosystem, top, leaf, version }) => {
  const save = async (name: string, text: string) => {
    const file = join(stage.folder, name);
    await writeFile(file, text);
    return file;
  };
  const read = (file: string, ...more: string[]) =>
    stage.answer(imported, ['list', 'import', file, '--ecosystem', ecosystem, '--channel', CHANNEL, ...more], 'rosa');
  const outcomes = ({ results }: z.infer<typeof imported>) =>
    results.map(({ text, asked: one }) => `${text}: ${one?.outcome} ${one?.reason ?? ''}`.trim());
  const exportTo = async (form: string) =>
    (await stage.answer(exported, ['list', 'export', '--to', form, '--ecosystem', ecosystem, '--channel', CHANNEL]))
      .document;
  const names = () => save(`${ecosystem}.txt`, `# theirs\n${leaf}\n${top}\nalone\n\nnot-there-x\n`);

  it('is reported on, and nothing is filed by that, nor by a draft', async () => {
    const report = await read(await names());
    expect(report.format).toBe('names');
    expect(report.missing).toEqual([]);
    expect(report.results.every(({ asked: one }) => one === undefined)).toBe(true);
    const problem = ecosystem === 'cran' ? 'not-a-name' : 'not-found';
    expect(outcomes(await read(await names(), '--draft'))).toEqual([
      `${leaf}: not-filed comes with ${top}`,
      `${top}: would-file`,
      'alone: would-file',
      `not-there-x: not-filed ${problem}`,
    ]);
    const { results } = await stage.answer(z.object({ results: z.array(z.object({ ecosystem: z.string() })) }), [
      'request',
      'list',
    ]);
    expect(results.filter((one) => one.ecosystem === ecosystem)).toEqual([]);
  });

  it('is asked for in one go, with the same three answers, and not twice', async () => {
    const without = await stage.pratique(['list', 'import', await names(), '--file', '--channel', CHANNEL], 'rosa');
    expect(without.code).toBe(2);
    expect(without.stderr).toMatch(/three answers/);
    const filed = await read(await names(), '--file', ...ANSWERS);
    expect(outcomes(filed).filter((one) => one.endsWith(': filed'))).toEqual([`${top}: filed`, 'alone: filed']);
    const again = await read(await names(), '--file', ...ANSWERS);
    expect(outcomes(again).filter((one) => one.endsWith(': joined'))).toEqual([`${top}: joined`, 'alone: joined']);
    for (const { asked: one } of filed.results) {
      const { request } = one ?? { request: null };
      if (request === null) continue;
      await until(`${request} is in review`, async () => (await stage.state(request)) === 'in-review');
      await stage.accept(request);
    }
    await until('all of it is offered', async () => {
      const args = ['list', 'show', 'expanded', '--channel', CHANNEL];
      const { results } = await stage.answer(expanded, args);
      return results.filter((one) => one.ecosystem === ecosystem).length === 3;
    });
  });

  it('is written in both forms, each of which is read back whole: here, and where nothing is cleared yet', async () => {
    expect(await exportTo('names')).toBe(['alone', leaf, top].map((name) => `${name}\n`).join(''));
    const document = await exportTo('uk-tre');
    expect(document).toContain(`"version": "== ${version}"`);
    const file = await save(`${ecosystem}-exported.json`, document);
    const here = await read(file, '--draft');
    expect(here.format).toBe('uk-tre');
    expect(here.missing).toEqual([]);
    expect(here.results.map(({ problems }) => problems)).toEqual([[], [], []]);
    expect(outcomes(here).every((one) => one.endsWith('not-filed already-here'))).toBe(true);
    const args = ['list', 'import', file, '--ecosystem', ecosystem, '--channel', OTHER, '--draft'];
    const there = await stage.answer(imported, args);
    expect(outcomes(there).every((one) => one.endsWith('would-file'))).toBe(true);
  });
});

it('asks for an ecosystem where a form is about one', async () => {
  const run = await stage.pratique(['list', 'export', '--to', 'names', '--channel', CHANNEL]);
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(/--ecosystem, one of cran, npm, pypi/);
});
