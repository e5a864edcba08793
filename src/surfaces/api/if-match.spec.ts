/** Several who have seen the same and decide about it at once: one of them does, and the others hear that it has changed. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callApi, openTestHome, type TestHome, tokenOf } from '../../../test/harness/home.ts';

let home: TestHome;
let operator: string;
let reviewer: string;
beforeAll(async () => {
  home = await openTestHome();
  operator = await tokenOf(home.app, home.operator);
  reviewer = (await home.person('vera', 'reviewer')).token;
  await home.person('rosa', 'researcher');
});
afterAll(() => home.close());

interface Deciding {
  readonly token: string;
  /** What all have seen. */
  readonly read: string;
  readonly method: string;
  readonly path: string;
  /** Each asks for something else, so that what is there is another thing after each. */
  readonly bodies: readonly unknown[];
}

/** The statuses of calls that all name the tag of one read, in order. */
async function statuses({ token, read, method, path, bodies }: Deciding): Promise<readonly number[]> {
  const etag = (await callApi(home, token, { method: 'GET', path: read })).headers.get('etag') ?? '';
  const headers = { 'if-match': etag };
  const answers = await Promise.all(bodies.map((body) => callApi(home, token, { method, path, headers, body })));
  return answers.map(({ status }) => status).toSorted();
}

const channel = { name: 'lab', tier: 2, mode: 'cleared', window: 'none', undo: 'none' };

describe('of several who decide about the same at once, one wins', () => {
  it('about the settings of a channel', async () => {
    await callApi(home, operator, { method: 'POST', path: '/channels', body: channel });
    const bodies = [0, 1, 3, 4].map((tier) => ({ tier }));
    const settings = { token: operator, read: '/channels/lab', method: 'PUT', path: '/channels/lab', bodies };
    expect(await statuses(settings)).toEqual([200, 412, 412, 412]);
  });
  it('about who may install from it', async () => {
    const bodies = ['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16', 'token'].map((way) => ({ allow: [way], reason: 'r' }));
    const path = '/channels/lab/access';
    expect(await statuses({ token: operator, read: path, method: 'PUT', path, bodies })).toEqual([200, 412, 412, 412]);
  });
  it('about the roles of a person', async () => {
    const bodies = [['auditor'], ['reviewer'], ['researcher', 'auditor'], []].map((roles) => ({ roles }));
    const path = '/users/rosa/roles';
    expect(await statuses({ token: operator, read: '/users/rosa', method: 'PUT', path, bodies })).toEqual([
      200, 412, 412, 412,
    ]);
  });
  it('about a request, though its state follows later', async () => {
    await sql`insert into requests (id, number, channel, ecosystem, name, extras, state, filed_by, filed_at, moved_at)
      values ('R-1', 1, 'lab', 'pypi', 'tide', '{}', 'in-review', 'rosa', now(), now())`.execute(home.app.db);
    const bodies = ['a', 'b', 'c', 'd'].map((reason) => ({ choice: { kind: 'ask' }, reason }));
    const path = '/requests/R-1/decisions';
    expect(await statuses({ token: reviewer, read: '/requests/R-1', method: 'POST', path, bodies })).toEqual([
      201, 412, 412, 412,
    ]);
  });
});
