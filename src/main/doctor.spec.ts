import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../../test/harness/command.ts';
import { openTestHome, type TestHome, tokenOf } from '../../test/harness/home.ts';
import { startUpstream, type UpstreamServer } from '../../test/harness/upstream-server.ts';

let upstream: UpstreamServer;
let home: TestHome;
let token: string;
beforeAll(async () => {
  upstream = await startUpstream([]);
  home = await openTestHome({
    index: upstream.indexUrl,
    config: (text) => text.replace('  npm: []\n', '  npm: discover\n'),
    // Nobody listens there.
    variables: { npm_config_registry: 'http://127.0.0.1:9/' },
  });
  token = await tokenOf(home.app, home.operator);
}, 60_000);
afterAll(async () => {
  await home.close();
  await upstream.close();
});

async function doctor() {
  const words = ['doctor', '--server', home.url, '--token', token];
  const { code, out } = await runCommand(words, {
    defaults: { actor: undefined, server: undefined, token: undefined },
  });
  return { code, source: /^.*source npm registry.*$/m.exec(out)?.[0] };
}

async function requestOf(ecosystem: string, name: string): Promise<void> {
  await sql`
    insert into requests (id, number, channel, ecosystem, name, extras, state, filed_by, filed_at, moved_at)
    select 'R-' || n, n, 'tier3', ${ecosystem}, ${name}, '{}', 'in-review', 'rosa', now(), now()
    from nextval('request_ids') as n`.execute(home.app.db);
}

it('has a warning for a source of the machine that does not answer, and fails once a channel was asked for its packages', async () => {
  await requestOf('pypi', 'sails');
  const before = await doctor();
  expect(before.source).toMatch(/^warning .*; no channel was asked for anything of npm yet$/);
  expect(before.code).toBe(0);
  await requestOf('npm', 'sails');
  const used = await doctor();
  expect(used.source).toMatch(/^failed /);
  expect(used.source).not.toContain('no channel');
  expect(used.code).toBe(3);
}, 120_000);
