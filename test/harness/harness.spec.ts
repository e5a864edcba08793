import { Uint8ArrayReader, ZipReader } from '@zip.js/zip.js';
import { afterAll, describe, expect, it } from 'vitest';
import { startUpstream } from './upstream-server.ts';
import { makeSdist, makeWheel } from './wheels.ts';

describe('the wheel maker', () => {
  it('makes the same bytes twice, with a RECORD that covers every file', async () => {
    const spec = {
      name: 'Made.Here',
      version: '1.0',
      requires: ['other>=2'],
      extras: { fast: ['quick; python_version > "3"'] },
    };
    const [first, second] = [await makeWheel(spec), await makeWheel(spec)];
    expect(first.sha256).toBe(second.sha256);
    expect(first.filename).toBe('made_here-1.0-py3-none-any.whl');
    expect(first.metadataText).toContain('Requires-Dist: quick ; (python_version > "3") and extra == "fast"');
    const zip = new ZipReader(new Uint8ArrayReader(first.bytes), { strictness: 'strict' });
    const names = (await zip.getEntries()).map((entry) => entry.filename);
    expect(names).toEqual([
      'made_here.py',
      'made_here-1.0.dist-info/METADATA',
      'made_here-1.0.dist-info/WHEEL',
      'made_here-1.0.dist-info/RECORD',
    ]);
  });

  it('makes a gzipped sdist', () => {
    const sdist = makeSdist({ name: 'made-here', version: '1.0', buildRequires: ['wheel'] });
    expect(sdist.filename).toBe('made_here-1.0.tar.gz');
    expect([...sdist.bytes.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
  });
});

describe('the local upstream', async () => {
  const server = await startUpstream([await makeWheel({ name: 'made-here', version: '1.0' })]);
  afterAll(() => server.close());
  const page = `${server.indexUrl}made-here/`;

  it('answers JSON or HTML, sidecars and 304, and counts', async () => {
    const json = await fetch(page, { headers: { accept: 'application/vnd.pypi.simple.v1+json' } });
    expect(json.headers.get('content-type')).toBe('application/vnd.pypi.simple.v1+json');
    expect(await (await fetch(page)).text()).toContain('data-core-metadata="sha256=');
    const again = await fetch(page, {
      headers: { accept: 'application/vnd.pypi.simple.v1+json', 'if-none-match': json.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
    const sidecar = await fetch(`${server.url}/files/made_here-1.0-py3-none-any.whl.metadata`);
    expect(await sidecar.text()).toContain('Name: made-here');
    expect(server.requests('/simple/made-here/')).toHaveLength(3);
  });

  it('misbehaves as often as told', async () => {
    server.misbehave('/simple/made-here/', { kind: 'status', status: 500, times: 2 });
    const statuses = [(await fetch(page)).status, (await fetch(page)).status, (await fetch(page)).status];
    expect(statuses).toEqual([500, 500, 200]);
  });
});
