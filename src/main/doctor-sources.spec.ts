/** What `doctor` says of sources: each for itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestHome, type TestHome } from '../../test/harness/home.ts';
import { startUpstream, type UpstreamServer } from '../../test/harness/upstream-server.ts';
import { examineOpen } from './doctor.ts';

let upstream: UpstreamServer;
let home: TestHome;

beforeAll(async () => {
  upstream = await startUpstream();
  const more = `    - name: silent\n      url: http://127.0.0.1:9/simple/\n    - name: own\n      url: ${upstream.url}/own/\n      only: [internal-*]\n`;
  home = await openTestHome({
    index: upstream.indexUrl,
    config: (text) => text.replace(`      url: ${upstream.indexUrl}\n`, (line) => `${line}${more}`),
  });
});
afterAll(async () => {
  await home?.close();
  await upstream?.close();
});

describe('doctor', () => {
  it('fails the source that is silent, and no other', async () => {
    const { sources } = await examineOpen(home.app, { deep: false, sourcesOnly: true });
    const pypi = sources.filter(({ ecosystem }) => ecosystem === 'pypi');
    expect(pypi.map(({ name, state }) => [name, state])).toEqual([
      ['local', 'ok'],
      ['silent', 'failed'],
      ['own', 'ok'],
    ]);
    expect(pypi[1]?.detail).toContain('127.0.0.1:9');
    expect(upstream.requests('/own/pip/').length).toBeGreaterThan(0);
  });
});
