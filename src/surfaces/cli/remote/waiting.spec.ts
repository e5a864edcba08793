/** Somebody at a terminal, far from the server, sees how far a vetting is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, callApi, openTestHome, type TestHome } from '../../../../test/harness/home.ts';
import { startUpstream, type UpstreamServer } from '../../../../test/harness/upstream-server.ts';
import { makeWheel } from '../../../../test/harness/wheels.ts';
import { processHost } from '../../../main/host.ts';
import { runCli } from '../program.ts';

let upstream: UpstreamServer;
let home: TestHome;
let rosa: Caller;
beforeAll(async () => {
  upstream = await startUpstream([
    await makeWheel({ name: 'tidewater', version: '2.1.0' }),
    await makeWheel({ name: 'lantern', version: '1.0.0' }),
  ]);
  home = await openTestHome({ index: upstream.indexUrl });
  rosa = await home.person('rosa', 'researcher');
}, 60_000);
afterAll(async () => {
  await home.close();
  await upstream.close();
});

/** A command at a terminal; what it has drawn so far is `drawn`. */
function atTerminal(...args: string[]) {
  let drawn = '';
  let out = '';
  let code = -1;
  const host = {
    ...processHost(),
    streams: {
      out: (text: string | Uint8Array) => {
        out += text;
      },
      err: (text: string) => {
        drawn += text;
      },
      isTerminal: true,
    },
    defaults: { actor: undefined, server: undefined, token: undefined },
    exit: (exit: number) => {
      code = exit;
    },
  };
  const ended = runCli(host, '0', [...args, '--server', home.url, '--token', rosa.token]);
  return {
    async shows(words: string) {
      for (let tries = 0; tries < 600 && !drawn.includes(words); tries += 1) await sleep(50);
      expect(drawn).toContain(words);
    },
    async end() {
      await ended;
      return { code, out, drawn };
    },
  };
}
const ASK = ['--q1', 'Read the survey.', '--q2', 'The usual one.', '--q3-unknown'];

describe('a vetting on a server elsewhere', () => {
  it('is drawn as it goes on, until the evidence is there', async () => {
    const command = atTerminal('request', 'new', 'pypi', 'tidewater', ...ASK, '--wait');
    await command.shows('submitted 0/0 waits for a worker');
    const { db } = home.app;
    await sql`insert into vetting_progress (request, step, done, total, at) values ('R-1', 'scan', 10, 40, now())`.execute(
      db,
    );
    await command.shows('[=====               ] scan 10/40');
    const path = '/requests/R-1/progress';
    const seen = await callApi(home, rosa.token, { method: 'GET', path });
    expect(seen.body).toMatchObject({ state: 'submitted', vetting: { step: 'scan', done: 10, total: 40 } });
    const again = { 'if-none-match': seen.headers.get('etag') ?? '' };
    expect((await callApi(home, rosa.token, { method: 'GET', path, headers: again })).status).toBe(304);
    await home.settle();
    const { code, out, drawn } = await command.end();
    expect(code).toBe(0);
    expect(out).toMatch(/^state +in-review$/m);
    expect(drawn.split('\r\u001B[K').at(-1)).toMatch(/^hint: /);
  });
  it('is waited for by whoever asks later, and not where it is over', async () => {
    await home.app.rooms.requests.file(rosa.actor, {
      ...{ channel: 'tier3', ecosystem: 'pypi', name: 'lantern', q1: 'Light.', q2: 'Yes.', q3: 'unknown' },
    });
    const command = atTerminal('request', 'show', 'R-2', '--wait');
    await command.shows('waits for a worker');
    await home.settle();
    expect((await command.end()).out).toMatch(/^state +in-review$/m);
    const { drawn } = await atTerminal('request', 'show', 'R-2', '--wait').end();
    expect(drawn).not.toContain('waits');
  });
  it('is nobody’s to see who may not read the request', async () => {
    const path = '/requests/R-1/progress';
    expect((await callApi(home, undefined, { method: 'GET', path })).status).toBe(401);
    const made = await home.app.rooms.tokens.create(rosa.actor, { label: 'x', scope: { channels: ['tier2'] } });
    expect((await callApi(home, made.token, { method: 'GET', path })).body).toMatchObject({ code: 'token-scope' });
    const none = await callApi(home, rosa.token, { method: 'GET', path: '/requests/R-99/progress' });
    expect(none).toMatchObject({ status: 404, body: { code: 'unknown-request' } });
  });
});
