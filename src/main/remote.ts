/** Calls to a server elsewhere, for the command line. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { Problem } from '../domain/problem.ts';
import { isThere, writeWhole } from '../platform/backup/whole-file.ts';
import type { RemoteCall, SendRemote } from '../surfaces/cli/remote/client.ts';

/** A dossier on paper or a long check is made within this, also on a busy server: milliseconds. */
const ANSWER_MS = 120_000;
/** More than any answer of the API: bytes. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

/** Sends calls to the API of the server, with the token. Throws `bad-server` and `no-answer`. */
export function sendTo(server: string, token: string | undefined): SendRemote {
  const base = baseOf(server);
  const limits = { headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS, maxResponseSize: LARGEST_ANSWER };
  // What stands on this machine is not asked for through a proxy.
  const dispatcher = isLoopback(base) ? new Agent(limits) : new EnvHttpProxyAgent(limits);
  const patient = isLoopback(base) ? new Agent(PATIENT) : new EnvHttpProxyAgent(PATIENT);
  return async (call) => {
    await requireFiles(call);
    try {
      const answer = await request(addressOf(base, call), {
        method: call.method,
        headers: headersOf(call, token),
        dispatcher: isPatient(call) ? patient : dispatcher,
        ...bodyOf(call),
      });
      return await replyOf(answer, call);
    } catch (error) {
      throw error instanceof Problem ? error : noAnswer(base, error);
    }
  };
}

function isPatient({ upload, saveTo, isSlow }: RemoteCall): boolean {
  return upload !== undefined || saveTo !== undefined || isSlow === true;
}

/** Throws before anything is asked where the files that a call is about are not as it needs them. */
async function requireFiles({ upload, saveTo }: RemoteCall): Promise<void> {
  if (saveTo?.overwrite === false && (await isThere(saveTo.file))) throw existsAlready(saveTo.file);
  if (upload !== undefined && !(await isThere(upload.file))) throw noSuchFile(upload.file);
}

function bodyOf({ body, upload }: RemoteCall) {
  if (upload !== undefined) return { body: createReadStream(upload.file) };
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

async function replyOf({ headers, statusCode: status, body }: Dispatcher.ResponseData, { saveTo }: RemoteCall) {
  const header = (name: string) => [headers[name]].flat()[0];
  const isSaved = saveTo !== undefined && status < 400;
  if (isSaved) await writeWhole(saveTo.file, (to) => pipeline(body, to));
  const bytes = isSaved ? new Uint8Array() : new Uint8Array(await body.arrayBuffer());
  return { status, type: header('content-type')?.split(';')[0] ?? '', etag: header('etag'), bytes, header };
}

/** Files of any size come and go as fast as the line lets them, and some answers take minutes to be made: milliseconds. */
const PATIENT = { headersTimeout: 300_000, bodyTimeout: 120_000 };

function existsAlready(file: string): Problem {
  const next = 'Choose another name, or overwrite it with --force.';
  return new Problem({ kind: 'usage', code: 'file-exists', what: `${file} exists already`, next });
}

function noSuchFile(file: string): Problem {
  return new Problem({ kind: 'not-found', code: 'file-missing', what: `There is no file ${file}` });
}

function addressOf(base: URL, { path, query = {} }: RemoteCall): URL {
  const address = new URL(`${base.pathname.replace(/\/$/, '')}/api/v1${path}`, base);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(name, value);
  return address;
}

function headersOf({ body, upload, match }: RemoteCall, token: string | undefined): Record<string, string> {
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(upload === undefined ? {} : { 'content-type': upload.type }),
    ...(match === undefined ? {} : { 'if-match': match }),
  };
}

function baseOf(server: string): URL {
  const base = URL.canParse(server) ? new URL(server) : undefined;
  if (base !== undefined && (base.protocol === 'https:' || (base.protocol === 'http:' && isLoopback(base))))
    return base;
  throw new Problem({
    kind: 'usage',
    code: 'bad-server',
    what: `${JSON.stringify(server.slice(0, 100))} cannot be worked on`,
    why: 'a token is sent over https, and over http to this machine only',
    next: 'Write https://HOST, or http://127.0.0.1:PORT.',
  });
}

function isLoopback({ hostname }: URL): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

function noAnswer(base: URL, error: unknown): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'no-answer',
    what: `${base.origin} does not answer`,
    why: error instanceof Error ? error.message : String(error),
    next: 'Check the address of --server, and whether it can be reached from here.',
    cause: error,
  });
}
