/** Real packuments: our trees held against the lock files that this machine's npm writes over the same registry, whole and thinned out. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve as path } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cleanEnvironment, findClients } from '../../../../test/harness/clients.ts';
import type { CandidateView } from '../../contract.ts';
import { npmDependencies } from '../resolve.ts';
import { tagsOver } from '../tags.ts';
import { npmTargets } from '../targets.ts';

const file = path(import.meta.dirname, '../../../../../shared/data/resolver/npm-packuments.jsonl.gz');
const execute = promisify(execFile);
const { npm } = await findClients();
const why = [
  ...(existsSync(file) ? [] : ['the packuments of ../shared/data are not here']),
  ...(npm === undefined ? ['npm is not on the PATH'] : []),
];

const Packument = z.looseObject({
  name: z.string(),
  'dist-tags': z.record(z.string(), z.string()),
  versions: z.record(z.string(), z.record(z.string(), z.unknown())),
});
type Packument = z.infer<typeof Packument>;
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      name: z.string().optional(),
      version: z.string().optional(),
      optional: z.boolean().optional(),
      inBundle: z.boolean().optional(),
    }),
  ),
});

/** Trees of 49 to 150 packages that are all there, and one that misses some, as a registry of cleared packages does. */
const ROOTS = ['express', 'nyc', 'webpack', '@babel/preset-env', 'eslint'];
/** Of a thousand versions, how many a thinned-out registry keeps beside each newest one. */
const KEPT_IN_1000 = 400;
const NPM_MS = 120_000;

if (why.length > 0) it(`trees over real packuments: ${why.join(', ')}`, (context) => context.skip());

describe.skipIf(why.length > 0).each(['whole', 'thinned out'])('a registry of real packuments, %s', (form) => {
  let packuments: ReadonlyMap<string, Packument>;
  let server: Server;
  let url = '';
  let folder = '';

  beforeAll(async () => {
    packuments = form === 'whole' ? readAll() : new Map([...readAll()].map(([name, one]) => [name, thinned(one)]));
    server = createServer((request, response) => {
      const found = packuments.get(decodeURIComponent((request.url ?? '/').slice(1)));
      response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(found === undefined ? { error: 'Not found' } : served(found, url)));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
    folder = await mkdtemp(join(tmpdir(), 'pratique-packuments-'));
  });
  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(ROOTS)('gives %s the tree that npm locks', { timeout: NPM_MS }, async (root) => {
    expect(await ours(root)).toEqual(await theirs(root));
  });

  /** `name@version` in order; `null` where nothing can be resolved. */
  async function ours(name: string): Promise<readonly string[] | null> {
    const target = npmTargets.parse(`node${process.versions.node}-linux-x64`);
    if (target === undefined) throw new RangeError(process.versions.node);
    const view = viewOf(packuments);
    const roots = [{ name, extras: [], range: null }];
    const resolution = await npmDependencies.resolve(roots, view, target, { allowSdists: false });
    if (resolution.status !== 'resolved') return null;
    return resolution.releases.map((one) => `${one.name}@${one.version}`).toSorted();
  }

  async function theirs(name: string): Promise<readonly string[] | null> {
    const project = await mkdtemp(join(folder, 'project-'));
    await writeFile(join(project, 'package.json'), '{"name":"research","version":"1.0.0"}');
    const quiet = ['--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries', '0'];
    // The npm that answers runs on its own Node, and packages may ask for ours.
    const env = cleanEnvironment({ HOME: project, npm_config_cache: join(project, 'cache') });
    const made = await execute('npm', ['install', ...quiet, '--registry', url, name], { cwd: project, env }).catch(
      (error: unknown) => String(error),
    );
    if (typeof made === 'string') {
      expect(made).toMatch(/E404|ETARGET|ERESOLVE|ENOVERSIONS/);
      return null;
    }
    const { packages } = lockSchema.parse(JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8')));
    const found = Object.entries(packages).flatMap(([place, one]) => {
      if (place === '' || one.inBundle === true || isForOthers(packuments, place, one.version)) return [];
      return [`${one.name ?? place.slice(place.lastIndexOf('node_modules/') + 13)}@${one.version}`];
    });
    return [...new Set(found)].toSorted();
  }
});

/** What a lock file has for every platform, and Linux does not install. */
function isForOthers(packuments: ReadonlyMap<string, Packument>, place: string, version = ''): boolean {
  const name = place.slice(place.lastIndexOf('node_modules/') + 13);
  const os = packuments.get(name)?.versions[version]?.os;
  return Array.isArray(os) && !os.includes('linux');
}

function readAll(): ReadonlyMap<string, Packument> {
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const one = Packument.parse(JSON.parse(line));
      return [one.name, one];
    }),
  );
}

/** Fewer versions, always the same ones, with the tags that a registry of them would have. */
function thinned(one: Packument): Packument {
  const kept = Object.fromEntries(
    Object.entries(one.versions).filter(([version]) => spread(`${one.name}@${version}`) < KEPT_IN_1000),
  );
  return { ...one, versions: kept, 'dist-tags': tagsOver(one['dist-tags'], Object.keys(kept)) };
}

/** A number from 0 to 999 that is always the same for a text (FNV-1a). */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash % 1000;
}

function served(one: Packument, url: string): object {
  const versions = Object.entries(one.versions).map(([version, manifest]) => {
    // npm takes releases of one integrity for the same.
    const integrity = `sha512-${createHash('sha512').update(`${one.name}@${version}`).digest('base64')}`;
    const dist = { tarball: `${url}${one.name}/-/${version}.tgz`, integrity };
    return [version, { ...manifest, name: one.name, version, dist }] as const;
  });
  return { name: one.name, 'dist-tags': one['dist-tags'], versions: Object.fromEntries(versions) };
}

function viewOf(packuments: ReadonlyMap<string, Packument>): CandidateView {
  const distribution = (name: string, version: string) => ({
    ...{ filename: `${version}.tgz`, url: `http://upstream.example/${name}#${version}`, source: 'x' },
    ...{ kind: 'tarball' as const, sha256: undefined, size: undefined, uploadedAt: undefined },
    ...{ requiresRuntime: undefined, yanked: false as const, metadata: undefined, provenanceUrl: undefined },
  });
  return {
    async package(name) {
      const found = packuments.get(name);
      if (found === undefined) return { status: 'unknown' };
      const releases = Object.keys(found.versions).map((version) => ({
        ...{ version, distributions: [distribution(name, version)], preference: 0 },
      }));
      return { status: 'found', tags: found['dist-tags'], releases };
    },
    async metadata({ url }) {
      const [, name = '', version = ''] = /example\/(.+)#(.+)$/.exec(url) ?? [];
      return { text: JSON.stringify({ name, version, ...packuments.get(name)?.versions[version] }) };
    },
    buildRequires: () => Promise.reject(new Error('npm builds nothing')),
  };
}
