import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { digestOf, evidence, finding, SAMPLE_MARKUP, sampleSet } from '../../../test/harness/evidence-sample.ts';
import type { EvidenceSet } from '../../domain/evidence.ts';
import { SCANNERS } from '../../scanners/catalog.ts';
import type { Decision } from '../decisions/read.ts';
import type { RequestDetails } from '../requests/read.ts';
import { cyclonedxOf } from './formats/cyclonedx.ts';
import { htmlOf } from './formats/html.ts';
import { pdfOf } from './formats/pdf.ts';
import { runsOf } from './formats/pdf-fonts.ts';
import { sarifOf } from './formats/sarif.ts';
import { type PageInput, pageOf } from './page/page.ts';
import type { Standing } from './page/standing.ts';
import { questionOf } from './parts/words.ts';
import { dossierDigest, dossierOf } from './read.ts';

const UNDECIDED: Standing = { state: 'in-review', decision: null, window: null, pin: null, stopped: [] };

const request: RequestDetails = {
  ...{ id: 'R-1', number: 1, channel: 'tier3', ecosystem: 'pypi', name: 'sails', version: null, extras: [] },
  ...{ state: 'in-review', filedBy: 'rosa', filedAt: '2026-11-20T09:00:00.000Z', movedAt: '2026-11-20T09:00:00.000Z' },
  ...{ evidence: null, verdict: null, failure: null, answersRequest: null, answersConcern: null, messages: [] },
  requesters: [requester('rosa', '2026-11-20T09:00:00.000Z'), requester('rolf', '2026-11-22T09:00:00.000Z')],
};

function requester(person: string, joinedAt: string) {
  const said = { q1: `${person} ${SAMPLE_MARKUP}`, q2: 'Yes.', q3: 'unknown' };
  return { person, ...said, project: 'cohort 7', contact: `${person}@haven.example`, joinedAt, withdrawnAt: null };
}

function opened(standing: Standing = UNDECIDED, set: EvidenceSet = sampleSet()): PageInput {
  const dossier = dossierOf({ set, evidence: digestOf('e'), request, at: null });
  return { dossier, digest: dossierDigest(dossier), set, standing };
}

const decision: Decision = {
  ...{ id: 'A-1', request: 'R-1', channel: 'tier3', ecosystem: 'pypi', name: 'sails', version: '1.0', extras: [] },
  ...{ outcome: 'accepted', list: 'extra', evidence: digestOf('e'), dossier: null, policy: null, verdict: 'review' },
  ...{ decidedBy: 'vera', decidedAt: '2026-11-21T09:00:00.000Z', reason: 'A standard tool.', concern: null },
  ...{ criterion: null, note: 'No hostile server is reached.', until: null, expiredAt: null },
  ...{ undoUntil: null, undoneAt: null, approvedWith: null, reviewAgainAt: null },
};
const WINDOW: Standing = {
  state: 'in-window',
  decision,
  pin: { status: 'whole', decision: 'A-1', dossier: digestOf('e') },
  stopped: [],
  window: {
    ...{ id: 'W-1', decision: 'A-1', channel: 'tier3', providers: ['Hospital'], state: 'running' },
    ...{ openedAt: '2026-11-21T09:00:00.000Z', closesAt: '2026-11-28T09:00:00.000Z', endedAt: null },
    ...{
      clocks: [{ provider: 'Hospital', state: 'running', closesAt: '2026-11-28T09:00:00.000Z' }],
      workingDays: false,
    },
  },
};

