import { describe, expect, it } from 'vitest';
import type { Source, UpstreamFetch } from '../../domain/upstream.ts';
import { createSourceReader } from './upstream-source.ts';

const PAGE = 'http://127.0.0.1/links/';
const source: Source = { name: 'links', kind: 'find-links', url: PAGE, only: undefined, caFile: undefined };

/** A reader of a find-links page with these files. */
function readerOf(filenames: readonly string[]) {
  const body = new TextEncoder().encode(filenames.map((one) => `<a href="${one}">x</a>`).join('\n'));
  const document: UpstreamFetch['document'] = async () => ({
    ...{ status: 'found', body, contentType: 'text/html', url: PAGE },
  });
  const fails = () => Promise.reject(new Error('nothing else is asked'));
  const reader = createSourceReader({ fetch: { document, range: fails }, now: () => new Date(0) });
  return async (name: string) => {
    const answer = await reader.read(source, name);
    return answer.status === 'found' ? answer.page.files.map(({ filename }) => filename) : answer.status;
  };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

describe('a find-links page', () => {
  it('is of every project that a file is called after, however its name is written', async () => {
    const files = [
      'Ocean_Current-1.0-py3-none-any.whl',
      'ocean.current-1.1.tar.gz',
      'OCEAN-1.0.zip',
      'ocean-current-1.0-2.tar.gz',
      'oceanic-1.0.tar.gz',
    ];
    const read = readerOf(files);
    expect(await read('ocean-current')).toEqual([files[0], files[1], files[3]]);
    expect(await read('ocean')).toEqual(['OCEAN-1.0.zip']);
    expect(await read('oceanic')).toEqual(['oceanic-1.0.tar.gz']);
    expect(await read('sea')).toBe('absent');
  });
  it('is not gone through again for each name of a tree', async () => {
    const names = 500;
    const files = Array.from({ length: 20_000 }, (_, at) => `p${at % names}-1.${at}-py3-none-any.whl`);
    const read = readerOf(files);
    const began = cpuMs();
    await read('p0');
    const first = cpuMs() - began;
    for (let name = 1; name < names; name += 1) expect(await read(`p${name}`)).toHaveLength(40);
    expect(cpuMs() - began - first).toBeLessThan(3 * first);
  });
});
