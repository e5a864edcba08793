/** Role by operation by field: words that are confidential stand in no answer but where `test/field-access.ts` says so. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FIELD_RULES,
  type FieldRule,
  fieldAccessDocument,
  MARKS,
  type Mark,
  VIEWERS,
  type Viewer,
} from '../../../test/field-access.ts';
import { callApi, openTestHome, type TestHome, tokenOf } from '../../../test/harness/home.ts';
import { person } from '../../../test/harness/people.ts';
import { startUpstream, type UpstreamServer } from '../../../test/harness/upstream-server.ts';
import { makeWheel } from '../../../test/harness/wheels.ts';
import { allOperations } from './index.ts';
import type { Operation } from './operation.ts';

const DOCUMENT = join(import.meta.dirname, '..', '..', '..', 'docs', 'field-access.md');

let upstream: UpstreamServer;
let home: TestHome;
const tokens = new Map<Viewer, string>();
beforeAll(async () => {
  upstream = await startUpstream([await makeWheel({ name: 'tidewater', version: '2.1.0' })]);
  home = await openTestHome({ index: upstream.indexUrl });
  tokens.set('asker', (await home.person(MARKS['name of who asks'], 'researcher')).token);
  tokens.set('researcher', (await home.person('rudi', 'researcher')).token);
  tokens.set('reviewer', (await home.person(MARKS['name of who decides'], 'reviewer')).token);
  tokens.set('provider', (await home.person('pia', 'provider', 'Survey-Trust')).token);
  tokens.set('auditor', (await home.person('anna', 'auditor')).token);
  tokens.set('operator', await tokenOf(home.app, home.operator));
  await fill();
}, 120_000);
afterAll(async () => {
  await home.close();
  await upstream.close();
});

const post = async (who: Viewer, path: string, body?: unknown, headers = { 'if-match': '*' }) => {
  const answer = await callApi(home, tokens.get(who), { method: 'POST', path, body, headers });
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};

const asker = MARKS['name of who asks'];

/** Something of everything that people say here, each with a word of its own. */
async function fill(): Promise<void> {
  const targets = ['cp312-manylinux_2_28_x86_64'];
  const about = { tier: 2, mode: 'cleared', window: '3d', undo: 'none', providers: ['Survey-Trust'], targets };
  await post('operator', '/channels', { name: 'survey', ...about });
  const answers = {
    q1: MARKS['why somebody asks'],
    q2: 'Yes.',
    q3: 'unknown',
    project: MARKS['project of who asks'],
    contact: MARKS['how who asks is reached'],
  };
  const files = [{ filename: 'requirements.txt', content: 'tidewater==2.1.0\n' }];
  await post('asker', '/bundles', { channel: 'survey', files, ...answers });
  await post('asker', '/drafts', {
    channel: 'survey',
    ecosystem: 'pypi',
    name: 'shore',
    q1: MARKS['form that is not finished'],
  });
  await post('asker', '/reports', { purl: 'pkg:pypi/tidewater', reason: MARKS['report of a suspicious package'] });
  await post('reviewer', '/reports/P-1/closing', { reason: MARKS['what came of a report'] });
  const looked = { label: 'code-reviewed', purl: 'pkg:pypi/tidewater', reason: MARKS['reason of a tag'] };
  await post('asker', '/tags', looked);
  await post('provider', '/tags', { ...looked, reason: 'Twice.' });
  await post('reviewer', '/tags/G-2/removal', { reason: 'Once is enough.' });
  await post('reviewer', '/tag-requirements', { channel: 'survey', tag: 'gpu', criteria: 'It was run on one.' });
  await home.settle();
  await post('reviewer', '/requests/R-1/decisions', { choice: { kind: 'ask' }, reason: MARKS['question to who asks'] });
  await home.settle();
  await post('asker', '/requests/R-1/answers', { text: MARKS['answer of who asks'] });
  await home.settle();
  const choice = { kind: 'accept', list: 'core' };
  const said = { reason: MARKS['reason of a decision'], note: MARKS['note of a decision'], criterion: 1 };
  await post('reviewer', '/requests/R-1/decisions', { choice, ...said });
  await home.settle();
  await post('provider', '/objections/W-1/questions', { text: MARKS['what a data provider said'] });
  await post('reviewer', '/objections/W-1/answers', { text: 'It does not.' });
  await post('provider', '/objections/W-1/none');
  await post('reviewer', '/denials', {
    ecosystem: 'pypi',
    name: 'wreck',
    channel: 'survey',
    reason: MARKS['reason of a denial'],
  });
  await home.settle();
  await post('operator', '/images/survey');
  await post('reviewer', '/quarantines', {
    ecosystem: 'pypi',
    name: 'tidewater',
    reason: MARKS['reason of a quarantine'],
  });
  await home.settle();
  await home.app.rooms.tokens.create(person(asker, 'researcher'), { label: MARKS['label of a token'], scope: {} });
  const { db } = home.app;
  const address = MARKS['mail address'];
  await sql`insert into mail_addresses (person, address) values (${asker}, ${address})`.execute(db);
  await sql`insert into outgoing_mail (key, recipient, subject, body, state, attempts, queued_at, due_at)
    values ('k', ${address}, 'Accepted', 'Text.', 'stuck', 1, now(), now())`.execute(db);
  await sql`insert into refused_installs (channel, day, ecosystem, name, version, count)
    values ('survey', '2026-01-02', 'pypi', ${MARKS['refused installs of a package']}, '', 3)`.execute(db);
}