describe('a dossier', () => {
  it('is the same for the same evidence and request, and another for other words', () => {
    expect(dossierDigest(opened().dossier)).toBe(dossierDigest(opened().dossier));
    const other = dossierOf({ set: sampleSet(), evidence: digestOf('e'), request: null, at: null });
    expect(dossierDigest(other)).not.toBe(dossierDigest(opened().dossier));
  });

  it('has the words of its composer: where this differs, raise COMPOSER_VERSION and write both down', () => {
    const { composer } = opened().dossier;
    expect({ composer, digest: opened().digest }).toEqual({
      composer: 15,
      digest: 'sha256:1a36eb8a41537f6e574eee840da3f33ce86f746af8b79110a53267cfc2044e4b',
    });
  });

  it('has a question in plain words for every scanner', () => {
    expect(SCANNERS.map(({ id }) => questionOf(id)).filter((question) => question.startsWith('Check '))).toEqual([]);
  });

  it('says in short which newer release was not taken, and what keeps it away', () => {
    const passedOver = {
      version: '9.0',
      reason: 'not-installable',
      until: null,
      cause: 'mast is denied, D-1',
    } as const;
    const { short } = dossierOf({
      set: { ...sampleSet(), passedOver },
      evidence: digestOf('e'),
      request: null,
      at: null,
    });
    const text = 'The newer 9.0 cannot be installed here with all that it needs: mast is denied, D-1.';
    expect(short).toContainEqual({ text, evidence: [] });
    expect(opened().dossier.short.some((one) => one.text.startsWith('The newer'))).toBe(false);
  });

  it('holds no names of people, projects and contacts of the request', () => {
    const text = JSON.stringify(opened().dossier);
    for (const secret of ['cohort 7', '@haven.example', '"rosa"']) expect(text).not.toContain(secret);
  });

  it('leaves out what was said after the moment it is of', () => {
    const at = new Date('2026-11-21T00:00:00Z');
    const { request: asked } = dossierOf({ set: sampleSet(), evidence: digestOf('e'), request, at });
    expect(asked?.answers.map(({ q1 }) => q1)).toEqual([`rosa ${SAMPLE_MARKUP}`]);
  });

  it('keeps "to judge", "nothing found" and "could not check" apart', () => {
    const { concerns, clean, described, unchecked, notApplicable } = opened().dossier;
    expect(concerns.map(({ about, weight }) => [about, weight])).toEqual([
      ['vulnerability-low', 'review'],
      ['weakness', 'medium'],
    ]);
    expect(clean.map(({ scanner, packages }) => [scanner, packages])).toEqual([
      ['capabilities', 2],
      ['identity', 1],
      ['vulnerabilities', 1],
      ['weaknesses', 1],
    ]);
    expect(described.map(({ scanner, packages }) => [scanner, packages])).toEqual([
      ['capabilities', 1],
      ['identity', 1],
    ]);
    expect(unchecked).toMatchObject([{ scanner: 'popularity', packages: 2, reasons: ['no popularity list imported'] }]);
    expect(notApplicable.map(({ scanner }) => scanner)).toEqual(['identity']);
  });

  it('shows what only describes apart from what found nothing', () => {
    const { dossier, ...rest } = opened();
    const page = htmlOf(pageOf({ dossier, ...rest }));
    const [, silent = '', described = ''] =
      /Checked, nothing found<\/h2>(.*?)<h2[^>]*>Described<\/h2>(.*?)<h2/s.exec(page) ?? [];
    const [what, flaws] = ['capabilities', 'vulnerabilities'].map(questionOf);
    expect([silent.includes(what ?? ''), silent.includes(flaws ?? '')]).toEqual([false, true]);
    expect([described.includes(what ?? ''), described.includes(flaws ?? '')]).toEqual([true, false]);
  });

  it('shows the path that brings a flaw in, what ends it, and what is free of it here', () => {
    expect(opened().dossier.flaws).toMatchObject([
      { id: 'PYSEC-1', path: ['pkg:pypi/sails@1.0', 'pkg:pypi/mast@1.4'], nextFix: '1.5', clearedAndFree: ['1.2'] },
    ]);
  });

  it('points into the evidence set with every pointer', () => {
    const { dossier, set } = opened();
    const pointers = [...JSON.stringify(dossier).matchAll(/"(\/releases\/[^"]*)"/g)].map(
      ([, pointer]) => pointer ?? '',
    );
    expect(pointers.length).toBeGreaterThan(20);
    for (const pointer of pointers) expect(at(set, pointer), pointer).toBeDefined();
  });

  it('tells who the package names of itself, persons and groups apart, beside the accounts of its registry', () => {
    const set = sampleSet();
    const said = finding({
      kind: 'identity',
      summary: 'It names Ada and a team (its own words)',
      data: {
        ...{ code: 'statement', authors: [{ name: 'Ada' }, { name: 'Sail Team' }], maintainers: [] },
        ...{ people: 2, groups: ['Sail Team'], domains: ['lab.example'] },
      },
    });
    const accounts = finding({
      kind: 'identity',
      summary: 'The registry lists 1 account that may publish sails: ada',
      data: { code: 'accounts', accounts: ['ada'], publisher: 'ada' },
    });
    const releases = set.releases.map((release) =>
      release.purl === set.root
        ? { ...release, evidence: [evidence('identity', [said]), evidence('accounts', [accounts])] }
        : release,
    );
    const { dossier } = opened(UNDECIDED, { ...set, releases });
    expect(dossier.guide.find(({ id }) => id === 'EV-5')).toMatchObject({
      state: 'answered',
      answer:
        'It names 1 person and 1 group, with addresses at 1 domain. The registry lists 1 account that may publish sails: ada.',
    });
    expect(dossier.packages.find(({ purl }) => purl === set.root)?.people.text).toBe('Ada, Sail Team; accounts: ada');
  });

  it('answers from the documents of the package, says where it holds none, and why nobody collects the rest', () => {
    const set = sampleSet();
    const reporting = finding({
      ...{ kind: 'maintenance', summary: 'It says how to report a flaw: sails-1.0/SECURITY.md' },
      data: { code: 'reporting', places: ['sails-1.0/SECURITY.md'], count: 1 },
    });
    const releases = set.releases.map((release) =>
      release.purl === set.root ? { ...release, evidence: [evidence('documents', [reporting])] } : release,
    );
    const { guide } = opened(UNDECIDED, { ...set, releases }).dossier;
    const answers = new Map(guide.map((one) => [one.id, one]));
    expect(answers.get('EV-23')).toMatchObject({
      ...{ state: 'answered', answer: 'It says how to report a flaw: sails-1.0/SECURITY.md.' },
      evidence: ['/releases/0/evidence/0/findings/0'],
    });
    expect(answers.get('EV-22')).toMatchObject({
      ...{ state: 'answered', toJudge: true, evidence: ['/releases/0/evidence/0'] },
      answer: 'The package holds nothing about it; its source repository may.',
    });
    expect(answers.get('EV-30')?.answer).toBe('No notes of things to do in the comments of its code.');
    expect(
      guide.filter(({ state, answer }) => state === 'could-not-check' && !/^Could not check: ./.test(answer)),
    ).toEqual([]);
    expect(answers.get('EV-11')?.answer).toBe(
      'Could not check: only the owners and the host of a repository see its settings; look at its newest changes there: whether somebody else looked at them, and whether checks ran.',
    );
    // Evidence of before the check, and a check that did not run to its end, are no answers.
    expect(opened().dossier.guide.find(({ id }) => id === 'EV-23')?.state).toBe('could-not-check');
  });

  it('answers the questions of the guide in three states, and none without evidence that it has not', () => {
    const { guide } = opened().dossier;
    expect(guide).toHaveLength(36);
    const states = new Map(guide.map(({ id, state }) => [id, state]));
    expect(['EV-18', 'EV-26', 'EV-9', 'EV-33'].map((id) => states.get(id))).toEqual([
      'answered',
      'could-not-check',
      'could-not-check',
      'for-a-person',
    ]);
    expect(guide.filter(({ state, evidence }) => state === 'answered' && evidence.length === 0)).toEqual([]);
  });

  it('names the risks of the policy, with what bears on each and what could not be looked at', () => {
    const { risks } = opened().dossier;
    expect(risks.map(({ id }) => id)).toHaveLength(7);
    expect(risks.find(({ id }) => id === 'outsiders')?.found[0]?.text).toContain('connect to other computers');
    const set = sampleSet();
    const blind = sampleSet({ releases: set.releases.map((one) => ({ ...one, evidence: one.evidence.slice(2, 3) })) });
    const squatting = opened(UNDECIDED, blind).dossier.risks.find(({ id }) => id === 'outsiders');
    expect(squatting?.found.map(({ text }) => text).join()).toContain('Could not check');
    const heard = sampleSet({
      releases: set.releases.map((one) => ({ ...one, evidence: [evidence('lookalike', [])] })),
    });
    const { dossier, ...rest } = opened(UNDECIDED, heard);
    expect(dossier.risks.find(({ id }) => id === 'squatting')).toMatchObject({
      ...{ found: [], evidence: ['/releases/0/evidence/0', '/releases/1/evidence/0'] },
    });
    expect(htmlOf(pageOf({ dossier, ...rest }))).toMatch(/nothing found \(evidence: <a /);
  });
});

