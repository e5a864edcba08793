/** The journey of R packages with the stock R of this machine: refused, requested, cleared, installed, stopped. */
import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { makeSourcePackage } from '../../src/main/demo/made-here-source-packages.ts';
import { emptyLibrary, findRClient, installedIn, type RRun, writeRepository } from '../harness/r-client.ts';
import { CHANNEL, newestSnapshot, openStage, type Stage, until } from './stage.ts';

/** Several runs of a client on a machine that does other things too. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const r = await findRClient();
if (r === undefined)
  it('not here: R', (context) => context.skip('Rscript is not on the PATH; PRATIQUE_INSTALL_CLIENTS=1 installs it'));

/** `broom` is cleared at 1.0, which upstream has archived; `parent` needs `child` and packages that come with R. */
const CURRENT = [
  { name: 'broom', version: '2.0' },
  { name: 'broom.helpers', version: '1.0' },
  { name: 'RPostgreSQL', version: '0.7-5' },
  { name: 'survey', version: '1.1' },
  { name: 'parent', version: '1.0', fields: { Depends: 'R (>= 3.0), methods', Imports: 'child (>= 1.0), stats' } },
  { name: 'child', version: '1.0' },
  { name: 'asks', version: '1.0' },
  { name: 'nobody.asked', version: '1.0' },
  { name: 'soon.denied', version: '1.0' },
  { name: 'liar', version: '1.0' },
].map(makeSourcePackage);
const ARCHIVED = [
  { name: 'broom', version: '1.0' },
  { name: 'broom', version: '0.9' },
  { name: 'survey', version: '1.0' },
].map(makeSourcePackage);

const INSTALL = 'install.packages(a[-(1:2)], lib = a[1], repos = a[2], type = "source")';
const OFFERED = 'm <- available.packages(repos = a[1], type = "source"); m <- m[, c("Package", "Version")];';

/** The installation's answers, of which only the words that the tests need are read. */
const filed = z.object({ request: z.object({ id: z.string() }) });
const quarantined = z.object({ quarantine: z.object({ id: z.string() }) });
const denied = z.object({ denial: z.object({ id: z.string() }) });