const PARTS: Readonly<Record<string, string>> = {
  channel: 'survey',
  ecosystem: 'pypi',
  name: 'tidewater',
  list: 'core',
  number: '2',
  user: MARKS['name of who asks'],
  decision: 'A-2',
};
const IDS = {
  requests: 'R-1',
  decisions: 'A-2',
  objections: 'W-1',
  entries: 'L-1',
  denials: 'D-1',
  reports: 'P-1',
  bundles: 'B-1',
  drafts: 'T-1',
  quarantines: 'Q-1',
  tags: 'G-1',
  'tag-requirements': 'N-1',
};
const QUERIES: Readonly<Record<string, string>> = {
  listBundles: '?channel=survey',
  listDemand: '?channel=survey',
  listReports: '?closed=true',
  listTags: '?removed=true',
  showPackage: '?channel=survey',
  explainRefusal: '?channel=survey',
  readImageFile: '?path=sbom.cdx.json',
};

function addressOf({ path, id }: Operation): string {
  const [, noun = ''] = /\/([\w-]+)\/\{id\}/.exec(path) ?? [];
  const idOf = Object.entries(IDS).find(([name]) => name === noun)?.[1] ?? 'X-1';
  if (path === '/') return '';
  const parts: Readonly<Record<string, string>> = { ...PARTS, image: home.app.now().toISOString().slice(0, 7) };
  return path.replaceAll(/\{(\w+)\}/g, (_, part: string) => parts[part] ?? idOf) + (QUERIES[id] ?? '');
}

const reads = allOperations().filter(({ method }) => method === 'get');

/** `operation field: what` of every confidential word in the answer. */
async function seen(viewer: Viewer, read: Operation): Promise<readonly string[]> {
  const { status, type, text } = await ask(viewer, read);
  if (status >= 400) return [];
  const documents = type.includes('jsonl') ? text.trimEnd().split('\n') : [text];
  const found = documents.flatMap((one) => marksIn(type.includes('json') ? JSON.parse(one) : one, ''));
  return [...new Set(found.map(([field, mark]) => `${read.id} ${field}: ${mark}`))];
}