describe('the page', () => {
  it.each([
    [{ status: 'whole', decision: 'A-1', dossier: digestOf('e') }, 'pinned to exactly this dossier'],
    [{ status: 'older-composer', decision: 'A-1', dossier: digestOf('e'), composer: 1 }, 'an earlier version composed'],
    [{ status: 'not-pinned', decision: 'A-1' }, 'before decisions were pinned'],
    [{ status: 'broken', decision: 'A-1', what: 'it is not kept' }, 'Do not rely on this page'],
  ] as const)('says of a pin that is %o what that means', (pin, words) => {
    const page = htmlOf(pageOf(opened({ ...WINDOW, pin })));
    expect(page).toContain(words);
    // What cannot be relied on says so before anything else.
    if (pin.status === 'broken') expect(page.indexOf(words)).toBeLessThan(page.indexOf('In short'));
  });

  it('says before anything else what of the tree is stopped by now, for the evidence does not know it', () => {
    const stopped = [{ at: 1, purl: 'pkg:pypi/mast@1.4', name: 'mast', version: '1.4', by: 'Q-1' }];
    const page = htmlOf(pageOf(opened({ ...WINDOW, stopped })));
    expect(page).toMatch(/Q-1 stops <a href="#e-1">mast 1\.4<\/a>: it cannot be installed/);
    expect(page.indexOf('Stopped by now')).toBeLessThan(page.indexOf('In short'));
  });

  const html = htmlOf(pageOf(opened(WINDOW)));

  it('begins with the state, says what happens if nobody acts, and what a data provider can do', () => {
    expect(html).toContain('<h1>Accepted, unless you object: sails 1.0</h1>');
    expect(html).toContain('If you do nothing, it becomes available on 28 November 2026, 09:00 UTC.');
    expect(html).toContain('three things to the people who run this installation, naming W-1');
  });

  it('holds no markup from outside, no script, and nothing from another host', () => {
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(html).not.toContain('<img');
    expect(html).not.toMatch(/<script|<link|<iframe|@import|url\(|href="(?!#)/);
    for (const [tag] of html.matchAll(/<[^>]+>/g)) expect(tag).not.toMatch(/\s(?:src|on\w+)=/);
  });

  it('makes characters visible that would hide or turn text', () => {
    const set = sampleSet({ warnings: ['a\u202Eb'] });
    expect(htmlOf(pageOf(opened(UNDECIDED, set)))).toContain('a\\u{202e}b');
  });

  it('shows which files differ most from the version that was accepted before', () => {
    const since = '1.3';
    const compared = finding({ kind: 'capability', summary: 'x', data: { code: 'compared', since, isCleared: false } });
    const lines = { added: 1200, removed: 3, unordered: false };
    const files = finding({
      ...{ kind: 'change', summary: 'Since 1.3: 1 file changed' },
      data: {
        ...{ code: 'files', since, files: [{ filename: 'b.whl', comparedWith: 'a.whl' }] },
        changes: { largest: [{ path: `mast/${SAMPLE_MARKUP}.py`, change: 'changed', lines, weight: 9 }] },
      },
    });
    const [root, mast] = sampleSet().releases;
    if (root === undefined || mast === undefined) throw new Error('the sample has two releases');
    const added = [evidence('changes', [compared]), evidence('changed-lines', [files])];
    const set = sampleSet({ releases: [root, { ...mast, evidence: [...mast.evidence, ...added] }] });
    const page = htmlOf(pageOf(opened(UNDECIDED, set)));
    expect(page).toContain('The files of mast 1.4 that differ most from 1.3');
    expect(page).toContain('b.whl against a.whl');
    expect(page).toMatch(/1\s200/);
    expect(page).not.toContain(SAMPLE_MARKUP);
  });

  it('leads every link to a place that is there, and names every place once', () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...html.matchAll(/href="#([^"]+)"/g)].map(([, to]) => to);
    expect(links.length).toBeGreaterThan(30);
    for (const to of links) expect(ids).toContain(to);
  });

  it('counts no packages where there is one alone', () => {
    const [root] = sampleSet().releases;
    if (root === undefined) throw new Error('the sample has a root');
    const failed = { ...evidence('popularity', []), status: 'failed', reason: 'no list' } as const;
    const alone = sampleSet({ releases: [{ ...root, evidence: [...root.evidence, failed, evidence('changes', [])] }] });
    const page = htmlOf(pageOf(opened(UNDECIDED, alone)));
    expect(page).not.toMatch(/All 1|of 1 package|[Bb]rings 1 package/);
    expect(page).toContain('It brings no other package');
    expect(htmlOf(pageOf(opened()))).toContain('It brings 2 packages, itself among them');
  });

  it('counts a package in two versions as one, and says so of what was asked for', () => {
    const [root, mast] = sampleSet().releases;
    if (root === undefined || mast === undefined) throw new Error('the sample has two releases');
    const older = { ...root, purl: 'pkg:pypi/sails@0.9', version: '0.9' };
    const alone = htmlOf(pageOf(opened(UNDECIDED, sampleSet({ releases: [root, older] }))));
    expect(alone).toContain('makes 1 package in 2 versions available');
    expect(alone).toContain('It needs no other package. Where 1.0 does not fit, sails 0.9 is taken.');
    expect(alone).toContain('It brings no other package');
    const both = htmlOf(pageOf(opened(UNDECIDED, sampleSet({ releases: [root, older, mast] }))));
    expect(both).toContain('makes 2 packages in 3 versions available');
    expect(both).toContain('It needs 1 other package.');
    expect(both).toContain('It brings 2 packages, itself among them');
  });

  it('names the version where the tree holds two releases of a package', () => {
    const [root, mast] = sampleSet().releases;
    if (root === undefined || mast === undefined) throw new Error('the sample has two releases');
    const releases = [root, mast, { ...mast, purl: 'pkg:pypi/mast@1.5', version: '1.5' }];
    const page = htmlOf(pageOf(opened(UNDECIDED, sampleSet({ releases }))));
    expect(page).toMatch(/2 of 3: <a [^>]*>mast 1\.4<\/a>, <a [^>]*>mast 1\.5<\/a>/);
    expect(page).not.toMatch(/>sails 1\.0<\/a>, /);
  });

  it('makes every figure about packages and flaws the way to its evidence, where it stands too', () => {
    // Words that name a release or repeat an advisory are no figures.
    const spoken = new Set(['What it says', 'Why it comes along', 'Path']);
    const tables = html
      .split('<table')
      .filter((table) => /data-column="(?:Published|Files|Advisory|Ended by)"/.test(table));
    const cells = tables.flatMap((table) => [...table.matchAll(/<td role="cell" data-column="([^"]*)">(.*?)<\/td>/gs)]);
    const figures = cells
      .filter(([, column = '', cell = '']) => !spoken.has(column) && /\d/.test(cell.replaceAll(/<[^>]+>/g, '')))
      .map(([, , cell = '']) => cell);
    expect(figures.length).toBeGreaterThan(6);
    expect(figures.filter((cell) => !cell.includes('href="#e-'))).toEqual([]);
    const [, shown = ''] = html.split('id="e-1-3-0"');
    for (const words of ['CVSS 5.3', 'vector CVSS:3.1/', 'known to be exploited: false', 'EPSS 0.012', 'ended by 1.5'])
      expect(shown.split('</li>')[0]).toContain(words);
  });

  it('gives every table a caption and headings with a scope', () => {
    const tables = html.split('<table').slice(1);
    expect(tables.length).toBeGreaterThan(5);
    for (const table of tables) {
      expect(table).toMatch(/<caption>[^<]+<\/caption>/);
      expect(table).toContain('scope="col"');
      expect(table).toContain('scope="row"');
    }
  });

  it('uses none of the words that promise what nobody can', () => {
    const words = html.replaceAll(/<style>.*?<\/style>|<[^>]+>/gs, ' ');
    expect(words).not.toMatch(/\b(?:verified|trusted|approved|score|rating|violation|blocked|waiver)\b/i);
  });
});

describe('the PDF', () => {
  it('is tagged, dated by the evidence, and the same bytes for the same dossier', async () => {
    const page = pageOf(opened(WINDOW));
    const [one, two] = [await pdfOf(page, 'a dossier'), await pdfOf(page, 'a dossier')];
    expect(Buffer.from(one).equals(Buffer.from(two))).toBe(true);
    const text = Buffer.from(one).toString('latin1');
    expect(text.startsWith('%PDF-1.7')).toBe(true);
    for (const part of ['/Marked true', '/StructTreeRoot', '/Lang (en)', 'D:20261120091200Z', 'pdfuaid:part'])
      expect(text).toContain(part);
    expect(text).not.toContain('/JavaScript');
  });

  it('writes what its letters hold, and shows the code point of what they do not', () => {
    expect(runsOf('Žofie Ελένη Юлия').map(({ script }) => script)).toEqual([
      'latin-ext',
      'latin',
      'greek',
      'latin',
      'cyrillic',
    ]);
    expect(runsOf('中')).toEqual([{ script: 'latin', text: '[U+4E2D]' }]);
  });

  it('breaks what is longer than a line and a page, and leaves nothing out', async () => {
    const set = sampleSet({ warnings: ['x'.repeat(9000), 'word '.repeat(9000)] });
    const bytes = await pdfOf(pageOf(opened(UNDECIDED, set)), 'a dossier');
    expect(
      Buffer.from(bytes)
        .toString('latin1')
        .match(/\/Type \/Page\b/g)?.length,
    ).toBeGreaterThan(8);
  });
});

describe('the CycloneDX form', () => {
  it('keeps to the schema of CycloneDX 1.6', () => {
    expect(errorsOf(cyclonedxSchema(), cyclonedxOf(opened(WINDOW), '1.2.3'))).toEqual([]);
    expect(errorsOf(cyclonedxSchema(), cyclonedxOf(opened(), '1.2.3'))).toEqual([]);
  });

  it('has the graph, the hashes, and the flaw with what people decided about it', () => {
    const { dependencies, components, vulnerabilities } = cyclonedxOf(opened(WINDOW), '1.2.3');
    expect(dependencies[0]).toEqual({ ref: 'pkg:pypi/sails@1.0', dependsOn: ['pkg:pypi/mast@1.4'] });
    expect(components[0]?.components.map(({ hashes }) => hashes[0]?.content)).toEqual(['b'.repeat(64), 'c'.repeat(64)]);
    expect(vulnerabilities[0]).toMatchObject({
      id: 'PYSEC-1',
      affects: [{ ref: 'pkg:pypi/mast@1.4' }],
      analysis: { state: 'exploitable', response: ['workaround_available', 'update'] },
    });
    expect(vulnerabilities[0]?.analysis.detail).toContain('No hostile server is reached.');
  });

  it('never says "not affected", and "in triage" until a person decided', () => {
    const byPolicy: Standing = { ...WINDOW, decision: { ...decision, decidedBy: 'system' } };
    for (const standing of [UNDECIDED, byPolicy])
      expect(cyclonedxOf(opened(standing), '1').vulnerabilities[0]?.analysis.state).toBe('in_triage');
  });
});

describe('the SARIF form', () => {
  const sarif = sarifOf(opened(), '1.2.3');

  it('keeps to the schema of SARIF 2.1.0', () => {
    expect(errorsOf(sarifSchema(), sarif)).toEqual([]);
  });

  it('places findings inside archives, with their weakness and their line', () => {
    const [run] = sarif.runs;
    const weak = run?.results.find(({ ruleId }) => ruleId === 'weakness/tls-verification-off');
    expect(weak).toMatchObject({ level: 'warning', kind: 'fail' });
    const place = weak?.locations[0]?.physicalLocation;
    expect(place).toMatchObject({ artifactLocation: { uri: '/mast/net%20work.py' }, region: { startLine: 7 } });
    const inside = run?.artifacts[place?.artifactLocation.index ?? -1];
    expect(run?.artifacts[inside?.parentIndex ?? -1]?.location.uri).toBe('mast-1.4-cp312-a.whl');
    expect(run?.taxonomies[0]?.taxa).toEqual([{ id: '295', name: 'CWE-295' }]);
  });

  it('says what could not be checked', () => {
    const notes = sarif.runs[0]?.invocations[0]?.toolExecutionNotifications ?? [];
    expect(notes.map(({ descriptor }) => descriptor.id)).toEqual(['popularity', 'popularity']);
  });
});

/** What a JSON pointer leads to. */
function at(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (here, part) => (typeof here === 'object' && here !== null ? Reflect.get(here, part) : undefined),
      value,
    );
}

const require = createRequire(import.meta.url);

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Source: the schemas that the CycloneDX project publishes with its own library. */
function cyclonedxSchema() {
  const folder = join(dirname(require.resolve('@cyclonedx/cyclonedx-library/package.json')), 'res', 'schema');
  const ajv = validator();
  for (const name of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'])
    ajv.addSchema(readJson(join(folder, name)), `http://cyclonedx.org/schema/${name}`);
  return ajv.compile(readJson(join(folder, 'bom-1.6.SNAPSHOT.schema.json')));
}

/** Source: the OASIS schema, revision rtm.5. It is of draft 4, of which it uses nothing that later drafts read otherwise. */
function sarifSchema() {
  const path = join(dirname(require.resolve('@microsoft/jest-sarif')), 'schemas', 'sarif-2.1.0-rtm.5.json');
  const { $schema: _draft, id: _id, ...schema } = readJson(path);
  return validator().compile(schema);
}

function validator(): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  for (const format of ['iri-reference', 'idn-email']) ajv.addFormat(format, true);
  return ajv;
}

function errorsOf(validate: ReturnType<Ajv['compile']>, document: unknown): readonly unknown[] {
  validate(JSON.parse(JSON.stringify(document)));
  return validate.errors ?? [];
}
