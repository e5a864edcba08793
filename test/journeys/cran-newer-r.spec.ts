/** What a newer R says to a repository of ours: it reads every form of the index, downloads, and prints refusals. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { makeSourcePackage, repositoryAnswer } from '../../src/main/demo/made-here-source-packages.ts';
import { type MadeHereUpstream, startMadeHereUpstream } from '../../src/main/demo/made-here-upstream.ts';
import { findNewerR } from '../harness/newer-r.ts';
import { CHANNEL, openStage, type Stage, until } from './stage.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const r = await findNewerR();
if (r === undefined)
  it('not here: a newer R', (context) =>
    context.skip('it is not in the cache; PRATIQUE_INSTALL_CLIENTS=1 installs it'));

const CURRENT = [
  { name: 'parent', version: '1.0', fields: { Imports: 'child' } },
  { name: 'child', version: '1.0-2' },
  { name: 'nobody.asked', version: '1.0' },
].map(makeSourcePackage);

const filed = z.object({ request: z.object({ id: z.string() }) });

describe.skipIf(r === undefined)(`repositories for ${r?.label ?? 'a newer R'}`, () => {
  let stage: Stage;
  let upstream: MadeHereUpstream;
  const client = () => {
    if (r === undefined) throw new Error('there is no newer R');
    return r;
  };
  const base = () => `${stage.url()}/${CHANNEL}/cran`;

  beforeAll(async () => {
    upstream = await startMadeHereUpstream((question) => repositoryAnswer({ current: CURRENT }, question));
    stage = await openStage({
      target: `r${client().minor}-source`,
      config: (text) =>
        text.replace('\n  pypi:\n', `\n  cran:\n    - name: local\n      url: ${upstream.url}\n  pypi:\n`),
    });
    const answers = ['--q1', 'Read.', '--q2', 'Usual.', '--q3', 'None.'];
    const args = ['request', 'new', 'cran', 'parent', '--channel', CHANNEL, ...answers];
    const { request } = await stage.answer(filed, args, 'rosa');
    await until('it is in review', async () => (await stage.state(request.id)) === 'in-review');
    await stage.accept(request.id);
    const part = async () => (await fetch(`${base()}/-/packages/parent`)).text();
    await until('it is offered', async () => (await part()).includes('Version: 1.0'));
  });
  afterAll(async () => {
    await stage?.close();
    await upstream?.close();
  });

  it('are read as what is offered and what is refused', async () => {
    const program =
      'm <- available.packages(repos = a[1], type = "source"); cat(paste(m[, "Package"], m[, "Version"]), sep = "\\n")';
    const { stdout, printed } = await client().run(program, [base()]);
    expect(stdout.trim().split('\n'), printed).toEqual(['child 1.0-2', 'nobody.asked 0.0', 'parent 1.0']);
  });

  it('give the bytes that were vetted, by a hash that R itself takes', async () => {
    // Its own download of several packages wants a library that it was built without: one at a time, from where it looks.
    const program = `m <- available.packages(repos = a[1], type = "source"); for (p in c("parent", "child")) {
      file <- paste0(p, "_", m[p, "Version"], ".tar.gz"); to <- file.path(tempdir(), file)
      download.file(paste0(m[p, "Repository"], "/", file), to, mode = "wb", quiet = TRUE); cat(file, tools::sha256sum(to), "\\n") }`;
    const { stdout, printed } = await client().run(program, [base()]);
    const expected = CURRENT.filter(({ name }) => name !== 'nobody.asked').map(
      ({ filename, bytes }) => `${filename} ${createHash('sha256').update(bytes).digest('hex')}`,
    );
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim());
    expect(lines.toSorted(), printed).toEqual(expected.toSorted());
  });

  it('print by an address what is refused, as source and in a tree of which nothing is offered', async () => {
    const program = `for (type in c("source", "win.binary")) { m <- available.packages(repos = a[1], type = type)
      url <- paste0(m["nobody.asked", "Repository"], "/nobody.asked_0.0", if (type == "source") ".tar.gz" else ".zip")
      cat(url, "\\n"); try(download.file(url, tempfile(), mode = "wb")) }`;
    const { printed } = await client().run(program, [base()]);
    const mark = '-/refused/not-requested/-/run-pratique-why-nobody.asked/nobody.asked_0.0';
    expect(printed).toContain(`${base()}/src/contrib/${mark}.tar.gz`);
    expect(printed).toContain(`${base()}/bin/windows/contrib/${client().minor}/${mark}.zip`);
    expect(printed).toMatch(/Error fetching|cannot open URL|403/);
  });

  it('have lists of current and archived files that it reads', async () => {
    const program = `for (one in c("current", "archive")) { f <- tempfile(); download.file(paste0(a[1], "/src/contrib/Meta/", one, ".rds"), f, mode = "wb", quiet = TRUE)
      x <- readRDS(f); cat(one, class(x), if (is.data.frame(x)) rownames(x), "\\n") }`;
    const { stdout, printed } = await client().run(program, [base()]);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.trim()),
      printed,
    ).toEqual(['current data.frame child_1.0-2.tar.gz parent_1.0.tar.gz', 'archive list']);
  });
});
