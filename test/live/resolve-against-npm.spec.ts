/**
 * The trees that we resolve, held against the lock files that this machine's npm writes for the same packages, and the
 * tarballs of one of them, read strictly: politely, one package after the other.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CandidateView, Resolution } from '../../src/ecosystems/contract.ts';
import { npm } from '../../src/ecosystems/npm/index.ts';
import { admits } from '../../src/ecosystems/npm/manifest.ts';
import { withIntegrity } from '../../src/features/vetting/steps/integrity.ts';
import { createFetch } from '../../src/platform/fetch/index.ts';

const execute = promisify(execFile);
/** Small, and large: 68, 96, 277 (as Node 20 gets it) and 1,213 releases in November 2026. */
const PACKAGES = ['express', 'typescript-eslint', '@angular/cli', 'react-scripts'];
const RESOLVE_MS = 300_000;
const LARGEST_TARBALL_BYTES = 64 * 1024 * 1024;

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      name: z.string().optional(),
      version: z.string().optional(),
      optional: z.boolean().optional(),
      inBundle: z.boolean().optional(),
      os: z.array(z.string()).optional(),
      cpu: z.array(z.string()).optional(),
      libc: z.array(z.string()).optional(),
    }),
  ),
});

let folder = '';
let fetch: ReturnType<typeof createFetch>;
let view: CandidateView;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-live-npm-'));
  const sources = await npm.sources.discover(async (command, args) => (await execute(command, args)).stdout);
  const now = () => new Date();
  fetch = createFetch({ sources, version: '0', now, random: () => 0, cacheFolder: join(folder, 'cache') });
  const reader = npm.upstream({ sources, fetch, now });
  view = {
    async package(name) {
      const answer = await reader.readPackage(name);
      if (answer.status !== 'found') return answer;
      const { releases, tags } = answer.package;
      return { status: 'found', tags, releases: releases.map((release) => ({ ...release, preference: 0 })) };
    },
    metadata: (distribution) => reader.readMetadata(distribution),
    buildRequires: () => Promise.reject(new Error('npm builds nothing')),
  };
});
afterAll(async () => {
  await fetch?.close();
  await rm(folder, { recursive: true, force: true });
});

async function ours(name: string): Promise<Resolution> {
  const { stdout } = await execute('node', ['--version'], { cwd: folder });
  const target = npm.targets.parse(`node${stdout.trim().slice(1)}-linux-x64`);
  if (target === undefined) throw new Error(`node ${stdout} is no target`);
  return await npm.dependencies.resolve([{ name, extras: [], range: null }], view, target, { allowSdists: false });
}

/** What npm would install on some platform; `true` for what is optional and not for the platform that we resolved for. */
async function theirs(name: string): Promise<ReadonlyMap<string, boolean>> {
  const project = await mkdtemp(join(folder, 'project-'));
  await writeFile(join(project, 'package.json'), '{"name":"research","version":"1.0.0"}');
  const quiet = ['--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];
  await execute('npm', ['install', ...quiet, name], { cwd: project });
  const { packages } = lockSchema.parse(JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8')));
  const found = new Map<string, boolean>();
  for (const [place, one] of Object.entries(packages)) {
    if (place === '' || one.inBundle === true) continue;
    const real = one.name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const isHere = admits(one.os, 'linux') && admits(one.cpu, 'x64') && admits(one.libc, 'glibc');
    found.set(`${real}@${one.version ?? ''}`, one.optional === true && !isHere);
  }
  return found;
}

describe.each(PACKAGES)('the tree of %s', (name) => {
  it('is the one that npm locks, without what is for other platforms', { timeout: RESOLVE_MS }, async () => {
    const resolution = await ours(name);
    if (resolution.status !== 'resolved') throw new Error(JSON.stringify(resolution));
    const mine = new Set(resolution.releases.map((one) => `${one.name}@${one.version}`));
    const lock = await theirs(name);
    expect([...mine].filter((one) => !lock.has(one))).toEqual([]);
    const left = [...lock].filter(([one]) => !mine.has(one));
    // Each difference is explained: an optional package of another platform.
    expect(left.flatMap(([one, isElsewhere]) => (isElsewhere ? [] : [one]))).toEqual([]);
    console.log(`${name}: ${mine.size} of ${lock.size} releases; of other platforms: ${left.map(([one]) => one)}`);
  });
});

it('reads the tarballs of express strictly and finds nothing wrong with them', { timeout: RESOLVE_MS }, async () => {
  const resolution = await ours('express');
  if (resolution.status !== 'resolved') throw new Error(JSON.stringify(resolution));
  const wrong: string[] = [];
  for (const { name, version, distribution } of resolution.releases) {
    const download = await fetch.download(distribution.url, {
      maxBytes: LARGEST_TARBALL_BYTES,
      linkedBy: distribution.source,
    });
    if (download.status !== 'found') throw new Error(`${name}: ${download.status}`);
    const parts: Uint8Array[] = [];
    for await (const part of withIntegrity(download.body, distribution)) parts.push(part);
    const path = join(folder, 'tarball.tgz');
    await writeFile(path, Buffer.concat(parts));
    const { filename } = distribution;
    const { problems, metadata } = await npm.archives.examine(path, { filename, name, version });
    const index = await view.metadata(distribution);
    const differs =
      metadata !== null && 'text' in index ? npm.archives.contradictions(metadata, index.text) : ['unread'];
    wrong.push(...problems.map(({ code }) => `${name}: ${code}`), ...differs.map((text) => `${name}: ${text}`));
  }
  expect(wrong).toEqual([]);
});
