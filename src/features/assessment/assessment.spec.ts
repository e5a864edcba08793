import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { olga, openPeopleBench, type PeopleBench, rosa, vera } from '../../../test/harness/people.ts';
import { createAccounts } from '../accounts/index.ts';
import { saveFeed } from '../feeds/store.ts';
import { type Assessed, assess, type Finding, type Findings, lacking } from './assess.ts';
import { assessmentDocument } from './assessment-document.ts';
import { createAssessment, type Installation, PRINCIPLES } from './index.ts';
import { FACTS, type Principle, type Row, running, test, track } from './principle.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const DOCUMENT = join(ROOT, 'docs', 'assessment.md');

describe('the principles', () => {
  it('are all there, each once: 32 of OpenSSF, 17 of packman, 25 of S2C2F, by level as in their sources', () => {
    expect(new Set(PRINCIPLES.map(({ id }) => id)).size).toBe(PRINCIPLES.length);
    const levelsOf = (name: string) => {
      const levels = PRINCIPLES.filter(({ framework }) => framework === name).map(({ level }) => level);
      return [1, 2, 3, 4, null].map((level) => levels.filter((one) => one === level).length);
    };
    expect({ openssf: levelsOf('openssf'), packman: levelsOf('packman'), s2c2f: levelsOf('s2c2f') }).toEqual({
      openssf: [10, 10, 12, 0, 0],
      packman: [0, 7, 8, 0, 2],
      s2c2f: [6, 7, 6, 6, 0],
    });
  });
  it('name tests and documents that are there', () => {
    for (const { id, evidence } of PRINCIPLES)
      for (const one of evidence) {
        if (one.kind === 'running') continue;
        const isThere = existsSync(join(ROOT, one.file));
        expect([id, one.file, isThere]).toEqual([id, one.file, true]);
        if (one.kind === 'test')
          expect([id, readFileSync(join(ROOT, one.file), 'utf8').includes(`'${one.test}'`)]).toEqual([id, true]);
      }
  });
  it('are met by something, or say what is open', () => {
    for (const { id, evidence, gap, forPeople } of PRINCIPLES)
      expect([id, evidence.length > 0 || gap !== undefined || forPeople !== undefined]).toEqual([id, true]);
  });
  it('are written down in docs/assessment.md', () => {
    if (process.env['WRITE_DOCS'] === '1') writeFileSync(DOCUMENT, assessmentDocument(PRINCIPLES));
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(assessmentDocument(PRINCIPLES));
  });
});

describe('a principle', () => {
  const shown = test('a.spec.ts', 'works');
  const findings = (holds: boolean | null): Findings => {
    const one = { holds, detail: 'found so' };
    const names = Object.keys(FACTS).map((name) => [name, one] as const);
    return z.record(z.string(), z.custom<Finding>()).pipe(z.custom<Findings>()).parse(Object.fromEntries(names));
  };
  const stateOf = (evidence: Principle['evidence'], holds: boolean | null, open: Row[4] = undefined) =>
    assess(track('openssf', 'T', [['X-1', 1, 'asks', evidence, open]]), findings(holds)).results[0];

  it('is met where everything that shows it is there and holds', () => {
    expect(stateOf([shown, running('contact')], true)).toMatchObject({ state: 'met', why: null });
    expect(stateOf([shown], null)).toMatchObject({ state: 'met' });
  });
  it('is not met where something does not hold or is not built, whatever else is there', () => {
    const why = expect.stringContaining('Found: found so.');
    expect(stateOf([shown, running('contact')], false)).toMatchObject({ state: 'not-met', why });
    expect(stateOf([shown, running('contact')], true, { gap: 'No page.' })).toMatchObject({
      state: 'not-met',
      why: 'No page.',
    });
    expect(stateOf([running('contact')], false, { forPeople: 'Ask.' })).toMatchObject({ state: 'not-met' });
  });
  it('cannot be told where it could not be found out, where only people can, and where nothing shows it', () => {
    expect(stateOf([shown, running('contact')], null)).toMatchObject({ state: 'cannot-tell' });
    expect(stateOf([shown], true, { forPeople: 'Ask.' })).toMatchObject({ state: 'cannot-tell', why: 'Ask.' });
    expect(stateOf([], true)).toMatchObject({ state: 'cannot-tell' });
  });
  it('keeps its track from a level, and that from every higher one', () => {
    const rows = track('openssf', 'T', [
      ['X-1', 1, 'asks', [shown]],
      ['X-2', 2, 'asks', [], { gap: 'Not built.' }],
      ['X-3', 3, 'asks', [shown]],
    ]);
    const { results, reached } = assess(rows, findings(true));
    expect(reached).toEqual([{ framework: 'openssf', track: 'T', level: 1, of: 3 }]);
    const ids = (level: number) => lacking(results, level).map(({ id }) => id);
    expect([ids(1), ids(2), ids(3)]).toEqual([[], ['X-2'], ['X-2']]);
  });
});

