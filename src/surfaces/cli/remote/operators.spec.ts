/** What operators and reviewers do on a server elsewhere, and that it says the same as on the home. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NO_DEFAULTS, runCommand } from '../../../../test/harness/command.ts';
import { openTestHome, type TestHome, tokenOf } from '../../../../test/harness/home.ts';
import { examineOpen } from '../../../main/doctor.ts';

let home: TestHome;
let folder: string;
let olga: string;
let vera: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-remote-'));
  home = await openTestHome();
  olga = await tokenOf(home.app, home.operator);
  vera = (await home.person('vera', 'reviewer')).token;
  await home.settle();
}, 60_000);
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

/** One command on the server. */
async function run(token: string, ...args: string[]) {
  const words = [...args, '--server', home.url, '--token', token];
  const { code, out, err } = await runCommand(words, { defaults: NO_DEFAULTS });
  return { code, text: out, advice: err };
}
const json = async (token: string, ...args: string[]) =>
  z.record(z.string(), z.unknown()).parse(JSON.parse((await run(token, ...args, '--json')).text));

describe('an operator elsewhere', () => {
  it('examines the installation, and changes nothing of it', async () => {
    const { checks, sources, retried } = await json(olga, 'doctor');
    const names = z.array(z.looseObject({ name: z.string() })).parse(checks);
    const there = await examineOpen(home.app, { deep: false, sourcesOnly: false });
    expect(names.map(({ name }) => name)).toEqual(there.checks.map(({ name }) => name));
    expect(sources).toHaveLength(3);
    expect(retried).toBeNull();
    expect((await run(olga, 'doctor')).text).toMatch(/^ok +database +PostgreSQL/m);
    expect(await json(olga, 'doctor', '--sources')).toMatchObject({ checks: [] });
    expect(await json(olga, 'doctor', '--deep')).toMatchObject({ error: { code: 'home-only' } });
    expect(await json(vera, 'doctor')).toMatchObject({ error: { code: 'wrong-role' } });
    const scope = { channels: ['tier2'] };
    const { token } = await home.app.rooms.tokens.create(home.operator, { label: 'limited', scope });
    expect(await json(token, 'doctor')).toMatchObject({ error: { code: 'token-scope' } });
  });
  it('makes, changes and shows channels', async () => {
    const made = await run(olga, 'channel', 'create', 'survey', '--tier', '3', '--mode', 'cleared', '--window', '3d');
    expect(made).toMatchObject({ code: 0 });
    expect(made.text).toMatch(/^window +3d$/m);
    expect(made.text).toMatch(/^access +everyone$/m);
    const fenced = ['--tier', '2', '--mode', 'open', '--allow', '10.20.0.0/16'];
    expect((await run(olga, 'channel', 'create', 'fenced', ...fenced)).text).toMatch(/^access +10\.20\.0\.0\/16$/m);
    expect((await run(vera, 'channel', 'show', 'fenced')).text).toMatch(/^access +10\.20\.0\.0\/16$/m);
    expect((await run(olga, 'channel', 'change', 'survey', '--window', 'none', '--approvers', '2')).text).toMatch(
      /^approvers +2$/m,
    );
    expect((await run(vera, 'channel', 'list')).text).toMatch(/^survey +3 +cleared +none/m);
    expect((await run(vera, 'channel', 'show', 'survey')).text).toContain('/survey/pypi/simple/');
    expect((await run(vera, 'channel', 'change', 'survey', '--tier', '0')).code).toBe(1);
  });
  it('adds people, gives roles, invites, closes and opens', async () => {
    expect((await run(olga, 'user', 'create', 'rosa', '--role', 'researcher')).text).toBe('rosa: researcher\n');
    expect((await run(olga, 'user', 'role', 'rosa', 'reviewer', '--channel', 'tier2')).text).toBe(
      'rosa: researcher, reviewer (tier2)\n',
    );
    expect((await run(olga, 'user', 'list')).text).toMatch(/^rosa +researcher, reviewer \(tier2\)/m);
    expect((await run(olga, 'user', 'invite', 'rosa')).text).toMatch(/^[A-Z0-9]{6}(-[A-Z0-9]{6}){3}\n$/);
    expect(await run(olga, 'user', 'close', 'rosa', '--reason', 'Left.')).toMatchObject({ code: 0 });
    expect(await json(olga, 'user', 'open', 'rosa')).toMatchObject({ person: { disabledAt: null } });
    expect((await run(vera, 'user', 'create', 'eve', '--role', 'operator')).code).toBe(1);
  });
  it('imports advisories and feeds, and lists them', async () => {
    const file = join(folder, 'osv.json');
    const about = { package: { ecosystem: 'PyPI', name: 'netclient' }, versions: ['1.0'] };
    await writeFile(
      file,
      JSON.stringify({ id: 'ADV-1', modified: '2026-01-01T00:00:00Z', summary: 'Bad.', affected: [about] }),
    );
    expect((await run(olga, 'advisories', 'import', file)).text).toBe(
      '1 records read, 1 new or newer, 0 withdrawn, 0 about other ecosystems\n',
    );
    expect((await run(vera, 'advisories', 'list', 'pypi', 'netclient')).text).toMatch(/^ADV-1 +unknown +Bad\.$/m);
    expect((await run(vera, 'advisories', 'list')).text).toMatch(/^pypi +1 /m);
    const names = join(folder, 'popular.tsv');
    await writeFile(names, '1\tnetclient\t10\n');
    expect((await run(olga, 'feed', 'import', 'popularity', names)).text).toBe('1 records imported\n');
    expect((await run(vera, 'feed', 'list')).text).toMatch(/^popularity /m);
    expect((await run(vera, 'feed', 'import', 'popularity', names)).code).toBe(1);
  });
  it('sees tokens and ends them', async () => {
    expect((await run(olga, 'token', 'list')).text).toMatch(/^T-\d+ +vera /m);
    const spare = (await home.person('sam', 'researcher')).token;
    expect((await run(olga, 'token', 'revoke', '--leaked', spare)).text).toMatch(/^Thank you/);
    expect((await run(spare, 'status')).code).toBe(4);
    // By a token nobody makes another one.
    expect(await json(olga, 'token', 'create', '--label', 'more')).toMatchObject({ error: { code: 'not-by-token' } });
  });
});

