/** The journey of Python packages with each stock client of this machine: refused, requested, cleared, installed, stopped. */
import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type MadeDistribution, makeWheel, type WheelSpec } from '../../src/main/demo/made-here-wheels.ts';
import { findClients } from '../harness/clients.ts';
import { type Environment, installersOf, type Outcome } from './installers.ts';
import { CHANNEL, newestSnapshot, openStage, type Stage, until, WINDOW_SECONDS, WINDOWED } from './stage.ts';

/** A dozen runs of a client on a machine that does other things too. */
vi.setConfig({ testTimeout: 180_000 });

const clients = await findClients();
const installers = installersOf(clients);
const pips = installers.filter(({ kind }) => kind === 'pip');

/** `survey` is cleared at 1.0 and stands upstream at 2.0; `survey-tools` needs it, and more with its extra. */
const PACKAGES: readonly WheelSpec[] = [
  { name: 'survey', version: '1.0' },
  { name: 'survey', version: '2.0' },
  {
    name: 'survey-tools',
    version: '1.0',
    requires: ['survey>=1,<2', 'only-on-old-python; python_version < "3.0"'],
    extras: { plot: ['plotter'] },
  },
  { name: 'plotter', version: '1.0' },
  { name: 'parent', version: '1.0', requires: ['child'] },
  { name: 'child', version: '1.0' },
  { name: 'nobody-asked', version: '1.0' },
  { name: 'Odd.Name_here', version: '1.0' },
  { name: 'soon-stopped', version: '1.0' },
  { name: 'soon-denied', version: '1.0' },
  { name: 'waits', version: '1.0' },
];

/** What an unpinned install of `survey` takes. */
const CLEARED_SURVEY = 'survey==1.0';

/** A client that fails must fail in its own words: no crash, no question to a person who is not there. */
function readable({ printed }: Outcome): void {
  expect(printed).not.toMatch(/Traceback|panicked|Username|Password|User for|y\/n/i);
  expect(printed).not.toMatch(/\b(?:401|500|502)\b/);
}

function refused(outcome: Outcome, words: readonly (string | RegExp)[]): void {
  expect(outcome.code, outcome.printed).not.toBe(0);
  for (const word of words) expect(outcome.printed).toMatch(word);
  readable(outcome);
}

function done(outcome: Outcome): void {
  expect(outcome.code, outcome.printed).toBe(0);
  readable(outcome);
}

// Named among the skipped tests; where every client is there, there is no such test.
if (clients.missing.length > 0)
  it(`not here: ${clients.missing.map(({ client }) => client).join(', ')}`, (context) =>
    context.skip(clients.missing.map(({ client, reason }) => `${client}: ${reason}`).join('; ')));

