/** The packages that the demo makes itself, and the process that offers them. */
import { spawn } from 'node:child_process';
import { Problem } from '../../domain/problem.ts';
import { entryOf } from '../entry.ts';
import { listedTarball, registryAnswer } from './made-here-registry.ts';
import { makeSourcePackage, repositoryAnswer } from './made-here-source-packages.ts';
import { makeTarball } from './made-here-tarballs.ts';
import { answerFrom, listingOf, type MadeHereUpstream, startMadeHereUpstream } from './made-here-upstream.ts';
import { makeWheel } from './made-here-wheels.ts';

/** What the researcher wants, and what nobody will clear. */
export const MADE_HERE = { wanted: 'tidewater', uncleared: 'saltmarsh' } as const;

/** Ecosystems that packages are made for here. */
export const MADE_HERE_ECOSYSTEMS = ['cran', 'npm', 'pypi'] as const;
export type MadeHereEcosystem = (typeof MADE_HERE_ECOSYSTEMS)[number];

/** A small tree: one package, two dependencies, one of them shared; and one package beside it. */
export async function startMadeHerePackages(ecosystem: MadeHereEcosystem): Promise<MadeHereUpstream> {
  switch (ecosystem) {
    case 'pypi':
      return await startSimpleIndex();
    case 'cran':
      return await startRepository();
    case 'npm':
      return await startRegistry();
  }
}

async function startSimpleIndex(): Promise<MadeHereUpstream> {
  const listing = listingOf([
    await makeWheel({ name: 'tidewater', version: '2.1.0', requires: ['harbour>=1.0', 'estuary>=0.4'] }),
    await makeWheel({ name: 'tidewater', version: '2.0.0', requires: ['harbour>=1.0'] }),
    await makeWheel({ name: 'harbour', version: '1.2.0', requires: ['estuary'] }),
    await makeWheel({ name: 'estuary', version: '0.4.1', requiresPython: '>=3.8' }),
    await makeWheel({ name: 'saltmarsh', version: '1.0.0' }),
  ]);
  const { url, close } = await startMadeHereUpstream((question) => answerFrom(listing, question));
  return { url: `${url}simple/`, close };
}

async function startRepository(): Promise<MadeHereUpstream> {
  const current = [
    makeSourcePackage({ name: 'tidewater', version: '2.1-0', fields: { Imports: 'harbour (>= 1.0), estuary, stats' } }),
    makeSourcePackage({ name: 'harbour', version: '1.2.0', fields: { Depends: 'R (>= 3.5)', Imports: 'estuary' } }),
    makeSourcePackage({ name: 'estuary', version: '0.4.1' }),
    makeSourcePackage({ name: 'saltmarsh', version: '1.0.0' }),
  ];
  const { url, close } = await startMadeHereUpstream((question) => repositoryAnswer({ current }, question));
  return { url: url.replace(/\/$/, ''), close };
}

async function startRegistry(): Promise<MadeHereUpstream> {
  const releases = [
    makeTarball({ name: 'tidewater', version: '2.0.0', dependencies: { harbour: '^1.0.0' } }),
    makeTarball({ name: 'tidewater', version: '2.1.0', dependencies: { harbour: '^1.0.0', '@shore/estuary': '0.4' } }),
    makeTarball({ name: 'harbour', version: '1.2.0', dependencies: { '@shore/estuary': '*' } }),
    makeTarball({ name: '@shore/estuary', version: '0.4.1' }),
    makeTarball({ name: 'saltmarsh', version: '1.0.0' }),
  ].map(listedTarball);
  return await startMadeHereUpstream((question, url) => registryAnswer({ releases }, question, url));
}

/** An upstream in a process of its own: with `--keep` it outlives the demonstration, and ends with the kept server. */
export interface MadeHereProcess {
  /** What goes into a client's setting of its source. */
  readonly url: string;
  /** From now on it ends when that process does, not with this one. */
  follow(pid: number): void;
  stop(): void;
}

const ENTRY = entryOf('demo/made-here-process');

/** Starts the process and waits for its address. Throws `demo-upstream` where it does not come up. */
export async function startMadeHereProcess(ecosystem: MadeHereEcosystem): Promise<MadeHereProcess> {
  const child = spawn(process.execPath, [ENTRY, ecosystem], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  const url = await new Promise<string>((resolve, reject) => {
    const failed = (why: string) => {
      const what = 'The packages made here cannot be offered';
      reject(new Problem({ kind: 'internal', code: 'demo-upstream', what, why }));
    };
    child.once('error', (error) => failed(error.message));
    child.once('exit', (code) => failed(`the process ended with ${code}`));
    child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
  });
  child.unref();
  child.stdout.destroy();
  return {
    url,
    follow: (pid) => void child.stdin.end(`${pid}\n`),
    stop: () => void child.kill('SIGTERM'),
  };
}