describe('an installation', () => {
  let bench: PeopleBench;
  let ledger: Awaited<ReturnType<Installation['verifyLedger']>> = { status: 'whole', rows: 3 };
  const base = {
    contact: null,
    mailHost: null,
    checkMailDomains: false,
    totpSuffices: false,
    gitHosts: [],
    upstreamEveryHours: null,
  };
  const look = async (
    settings: Partial<Installation['settings']> = {},
    isolated: Installation['isolation'] = async () => [{ isolated: true, detail: 'namespaces' }],
  ) => {
    const installation: Installation = {
      ecosystems: ['pypi'],
      settings: { ...base, ...settings },
      now: () => bench.clock.now(),
      policy: async () => ({ staleAfterHours: () => 24, allowSdists: false }),
      isolation: isolated,
      verifyLedger: async () => ledger,
    };
    const { results } = await createAssessment({ db: bench.db, installation }).assess();
    return (id: string): Assessed | undefined => results.find((one) => one.id === id);
  };
  beforeAll(async () => {
    bench = await openPeopleBench();
  });
  afterAll(() => bench.close());

  it('is measured by its settings', async () => {
    const bare = await look();
    const told = await look({
      contact: 'mailto:a@lab.example',
      mailHost: 'mail.lab.example',
      upstreamEveryHours: 24,
      gitHosts: ['git.example'],
    });
    for (const id of ['AN-1.1', 'AN-1.4', 'PM-3', 'PM-4', 'PM-5', 'SCA-3'])
      expect([id, bare(id)?.state, told(id)?.state]).toEqual([id, 'not-met', 'met']);
    expect(bare('PM-3')?.why).toBe('Asked: server.contact names somebody to write to. Found: server.contact is null.');
  });
  it('is measured by its feeds, which age', async () => {
    expect((await look())('SCA-1')?.state).toBe('not-met');
    const feed = { ecosystem: '*', source: 'x', records: 1, importedAt: bench.clock.now() };
    await saveFeed(bench.db, { kind: 'malicious', ...feed });
    expect((await look())('GC-2.3')?.state).toBe('met');
    await saveFeed(bench.db, {
      kind: 'malicious',
      ...feed,
      importedAt: new Date(bench.clock.now().getTime() - 25 * 3_600_000),
    });
    expect((await look())('GC-2.3')).toMatchObject({
      state: 'not-met',
      why: expect.stringContaining('0 of 1 not stale'),
    });
  });
  it('is measured by who decides without a second factor, and names nobody', async () => {
    expect((await look())('AN-3.2')?.state).toBe('cannot-tell');
    const accounts = createAccounts({ ledger: bench.ledger });
    await accounts.add(olga, { name: 'rosa', roles: ['researcher'] });
    await accounts.add(olga, { name: 'vera', roles: ['reviewer'] });
    const found = (await look())('AN-3.2');
    expect(found).toMatchObject({ state: 'not-met', why: expect.stringContaining('0 of 1 who decide') });
    for (const { name } of [rosa, vera].filter((one) => one.kind === 'person')) expect(found?.why).not.toContain(name);
  });
  it('is measured by its channels', async () => {
    expect((await look())('ENF-2')?.state).toBe('not-met');
    await bench.channels.create(olga, { name: 'high', tier: 3, mode: 'cleared', window: 'none' });
    expect((await look())('ENF-2')?.state).toBe('met');
    expect((await look())('AN-3.3')?.state).toBe('met');
    expect((await look({ totpSuffices: true }))('AN-3.3')?.state).toBe('not-met');
    await bench.channels.create(olga, { name: 'low', tier: 2, mode: 'cleared', window: 'none' });
    expect((await look())('AN-3.3')).toMatchObject({
      state: 'not-met',
      why: expect.stringContaining('1 of 2 cleared channels'),
    });
  });
  it('is measured by what cuts off, and by its ledger; what could not be found out is never met', async () => {
    expect((await look({}, async () => [{ isolated: false, detail: 'none' }]))('PM-10')?.state).toBe('not-met');
    const broken = await look({}, () => Promise.reject(new Error('no child could be started')));
    expect(broken('PM-10')).toMatchObject({
      state: 'cannot-tell',
      why: expect.stringContaining('no child could be started'),
    });
    ledger = { status: 'broken', what: 'row 2 was changed' };
    expect((await look())('GC-3.2')?.why).toContain('row 2 was changed');
  });
  it('asks the table of who may do what whether one factor is enough', async () => {
    expect((await look())('AN-2.3')).toMatchObject({
      state: 'met',
      evidence: [{ kind: 'test' }, { kind: 'running', holds: true }],
    });
  });
});