describe('a reviewer elsewhere', () => {
  it('hears reports of what is suspicious, and says what came of them to who reported', async () => {
    const { token: rosa } = await home.person('rosalind', 'researcher');
    const { token: ruud } = await home.person('ruud', 'researcher');
    const filed = await run(rosa, 'report', 'pkg:pypi/Net_Client@2.2.2', '--reason', 'It reads tokens.');
    expect(filed.text).toMatch(/^package +pypi net-client 2\.2\.2$/m);
    expect(filed.advice).toBe('hint: pratique reports show P-1 tells what came of it\n');
    expect((await run(rosa, 'report', 'netclient', '--reason', 'No purl.')).code).toBe(2);
    await home.settle();
    expect((await run(vera, 'notice', 'list')).text).toContain('Reported: net-client (P-1)');
    expect((await run(vera, 'reports', 'list')).text).toMatch(
      /^P-1 +pypi net-client 2\.2\.2 +rosalind +It reads tokens\.$/m,
    );
    // Reports of others are not for everybody to read.
    expect((await run(ruud, 'reports', 'list')).text).not.toContain('P-1');
    expect((await run(ruud, 'reports', 'show', 'P-1')).code).toBe(1);
    expect((await run(rosa, 'reports', 'close', 'P-1', '--reason', 'Mine.')).code).not.toBe(0);
    expect((await run(vera, 'reports', 'close', 'P-1', '--reason', 'Tests of its own.')).code).toBe(0);
    expect((await run(vera, 'reports', 'close', 'P-1', '--reason', 'Again.')).code).toBe(1);
    await home.settle();
    expect((await run(rosa, 'notice', 'list')).text).toContain('Looked into: net-client (P-1)');
    expect((await run(rosa, 'reports', 'show', 'P-1')).text).toMatch(/^outcome +Tests of its own\.$/m);
    expect((await run(vera, 'reports', 'list')).text).not.toContain('P-1');
    expect((await run(vera, 'reports', 'list', '--closed')).text).toContain('P-1');
  });
  it('rehearses, starts and releases quarantines', async () => {
    expect((await run(vera, 'quarantine', 'rehearse', 'pypi', 'netclient')).code).toBe(0);
    const started = await run(vera, 'quarantine', 'start', 'pypi', 'netclient', '--reason', 'Steals.');
    expect(started.text).toMatch(/^quarantine +Q-1$/m);
    expect(started.advice).toContain('hint: pratique quarantine release Q-1 --reason TEXT ends it\n');
    expect((await run(vera, 'quarantine', 'list')).text).toMatch(/^Q-1 +pypi netclient +all +Steals\.$/m);
    expect((await run(vera, 'quarantine', 'release', 'Q-1', '--reason', 'It did not.')).code).toBe(0);
    expect((await run(vera, 'quarantine', 'show', 'Q-1')).text).toMatch(/^released +20/m);
    expect(await run(vera, 'quarantine', 'list')).toMatchObject({ code: 0 });
  });
  it('denies and lifts', async () => {
    const deny = ['list', 'deny', 'pypi', 'NetClient', '--versions', '<2', '--reason', 'Old.'];
    const nothing = 'Nothing that is offered or accepted holds it.\n';
    expect(await run(vera, ...deny, '--draft')).toMatchObject({
      ...{ code: 0, text: nothing, advice: 'hint: Nothing was denied. Without --draft it is, at once.\n' },
    });
    expect((await run(vera, ...deny)).text).toBe(`D-1 denies netclient <2\n\n${nothing}`);
    expect((await run(vera, 'list', 'lift', 'D-1', '--reason', 'Mended.')).text).toBe('D-1 is lifted\n');
    expect(await run(vera, 'list', 'why', 'pkg:pypi/netclient@1.0')).toMatchObject({
      code: 1,
      advice: 'hint: pratique why pkg:pypi/netclient@1.0 --channel tier3   what became of it\n',
    });
    expect(await run(vera, 'list', 'why', 'netclient')).toMatchObject({
      code: 1,
      text: 'netclient is not on the expanded list of tier3\n',
      advice: 'hint: pratique why pkg:ECOSYSTEM/netclient --channel tier3   what became of it\n',
    });
    const gone = await run(vera, 'list', 'remove', 'L-9', '--reason', 'Gone.');
    expect(gone.code).toBe(1);
    expect(gone.advice).toContain('pratique list show extra');
    expect((await run(vera, 'list', 'lift', 'D-9', '--reason', 'Gone.')).advice).toContain('pratique list show denied');
  });
  it('reads and verifies snapshots, and the policy', async () => {
    expect((await run(vera, 'snapshot', 'list')).text).toMatch(/^1 +current /m);
    expect((await run(vera, 'snapshot', 'verify', '--deep')).text).toMatch(/^snapshot 1 is whole/);
    expect((await run(vera, 'snapshot', 'rollback', '1')).code).toBe(1);
    expect((await run(olga, 'snapshot', 'rollback', '1', '--reason', 'It broke.')).text).toMatch(
      /^snapshot \d+ holds what 1 held$/m,
    );
    const rolledBack = await run(vera, 'log', 'list', '--kind', 'snapshot-rolled-back');
    expect(rolledBack.text).toContain('It broke.');
    expect((await run(vera, 'policy', 'show')).text).toContain('install_proof: off');
    expect(await run(vera, 'policy', 'test')).toMatchObject({ code: 0 });
  });
  it('sees in the ledger as what each acted', async () => {
    const rows = (await run(vera, 'log', 'list', '--kind', 'quarantine-started')).text;
    expect(rows).toMatch(/^ROW +AT +WHO +AS +WHAT +DETAILS$/m);
    expect(rows).toMatch(/ vera +reviewer +quarantine-started /);
  });
});
