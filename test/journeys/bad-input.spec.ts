/** What people mistype and what an upstream can do wrong: one clear error each, and nothing gets into a snapshot. */
import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { WheelSpec } from '../../src/main/demo/made-here-wheels.ts';
import type { ListingOptions, Misbehaviour } from '../harness/upstream-server.ts';
import { makeWheel } from '../harness/wheels.ts';
import { CHANNEL, type CommandRun, newestSnapshot, openStage, type Stage } from './stage.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const ANSWERS = ['--q1', 'To test.', '--q2', 'No other.', '--q3', 'unknown', '--channel', CHANNEL];
const errorDocument = z.object({
  schema: z.literal('pratique.error/1'),
  error: z.object({ code: z.string(), what: z.string(), why: z.string().nullable(), next: z.string().nullable() }),
});

/** Asks the command line: what is wrong, the exit code, the stable code, words of the reason. */
interface Refused {
  readonly what: string;
  readonly args: readonly string[];
  readonly exit: number;
  readonly code: string;
  readonly words: RegExp;
}

const REFUSED_AT_ONCE: readonly Refused[] = [
  { what: 'a name that no source lists', args: ['nowhere'], exit: 1, code: 'unknown-package', words: /nowhere/ },
  {
    what: 'a nonsense version',
    args: ['good', '--version', 'no version'],
    exit: 2,
    code: 'not-a-version',
    words: /no version/,
  },
  {
    what: 'a version that is not there',
    args: ['good', '--version', '9.9'],
    exit: 1,
    code: 'unknown-version',
    words: /1\.0/,
  },
  { what: 'a path for a name', args: ['../../etc/passwd'], exit: 2, code: 'not-a-name', words: /is no package name/ },
  { what: 'an empty name', args: [''], exit: 2, code: 'not-a-name', words: /is no package name/ },
  { what: 'an endless name', args: ['x'.repeat(5000)], exit: 2, code: 'not-a-name', words: /is no package name/ },
  { what: 'a project without files', args: ['empty-page'], exit: 1, code: 'unknown-version', words: /no release/ },
  {
    what: "a page of another project's files",
    args: ['listed-elsewhere'],
    exit: 1,
    code: 'unknown-version',
    words: /no release/,
  },
  {
    what: 'a page whose one entry is no entry',
    args: ['entry-lies'],
    exit: 1,
    code: 'unknown-version',
    words: /no release that can be used; source local: an entry is left out: size/,
  },
  {
    what: 'a reserved name that no source holds',
    args: ['kept-back'],
    exit: 3,
    code: 'could-not-check',
    words: /reserved_names/,
  },
  { what: 'a page that answers 500', args: ['page-broken'], exit: 3, code: 'could-not-check', words: /answers 500/ },
  {
    what: 'a page without end',
    args: ['page-endless'],
    exit: 3,
    code: 'could-not-check',
    words: /larger than the limit of \d+ bytes for such a document/,
  },
  { what: 'a page that answers 429', args: ['page-busy'], exit: 3, code: 'could-not-check', words: /429.*wait 3600 s/ },
  {
    what: 'a page that is no index',
    args: ['page-nonsense'],
    exit: 3,
    code: 'could-not-check',
    words: /no simple index/,
  },
  {
    what: 'a page that breaks off',
    args: ['page-truncated'],
    exit: 3,
    code: 'could-not-check',
    words: /broke off|no simple index/,
  },
  {
    what: 'a release without a wheel',
    args: ['only-windows'],
    exit: 1,
    code: 'no-wheel',
    words: /no wheel for any target/,
  },
];

/** What is wrong with the one file of a package, and what the request then says: could not check, or a verdict. */
interface BadFile {
  readonly name: string;
  readonly spec?: Partial<WheelSpec>;
  readonly listing?: ListingOptions;
  readonly how?: Misbehaviour;
  readonly failure?: RegExp;
  readonly finding?: RegExp;
}

