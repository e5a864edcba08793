import { createServer, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callApi, openTestHome, type TestHome } from '../../../../test/harness/home.ts';

/** An upstream that answers when it is told to: until then whoever asks it waits. */
const held = new Map<string, ServerResponse>();
const upstream = createServer((request, response) => void held.set(request.url ?? '', response));

let home: TestHome;
const tokens = new Map<string, string>();
beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const address = upstream.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  home = await openTestHome({ index: `http://127.0.0.1:${address.port}/simple/` });
  for (const name of ['rosa', 'ruud', 'rita']) tokens.set(name, (await home.person(name, 'researcher')).token);
}, 60_000);
afterAll(async () => {
  await home?.close();
  upstream.closeAllConnections();
  upstream.close();
});

const report = (who: string, content: string) =>
  callApi(home, tokens.get(who), {
    ...{ method: 'POST', path: '/lists/tier3/report' },
    body: { ecosystem: 'pypi', content },
  });
const asked = (name: string) => expect.poll(() => held.has(`/simple/${name}/`), { timeout: 10_000 });
const answer = (name: string) => held.get(`/simple/${name}/`)?.writeHead(404).end();

describe('reports on lists', () => {
  it('are made for two people at once, and who asks for more is told so when enough wait', async () => {
    const first = report('rosa', 'tide');
    await asked('tide').toBe(true);
    const others = [report('rosa', 'reef'), report('rosa', 'reef')];
    const second = report('ruud', 'harbour');
    await asked('harbour').toBe(true);
    expect(held.has('/simple/reef/')).toBe(false);
    const refused = await report('rosa', 'reef');
    expect(refused).toMatchObject({ status: 429, body: { code: 'report-running' } });
    expect(refused.headers.get('retry-after')).toBe('60');
    const third = report('rita', 'lantern');
    answer('harbour');
    expect(await second).toMatchObject({ status: 200, body: { results: [{ problems: ['not-found'] }] } });
    // Rosa's first is still being made, so it is not her turn, though she asked before.
    await asked('lantern').toBe(true);
    for (const name of ['tide', 'lantern']) answer(name);
    await asked('reef').toBe(true);
    answer('reef');
    for (const each of [first, third, ...others]) expect((await each).status).toBe(200);
  }, 30_000);
});
