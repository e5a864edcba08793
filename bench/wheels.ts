/** The wheels of one tree, and an upstream that offers them. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const KIB = 1024;
const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';

/** Wheels are fetched once, by name, with this machine's own pip. */
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pratique-test');

export interface Wheel {
  /** Absolute. */
  readonly path: string;
  readonly filename: string;
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
  readonly metadata: string;
}

/** All wheels of the tree of a package; none where they cannot be had. */
export async function wheelsOfTree(wanted: string): Promise<readonly Wheel[]> {
  const folder = join(CACHE, `tree-${wanted}`);
  if (!existsSync(folder)) {
    const fresh = `${folder}.${process.pid}`;
    await mkdir(fresh, { recursive: true });
    const args = ['-m', 'pip', 'download', '-q', '--only-binary', ':all:', '-d', fresh, wanted];
    const got = await run('python3', args).then(
      () => true,
      () => false,
    );
    if (!got) return rm(fresh, { recursive: true, force: true }).then(() => []);
    await run('mv', [fresh, folder]);
  }
  const names = (await readdir(folder)).filter((name) => name.endsWith('.whl')).toSorted();
  return Promise.all(names.map((name) => wheelOf(folder, name)));
}

async function wheelOf(folder: string, filename: string): Promise<Wheel> {
  const path = join(folder, filename);
  const bytes = await readFile(path);
  const metadata = await run('python3', ['-c', READ_METADATA, path], { maxBuffer: 16 * KIB ** 2 });
  return {
    path,
    filename,
    name: (filename.split('-')[0] ?? '').toLowerCase().replaceAll(/[-_.]+/g, '-'),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    metadata: metadata.stdout,
  };
}

const READ_METADATA = `
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
sys.stdout.reconfigure(newline="", encoding="utf-8", errors="surrogateescape")
sys.stdout.write(z.read(next(n for n in z.namelist() if n.endswith(".dist-info/METADATA") and n.count("/") == 1)).decode("utf-8", "surrogateescape"))
`;

/** A simple index over the cached wheels that sends files from disk, as a near mirror does. */
export async function startWheelUpstream(wheels: readonly Wheel[]) {
  const byFile = new Map(wheels.map((wheel) => [wheel.filename, wheel]));
  const server = createServer((request, response) => {
    const [, kind = '', last = ''] = decodeURIComponent(request.url ?? '/').split('/');
    if (kind === 'simple')
      return sendPage(
        response,
        last,
        wheels.filter(({ name }) => name === last),
      );
    const wheel = byFile.get(last.replace(/\.metadata$/, ''));
    if (wheel === undefined) return response.writeHead(404).end();
    if (last.endsWith('.metadata')) return response.writeHead(200).end(wheel.metadata);
    response.writeHead(200, { 'content-length': wheel.size, 'content-type': 'application/octet-stream' });
    return createReadStream(wheel.path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { indexUrl: `http://127.0.0.1:${port}/simple/`, close };
}

function sendPage(response: ServerResponse, name: string, wheels: readonly Wheel[]): ServerResponse {
  if (wheels.length === 0) return response.writeHead(404).end();
  const files = wheels.map(({ filename, sha256, size, metadata }) => ({
    filename,
    url: `../../files/${encodeURIComponent(filename)}`,
    hashes: { sha256 },
    size,
    'upload-time': '2024-01-01T00:00:00.000000Z',
    yanked: false,
    'core-metadata': { sha256: createHash('sha256').update(metadata).digest('hex') },
  }));
  const versions = [...new Set(wheels.map(({ filename }) => filename.split('-')[1]))];
  return response
    .writeHead(200, { 'content-type': JSON_TYPE })
    .end(JSON.stringify({ meta: { 'api-version': '1.1' }, name, versions, files }));
}