const BAD_FILES: readonly BadFile[] = [
  { name: 'wrong-hash', listing: { stated: { sha256Hex: '0'.repeat(64) } }, failure: /not those that were promised/ },
  { name: 'wrong-size', listing: { stated: { size: 10 } }, finding: /the index says 10/ },
  {
    name: 'lying-sidecar',
    listing: { sidecar: 'Metadata-Version: 2.1\nName: lying-sidecar\nVersion: 1.0\nRequires-Dist: good\n' },
    finding: /metadata served beside the file has another SHA-256 than the index says/,
  },
  { name: 'truncated', how: { kind: 'truncated', contentLength: true }, failure: /broke off in the middle/ },
  { name: 'endless', how: { kind: 'endless' }, failure: /larger than the limit/ },
  { name: 'gone', how: { kind: 'status', status: 404 }, failure: /cannot be found there/ },
  { name: 'too-often', how: { kind: 'status', status: 429 }, failure: /too often \(429\)/ },
  { name: 'broken', how: { kind: 'status', status: 500 }, failure: /answers 500/ },
  { name: 'not-a-zip', how: { kind: 'body', body: 'this is no archive' }, failure: /not those that were promised/ },
  { name: 'traversal', spec: { files: { '../../evil.py': 'x = 1\n' } }, finding: /outside|\.\.|evil/ },
  {
    name: 'somebody-else',
    spec: { metadataText: 'Metadata-Version: 2.1\nName: another\nVersion: 1.0\n' },
    finding: /another|metadata/i,
  },
];

describe('bad input', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage({
      config: (text) => text.replace('reserved_names: {}', 'reserved_names: { pypi: [kept-back] }'),
    });
    // Commands do all the work themselves: a source that failed for one is not yet resting for the next.
    await stage.stop();
    const { upstream } = stage;
    const add = async (name: string, spec: Partial<WheelSpec> = {}, listing: ListingOptions = {}) => {
      const wheel = await makeWheel({ name, version: '1.0', ...spec });
      upstream.add(wheel, listing);
      return `/files/${wheel.filename}`;
    };
    for (const name of ['good', 'page-broken', 'page-busy', 'page-nonsense', 'page-truncated', 'page-endless'])
      await add(name);
    await add('entry-lies', {}, { stated: { size: -1 } });
    await add('only-windows', { pythonTag: 'cp312', abiTag: 'cp312', platformTag: 'win_amd64' });
    await add('belongs-to-another', {}, { under: 'listed-elsewhere' });
    upstream.addEmpty('empty-page');
    upstream.misbehave('/simple/page-broken/', { kind: 'status', status: 500 });
    upstream.misbehave('/simple/page-busy/', { kind: 'status', status: 429, retryAfter: '3600' });
    upstream.misbehave('/simple/page-nonsense/', { kind: 'body', body: '{"meta":' });
    upstream.misbehave('/simple/page-endless/', { kind: 'endless' });
    upstream.misbehave('/simple/page-truncated/', { kind: 'truncated', contentLength: true });
    for (const { name, spec, listing, how } of BAD_FILES) {
      const path = await add(name, spec, listing);
      if (how !== undefined) upstream.misbehave(path, how);
    }
  });
  afterAll(() => stage?.close());

  it.each(REFUSED_AT_ONCE)('$what is refused at once, with exit code $exit', async ({ args, exit, code, words }) => {
    const run = await stage.pratique(['request', 'new', 'pypi', ...args, ...ANSWERS], 'rosa');
    expect(run.code, run.stderr).toBe(exit);
    clearError(run, code, words);
  });

  it('an upstream that does not answer at all is "could not check"', async () => {
    stage.upstream.misbehave('/simple/page-reset/', { kind: 'reset' });
    const run = await stage.pratique(['request', 'new', 'pypi', 'page-reset', ...ANSWERS], 'rosa');
    expect(run.code, run.stderr).toBe(3);
    clearError(run, 'could-not-check', /page-reset/);
  });

  const request = z.object({
    request: z.object({
      id: z.string(),
      state: z.string(),
      verdict: z.string().nullable(),
      failure: z.string().nullable(),
    }),
  });

  it.each(BAD_FILES)('a file that is bad ($name) never counts as clean', async ({ name, failure, finding }) => {
    const filed = await stage.answer(request, ['request', 'new', 'pypi', name, ...ANSWERS], 'rosa');
    const { id, state, verdict, failure: why } = filed.request;
    const shown = await stage.pratique(['review', 'show', id], 'vera');
    if (failure !== undefined) {
      expect([state, verdict]).toEqual(['failed', null]);
      expect(why).toMatch(failure);
      expect(shown.code).toBe(3);
      const decided = ['review', 'decide', id, '--accept', 'extra', '--reason', 'Try.', '--note', 'Try.'];
      const refused = await stage.pratique(decided, 'vera');
      expect(refused.code).toBe(1);
      errorDocument.parse(refused.json);
    } else {
      expect(verdict ?? state).not.toBe('admit');
      expect(`${why} ${shown.stdout}`).toMatch(finding ?? /./);
    }
  });

  it('leaves nothing behind: no snapshot, no half file, a whole ledger', async () => {
    expect(await newestSnapshot(stage, CHANNEL)).toBe(1);
    const expanded = await stage.answer(z.object({ results: z.array(z.unknown()) }), [
      ...['list', 'show', 'expanded', '--channel', CHANNEL],
    ]);
    expect(expanded.results).toEqual([]);
    await stage.answer(z.object({ status: z.literal('whole') }), ['log', 'verify']);
    const names = await readdir(join(stage.home, 'blobs'), { recursive: true });
    expect(names.filter((name) => /partial|incoming\/.|tmp\/./.test(name))).toEqual([]);
    const check = z.object({ checks: z.array(z.object({ name: z.string(), state: z.string(), detail: z.string() })) });
    const doctor = check.parse((await stage.pratique(['doctor', '--deep'])).json);
    expect(doctor.checks.filter(({ name, state }) => /blob|ledger/.test(name) && state === 'failed')).toEqual([]);
  });
});

