/** Git repositories of the test's own, and a server for them over HTTPS on the loopback (git http-backend). */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { dirname, join } from 'node:path';
import { AUTHORITY_EXTENSIONS, der, extension, makeCertificate, makeKeyPair } from './certificates.ts';

const IDENTITY = {
  GIT_AUTHOR_NAME: 'A test',
  GIT_AUTHOR_EMAIL: 'test@lab.example',
  GIT_COMMITTER_NAME: 'A test',
  GIT_COMMITTER_EMAIL: 'test@lab.example',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  PATH: '/usr/bin:/bin',
};

/** Runs git in a folder; its output without the line end. */
export function git(folder: string, args: readonly string[], input?: string): string {
  return execFileSync('git', [...args], { cwd: folder, env: IDENTITY, encoding: 'utf8', input, stdio: 'pipe' }).trim();
}

/** Whether git is on this machine. */
export function hasGit(): boolean {
  try {
    return git('/', ['--version']).startsWith('git version');
  } catch {
    return false;
  }
}

/** A repository with one commit that holds the files, and tags for it. */
export function makeRepository(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  tags: readonly string[],
): void {
  mkdirSync(folder, { recursive: true });
  git(folder, ['init', '--quiet', '--initial-branch=main']);
  commitFiles(folder, files);
  for (const tag of tags) git(folder, ['tag', tag]);
}

/** One more commit. */
export function commitFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  git(folder, ['add', '--all', '--force']);
  git(folder, ['commit', '--quiet', '--allow-empty', '-m', 'a commit']);
}

export interface GitServer {
  /** `127.0.0.1:<port>`: what an operator allows. */
  readonly host: string;
  /** `https://127.0.0.1:<port>/`, where the repositories of the folder lie below. */
  readonly url: string;
  /** What believes the server's certificate. */
  readonly caFile: string;
  /** Answers a path otherwise; `undefined` goes back to the repositories. */
  answer(instead: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined): void;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Serves every repository below a folder. */
export async function startGitServer(folder: string): Promise<GitServer> {
  const { key, certificate, authority } = serverCertificate();
  const caFile = join(folder, 'authority.pem');
  writeFileSync(caFile, authority);
  const asked: string[] = [];
  let instead: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  const server = createServer({ key, cert: certificate }, (request, response) => {
    asked.push(request.url ?? '');
    if (instead?.(request, response) === true) return;
    serve(folder, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    host: `127.0.0.1:${port}`,
    url: `https://127.0.0.1:${port}/`,
    caFile,
    asked,
    answer: (other) => {
      instead = other;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** CGI (RFC 3875): the request goes into the environment and the input, headers and body come out. */
function serve(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'https://git.example');
  const env = {
    ...IDENTITY,
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: request.method ?? 'GET',
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
  };
  const backend = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  request.pipe(backend.stdin);
  backend.stdin.on('error', () => undefined);
  const pieces: Buffer[] = [];
  backend.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  backend.on('close', () => {
    const output = Buffer.concat(pieces);
    const end = output.indexOf('\r\n\r\n');
    const headers = output
      .subarray(0, end)
      .toString('latin1')
      .split('\r\n')
      .map((line) => line.split(/: (.*)/s));
    for (const [name = '', value = ''] of headers)
      if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    response.end(output.subarray(end + 4));
  });
}

function serverCertificate() {
  const [authorityKey, leafKey] = [makeKeyPair(), makeKeyPair()];
  const [from, until] = [new Date('2020-01-01T00:00:00Z'), new Date('2049-01-01T00:00:00Z')];
  const issuer = 'An authority of tests';
  const authority = makeCertificate({
    ...{ subject: issuer, issuer, subjectKey: authorityKey, issuerKey: authorityKey, from, until },
    extensions: AUTHORITY_EXTENSIONS,
  });
  const leaf = makeCertificate({
    ...{ subject: 'a git server', issuer, subjectKey: leafKey, issuerKey: authorityKey, from, until },
    // Subject alternative name: the loopback address (RFC 5280, 4.2.1.6).
    extensions: [extension('2.5.29.17', der.sequence(der.of(0x87, Buffer.from([127, 0, 0, 1]))))],
  });
  const key = leafKey.key.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key, certificate: pem(leaf), authority: pem(authority) };
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
