import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NO_DEFAULTS, runCommand } from '../../../../test/harness/command.ts';
import { type Caller, openTestHome, type TestHome } from '../../../../test/harness/home.ts';
import { startUpstream, type UpstreamServer } from '../../../../test/harness/upstream-server.ts';
import { makeWheel } from '../../../../test/harness/wheels.ts';
import { clearedEntries } from '../../../features/lists/read.ts';
import { readSnapshot } from '../../../features/snapshots/read.ts';
import { processHost } from '../../../main/host.ts';
import { createProgram } from '../program.ts';

let upstream: UpstreamServer;
let home: TestHome;
let folder: string;
let people: Record<'rosa' | 'vera' | 'pia', Caller>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-remote-'));
  upstream = await startUpstream([
    await makeWheel({ name: 'tidewater', version: '2.1.0' }),
    await makeWheel({ name: 'lantern', version: '1.0.0' }),
  ]);
  const young = new Date(Date.now() - 86_400_000).toISOString();
  upstream.add(await makeWheel({ name: 'tidewater', version: '3.0.0' }), { uploadedAt: young });
  home = await openTestHome({ index: upstream.indexUrl });
  people = {
    rosa: await home.person('rosa', 'researcher'),
    vera: await home.person('vera', 'reviewer'),
    pia: await home.person('pia', 'provider', 'Survey-Trust'),
  };
  const settings = {
    tier: 2,
    mode: 'cleared',
    providers: ['Survey-Trust'],
    window: '3d',
    targets: ['cp312-manylinux_2_28_x86_64'],
  };
  await home.app.rooms.channels.create(home.operator, { name: 'survey', ...settings });
  await home.settle();
}, 60_000);
afterAll(async () => {
  await home.close();
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
});

/** One command on the server, by somebody's token. */
async function run(who: 'rosa' | 'vera' | 'pia' | undefined, ...args: string[]) {
  const token = who === undefined ? [] : ['--token', people[who].token];
  const channel = args.includes('--channel') ? [] : ['--channel', 'survey'];
  const words = [...args, '--server', home.url, ...token, ...channel];
  const { code, out: text, err: advice } = await runCommand(words, { defaults: NO_DEFAULTS });
  return { code, text, advice, json: () => z.record(z.string(), z.unknown()).parse(JSON.parse(text)) };
}
const ANSWERS = ['--q1', 'Read the survey.', '--q2', 'The usual one.', '--q3-unknown'];

