/** A server elsewhere, as the command line asks it: `--server URL --token TOKEN`, by the JSON API. */
import { z } from 'zod';
import { Problem, type ProblemKind } from '../../../domain/problem.ts';

/** One call of the API. `path` stands behind `/api/v1`. */
export interface RemoteCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body?: unknown;
  /** A file of this machine that is sent as it is, instead of a body in JSON. */
  readonly upload?: { readonly file: string; readonly type: string };
  /** Where the answer is to lie on this machine, whole or not at all; then `bytes` of the reply are none. */
  readonly saveTo?: { readonly file: string; readonly overwrite: boolean };
  /** It may take minutes until the answer begins. */
  readonly isSlow?: boolean;
  /** The `ETag` of what is decided about. */
  readonly match?: string | undefined;
}

export interface RemoteReply {
  readonly status: number;
  /** Media type without parameters. */
  readonly type: string;
  readonly etag: string | undefined;
  readonly bytes: Uint8Array;
  header(name: string): string | undefined;
}

/** Sends one call. Throws `could-not-check` problems where the server does not answer. */
export type SendRemote = (call: RemoteCall) => Promise<RemoteReply>;

export interface Remote {
  /** The answer, read as what it should be. Throws the server's own problem. */
  ask<S extends z.ZodType>(schema: S, call: RemoteCall): Promise<z.output<S>>;
  /** The same with the tag of what was read. */
  read<S extends z.ZodType>(
    schema: S,
    path: string,
  ): Promise<{ readonly value: z.output<S>; readonly etag: string | undefined }>;
  /** Reads, and decides on what was read. */
  decide<S extends z.ZodType>(
    schema: S,
    ask: { readonly read: string; readonly path: string; readonly body?: unknown },
  ): Promise<z.output<S>>;
  /** Pages of a list, as many as help somebody on a terminal. */
  list<S extends z.ZodType>(schema: S, path: string, query?: RemoteCall['query']): Promise<readonly z.output<S>[]>;
  /** A whole list, however long. Throws `list-too-long` rather than leave anything out. */
  whole<S extends z.ZodType>(schema: S, path: string, query?: RemoteCall['query']): Promise<readonly z.output<S>[]>;
  document(path: string, query: RemoteCall['query']): Promise<Uint8Array>;
  /** Saves an answer as a file. Throws `file-exists`, `disk-full`. */
  save(path: string, to: NonNullable<RemoteCall['saveTo']>): Promise<Pick<RemoteReply, 'header'>>;
}

/** Pages of 200 that a command reads at most: more rows help nobody on a terminal. */
const MOST_PAGES = 100;
/** More rows than any channel offers releases. */
const MOST_PAGES_OF_A_WHOLE = 5000;
const pageOf = <S extends z.ZodType>(row: S) =>
  z.object({ results: z.array(row), next: z.string().nullable().default(null) });
const problem = z.object({
  code: z.string(),
  title: z.string(),
  detail: z.string().optional(),
  next: z.string().optional(),
});

export function createRemote(send: SendRemote): Remote {
  const fetched = async (call: RemoteCall): Promise<RemoteReply> => {
    const reply = await send(call);
    if (reply.status >= 400) throw problemOf(reply);
    return reply;
  };
  const pages = async <S extends z.ZodType>(
    schema: S,
    { path, query, most }: { path: string; query: NonNullable<RemoteCall['query']>; most: number },
  ) => {
    const rows: z.output<S>[] = [];
    let cursor: string | null | undefined;
    for (let page = 0; page < most && cursor !== null; page += 1) {
      const asked = { ...query, limit: '200', cursor };
      const { results, next } = await remote.ask(pageOf(schema), { method: 'GET', path, query: asked });
      rows.push(...results);
      cursor = next;
    }
    return { rows, isWhole: cursor === null };
  };
  const remote: Remote = {
    ask: async (schema, call) => parsed(schema, await fetched(call)),
    async read(schema, path) {
      const reply = await fetched({ method: 'GET', path });
      return { value: parsed(schema, reply), etag: reply.etag };
    },
    async decide(schema, { read, path, body }) {
      const { etag } = await fetched({ method: 'GET', path: read });
      return parsed(schema, await fetched({ method: 'POST', path, body, match: etag }));
    },
    list: async (schema, path, query = {}) => (await pages(schema, { path, query, most: MOST_PAGES })).rows,
    async whole(schema, path, query = {}) {
      const { rows, isWhole } = await pages(schema, { path, query, most: MOST_PAGES_OF_A_WHOLE });
      if (isWhole) return rows;
      const what = `The list has more than ${rows.length} rows`;
      throw new Problem({ kind: 'could-not-check', code: 'list-too-long', what, next: 'Run the command on the home.' });
    },
    document: async (path, query) => (await fetched({ method: 'GET', path, query })).bytes,
    save: (path, saveTo) => fetched({ method: 'GET', path, saveTo }),
  };
  return remote;
}

function parsed<S extends z.ZodType>(schema: S, { bytes }: RemoteReply): z.output<S> {
  const read = schema.safeParse(jsonOf(bytes));
  if (read.success) return read.data;
  throw new Problem({
    kind: 'could-not-check',
    code: 'strange-server',
    what: 'The server answers something else than this command understands',
    why: z.prettifyError(read.error).slice(0, 300),
    next: 'Compare the versions: `pratique --version` here, and /api/v1 there.',
  });
}

/** The server advises a header, which nobody writes on a command line. */
const TOKEN_WANTED = 'Set PRATIQUE_TOKEN, or give --token; `pratique token create` makes a token on the home.';

function problemOf({ status, bytes }: RemoteReply): Problem {
  const read = problem.safeParse(jsonOf(bytes));
  const kind = kindOf(status);
  if (!read.success)
    return new Problem({
      kind,
      code: 'strange-server',
      what: `The server answers ${status}`,
      next: 'Check the address of --server.',
    });
  const { code, title, detail } = read.data;
  const next = code === 'sign-in-needed' ? TOKEN_WANTED : read.data.next;
  return new Problem({
    kind,
    code,
    what: title,
    ...(detail === undefined ? {} : { why: detail }),
    ...(next === undefined ? {} : { next }),
  });
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function kindOf(status: number): ProblemKind {
  if (status === 401) return 'sign-in';
  if (status === 403) return 'not-allowed';
  if (status === 404) return 'not-found';
  if (status === 409 || status === 412) return 'conflict';
  if (status === 429 || status >= 500) return 'could-not-check';
  return 'usage';
}