describe.skipIf(installers.length === 0)('Python packages with the stock clients', () => {
  let stage: Stage;
  const made = new Map<string, MadeDistribution>();
  /** Caches that were filled while the package was refused; they must not hide its clearance. */
  const caches = new Map<string, string>();
  const empty = (label: string): Promise<Environment> => installer(label).environment(stage.folder);

  beforeAll(async () => {
    stage = await openStage();
    for (const spec of PACKAGES) {
      const wheel = await makeWheel(spec);
      made.set(`${spec.name}==${spec.version}`, wheel);
      stage.upstream.add(wheel);
    }
    const yanked = await makeWheel({ name: 'survey', version: '1.5' });
    stage.upstream.add(yanked, { yanked: 'lost answers' });
  });
  afterAll(() => stage?.close());

  describe.each(installers.map(({ label }) => label))('%s, before anything is cleared', (label) => {
    it('reads who was refused, why and where to ask, and installs nothing', async () => {
      const environment = await empty(label);
      const cache = await mkdtemp(join(stage.folder, 'cache-'));
      caches.set(label, cache);
      refused(await environment.install(stage.index(), ['survey'], cache), [
        /NOT REQUESTED: survey 2\.0/,
        /pratique request new pypi survey/,
      ]);
      refused(await environment.install(stage.index(), ['survey==1.0']), [/NOT REQUESTED: survey 1\.0/]);
      expect(await environment.installed()).toEqual([]);
    });

    it('does not find a name that exists nowhere', async () => {
      refused(await (await empty(label)).install(stage.index(), ['exists-nowhere']), [/exists-nowhere/]);
    });
  });

  describe('a request', () => {
    it('is vetted with its tree, accepted, waits for its window, and is published then', async () => {
      const id = await stage.request('waits', { channel: WINDOWED });
      const environment = await empty(installers[0]?.label ?? '');
      refused(await environment.install(stage.index(WINDOWED), ['waits']), [/IN REVIEW: waits/, new RegExp(id)]);
      const opened = performance.now();
      await stage.accept(id);
      await until('the window is open', async () => (await stage.state(id)) === 'in-window');
      const early = await environment.install(stage.index(WINDOWED), ['waits']);
      if (performance.now() - opened < WINDOW_SECONDS * 1000)
        refused(early, [/ACCEPTED, opens 20\d\d-.* unless the data provider objects: waits/, new RegExp(id)]);
      await until('the window has closed', async () => (await stage.state(id)) === 'accepted');
      expect(performance.now() - opened).toBeGreaterThan(WINDOW_SECONDS * 1000 - 1000);
      await until('the snapshot is there', async () => (await newestSnapshot(stage, WINDOWED)) > 1);
      done(await environment.install(stage.index(WINDOWED), ['waits']));
      expect(await environment.installed()).toEqual(['waits==1.0']);
    });

    it('clears the trees that the following installs need', async () => {
      await stage.clear('survey', '1.0');
      for (const name of ['survey-tools', 'odd-name-here', 'soon-stopped', 'soon-denied', 'parent', 'child'])
        await stage.clear(name);
      const expanded = z.object({ results: z.array(z.object({ purl: z.string() })) });
      const { results } = await stage.answer(expanded, ['list', 'show', 'expanded', '--channel', CHANNEL]);
      expect(results.map(({ purl }) => purl)).toContain('pkg:pypi/survey@1.0');
      expect(results.map(({ purl }) => purl)).not.toContain('pkg:pypi/plotter@1.0');
    });
  });

  describe.each(installers.map(({ label }) => label))('%s, with cleared packages', (label) => {
    it('installs what was refused before, with the cache of the refused run', async () => {
      const environment = await empty(label);
      done(await environment.install(stage.index(), ['survey'], caches.get(label)));
      expect(await environment.installed()).toEqual([CLEARED_SURVEY]);
    });

    it('installs a tree with its markers, from Pratique alone', async () => {
      const environment = await empty(label);
      stage.upstream.forgetRequests();
      done(await environment.install(stage.index(), ['survey-tools', 'Odd.Name_here']));
      const installed = await environment.installed();
      expect(installed).toContain('survey-tools==1.0');
      expect(installed).toContain(CLEARED_SURVEY);
      expect(installed.some((one) => /odd.name.here==1\.0/i.test(one))).toBe(true);
      expect(stage.upstream.requests().filter(({ path }) => path.startsWith('/files/'))).toEqual([]);
    });

    it('is told about the extra whose package is not cleared', async () => {
      refused(await (await empty(label)).install(stage.index(), ['survey-tools[plot]']), [
        /NOT REQUESTED: plotter 1\.0/,
        /pratique request new pypi plotter/,
      ]);
    });

    it('is refused a pin, and a range that holds nothing cleared', async () => {
      const environment = await empty(label);
      refused(await environment.install(stage.index(), ['survey==2.0']), [
        /NOT REQUESTED: survey 2\.0/,
        /Use survey 1\.0/,
      ]);
      // A newer pip asks for nothing then: what it prints of the index holds the sentence.
      refused(await environment.install(stage.index(), ['survey>1.7']), [
        /NOT.REQUESTED:?.survey.2\.0/,
        /Use.survey.1\.0/,
        /pratique.request.new.pypi.survey/,
      ]);
      expect(await environment.installed()).toEqual([]);
    });

    it('does not take a yanked release, and is refused one by its pin', async () => {
      const environment = await empty(label);
      done(await environment.install(stage.index(), ['survey<2']));
      expect(await environment.installed()).toEqual([CLEARED_SURVEY]);
      refused(await environment.install(stage.index(), ['survey==1.5']), [/survey/, /1\.5/]);
    });

    it('checks hashes of a lock file', async () => {
      const good = await lock('good', 'survey==1.0', hexOf('survey==1.0'));
      const bad = await lock('bad', 'survey==1.0', 'f'.repeat(64));
      const environment = await empty(label);
      refused(await environment.install(stage.index(), ['--require-hashes', '-r', bad]), [/hash/i]);
      expect(await environment.installed()).toEqual([]);
      done(await environment.install(stage.index(), ['--require-hashes', '-r', good]));
      expect(await environment.installed()).toEqual(['survey==1.0']);
    });

    it('installs with --only-binary :all:', async () => {
      done(await (await empty(label)).install(stage.index(), ['--only-binary', ':all:', 'survey-tools']));
    });

    it('installs from a snapshot that is pinned by number, in both spellings, and by time', async () => {
      const number = await newestSnapshot(stage, CHANNEL);
      const moment = `${new Date().toISOString().slice(0, 19)}Z`;
      for (const suffix of [`@${number}`, `--${number}`, `@${moment}`]) {
        const environment = await empty(label);
        done(await environment.install(stage.index(CHANNEL, suffix), ['survey']));
        expect(await environment.installed(), suffix).toEqual([CLEARED_SURVEY]);
      }
      refused(await (await empty(label)).install(stage.index(CHANNEL, '@1'), ['survey']), [/survey/]);
      refused(await (await empty(label)).install(stage.index(CHANNEL, '@2999-01-01'), ['survey']), [/survey/]);
    });
  });

  // pip has an option for it from 26.0 on; the oldest pip here does not.
  const dated = [...pips.slice(-1), ...installers.filter(({ kind }) => kind === 'uv')];
  it.for(dated.map(({ label, kind }) => [label, kind] as const))(
    '%s takes only what was there at a date that it is told',
    async ([label, kind], { skip }) => {
      const option = kind === 'uv' ? '--exclude-newer' : '--uploaded-prior-to';
      const environment = await empty(label);
      const early = await environment.install(stage.index(), ['survey', option, '2000-01-01T00:00:00Z']);
      if (/no such option/.test(early.printed)) skip('this pip has no option for a date');
      refused(early, [/survey/]);
      done(await environment.install(stage.index(), ['survey', option, '2100-01-01T00:00:00Z']));
      expect(await environment.installed()).toEqual([CLEARED_SURVEY]);
    },
  );

  describe.skipIf(pips.length === 0).each(pips.map(({ label }) => label))('%s, other commands', (label) => {
    it('downloads', async () => {
      const folder = await mkdtemp(join(stage.folder, 'download-'));
      done(await (await empty(label)).run(['download'], stage.index(), ['survey', '-d', folder]));
      refused(await (await empty(label)).run(['download'], stage.index(), ['nobody-asked', '-d', folder]), [
        /NOT REQUESTED: nobody-asked 1\.0/,
      ]);
    });

    it('lists the cleared versions and no others', async () => {
      const { code, stdout } = await (await empty(label)).run(['index', 'versions'], stage.index(), ['survey']);
      expect(code).toBe(0);
      expect(/Available versions: (.*)/.exec(stdout)?.[1]).toBe('1.0');
    });
  });

  describe('stops', () => {
    const numbers: { before: number; quarantine: string; denial: string } = { before: 0, quarantine: '', denial: '' };

    it('are made by a reviewer, and need no new snapshot to hold', async () => {
      numbers.before = await newestSnapshot(stage, CHANNEL);
      const started = z.object({ quarantine: z.object({ id: z.string() }) });
      const denied = z.object({ denial: z.object({ id: z.string() }) });
      const because = ['--reason', 'Seen sending data away.'];
      const quarantine = ['quarantine', 'start', 'pypi', 'soon-stopped', ...because];
      numbers.quarantine = (await stage.answer(started, quarantine, 'vera')).quarantine.id;
      const denial = ['list', 'deny', 'pypi', 'soon-denied', '--channel', CHANNEL, ...because];
      numbers.denial = (await stage.answer(denied, denial, 'vera')).denial.id;
      await stage.answer(z.unknown(), ['quarantine', 'start', 'pypi', 'child', ...because], 'vera');
      // What needs them is resolved around them then, or left out and named.
      await until('both are published', async () => (await newestSnapshot(stage, CHANNEL)) > numbers.before + 1);
    });

    it.each(installers.map(({ label }) => label))(
      '%s is refused what is quarantined and denied, pinned or not',
      async (label) => {
        const environment = await empty(label);
        for (const suffix of ['', `@${numbers.before}`]) {
          const index = stage.index(CHANNEL, suffix);
          refused(await environment.install(index, ['soon-stopped']), [/QUARANTINED/, new RegExp(numbers.quarantine)]);
          refused(await environment.install(index, ['soon-denied']), [/DENIED/, new RegExp(numbers.denial)]);
        }
        expect(await environment.installed()).toEqual([]);
      },
    );

    it.each(installers.map(({ label }) => label))(
      '%s, with a lock of before, reads the id and no mismatch of hashes',
      async (label) => {
        const file = await lock(`stopped-${label}`, 'soon-stopped==1.0', hexOf('soon-stopped==1.0'));
        const outcome = await (await empty(label)).install(stage.index(), ['--require-hashes', '-r', file]);
        refused(outcome, [/403/, /QUARANTINED/, new RegExp(numbers.quarantine)]);
        expect(outcome.printed).not.toMatch(/hashes? (?:do|does) not match|hash mismatch/i);
      },
    );

    it.each(installers.map(({ label }) => label))('%s is told which dependency is the refused one', async (label) => {
      refused(await (await empty(label)).install(stage.index(), ['parent']), [
        /QUARANTINED[^\n]*child 1\.0 needed by parent 1\.0/,
        /Q-\d+/,
      ]);
    });
  });

  describe('without an upstream', () => {
    beforeAll(() => stage.upstream.close());

    it.each(installers.map(({ label }) => label))(
      '%s installs what is cleared, and refusals are as before',
      async (label) => {
        const environment = await empty(label);
        done(await environment.install(stage.index(), ['survey-tools']));
        refused(await environment.install(stage.index(), ['survey==2.0']), [/survey 2\.0/]);
      },
    );
  });

  function installer(label: string) {
    const found = installers.find((one) => one.label === label);
    if (found === undefined) throw new Error(`no client ${label}`);
    return found;
  }

  function hexOf(release: string): string {
    const wheel = made.get(release);
    if (wheel === undefined) throw new Error(`${release} was not made`);
    return createHash('sha256').update(wheel.bytes).digest('hex');
  }

  async function lock(name: string, requirement: string, hex: string): Promise<string> {
    const file = join(stage.folder, `${name.replaceAll(/\W/g, '-')}.txt`);
    await writeFile(file, `${requirement} --hash=sha256:${hex}\n`);
    return file;
  }
});