describe('commands on a server elsewhere', () => {
  it('file, list and show requests', async () => {
    expect((await run('vera', 'review', 'queue')).text).toBe('Nothing waits for a reviewer.\n');
    const filed = await run('rosa', 'request', 'new', 'pkg:pypi/tidewater', ...ANSWERS, '--json');
    expect(filed.code).toBe(0);
    expect(filed.json()).toMatchObject({ schema: 'pratique.request-new/1', outcome: 'filed', request: { id: 'R-1' } });
    await home.settle();
    expect((await run('rosa', 'request', 'list', '--mine')).text).toMatch(/^R-1 +survey +pypi tidewater +in-review/m);
    const shown = (await run('rosa', 'request', 'show', 'R-1')).text;
    expect(shown).toMatch(/^state +in-review$/m);
    expect(shown).toMatch(/^move +with the reviewer since 20.*, due 20/m);
    expect(shown).toMatch(/^asked by rosa: Read the survey\.$/m);
    // What was found for it, and which newer one was not taken and why: as on a home of one's own.
    expect(shown).toMatch(/^version +2\.1\.0; the newer 3\.0\.0 is cooling down until 20\d\d-\d\d-\d\d$/m);
    expect((await run('rosa', 'status')).text).toContain('R-1');
  });
  it('say where an answer is missing, who is not signed in, and what needs a home', async () => {
    expect((await run('rosa', 'request', 'new', 'pypi', 'tidewater')).code).toBe(2);
    const unknown = await run(undefined, 'request', 'list');
    expect(unknown.code).toBe(4);
    expect(unknown.advice).toContain('Set PRATIQUE_TOKEN, or give --token');
    expect(unknown.advice).not.toContain('Authorization');
    expect((await run('rosa', 'request', 'show', 'R-99')).code).toBe(1);
    const homeOnly = await run('rosa', 'vet', 'tidewater', '--json');
    expect(homeOnly).toMatchObject({ code: 2 });
    expect(homeOnly.json()).toMatchObject({ error: { code: 'home-only' } });
  });
  it('review on what was shown, and decide', async () => {
    expect((await run('vera', 'review', 'queue')).text).toMatch(/^R-1 /m);
    const shown = await run('vera', 'review', 'show', 'R-1', '--json');
    expect(shown.json()).toMatchObject({
      root: 'pkg:pypi/tidewater@2.1.0',
      results: [{ purl: 'pkg:pypi/tidewater@2.1.0' }],
    });
    expect((await run('vera', 'review', 'show', 'R-1')).advice).toMatch(
      /^hint: pratique review decide R-1 --accept extra/m,
    );
    expect((await run('vera', 'review', 'show', 'R-1', '--format', 'html')).text).toMatch(/^<!doctype html>/i);
    const words = ['--reason', 'Needed.', '--note', 'Read by hand.'];
    expect((await run('rosa', 'review', 'decide', 'R-1', '--accept', 'extra', ...words)).code).toBe(1);
    const made = await run('vera', 'review', 'decide', 'R-1', '--accept', 'extra', ...words, '--json');
    expect(made.json()).toMatchObject({ decision: { id: 'A-1', evidence: shown.json()['evidence'] } });
    await home.settle();
  });
  it('say why the policy judges a release as it does, by the evidence that is there', async () => {
    const said = await run('rosa', 'policy', 'explain', 'pkg:pypi/tidewater@2.1.0');
    expect(said.code).toBe(8);
    expect(said.text).toMatch(/^pkg:pypi\/tidewater@2\.1\.0 {2}review\n {2}matched +\S+ \(review\): /);
    const all = (await run('rosa', 'policy', 'explain', 'pkg:pypi/tidewater@2.1.0', '--all')).text;
    expect(all).toMatch(/^ {2}not-matched /m);
    const none = await run('rosa', 'policy', 'explain', 'pkg:pypi/tidewater@9', '--json');
    expect(none).toMatchObject({ code: 1 });
    expect(none.json()).toMatchObject({ error: { code: 'no-evidence' } });
    const open = await run('rosa', 'policy', 'explain', 'pkg:pypi/tidewater', '--json');
    expect(open.json()).toMatchObject({ error: { code: 'version-needed' } });
  });
  it('ask, answer and do not object', async () => {
    expect((await run('pia', 'objection', 'list')).text).toMatch(/^W-\d+ +A-\d+ +pkg:pypi\/\S+@\S+ +survey +running/m);
    const listed = (await run('pia', 'objection', 'list', '--json')).json()['results'];
    const [{ id }] = z.tuple([z.looseObject({ id: z.string() })]).parse(listed);
    expect((await run('pia', 'objection', 'question', id, '--text', 'Which data does it read?')).text).toMatch(
      /^state +questioned$/m,
    );
    expect((await run('vera', 'objection', 'answer', id, '--text', 'None.')).text).toMatch(/^state +running$/m);
    expect((await run('pia', 'objection', 'none', id)).code).toBe(0);
    await home.settle();
  });
  it('check a project, and end as a check on a home does', async () => {
    expect((await run('rosa', 'list', 'show', 'extra')).text).toMatch(/tidewater +2\.1\.0/);
    const file = join(folder, 'requirements.txt');
    await writeFile(file, 'tidewater==2.1.0\n');
    expect(await run('rosa', 'check', '--from', file)).toMatchObject({ code: 0 });
    await writeFile(file, 'tidewater==2.1.0\nharbour\n');
    const refused = await run('rosa', 'check', '--from', file, '--json');
    expect(refused.code).toBe(1);
    expect(refused.json()).toMatchObject({ summary: { allowed: 1, refused: 1 }, exit_code: 1 });
    expect(await run('rosa', 'why', 'tidewater')).toMatchObject({ code: 0, advice: '' });
    const why = await run('rosa', 'why', 'pkg:pypi/Har.Bour@1.0');
    expect(why.code).toBe(1);
    expect(why.text).toMatch(/^page +http:.*\/b\/pypi\/har-bour\/1\.0\?channel=survey$/m);
    expect(why.advice).toBe('hint: pratique request new pypi har-bour --version 1.0 --channel survey\n');
  });
  it('export what is offered, and show the manifest as it was signed', async () => {
    expect(await run('rosa', 'list', 'export')).toMatchObject({ code: 0, text: 'tidewater==2.1.0\n' });
    const form = async (to: string) => (await run('rosa', 'list', 'export', '--to', to, '--ecosystem', 'pypi')).text;
    expect(await form('names')).toBe('tidewater\n');
    const [entry] = await clearedEntries(home.app.db, 'survey');
    expect(JSON.parse(await form('uk-tre'))).toEqual([
      ...[
        {
          package_name: 'tidewater',
          version: '== 2.1.0',
          approval_date: entry?.addedAt.slice(0, 10),
          revoke_date: null,
        },
      ],
    ]);
    expect((await run('rosa', 'list', 'export', '--to', 'names', '--json')).json()).toMatchObject({
      error: { code: 'unknown-ecosystem' },
    });
    const manifest = await readSnapshot(home.app, 'survey', 'current');
    const shown = await run('rosa', 'snapshot', 'show', '--json');
    expect(shown.json()).toMatchObject({ schema: 'pratique.snapshot-show/1', manifest: { channel: 'survey' } });
    expect(shown.json()['manifest']).toEqual(JSON.parse(JSON.stringify(manifest)));
    expect((await run('rosa', 'snapshot', 'show', '99', '--json')).json()).toMatchObject({
      error: { code: 'unknown-snapshot' },
    });
  });
  it('show what a package client itself needs, and file it', async () => {
    const ready = await run('rosa', 'request', 'bootstrap');
    expect(ready.text).toMatch(/^pip +Install packages at all/m);
    expect(ready.advice).toBe('hint: nothing is filed yet: add --file\n');
    expect((await run('pia', 'request', 'bootstrap', '--json')).json()).toMatchObject({
      error: { code: 'wrong-role' },
    });
    expect((await run('rosa', 'request', 'bootstrap', 'gem', '--json')).json()).toMatchObject({
      error: { code: 'unknown-ecosystem' },
    });
  });
  it('file what a project needs as one bundle, and say which versions take the fewest reviews', async () => {
    const file = join(folder, 'needs.txt');
    await writeFile(file, 'tidewater==2.1.0\nlantern==1.0.0\n');
    const filed = await run('rosa', 'request', 'new', '--from', file, ...ANSWERS, '--json');
    expect(filed.json()).toMatchObject({
      schema: 'pratique.request-new/1',
      bundle: { id: 'B-1' },
      summary: { filed: 1, joined: 0, available: 1, refused: 0 },
      results: [{ outcome: 'available' }, { outcome: 'filed', request: { id: 'R-2' } }],
    });
    await home.settle();
    expect((await run('rosa', 'request', 'show', 'B-1')).text).toMatch(/^R-2 .*lantern/m);
    expect((await run('rosa', 'request', 'list', '--bundles')).text).toMatch(/^B-1 /m);
    const suggested = await run('rosa', 'suggest', 'tidewater', '--json');
    expect(suggested).toMatchObject({ code: 0 });
    expect(suggested.json()).toMatchObject({ results: [{ ecosystem: 'pypi', together: { status: 'found' } }] });
    const drafts = await run('rosa', 'request', 'list', '--drafts', '--json');
    expect(drafts.json()).toMatchObject({ error: { code: 'home-only' } });
  });
  it('report on a list of another installation, and ask for what is not here and what nothing brings along', async () => {
    const file = join(folder, 'pypi-list.txt');
    await writeFile(file, 'tidewater\nLantern\nno-such-thing\n');
    const seen = await run('rosa', 'list', 'import', file, '--json');
    expect(seen.json()).toMatchObject({
      ...{ channel: 'survey', ecosystem: 'pypi', format: 'names', accepted: 0 },
      summary: { entries: 3, needed_by_nothing: 3, not_found: 1, written_otherwise: 1, missing: 0 },
      results: [{ name: 'tidewater', here: 'accepted' }, { name: 'lantern', here: null }, { problems: ['not-found'] }],
    });
    expect((await run('rosa', 'list', 'import', file, '--draft')).text).toMatch(/^2 +Lantern +would-file/m);
    const filed = (await run('rosa', 'list', 'import', file, '--file', ...ANSWERS, '--json')).json();
    expect(filed).toMatchObject({
      results: [
        { asked: { outcome: 'not-filed', reason: 'already-here' } },
        { asked: { outcome: 'filed', request: 'R-3' } },
        { asked: { outcome: 'not-filed', reason: 'not-found' } },
      ],
    });
    await run('rosa', 'request', 'withdraw', 'R-3');
    expect((await run('pia', 'list', 'import', file, '--json')).json()).toMatchObject({
      error: { code: 'wrong-role' },
    });
    await writeFile(file, Array.from({ length: 1001 }, (_, at) => `name-${at}`).join('\n'));
    expect((await run('rosa', 'list', 'import', file, '--json')).json()).toMatchObject({
      error: { code: 'list-too-long' },
    });
  });
  it('read an inbox, mark it, and say what mail is wanted', async () => {
    const { results, unread } = (await run('rosa', 'notice', 'list', '--json')).json();
    expect(unread).toBeGreaterThan(0);
    expect(results).not.toHaveLength(0);
    expect((await run('rosa', 'notice', 'read', '--all')).text).toBe(`${unread} marked as read\n`);
    expect((await run('rosa', 'notice', 'list', '--unread')).text).toBe('No notices.\n');
    expect((await run('rosa', 'notice', 'settings', '--mail', 'daily')).text).toBe('mail  daily\n');
    expect((await run('rosa', 'notice', 'settings')).text).toBe('mail  daily\n');
    expect((await run('rosa', 'notice', 'outbox')).code).toBe(1);
  });
  it('read the ledger as those who may', async () => {
    expect((await run('rosa', 'log', 'list')).code).toBe(1);
    const made = await run('vera', 'log', 'list', '--kind', 'decision-made', '--json');
    expect(made.json()).toMatchObject({ results: [{ fact: { kind: 'decision-made', decision: 'A-1' } }] });
    expect((await run('vera', 'log', 'list', '--limit', '1', '--json')).json()['results']).toHaveLength(1);
    const checked = await run('vera', 'log', 'verify', '--json');
    expect(checked.json()).toMatchObject({ status: 'whole', covers: ['chain'] });
    expect((await run('vera', 'log', 'replay', 'A-1')).text).toMatch(/^decision +A-1: accepted to extra$/m);
    const exported = (await run('vera', 'log', 'export')).text.trimEnd().split('\n');
    expect(JSON.parse(exported[0] ?? '')).toMatchObject({ sequence: 1 });
    const whole = (await run('vera', 'log', 'export', '--json')).json();
    // The export before it stands in the ledger by now.
    const before = z.array(z.unknown()).parse(whole['results']).slice(0, exported.length);
    expect(before).toEqual(exported.map((one): unknown => JSON.parse(one)));
  });
  it('read how the installation is assessed, as those who may', async () => {
    expect((await run('rosa', 'assess')).code).toBe(1);
    const assessed = await run('vera', 'assess', '--of', 'openssf', '--level', '1', '--json');
    expect(assessed).toMatchObject({ code: 1 });
    expect(assessed.json()).toMatchObject({ level: 1, lacking: expect.arrayContaining(['AN-1.1', 'AZ-1.1']) });
    expect((await run('vera', 'assess', '--of', 's2c2f')).text).toMatch(/^ENF-2 +3 +met/m);
  });
  it('put tags on, ask for them and miss them', async () => {
    const criteria = ['--criteria', 'A member read every line.'];
    expect((await run('rosa', 'tag', 'require', 'code-reviewed', ...criteria)).code).toBe(1);
    const asked = await run('vera', 'tag', 'require', 'code-reviewed@Survey-Trust', ...criteria, '--json');
    expect(asked.json()).toMatchObject({ results: [{ label: 'code-reviewed', team: 'Survey-Trust' }] });
    const found = ['--tag', 'code-reviewed', '--json'];
    const byRosa = await run('rosa', 'tag', 'add', 'code-reviewed', 'pkg:pypi/lantern', '--reason', 'I read it.');
    expect(byRosa.code).toBe(0);
    const byPia = [
      'tag',
      'add',
      'code-reviewed',
      'pkg:pypi/lantern@1.0.0',
      '--until',
      '2999-01-01',
      '--reason',
      'So did I.',
    ];
    expect((await run('pia', ...byPia, '--json')).json()).toMatchObject({
      tag: { team: 'Survey-Trust', taggedBy: 'pia' },
    });
    expect((await run('rosa', 'tag', 'list', 'lantern', ...found)).json()['results']).toHaveLength(2);
    expect((await run('rosa', 'tag', 'list', 'tidewater', ...found)).json()['results']).toHaveLength(0);
    expect((await run('rosa', 'tag', 'remove', 'G-2', '--reason', 'Not mine.')).code).toBe(1);
    expect((await run('pia', 'tag', 'remove', 'G-2', '--reason', 'Mine.')).code).toBe(0);
    const lifted = await run(
      'vera',
      'tag',
      'require',
      'code-reviewed@Survey-Trust',
      '--lift',
      '--reason',
      'Done.',
      '--json',
    );
    expect(lifted).toMatchObject({ code: 0 });
    expect(lifted.json()['results']).toEqual([]);
  });
  it('read images', async () => {
    expect((await run('rosa', 'image', 'list')).text).toBe('No image of survey yet.\n');
    expect((await run('rosa', 'image', 'show', '--json')).json()).toMatchObject({ error: { code: 'unknown-image' } });
    const words = ['--reason', 'For all.', '--note', 'Read by hand.', '--criterion', '1', '--newest'];
    expect(await run('vera', 'review', 'decide', 'R-2', '--accept', 'core', ...words)).toMatchObject({ code: 0 });
    await home.settle();
    const listed = (await run('pia', 'objection', 'list', '--json')).json()['results'];
    const [{ id }] = z.tuple([z.looseObject({ id: z.string() })]).parse(listed);
    await run('pia', 'objection', 'none', id);
    await home.settle();
    const image = await home.app.rooms.images.build(home.operator, 'survey');
    expect((await run('rosa', 'image', 'list')).text).toContain(image.id);
    expect((await run('rosa', 'image', 'show')).text).toMatch(/^pypi +lantern 1\.0\.0 +core/m);
    expect((await run('rosa', 'image', 'show', image.id, '--json')).json()).toMatchObject({ image: { id: image.id } });
    expect(await run('rosa', 'image', 'verify')).toMatchObject({ code: 0, text: 'whole\n' });
    expect((await run('rosa', 'image', 'diff', image.id, image.id)).text).toMatch(/^No difference /);
    await home.app.rooms.quarantine.start(home.operator, {
      ...{ ecosystem: 'pypi', name: 'lantern', versions: null, reason: 'A rehearsal.' },
    });
    const stopped = await run('rosa', 'image', 'verify');
    expect(stopped.code).toBe(1);
    expect(stopped.text).toContain('stopped since: pkg:pypi/lantern@1.0.0 (Q-1)');
  });
  it('say of a request that was accepted what stopped it since', async () => {
    const shown = (await run('rosa', 'request', 'show', 'R-2')).text;
    expect(shown).toMatch(/^state +accepted$/m);
    expect(shown).toMatch(/^now +quarantined: Q-1: A rehearsal\.$/m);
    expect((await run('rosa', 'request', 'show', 'R-1')).text).not.toMatch(/^now /m);
    const listed = (await run('rosa', 'request', 'list')).text;
    expect(listed).toMatch(/^R-2 +survey +pypi lantern 1\.0\.0 +accepted, now quarantined /m);
    expect(listed).toMatch(/^R-1 +survey +pypi tidewater +accepted {2}/m);
  });
  it.each([
    ['rosa', 'request', 'list'],
    ['vera', 'review', 'list'],
    ['pia', 'objection', 'list'],
  ] as const)('%s hears of a channel that is misspelt in %s %s, and which one is near', async (who, ...words) => {
    expect((await run(who, ...words, '--channel', 'survye', '--json')).json()).toMatchObject({
      error: { code: 'unknown-channel', next: expect.stringContaining('Did you mean survey?') },
    });
  });
  it('never send a token in the clear to another machine', async () => {
    const sent = processHost().sendTo('http://pkg.haven.example', 'secret');
    await expect(sent({ method: 'GET', path: '/status' })).rejects.toMatchObject({ code: 'bad-server' });
  });
  it('say that a server does not answer, and do not take it for an answer', async () => {
    const sent = processHost().sendTo('http://127.0.0.1:9', undefined);
    await expect(sent({ method: 'GET', path: '/status' })).rejects.toMatchObject({ kind: 'could-not-check' });
  });
});

/** They work on a home only, and say so. A command that is new stands here, or works on a server elsewhere too. */
const HOME_ONLY = `backup demo image-export init migrate restore serve vet work`.split(/\s+/);

describe('every command', () => {
  it('works on a server elsewhere too, or is known to work on a home only', () => {
    const host = processHost();
    const names = namesOf(createProgram(host, '0')).filter((name) => name !== 'help');
    expect(names.filter((name) => host.remoteWorkOf(name) === undefined).toSorted()).toEqual(HOME_ONLY.toSorted());
  });
});

function namesOf(command: ReturnType<typeof createProgram>, before: readonly string[] = []): readonly string[] {
  return command.commands.flatMap((one) => {
    const path = [...before, one.name()];
    return one.commands.length === 0 ? [path.join('-')] : namesOf(one, path);
  });
}