describe.skipIf(r === undefined)(`R packages with the stock ${r?.label ?? 'R'}`, () => {
  let stage: Stage;
  let folder: string;
  let upstream: string;
  const client = () => {
    if (r === undefined) throw new Error('there is no R');
    return r;
  };
  const base = (suffix = '') => `${stage.url()}/${CHANNEL}${suffix}/cran`;
  const library = () => emptyLibrary(stage.folder);
  const install = (into: string, names: readonly string[], from = base()): Promise<RRun> =>
    client().run(INSTALL, [into, from, ...names], into);
  const offered = async (from = base()) => {
    const { stdout } = await client().run(`${OFFERED} cat(paste(m[, 1], m[, 2]), sep = "\\n")`, [from]);
    return stdout.trim().split('\n');
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pratique-r-upstream-'));
    upstream = await writeRepository(client(), folder, { current: CURRENT, archived: ARCHIVED });
    // Other bytes than its index states: a gzip reader does not mind them.
    await appendFile(join(folder, 'src', 'contrib', 'liar_1.0.tar.gz'), Buffer.alloc(512));
    const source = `\n  cran:\n    - name: local\n      url: ${upstream}\n`;
    stage = await openStage({
      target: 'r4.2-source',
      config: (text) => text.replace('\n  cran: discover', '').replace('\n  pypi:\n', `${source}  pypi:\n`),
    });
  });
  afterAll(async () => {
    await stage?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('prints an address that says what is refused, its state and what to run; nothing is installed', async () => {
    const into = await library();
    const { printed } = await install(into, ['broom']);
    expect(printed).toContain(
      `${base()}/src/contrib/-/refused/not-requested/-/run-pratique-why-broom/broom_0.0.tar.gz`,
    );
    expect(printed).toMatch(/403 Forbidden|HTTP status was '403/);
    expect(printed).not.toMatch(/\b(?:401|500|502)\b/);
    expect(await installedIn(client(), into)).toEqual([]);
  });

  it('has other names than those that are there, whole and case by case', async () => {
    for (const name of ['exists.nowhere', 'rpostgresql', 'broo'])
      expect((await install(await library(), [name])).printed).toMatch(new RegExp(`${name}.* is not available`));
  });

  it('vets, accepts and publishes what is asked for', async () => {
    for (const [name, version] of [
      ['broom', '1.0'],
      ['RPostgreSQL', '0.7-5'],
      ['survey', '1.0'],
      ['survey', '1.1'],
      ['parent', '1.0'],
      ['soon.denied', '1.0'],
    ] as const)
      await clear(name, version);
    expect((await offered()).filter((one) => !one.endsWith(' 0.0'))).toEqual([
      'RPostgreSQL 0.7-5',
      'broom 1.0',
      'child 1.0',
      'parent 1.0',
      'soon.denied 1.0',
      'survey 1.1',
    ]);
  });

  it('installs a tree, an archived release and a name with capitals, and nothing that only looks alike', async () => {
    const into = await library();
    const { printed } = await install(into, ['parent', 'broom', 'RPostgreSQL', 'broom.helpers']);
    expect(await installedIn(client(), into)).toEqual(['RPostgreSQL 0.7-5', 'broom 1.0', 'child 1.0', 'parent 1.0']);
    expect(printed).toMatch(/refused\/not-requested\/-\/run-pratique-why-broom\.helpers\/broom\.helpers_0\.0/);
  });

  it.runIf(r?.has.has('remotes') === true)('installs an older cleared release with remotes, and no other', async () => {
    const into = await library();
    const program = 'remotes::install_version(a[3], a[4], lib = a[1], repos = a[2], upgrade = "never")';
    const older = (name: string, version: string) => client().run(program, [into, base(), name, version], into);
    const done = await older('survey', '1.0');
    expect(done.code, done.printed).toBe(0);
    expect(await installedIn(client(), into)).toEqual(['survey 1.0']);
    const refused = await older('broom', '0.9');
    expect(refused.code).not.toBe(0);
    expect(refused.printed).toMatch(/broom|0\.9/);
    expect(await installedIn(client(), into)).toEqual(['survey 1.0']);
  });

  it('never takes a refusal for an update, and updates to what is cleared', async () => {
    const into = await library();
    await install(into, ['nobody.asked'], upstream);
    const { printed } = await client().run(
      'install.packages(paste0(a[3], "/src/contrib/Archive/survey/survey_1.0.tar.gz"), lib = a[1], repos = NULL); update.packages(lib.loc = a[1], repos = a[2], ask = FALSE, type = "source")',
      [into, base(), folder],
      into,
    );
    expect(await installedIn(client(), into)).toEqual(['nobody.asked 1.0', 'survey 1.1']);
    expect(printed).not.toContain('refused');
  });

  it('is the same in all three forms of the index, each of which is enough', async () => {
    const texts = await Promise.all(
      ['PACKAGES', 'PACKAGES.gz', 'PACKAGES.rds'].map(async (form) => {
        const read = form.endsWith('rds') ? 'readRDS(f)' : 'read.dcf(gzfile(f))';
        const program = `f <- tempfile(); download.file(a[1], f, quiet = TRUE, mode = "wb"); m <- ${read}; cat(m[, "Package"], m[, "Version"], m[, "MD5sum"])`;
        return (await client().run(program, [`${base()}/src/contrib/${form}`])).stdout;
      }),
    );
    expect(texts[0]).toContain('broom.helpers');
    expect(new Set(texts).size).toBe(1);
  });

  it('lists in its archive what is cleared beside the newest, as R reads it', async () => {
    const program =
      'm <- readRDS(gzcon(url(paste0(a[1], "/src/contrib/Meta/archive.rds")))); cat(unlist(lapply(m, rownames)), sep = "\\n")';
    const { stdout } = await client().run(program, [base()]);
    expect(stdout.trim()).toBe('survey/survey_1.0.tar.gz');
  });

  it('answers what renv asks for a lock file: a release beside the index, else in the archive, and nothing else', async () => {
    const into = await library();
    const restore = `for (one in strsplit(a[-(1:2)], "@")) {
      file <- paste0(one[1], "_", one[2], ".tar.gz"); to <- file.path(tempdir(), file); got <- FALSE
      for (place in c(file, paste0("Archive/", one[1], "/", file))) if (!got) got <- tryCatch(
        download.file(paste0(a[2], "/src/contrib/", place), to, mode = "wb", quiet = TRUE) == 0, error = function(e) {
          message(conditionMessage(e)); FALSE })
      if (got) install.packages(to, lib = a[1], repos = NULL) else cat("MISSING", one, "\\n")
    }`;
    const { printed } = await client().run(restore, [
      into,
      base(),
      'survey@1.0',
      'child@1.0',
      'parent@1.0',
      'broom@0.9',
    ]);
    expect(await installedIn(client(), into)).toEqual(['child 1.0', 'parent 1.0', 'survey 1.0']);
    expect(printed).toMatch(/MISSING broom 0\.9/);
    expect(printed).toContain(`cannot open URL '${base()}/src/contrib/Archive/broom/broom_0.9.tar.gz'`);
  });

  it('CR-12 answers what pak asks: sizes and hashes in METADATA2, which are those of the files', async () => {
    const program = `f <- tempfile(); download.file(paste0(a[1], "/metadata/src/contrib/METADATA2.gz"), f, quiet = TRUE, mode = "wb")
      m <- read.csv(gzfile(f), header = FALSE, stringsAsFactors = FALSE); names(m)[1:3] <- c("filename", "filesize", "sha256")
      p <- available.packages(repos = a[1], type = "source"); p <- p[p[, "Version"] != "0.0", ]
      stopifnot(setequal(m$filename, paste0(p[, "Package"], "_", p[, "Version"], ".tar.gz")))
      cat(paste(m$filename, m$filesize, m$sha256), sep = "\\n")`;
    const { stdout, printed } = await client().run(program, [base()]);
    const lines = stdout.trim().split('\n');
    expect(lines.length, printed).toBe(6);
    for (const line of lines) {
      const [filename, size, sha256] = line.split(' ');
      const bytes = Buffer.from(await (await fetch(`${base()}/src/contrib/${filename}`)).arrayBuffer());
      expect(`${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`).toBe(`${size} ${sha256}`);
    }
    // A repository of another kind would answer here, and pak would go on otherwise.
    expect((await fetch(`${base()}/__api__/status`)).status).toBe(404);
  });

  it('prints where a request lies, and what became of it, by the state and the id in the address', async () => {
    const refusal = async (state: string, id: string) => {
      const { printed } = await install(await library(), ['broom.helpers']);
      const address = `${base()}/src/contrib/-/refused/${state}/${id}/run-pratique-why-broom.helpers/broom.helpers_0.0.tar.gz`;
      expect(printed).toContain(address);
      return await fetch(address);
    };
    const args = [
      'request',
      'new',
      'cran',
      'broom.helpers',
      '--channel',
      CHANNEL,
      '--q1',
      'Read.',
      '--q2',
      'Usual.',
      '--q3',
      'None.',
    ];
    const { id } = (await stage.answer(filed, args, 'rosa')).request;
    await until('it is in review', async () => (await stage.state(id)) === 'in-review');
    expect((await refusal('in-review', id)).statusText).toMatch(new RegExp(`^IN REVIEW.*: broom\\.helpers.*${id}$`));
    const decision = ['review', 'decide', id, '--reject', '--reason', 'Not needed.', '--concern', 'A use for it.'];
    await stage.answer(z.unknown(), decision, 'vera');
    await until('it is rejected', async () => (await stage.state(id)) === 'rejected');
    const index = async () => (await fetch(`${base()}/src/contrib/PACKAGES`)).text();
    await until('that is seen', async () => (await index()).includes(`/rejected/${id}/`));
    const answer = await refusal('rejected', id);
    expect(answer.status).toBe(403);
    expect(answer.statusText).toMatch(new RegExp(`^REJECTED.*: broom\\.helpers.*${id}$`));
    const page = await (await fetch(answer.url, { headers: { accept: 'text/html' } })).text();
    expect(page).toContain('broom.helpers');
  });

  it('prints whose move a request is, that an acceptance waits for data providers, and that a channel is closed', async () => {
    const printedIn = async (channel: string, words: string) => {
      const from = `${stage.url()}/${channel}/cran`;
      const { printed } = await install(await library(), ['asks'], from);
      expect(printed).toContain(`${from}/src/contrib/-/refused/${words}/run-pratique-why-asks/asks_0.0.tar.gz`);
      const address = `${from}/src/contrib/-/refused/${words}/run-pratique-why-asks/asks_0.0.tar.gz`;
      return (await fetch(address)).statusText;
    };
    for (const more of [
      ['slow', '--tier', '3', '--mode', 'cleared', '--provider', 'Survey-Trust', '--window', '5d'],
      ['shut', '--tier', '4', '--mode', 'closed'],
    ])
      await stage.answer(z.unknown(), ['channel', 'create', ...more, '--target', 'r4.2-source'], 'olga');
    const answers = ['--channel', 'slow', '--q1', 'Read.', '--q2', 'Usual.', '--q3', 'None.'];
    const { id } = (await stage.answer(filed, ['request', 'new', 'cran', 'asks', ...answers], 'rosa')).request;
    await until('it is in review', async () => (await stage.state(id)) === 'in-review');
    const index = async () => (await fetch(`${stage.url()}/slow/cran/src/contrib/PACKAGES`)).text();
    await stage.answer(z.unknown(), ['review', 'decide', id, '--ask', '--reason', 'For which study?'], 'vera');
    await until('the question is seen', async () => (await index()).includes(`/needs-answer/${id}/`));
    expect(await printedIn('slow', `needs-answer/${id}`)).toMatch(new RegExp(`^WAITING FOR YOUR ANSWER: asks.*${id}$`));
    await stage.answer(z.unknown(), ['request', 'answer', id, 'The one of 2027.'], 'rosa');
    await until('it is in review again', async () => (await stage.state(id)) === 'in-review');
    await stage.accept(id);
    await until('the window is seen', async () => (await index()).includes(`/in-window/${id}/`));
    expect(await printedIn('slow', `in-window/${id}`)).toMatch(
      /^ACCEPTED, opens .* unless the data provider objects: asks/,
    );
    expect(await printedIn('shut', 'closed/-')).toMatch(/^CLOSED/);
  });

  it('gives a clear error for a file that is not what its index states, and clears nothing', async () => {
    const vetted = await stage.pratique(['vet', 'pkg:cran/liar@1.0', '--channel', CHANNEL]);
    expect(vetted.code).toBe(3);
    expect(`${vetted.stdout}${vetted.stderr}`).toMatch(/liar_1\.0\.tar\.gz[^"]* is not what local states/);
    expect(await offered()).toContain('liar 0.0');
  });

  it('reports on a list of another installation, and accepts nothing of it', async () => {
    const file = join(stage.folder, 'cran.txt');
    await writeFile(file, '# theirs\nparent\n\nrpostgresql\nstats\nnum.*\n');
    const imported = z.object({
      accepted: z.literal(0),
      results: z.array(z.object({ text: z.string(), problems: z.array(z.string()), reason: z.string().nullable() })),
      missing: z.array(z.object({ name: z.string(), needed_by: z.array(z.string()) })),
    });
    const { results, missing } = await stage.answer(imported, ['list', 'import', file, '--channel', CHANNEL], 'vera');
    expect(results.map(({ text, problems }) => `${text}: ${problems.join(' ')}`)).toEqual([
      'parent: ',
      'rpostgresql: not-found',
      'stats: part-of-runtime',
      'num.*: not-a-name',
    ]);
    expect(results[1]?.reason).toMatch(/there is RPostgreSQL/);
    expect(missing).toEqual([{ name: 'child', needed_by: ['parent'] }]);
    expect((await stage.pratique(['list', 'import', join(stage.folder, 'no-such-cran.txt')])).code).toBe(2);
  });

  describe('stops', () => {
    const known = { before: 0, denial: '', child: '' };
    const because = ['--reason', 'Seen sending data away.'];

    it('hold in the index and at the file, pinned or not', async () => {
      known.before = await newestSnapshot(stage, CHANNEL);
      const start = (name: string, ...more: string[]) =>
        stage.answer(quarantined, ['quarantine', 'start', 'cran', name, ...more, ...because], 'vera');
      await start('survey', '--versions', '== 1.1');
      known.child = (await start('child')).quarantine.id;
      const denial = ['list', 'deny', 'cran', 'soon.denied', '--channel', CHANNEL, ...because];
      known.denial = (await stage.answer(denied, denial, 'vera')).denial.id;
      await until('the stops are seen', async () => (await offered()).includes('soon.denied 0.0'));
      await until('they are published', async () => (await newestSnapshot(stage, CHANNEL)) > known.before);
      for (const suffix of ['', `@${known.before}`, `--${known.before}`]) {
        const into = await library();
        const { printed } = await install(into, ['soon.denied', 'parent'], base(suffix));
        expect(await installedIn(client(), into), suffix).toEqual([]);
        expect(printed, suffix).toMatch(/403/);
      }
    });

    it('are told by the address that R prints, with their ids', async () => {
      const { printed } = await install(await library(), ['soon.denied', 'parent', 'child']);
      expect(printed).toContain(`/-/refused/denied/${known.denial}/run-pratique-why-soon.denied/`);
      expect(printed).toContain(`/-/refused/quarantined/${known.child}/run-pratique-why-child/`);
      expect(printed).toContain(`/-/refused/quarantined/${known.child}/run-pratique-why-parent/`);
    });

    it('let the older release take the place of the newer', async () => {
      const into = await library();
      await install(into, ['survey']);
      expect(await installedIn(client(), into)).toEqual(['survey 1.0']);
    });
  });

  it('installs from a pinned snapshot in both spellings', async () => {
    const number = await newestSnapshot(stage, CHANNEL);
    for (const suffix of [`@${number}`, `--${number}`]) {
      const into = await library();
      await install(into, ['broom'], base(suffix));
      expect(await installedIn(client(), into), suffix).toEqual(['broom 1.0']);
    }
    const early = await install(await library(), ['broom'], base('@1'));
    expect(early.printed).toMatch(/broom.* is not available/);
  });

  async function clear(name: string, version: string): Promise<void> {
    const answers = ['--q1', 'Read the survey.', '--q2', 'It is the usual one.', '--q3', 'None that we know of.'];
    const args = ['request', 'new', 'cran', name, '--version', version, '--channel', CHANNEL, ...answers];
    const { request } = await stage.answer(filed, args, 'rosa');
    await until(`${name} is in review`, async () => (await stage.state(request.id)) === 'in-review');
    await stage.accept(request.id);
    await until(`${name} ${version} is offered`, async () => {
      const text = await (await fetch(`${base()}/-/packages/${name}`)).text();
      return text.split('\n').includes(`Version: ${version}`);
    });
  }
});