async function ask(viewer: Viewer, read: Operation) {
  const token = tokens.get(viewer);
  const response = await fetch(`${home.url}/api/v1${addressOf(read)}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
}

function marksIn(value: unknown, field: string): readonly (readonly [field: string, mark: Mark])[] {
  if (typeof value === 'string')
    return Object.entries(MARKS).flatMap(([mark, word]) =>
      value.includes(word) && isMark(mark) ? [[field, mark] as const] : [],
    );
  if (Array.isArray(value)) return value.flatMap((one) => marksIn(one, field));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => marksIn(inner, field === '' ? name : `${field}.${name}`));
}
const isMark = (text: string): text is Mark => Object.hasOwn(MARKS, text);

/** Where each word of what is confidential stands, by who sees it there. */
async function everywhere(): Promise<ReadonlyMap<string, readonly Viewer[]>> {
  const found = new Map<string, Viewer[]>();
  for (const viewer of VIEWERS)
    for (const read of reads)
      for (const place of await seen(viewer, read)) found.set(place, [...(found.get(place) ?? []), viewer]);
  return found;
}

const placeOf = ({ operation, field, holds }: FieldRule) => `${operation} ${field}: ${holds}`;

describe('a field', () => {
  let found: ReadonlyMap<string, readonly Viewer[]>;
  beforeAll(async () => {
    found = await everywhere();
  }, 60_000);
  it('that holds what is confidential is seen by those who may see it, and by nobody else', () => {
    for (const rule of FIELD_RULES)
      expect([placeOf(rule), found.get(placeOf(rule))]).toEqual([placeOf(rule), rule.seenBy]);
  });
  it('that no rule names holds nothing confidential, whoever asks', () => {
    const ruled = new Set(FIELD_RULES.map(placeOf));
    expect([...found.keys()].filter((place) => !ruled.has(place))).toEqual([]);
  });
  it('of refused installs says how many, and has no place for whose they were', async () => {
    const { body } = await callApi(home, tokens.get('operator'), { method: 'GET', path: '/demand?channel=survey' });
    expect(body['results']).toEqual([
      { ecosystem: 'pypi', name: MARKS['refused installs of a package'], count: 3, lastDay: '2026-01-02' },
    ]);
  });
  it('of every kind is there to be seen: each read answers somebody', async () => {
    // An image of a month before this one would take a month.
    for (const read of reads.filter(({ id }) => id !== 'compareImages')) {
      const answers = await Promise.all(VIEWERS.map(async (viewer) => (await ask(viewer, read)).status));
      expect([read.id, answers.some((status) => status === 200)]).toEqual([read.id, true]);
    }
  }, 60_000);
  it('is written down in docs/field-access.md', () => {
    if (process.env['WRITE_DOCS'] === '1') writeFileSync(DOCUMENT, fieldAccessDocument());
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(fieldAccessDocument());
  });
});

const writes = allOperations().flatMap((one) => (one.body === undefined ? [] : [[one.id, one] as const]));

/** Of a choice between bodies the error names no field: the others of one of them are right here. */
const RIGHT: Readonly<Record<string, object>> = { markNoticesRead: { all: true } };

describe('a body', () => {
  it.each(writes)(
    'of %s is refused with a field that its schema does not name, whoever sends it',
    async (id, write) => {
      const asked = {
        ...{ method: write.method.toUpperCase(), path: addressOf(write), headers: { 'if-match': '*' } },
        body: { ...RIGHT[id], isAdmin: true },
      };
      const answers = await Promise.all(VIEWERS.map((viewer) => callApi(home, tokens.get(viewer), asked)));
      const read = answers.filter(({ status }) => status === 400);
      // Who may not call hears that first.
      expect(read.length).toBeGreaterThanOrEqual(write.access === 'public' ? VIEWERS.length : 1);
      for (const { status } of answers) expect([400, 401, 403]).toContain(status);
      if (RIGHT[id] === undefined)
        for (const { body } of read) expect(JSON.stringify(body['errors'])).toContain('isAdmin');
    },
  );
});
