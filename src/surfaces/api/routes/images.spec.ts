import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, openTestHome, type TestHome, tokenOf } from '../../../../test/harness/home.ts';

let home: TestHome;
let rosa: Caller;
let operator: string;
beforeAll(async () => {
  home = await openTestHome();
  rosa = await home.person('rosa', 'researcher');
  operator = await tokenOf(home.app, home.operator);
  await home.settle();
});
afterAll(() => home.close());

async function call(token: string, method: string, path: string) {
  const response = await fetch(`${home.url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

// What an image holds is told where one can be built: test/journeys/image.spec.ts.
describe('images by the API', () => {
  it('lists none while none was built, and says what an image needs', async () => {
    expect((await call(rosa.token, 'GET', '/images/tier3')).body).toEqual({ results: [], next: null });
    expect(await call(operator, 'POST', '/images/tier3')).toMatchObject({
      status: 409,
      body: { code: 'nothing-core' },
    });
  });
  it('builds for operators alone', async () => {
    expect((await call(rosa.token, 'POST', '/images/tier3')).status).toBe(403);
  });
  it.each(['', '/changes', '/check', '/cyclonedx', '/file?path=sbom.cdx.json'])(
    'says that %s is of no image',
    async (rest) => {
      expect(await call(rosa.token, 'GET', `/images/tier3/2026-11${rest}`)).toMatchObject({
        status: 404,
        body: { code: 'unknown-image' },
      });
    },
  );
  it('are read within the channels of a token, and of a role', async () => {
    const { token } = await home.app.rooms.tokens.create(rosa.actor, { label: 'x', scope: { channels: ['tier2'] } });
    for (const rest of [
      '',
      '/2026-11',
      '/2026-11/changes',
      '/2026-11/check',
      '/2026-11/cyclonedx',
      '/2026-11/file?path=x',
    ])
      expect(await call(token, 'GET', `/images/tier3${rest}`)).toMatchObject({
        status: 403,
        body: { code: 'token-scope' },
      });
    expect((await call(token, 'GET', '/images/tier2')).status).toBe(200);
  });
});
