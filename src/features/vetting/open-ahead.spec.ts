import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { makeWheel } from '../../../test/harness/wheels.ts';
import type { Distribution } from '../../domain/distribution.ts';
import { createVetting } from './index.ts';
import { openingAhead } from './steps/open-ahead.ts';
import type { FileOf } from './steps/open-files.ts';

const SHA256 = `sha256:${'a'.repeat(64)}` as const;

function release(name: string, size: number | undefined = 1000) {
  const distribution: Distribution = {
    filename: `${name}-1-py3-none-any.whl`,
    url: `https://upstream.example/${name}-1-py3-none-any.whl`,
    source: 'upstream',
    kind: 'wheel',
    sha256: SHA256,
    size,
    uploadedAt: undefined,
    requiresRuntime: undefined,
    yanked: false,
    metadata: undefined,
    provenanceUrl: undefined,
  };
  return { name, version: '1', distribution };
}

/** Opens when it is told to. */
function slowOpener() {
  const asked: FileOf[] = [];
  const waiting: (() => void)[] = [];
  return {
    asked,
    names: () => asked.map(({ name }) => name),
    async next() {
      waiting.shift()?.();
      await new Promise(setImmediate);
    },
    openAhead: (of: FileOf) => {
      asked.push(of);
      return new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

const settled = () => new Promise(setImmediate);

describe('what a resolver has chosen', () => {
  it('is opened two at a time, each file once, to be scanned', async () => {
    const opener = slowOpener();
    const ahead = openingAhead(opener);
    for (const name of ['a', 'b', 'a', 'c']) ahead.begin(release(name));
    await settled();
    expect(opener.names()).toEqual(['a', 'b']);
    await opener.next();
    expect(opener.names()).toEqual(['a', 'b', 'c']);
    expect(opener.asked[0]).toEqual({ ...release('a'), isScanned: true });
  });

  it('is not begun with any more when the resolver is done, and what is in hand is waited for', async () => {
    const opener = slowOpener();
    const ahead = openingAhead(opener);
    for (const name of ['a', 'b', 'c']) ahead.begin(release(name));
    await settled();
    let isDone = false;
    const done = ahead.stop().then(() => {
      isDone = true;
    });
    ahead.begin(release('d'));
    await opener.next();
    expect(isDone).toBe(false);
    await opener.next();
    await done;
    expect(opener.names()).toEqual(['a', 'b']);
  });

  it('is left where it is large, of unknown size, or one of very many', async () => {
    const opened: string[] = [];
    const ahead = openingAhead({ openAhead: async ({ name }) => void opened.push(name) });
    ahead.begin(release('large', 20_000_001));
    ahead.begin({ ...release('any'), distribution: { ...release('any').distribution, size: undefined } });
    for (let number = 0; number < 40; number += 1) ahead.begin(release(`p${number}`));
    await settled();
    await ahead.stop();
    expect(opened).toEqual(Array.from({ length: 32 }, (_, number) => `p${number}`));
  });

  it('may fail: whoever opens the file hears of it', async () => {
    const ahead = openingAhead({ openAhead: () => Promise.reject(new Error('away')) });
    ahead.begin(release('a'));
    await expect(ahead.stop()).resolves.toBeUndefined();
  });
});

describe('a file that was opened ahead', () => {
  let bench: VettingBench;
  beforeEach(async () => {
    bench = await openVettingBench();
  });
  afterEach(() => bench.close());

  it('is read while the resolver goes on, once, and its code goes into the index', async () => {
    const listed = { uploadedAt: '2025-06-01T00:00:00Z' };
    bench.upstream.add(await makeWheel({ name: 'app', version: '1.0', requires: ['lib'] }), listed);
    bench.upstream.add(await makeWheel({ name: 'lib', version: '1.0' }), listed);
    const tasks: string[] = [];
    const appIsRead = Promise.withResolvers<void>();
    const { sandbox, connected } = bench.deps;
    const vetting = createVetting({
      ...bench.deps,
      sandbox: {
        isolation: () => sandbox.isolation(),
        close: () => sandbox.close(),
        async run(task) {
          tasks.push(task.task);
          const outcome = await sandbox.run(task);
          if (task.task === 'inspect-content') appIsRead.resolve();
          return outcome;
        },
      },
      connected: (ecosystem) => {
        const known = connected(ecosystem);
        if (known === undefined) return undefined;
        const { reader } = known;
        const readMetadata = async (distribution: Distribution) => {
          if (distribution.filename.startsWith('lib')) await appIsRead.promise;
          return reader.readMetadata(distribution);
        };
        return { ...known, reader: { ...reader, readMetadata } };
      },
    });
    const asked = { channel: 'tier3', ecosystem: 'pypi', name: 'app', extras: [], version: null };
    expect(await vetting.vet(asked)).toMatchObject({ status: 'vetted', set: { releases: [{}, {}] } });
    expect(tasks.toSorted()).toEqual(['inspect-content', 'inspect-content', 'ready']);
    const { rows } = await sql`select name from code_distributions order by name`.execute(bench.database.db);
    expect(rows).toEqual([{ name: 'app' }, { name: 'lib' }]);
  });

  it('is the last one where resolving ends with an error', async () => {
    const listed = { uploadedAt: '2025-06-01T00:00:00Z' };
    bench.upstream.add(await makeWheel({ name: 'app', version: '1.0', requires: ['a', 'b', 'c'] }), listed);
    for (const name of ['a', 'b', 'c']) bench.upstream.add(await makeWheel({ name, version: '1.0' }), listed);
    const [isRead, isOver] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const read: string[] = [];
    const { sandbox, connected } = bench.deps;
    const vetting = createVetting({
      ...bench.deps,
      sandbox: {
        isolation: () => sandbox.isolation(),
        close: () => sandbox.close(),
        async run(task) {
          if (task.task === 'inspect-content') read.push(task.task);
          if (read.length === 2) isRead.resolve();
          await isOver.promise;
          return { status: 'failed', reason: 'away' };
        },
      },
      connected: (ecosystem) => {
        const known = connected(ecosystem);
        if (known === undefined) return undefined;
        const { reader } = known;
        const readMetadata = async (distribution: Distribution) => {
          if (!distribution.filename.startsWith('c-')) return reader.readMetadata(distribution);
          await isRead.promise;
          throw new Error('gone');
        };
        return { ...known, reader: { ...reader, readMetadata } };
      },
    });
    const asked = { channel: 'tier3', ecosystem: 'pypi', name: 'app', extras: [], version: null };
    await expect(vetting.vet(asked)).rejects.toThrow('gone');
    isOver.resolve();
    await setTimeout(200);
    expect(read).toHaveLength(2);
  });
});
