/** Every command on one real home: its exit code, its one JSON document, and where its words go. */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { processHost } from '../../src/main/host.ts';
import { runCli } from '../../src/surfaces/cli/program.ts';
import { type Ran, runCommand } from '../harness/command.ts';
import { openTestDatabase, type TestDatabase } from '../harness/database.ts';
import { startUpstream, type UpstreamServer } from '../harness/upstream-server.ts';
import { makeWheel } from '../harness/wheels.ts';

let folder: string;
let home: string;
let database: TestDatabase;
let upstream: UpstreamServer;
const before = process.env['DATABASE_URL'];

/** One command in this process, which is what makes forty of them affordable. */
async function pratique(line: string, ...more: readonly string[]): Promise<Ran> {
  const words = [...line.split(' ').filter((word) => word !== ''), ...more, '--home', home];
  return runCommand(words, { version: '1.2.3', mayAsk: false });
}

const envelope = z.looseObject({ schema: z.string(), generated_at: z.iso.datetime() });

async function document(line: string, ...more: readonly string[]) {
  const ran = await pratique(line, ...more, '--json');
  return { ...ran, json: envelope.parse(JSON.parse(ran.out)) };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-commands-'));
  home = join(folder, 'home');
  database = await openTestDatabase({ upTo: null });
  const { connection } = database;
  if (connection.kind !== 'socket') throw new Error('the test cluster has a socket');
  const host = encodeURIComponent(connection.folder);
  process.env['DATABASE_URL'] = `postgres:///${connection.database}?host=${host}&user=${connection.user}`;
  upstream = await startUpstream([
    await makeWheel({ name: 'tidewater', version: '2.1.0', requires: ['harbour'] }),
    await makeWheel({ name: 'harbour', version: '1.2.0' }),
    await makeWheel({ name: 'adrift', version: '1.0', requires: ['nowhere-to-be-found'] }),
  ]);
  const { json } = await document('init');
  const code = z.string().parse(json['operator_code']);
  await pointAt(upstream.indexUrl);
  for (const line of [
    `user create olga --code ${code}`,
    'user create rosa --role researcher --as olga',
    'user create vera --role reviewer --as olga',
    'channel create quick --tier 3 --mode cleared --window none --undo none --target cp312-manylinux_2_28_x86_64 --as olga',
  ])
    expect(await pratique(line)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  if (before === undefined) delete process.env['DATABASE_URL'];
  else process.env['DATABASE_URL'] = before;
  await upstream?.close();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

async function pointAt(indexUrl: string): Promise<void> {
  const file = join(home, 'pratique.yaml');
  const source = `sources:\n  pypi:\n    - name: local\n      url: ${indexUrl}\n`;
  const text = (await readFile(file, 'utf8'))
    .replace(/^sources:\n(?: {2}\w+: discover\n)+/m, source)
    .replace('when_not_isolated: refuse', 'when_not_isolated: run');
  await writeFile(file, text);
}

const ANSWERS = ['--q1', 'Read the survey.', '--q2', 'It is the usual one.', '--q3-unknown'];
const BECAUSE = ['--reason', 'Needed for the survey.', '--note', 'Read by hand.'];

/** In the order in which a home is used: what stands below may need what stands above. */
const COMMANDS: readonly (readonly [
  line: string,
  exit: number,
  schema: string,
  more?: readonly string[],
  holds?: object,
])[] = [
  ['init', 0, 'init'],
  ['user list', 0, 'user-list'],
  ['user create rosa --role researcher --as olga', 1, 'error'],
  ['user create ivan --role researcher --as rosa', 1, 'error'],
  ['user list --as nobody-here', 0, 'user-list'],
  ['user role rosa reviewer --channel quick --as olga', 0, 'user-role', [], { person: { roles: ['researcher'] } }],
  ['user role rosa none --channel quick --as olga', 0, 'user-role', [], { person: { channelRoles: [] } }],
  ['user role olga operator reviewer --as olga', 1, 'error'],
  ['user invite rosa --as olga', 0, 'user-invite'],
  ['user invite rosa --as vera', 1, 'error'],
  ['user close rosa --reason away --as olga', 0, 'user-close'],
  ['token list --as rosa', 4, 'error'],
  ['user open rosa --as olga', 0, 'user-open', [], { person: { disabledAt: null } }],
  ['token create --label nightly --action read --expires 90d --as rosa', 0, 'token-create'],
  ['token create --label nightly --action anything --as rosa', 2, 'error'],
  ['token list --as rosa', 0, 'token-list', [], { results: [{ id: 'T-1', person: 'rosa' }] }],
  ['token revoke T-1 --as vera', 1, 'error'],
  ['token revoke T-1 --as rosa', 0, 'token-revoke', [], { listing: { state: 'revoked' } }],
  ['token revoke --leaked prtq_unknown', 0, 'token-revoke'],
  ['channel list', 0, 'channel-list'],
  ['channel show quick', 0, 'channel-show'],
  ['channel show none-such', 1, 'error'],
  ['channel create broken --tier 9 --mode cleared --as olga', 2, 'error'],
  ['check tidewater --channel quick', 1, 'check'],
  ['check --channel quick', 5, 'check'],
  ['check --channel quick --allow-empty', 0, 'check'],
  ['check --from no-such-file.txt', 2, 'error'],
  ['check ==1', 2, 'error'],
  ['why tidewater --channel quick', 1, 'why'],
  ['vet pkg:pypi/tidewater --channel quick', 8, 'vet', [], { sets: [{ passed_over: null }] }],
  ['vet pkg:pypi/adrift --channel quick', 1, 'vet'],
  ['vet', 5, 'vet'],
  ['policy show', 0, 'policy-show'],
  ['policy test', 0, 'policy-test'],
  ['policy explain pkg:pypi/tidewater --channel quick', 8, 'policy-explain'],
  ['request new pypi tidewater --channel quick --as rosa', 2, 'error'],
  ['request new pypi tidewater --channel quick', 4, 'error', ANSWERS],
  ['request new pypi nowhere --channel quick --as rosa', 1, 'error', ANSWERS],
  ['request new cargo tidewater --channel quick --as rosa', 2, 'error', ANSWERS],
  ['request new pypi tidewater --channel quick --as rosa', 0, 'request-new', ANSWERS],
  ['request list --channel quick', 0, 'request-list'],
  ['request list --state nonsense', 2, 'error'],
  ['request show R-1', 0, 'request-show', [], { resolved: { version: '2.1.0', passed_over: null } }],
  ['request show R-999', 1, 'error'],
  ['request bootstrap', 0, 'request-bootstrap'],
  ['status', 0, 'status'],
  ['check tidewater --channel quick', 8, 'check'],
  ['review queue --as vera', 0, 'review-queue'],
  ['review show R-1 --as vera', 0, 'review-show'],
  ['review decide R-1 --as vera', 2, 'error'],
  ['review decide R-1 --accept extra --as rosa', 1, 'error', BECAUSE],
  [
    'review decide R-1 --accept extra --as vera',
    0,
    'review-decide',
    BECAUSE,
    { window: { id: 'W-1', state: 'settled' } },
  ],
  ['review show R-1 --verify', 0, 'review-show'],
  ['review show R-999 --verify', 1, 'error'],
  ['objection list', 0, 'objection-list'],
  ['snapshot list --channel quick', 0, 'snapshot-list'],
  ['snapshot show --channel quick', 0, 'snapshot-show'],
  ['snapshot show 999 --channel quick', 1, 'error'],
  ['snapshot verify --deep --channel quick', 0, 'snapshot-verify'],
  ['list show expanded --channel quick', 0, 'list-show'],
  ['list show nonsense --channel quick', 2, 'error'],
  ['check tidewater harbour --channel quick', 0, 'check'],
  ['why harbour --channel quick', 0, 'why'],
  ['quarantine start pypi harbour --as vera', 0, 'quarantine-start', ['--reason', 'Seen sending data away.']],
  ['why harbour --channel quick', 1, 'why', [], { state: 'quarantined' }],
  ['quarantine list', 0, 'quarantine-list'],
  ['quarantine release Q-1 --as vera', 0, 'quarantine-release', ['--reason', 'A false alarm.']],
  ['why harbour --channel quick', 0, 'why'],
  ['quarantine start pypi tidewater --as vera', 0, 'quarantine-start', ['--reason', 'Seen sending data away.']],
  ['why tidewater --channel quick', 1, 'why', [], { state: 'quarantined' }],
  ['check tidewater --channel quick', 1, 'check', [], { summary: { refused: 1, pending: 0 } }],
  ['quarantine release Q-2 --as vera', 0, 'quarantine-release', ['--reason', 'A false alarm.']],
  ['why tidewater --channel quick', 0, 'why', [], { state: 'accepted' }],
  ['tag list', 0, 'tag-list', [], { results: [] }],
  ['tag require --channel quick', 0, 'tag-require', [], { results: [] }],
  ['tag require code-reviewed --channel quick --as rosa', 1, 'error', ['--criteria', 'Every line was read.']],
  ['tag require code-reviewed --channel quick --as vera', 2, 'error'],
  ['tag require code-reviewed --channel quick --as vera', 0, 'tag-require', ['--criteria', 'Every line was read.']],
  ['tag require code-reviewed --channel quick --as vera', 1, 'error', ['--criteria', 'Twice.']],
  ['why tidewater --channel quick', 7, 'why', [], { state: 'accepted', missing_tags: ['code-reviewed'] }],
  ['check tidewater --channel quick', 7, 'check', [], { summary: { allowed: 1, missing_tag: 1 }, exit_code: 7 }],
  ['check tidewater nothing-like-it --channel quick', 1, 'check', [], { summary: { missing_tag: 1, refused: 1 } }],
  ['tag add code-reviewed tidewater --as rosa', 2, 'error', ['--reason', 'No package URL.']],
  ['tag add code-reviewed pkg:pypi/tidewater@2.1.0 --until 2020-01-01 --as rosa', 2, 'error', ['--reason', 'Over.']],
  ['tag add code-reviewed pkg:pypi/tidewater --since 2.0.0 --as rosa', 2, 'error', ['--reason', 'No second version.']],
  ['tag add code-reviewed pkg:pypi/tidewater@2.0.0 --as rosa', 0, 'tag-add', ['--reason', 'I read it.']],
  ['why tidewater --channel quick', 7, 'why'],
  [
    'tag add code-reviewed pkg:pypi/tidewater@2.1.0 --since 2.0.0 --as rosa',
    0,
    'tag-add',
    ['--reason', 'And what is new.'],
  ],
  ['why tidewater --channel quick', 0, 'why', [], { missing_tags: [] }],
  ['check tidewater --channel quick --require-tag code-reviewed@GENOMICS', 7, 'check'],
  ['check tidewater --channel quick --require-tag Nonsense', 2, 'error'],
  [
    'tag list pkg:pypi/tidewater@2.1.0',
    0,
    'tag-list',
    [],
    { results: [{ id: 'G-2', since: '2.0.0', taggedBy: 'rosa' }] },
  ],
  ['tag remove G-1 --as vera', 0, 'tag-remove', ['--reason', 'It was not the whole.']],
  ['tag remove G-1 --as vera', 1, 'error', ['--reason', 'Twice.']],
  ['check tidewater --channel quick', 7, 'check'],
  [
    'tag require code-reviewed --lift --channel quick --as vera',
    0,
    'tag-require',
    ['--reason', 'Too much.'],
    { results: [] },
  ],
  ['check tidewater --channel quick', 0, 'check', [], { summary: { missing_tag: 0 } }],
  ['report pkg:pypi/tidewater@2.1.0 --as rosa', 0, 'report', ['--reason', 'It reads tokens.']],
  ['report tidewater --as rosa', 2, 'error', ['--reason', 'No package URL.']],
  ['reports list', 0, 'reports-list'],
  ['reports close P-1 --as rosa', 1, 'error', ['--reason', 'Mine.']],
  ['reports close P-1 --as vera', 0, 'reports-close', ['--reason', 'It does not: they are its own tests.']],
  ['reports show P-1', 0, 'reports-show'],
  ['list deny pypi tidewater --channel quick --as vera', 0, 'list-deny', ['--reason', 'No longer maintained.']],
  ['check tidewater --channel quick', 1, 'check'],
  ['feed list', 0, 'feed-list'],
  ['feed import nonsense /dev/null --as olga', 2, 'error'],
  ['advisories list', 0, 'advisories-list'],
  ['advisories import no-such-file.json --as olga', 3, 'error'],
  ['log list', 0, 'log-list'],
  ['log export', 0, 'log-export', [], { results: expect.arrayContaining([expect.objectContaining({ sequence: 1 })]) }],
  ['log verify', 0, 'log-verify'],
  ['log verify --chain-only', 0, 'log-verify'],
  ['assess', 0, 'assess', [], { level: null, lacking: [] }],
  ['assess --level 1 --of openssf', 1, 'assess', [], { level: 1, lacking: expect.arrayContaining(['AN-1.1']) }],
  ['assess --of packman', 0, 'assess', [], { reached: [{ framework: 'packman', track: 'all', of: 3 }] }],
  ['assess --level 9', 2, 'error'],
  ['assess --of nonsense', 2, 'error'],
  ['doctor', 0, 'doctor'],
  ['doctor --fix stuck', 0, 'doctor'],
  ['migrate', 0, 'migrate'],
  ['requst list', 2, 'error'],
  ['serve --port 70000', 2, 'error'],
];

describe('every command', () => {
  const all = COMMANDS.map(([line, exit, schema, more = [], holds = {}]) => ({ line, exit, schema, more, holds }));

  it.each(all)('$line ends with $exit', async ({ line, exit, schema, more, holds }) => {
    const { code, json, err } = await document(line, ...more);
    expect({ code, schema: json.schema, why: json['error'] ?? err }).toMatchObject({
      code: exit,
      schema: `pratique.${schema}/1`,
    });
    expect(json).toMatchObject(holds);
    if (schema === 'error') expect(json['error']).toMatchObject({ code: expect.any(String), what: expect.any(String) });
  });
});

describe('what a person reads', () => {
  it('has data on standard output and an error in three lines on standard error', async () => {
    const { out, err, code } = await pratique('request show R-999');
    expect({ out, code }).toEqual({ out: '', code: 1 });
    expect(err).toMatch(/^error: .*\[unknown-request\]\n {2}next: /s);
  });

  it('names the flags of answers that nobody can be asked for', async () => {
    const { err, code } = await pratique('request new pypi harbour --channel quick --as rosa --q1 x');
    expect(code).toBe(2);
    expect(err).toMatch(/--q2, --q3 \(or --q3-unknown\)/);
    expect(err).toMatch(/next: Answer --q2: .*alternatives\?; --q3: .*security\?/);
  });

  it('takes a package in one word where a request names one', async () => {
    const ask = async (words: string) =>
      pratique(`request new ${words} --draft --channel quick --as rosa --json`, ...ANSWERS);
    expect(JSON.parse((await ask('pkg:pypi/tidewater@2.1.0')).out)).toMatchObject({
      draft: { ecosystem: 'pypi', name: 'tidewater', version: '2.1.0' },
    });
    expect((await ask('pkg:pypi/tidewater@2.1.0 --version 2.0.0')).out).toContain('"two-versions"');
    expect((await ask('pkg:pypi/tidewater pkg:pypi/harbour')).code).toBe(2);
  });

  it('sends nobody to ask for what is denied', async () => {
    await pratique('list deny pypi flotsam --channel quick --as vera', '--reason', 'Adrift.');
    const { out, err } = await pratique('why flotsam --channel quick');
    expect(out).toMatch(/^because +D-\d+: Adrift\.$/m);
    expect(err).toBe('hint: it is not open to request; ask a reviewer about the denial\n');
  });

  it('suggests the command that was meant', async () => {
    expect((await pratique('request nw')).err).toContain('(Did you mean new?)');
  });

  it('gives one line for each result as ndjson', async () => {
    const { out } = await pratique('user list --format ndjson');
    const names = out
      .trimEnd()
      .split('\n')
      .map((text) => z.object({ name: z.string() }).parse(JSON.parse(text)).name);
    expect(names.toSorted()).toEqual(['olga', 'rosa', 'vera']);
  });

  it('has words about a backup, and no JSON', async () => {
    const { out, code } = await pratique(`backup ${join(folder, 'words.backup')} --as olga`);
    expect({ code, hasJson: out.includes('{') }).toEqual({ code: 0, hasJson: false });
    expect(out).toMatch(/^ledger +\d+ rows, head \S+$/m);
    expect(out).toMatch(/^signing keys +in the backup/m);
  });

  it('has a warning, not a failure, where the client of an ecosystem is not on the machine', async () => {
    const bin = join(folder, 'bin');
    await mkdir(bin);
    for (const name of await readdir('/usr/bin'))
      if (name !== 'R' && name !== 'Rscript') await symlink(join('/usr/bin', name), join(bin, name));
    const file = join(home, 'pratique.yaml');
    const config = await readFile(file, 'utf8');
    await writeFile(file, config.replace(/^sources:$/m, 'sources:\n  cran: discover'));
    const path = process.env['PATH'];
    process.env['PATH'] = bin;
    const { out, code } = await pratique('doctor').finally(async () => {
      process.env['PATH'] = path;
      await writeFile(file, config);
    });
    expect(out).toMatch(/^warning +source cran none +nothing of cran can be vetted: .*Rscript.*install its client/m);
    expect(code).toBe(0);
  });

  it.each(['exit-codes', 'output', 'environment', 'request new'])('has help about %s', async (topic) => {
    const { out, code } = await pratique(`help ${topic}`);
    expect({ code, isLong: out.length > 200 }).toEqual({ code: 0, isLong: true });
  });
});

describe('the dossier of a decided request', () => {
  it.each([
    ['html', '<!DOCTYPE html>'],
    ['pdf', '%PDF-1.7'],
    ['guide', '<!DOCTYPE html>'],
    ['cyclonedx', '{\n  "bomFormat": "CycloneDX"'],
    ['sarif', '{\n  "$schema"'],
  ])('is written as %s into a file, whole', async (format, begin) => {
    const file = join(folder, `dossier.${format}`);
    const { code, out, err } = await pratique(`review show R-1 --format ${format} --output ${file}`);
    expect({ code, out, isSaid: err.includes(`${file} is written`) }).toEqual({ code: 0, out: '', isSaid: true });
    expect((await readFile(file, 'latin1')).slice(0, begin.length)).toBe(begin);
  });

  it('is made for evidence that nobody asked for, of one package at a time', async () => {
    const { code, out } = await pratique('vet pkg:pypi/harbour --channel quick --format html');
    expect(code).toBe(8);
    expect(out).toContain('<h1>Looked at, not asked for: harbour 1.2.0</h1>');
    expect((await pratique('vet tidewater harbour --channel quick --format html')).code).toBe(2);
  });

  it('is no form of an answer that is none, and no half file where none can be written', async () => {
    expect((await pratique('request list --format html')).code).toBe(2);
    const { code, err } = await pratique(`review show R-1 --format html --output ${join(folder, 'no-such', 'x.html')}`);
    expect({ code, why: err.includes('[not-written]') }).toEqual({ code: 2, why: true });
  });

  it('is found out where a word behind it was changed', async () => {
    const { rows } = await database.pool.query<{ q1: string }>("select q1 from requesters where request = 'R-1'");
    await database.pool.query("update requesters set q1 = 'Something else.' where request = 'R-1'");
    const one = await document('review show R-1 --verify');
    expect(one).toMatchObject({ code: 1, json: { broken: 1, results: [{ decision: 'A-1', status: 'broken' }] } });
    expect(await document('log verify')).toMatchObject({ code: 1, json: { covers: ['chain', 'dossiers'] } });
    expect(await document('log verify --chain-only')).toMatchObject({ code: 0, json: { covers: ['chain'] } });
    expect((await pratique('log verify --chain-only')).out).toContain('dossiers of decisions were not compared');
    await database.pool.query("update requesters set q1 = $1 where request = 'R-1'", [rows[0]?.q1]);
    expect((await document('log verify')).code).toBe(0);
  });

  it('is found out where a decision names another than the ledger does', async () => {
    const other = `sha256:${'0'.repeat(64)}`;
    const { rows } = await database.pool.query<{ dossier: string }>("select dossier from decisions where id = 'A-1'");
    await database.pool.query("update decisions set dossier = $1 where id = 'A-1'", [other]);
    expect((await document('review show R-1 --verify')).code).toBe(1);
    await database.pool.query("update decisions set dossier = $1 where id = 'A-1'", [rows[0]?.dossier]);
    expect((await document('review show R-1 --verify')).code).toBe(0);
  });
});

describe('a question on a terminal', () => {
  it('is asked for what no flag answered', async () => {
    const asked: string[] = [];
    let code = -1;
    const host = {
      ...processHost(),
      mayAsk: true,
      ask: async (question: string) => {
        asked.push(question);
        return 'An answer.';
      },
      streams: { out: () => undefined, err: () => undefined, isTerminal: false },
      exit: (given: number) => {
        code = given;
      },
    };
    const line = [
      'request',
      'new',
      'pypi',
      'harbour',
      '--q1',
      'x',
      '--channel',
      'quick',
      '--as',
      'rosa',
      '--home',
      home,
    ];
    await runCli(host, '1.2.3', line);
    expect(asked.map((question) => /--q\d/.exec(question)?.[0])).toEqual(['--q2', '--q3']);
    expect([0, 1]).toContain(code);
  });
});

describe('a request that is waited for', () => {
  const worker = 'elsewhere/1/0/a';
  it('is waited for where a worker of the home has taken it', async () => {
    await database.pool.query(
      `create function take() returns trigger language plpgsql as $$ begin
         new.state := 'running'; new.lease_owner := '${worker}'; new.lease_until := now() + interval '1 hour';
         return new;
       end $$`,
    );
    await database.pool.query('create trigger taken before insert on deliveries for each row execute function take()');
    const waiting = pratique('request new pypi harbour --channel tier3 --as rosa --wait', ...ANSWERS);
    const asked = "select id from requests where channel = 'tier3' and name = 'harbour' and state = 'submitted'";
    const filed = () => database.pool.query<{ id: string }>(asked);
    await expect.poll(async () => (await filed()).rows.length, { timeout: 20_000 }).toBe(1);
    const [request] = (await filed()).rows;
    await database.pool.query('drop function take() cascade');
    await database.pool.query(
      `update deliveries set state = 'due', lease_owner = null, lease_until = null where lease_owner = '${worker}'`,
    );
    await pratique(`request show ${request?.id} --wait`);
    expect((await waiting).out).toMatch(/^state +in-review$/m);
    const { err } = await pratique(`review show ${request?.id} --as vera`);
    expect(err).toContain(`hint: pratique review decide ${request?.id} --accept extra`);
    expect((await pratique('review show R-1 --as vera')).err).toBe('');
  });
});
