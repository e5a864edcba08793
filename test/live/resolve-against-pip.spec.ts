/**
 * The trees that we resolve for this machine's Python, held against those of the newest pip, name by name: politely, one
 * package after the other, through pip's cache. pip is brought up to date in a virtual environment of its own, because
 * before 24.1 it downloads every wheel for a dry run. `PRATIQUE_LIVE_PYTHON` names another interpreter than `python3`.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Target } from '../../src/domain/target.ts';
import type { CandidateView } from '../../src/ecosystems/contract.ts';
import { pypiNames } from '../../src/ecosystems/pypi/names.ts';
import { pypiDependencies } from '../../src/ecosystems/pypi/resolve.ts';
import { pypiSources } from '../../src/ecosystems/pypi/sources.ts';
import { pypiTargets } from '../../src/ecosystems/pypi/targets.ts';
import { createPypiUpstream } from '../../src/ecosystems/pypi/upstream.ts';
import { createFetch } from '../../src/platform/fetch/index.ts';

const execute = promisify(execFile);
const basePython = process.env.PRATIQUE_LIVE_PYTHON ?? 'python3';
/** A report of a large tree holds every description: tens of megabytes. */
const LONGEST_REPORT_BYTES = 256 * 1024 * 1024;

/** Well known packages of the trades that work in research environments, and trees that are hard to resolve. */
const PACKAGES = `
  requests numpy pandas scipy scikit-learn matplotlib seaborn statsmodels polars pyarrow xarray zarr numba networkx sympy
  jupyter jupyterlab notebook ipython ipykernel nbconvert bokeh plotly dash streamlit dask[complete] openpyxl pillow lxml
  fastapi fastapi[standard] flask django uvicorn[standard] gunicorn celery celery[redis] redis httpx httpx[http2] aiohttp
  sqlalchemy sqlalchemy[asyncio] alembic psycopg[binary] boto3 s3fs google-cloud-storage azure-storage-blob kubernetes
  pydantic pydantic-settings click typer rich tqdm jinja2 pyyaml beautifulsoup4 scrapy cryptography paramiko opencv-python
  pytest pytest-cov tox black mypy pylint sphinx mkdocs-material poetry virtualenv
  torch tensorflow transformers datasets spacy nltk gensim langchain mlflow prefect dbt-core ray[default]
  great-expectations
`
  .trim()
  .split(/\s+/);

const reportSchema = z.object({
  install: z.array(z.object({ metadata: z.object({ name: z.string(), version: z.string() }) })),
});

/** A virtual environment with the newest pip; the path of its interpreter. */
async function environmentWithPip(folder: string): Promise<string> {
  await execute(basePython, ['-m', 'venv', folder]);
  const python = join(folder, 'bin', 'python');
  await execute(python, ['-m', 'pip', 'install', '--quiet', '--upgrade', 'pip']);
  return python;
}

async function pipTree(python: string, requirement: string): Promise<Record<string, string> | undefined> {
  const choices = [
    '--dry-run',
    '--ignore-installed',
    '--only-binary',
    ':all:',
    '--quiet',
    '--no-input',
    '--report',
    '-',
  ];
  const answer = await execute(python, ['-m', 'pip', 'install', ...choices, requirement], {
    maxBuffer: LONGEST_REPORT_BYTES,
  }).catch(() => undefined);
  if (answer === undefined) return undefined;
  const { install } = reportSchema.parse(JSON.parse(answer.stdout));
  return Object.fromEntries(
    install.map(({ metadata }) => [pypiNames.normalise(metadata.name) ?? metadata.name, metadata.version]),
  );
}

async function targetOf(python: string): Promise<Target> {
  const program =
    'import platform, sys; print("cp3%d.%d" % sys.version_info[1:3], platform.libc_ver()[1].replace(".", "_"), platform.machine())';
  const [interpreter = '', glibc = '', machine = ''] = (await execute(python, ['-c', program])).stdout
    .trim()
    .split(' ');
  const target = pypiTargets.parse(`${interpreter}-manylinux_${glibc}_${machine}`);
  if (target === undefined) throw new TypeError(`no target for ${interpreter} ${glibc} ${machine}`);
  return target;
}

describe('the tree of a request is the one that pip resolves', async () => {
  const sources = await pypiSources.discover(async (command, args) => (await execute(command, args)).stdout);
  const now = () => new Date();
  const fetch = createFetch({ sources, version: 'test', now, random: Math.random });
  const upstream = createPypiUpstream({ sources, fetch, now });
  const view: CandidateView = {
    package: async (name) => {
      const answer = await upstream.readPackage(name);
      if (answer.status !== 'found') return answer;
      return { status: 'found', releases: answer.package.releases.map((release) => ({ ...release, preference: 0 })) };
    },
    metadata: (distribution) => upstream.readMetadata(distribution),
    buildRequires: async ({ filename }) => ({ status: 'unreadable', reason: `${filename}: wheels only` }),
  };
  let folder: string;
  let python: string;
  let target: Target;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pratique-live-'));
    python = await environmentWithPip(folder);
    target = await targetOf(python);
  });
  afterAll(async () => {
    await fetch.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(PACKAGES)('%s', async (requirement) => {
    const root = pypiNames.parseRequest(requirement);
    if (root === undefined) throw new TypeError(`no request: ${requirement}`);
    const ours = await pypiDependencies.resolve([{ ...root, range: null }], view, target, { allowSdists: false });
    const theirs = await pipTree(python, requirement);
    if (ours.status !== 'resolved') {
      expect({ ours, theirs }).toEqual({
        ours: expect.objectContaining({ status: 'unsatisfiable' }),
        theirs: undefined,
      });
      return;
    }
    const tree = Object.fromEntries(ours.releases.map(({ name, version }) => [name, version]));
    expect(tree).toEqual(theirs);
  });
});