const run = promisify(execFile);
/** Room for the empty snapshot and evidence, and not for the wheel: bytes. */
const SMALL_DISK_BYTES = 4 * 1024 * 1024;
const BIG_WHEEL_BYTES = 8 * 1024 * 1024;

describe('a full disk', () => {
  let stage: Stage;
  let mounted = false;

  beforeAll(async () => {
    stage = await openStage();
    await stage.stop();
    const folder = join(stage.home, 'blobs');
    await mkdir(`${folder}.before`);
    await run('cp', ['-a', `${folder}/.`, `${folder}.before`]);
    mounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_DISK_BYTES},mode=0700`, 'tmpfs', folder]).then(
      () => true,
      () => false,
    );
    if (mounted) await run('cp', ['-a', `${folder}.before/.`, folder]);
    const noise = Buffer.alloc(BIG_WHEEL_BYTES);
    let state = 1;
    for (let at = 0; at < noise.length; at += 4) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      noise.writeUInt32LE(state, at);
    }
    stage.upstream.add(await makeWheel({ name: 'too-big', version: '1.0', files: { 'too_big.bin': noise } }));
    stage.upstream.add(await makeWheel({ name: 'small', version: '1.0' }));
  });
  afterAll(async () => {
    if (mounted) await run('umount', [join(stage.home, 'blobs')]);
    await stage?.close();
  });

  it('says so, keeps nothing of the file, and goes on with what fits', async (context) => {
    if (!mounted) context.skip('a small disk needs the right to mount one');
    const shape = z.object({
      request: z.object({ id: z.string(), state: z.string(), failure: z.string().nullable() }),
    });
    const asked = await stage.pratique(['request', 'new', 'pypi', 'too-big', ...ANSWERS], 'rosa');
    const { request } = shape.parse(asked.json);
    const shown = shape.parse((await stage.pratique(['request', 'show', request.id])).json);
    const words = `${asked.stderr} ${shown.request.failure}`;
    expect(shown.request.state).not.toBe('in-review');
    expect(words).toMatch(/no room left/i);
    const names = await readdir(join(stage.home, 'blobs'), { recursive: true });
    expect(names.filter((name) => /partial|incoming\/.|tmp\/./.test(name))).toEqual([]);
    await stage.serve();
    await stage.clear('small');
    await stage.answer(z.unknown(), ['snapshot', 'verify', '--deep', '--channel', CHANNEL]);
  });
});

function clearError({ json, stderr }: CommandRun, code: string, words: RegExp): void {
  const { error } = errorDocument.parse(json);
  expect(error.code).toBe(code);
  expect(`${error.what} ${error.why}`).toMatch(words);
  expect(error.next).not.toBeNull();
  expect(stderr).toContain(`error: ${error.what}`);
  expect(stderr).toMatch(/next: /);
  expect(stderr).not.toMatch(/\n\s+at |node:internal/);
}
