/** One operation of the API: what it takes, what it answers, and the room it asks. Its schemas validate and document. */
import { z } from 'zod';
import type { Action } from '../../domain/authority.ts';
import type { Actor } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Transaction } from '../../platform/db/port.ts';
import type { ApiApp, ConfidentialRead } from './app.ts';
import { InvalidCall } from './http-problem.ts';
import { isPlainText } from './plain-text.ts';

/**
 * Who may call: anybody, whoever signed in, whoever signed in about themself (no token with limits), or whom the table of
 * authority lets do this (the room decides, in its channel).
 */
export type Access = 'public' | 'signed-in' | 'oneself' | Action;

/** A call that was read: `params`, `query` and `body` are what the schemas made of it. */
export interface Call<P, Q, B> {
  readonly app: ApiApp;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** The body as it comes, of an operation that takes an `upload`. */
  readonly upload: AsyncIterable<Uint8Array>;
  /** Who calls. Throws `sign-in-needed` where an operation that is public asks and nobody signed in. */
  readonly actor: Actor;
  /** Who calls an operation that is public. */
  readonly actorIfAny: Actor | undefined;
  /** Path and query as they were asked for, for the link to the next page. */
  readonly url: string;
  readonly from: From;
}

/** Where a call comes from, and the origin of our own pages as it sees it. */
export interface From {
  readonly address: string;
  /** What the browser says it is. */
  readonly device: string;
  readonly origin: string;
}

/** Rooms answer what may not be changed. */
export type Frozen<T> = T extends readonly (infer E)[]
  ? readonly Frozen<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

/** What an operation answers: JSON, a document, or parts (lines, or pieces of a file) that are sent as they come. */
export type Reply<A> = Noted &
  (
    | { readonly kind: 'data'; readonly data: A; readonly headers?: Readonly<Record<string, string>> }
    | { readonly kind: 'bytes'; readonly type: string; readonly bytes: Uint8Array; readonly filename: string }
    | {
        readonly kind: 'parts';
        readonly type: string;
        readonly parts: AsyncIterable<string | Uint8Array>;
        readonly filename: string;
        readonly headers?: Readonly<Record<string, string>>;
      }
  );

interface Noted {
  /** Set where the answer is confidential: the ledger says who read it before it is sent. */
  readonly noted?: ConfidentialRead;
}

export interface OperationSpec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType> {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** Behind `/api/v1`, parameters in braces: `/requests/{id}`. */
  readonly path: `/${string}`;
  /** Unique, a verb first: `listRequests`. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** One object schema each, strict. */
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /**
   * The media type of a body that is read as it comes and has no schema; `bodyBytes` limits it. What was sent cannot be compared
   * with what is sent again, so such a call has no `Idempotency-Key`: it must be one that is not done twice anyway.
   */
  readonly upload?: string;
  /** More than the usual limit, where a body is a file: bytes. */
  readonly bodyBytes?: number;
  /** The answer holds what is shown once: it is not kept to be repeated, whatever key comes with the call. */
  readonly answersSecret?: boolean;
  /** The schema of the JSON that is answered. */
  readonly answer: A;
  /** Other media types that it can answer. */
  readonly alsoAnswers?: readonly string[];
  /** 200 unless something else is said. */
  readonly status?: 200 | 201 | 202;
  /** Codes of problems that callers should expect, beside those of every operation. */
  readonly problems?: readonly string[];
  /**
   * The read of what is being decided, with the same `params`: makes `If-Match` a must, held against its `ETag` in the transaction
   * of the change. It says what it locks.
   */
  readonly decidesOn?: Operation;
  /** Of a read that others decide on: holds what it answers still until the transaction ends; nothing where there is none. */
  lock?(db: Transaction, params: z.output<P>): Promise<void>;
  work(call: Call<z.output<P>, z.output<Q>, z.output<B>>): Promise<Reply<Frozen<z.input<A>>>>;
}

/** An operation whose types are closed over: what the catalogue lists. */
export interface Operation
  extends Pick<
    OperationSpec<z.ZodType, z.ZodType, z.ZodType, z.ZodType>,
    | 'method'
    | 'path'
    | 'id'
    | 'summary'
    | 'description'
    | 'access'
    | 'params'
    | 'query'
    | 'body'
    | 'bodyBytes'
    | 'upload'
    | 'answer'
    | 'alsoAnswers'
    | 'status'
    | 'problems'
    | 'decidesOn'
    | 'answersSecret'
  > {
  /** Whether it can hold still what it answers, so that others may decide on it. */
  readonly locks: boolean;
  /** Reads what was sent. Throws `InvalidCall`. */
  read(raw: RawCall): ReadyCall;
}

/** What is shown once is not kept to be repeated, and what is read as it comes is compared with nothing. */
export function takesKey({ method, answersSecret, upload }: Operation): boolean {
  return method === 'post' && answersSecret !== true && upload === undefined;
}

export interface RawCall {
  readonly app: ApiApp;
  readonly actor: Actor | undefined;
  readonly url: string;
  readonly from: From;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly body: unknown;
  readonly upload: AsyncIterable<Uint8Array>;
}

export interface ReadyCall {
  /** Holds still what it answers. */
  lock(db: Transaction): Promise<void>;
  /** Its data have what the schema names and nothing else. */
  work(): Promise<Reply<unknown>>;
}

type Nothing = z.ZodType<undefined>;

/** Declares an operation. */
export function operation<
  A extends z.ZodType,
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = Nothing,
>(spec: OperationSpec<P, Q, B, A>): Operation {
  const { work, lock, ...said } = spec;
  if (said.decidesOn?.locks === false)
    throw new Error(`${said.decidesOn.id} does not say what it locks for ${said.id}`);
  return {
    ...said,
    locks: lock !== undefined,
    read(raw) {
      const call = readCall(spec, raw);
      return {
        lock: async (db) => lock?.call(spec, db, call.params),
        work: async () => shaped(spec, await work.call(spec, call)),
      };
    },
  };
}

/** What a room tells beside what the schema names is not for callers. */
function shaped(spec: { readonly answer: z.ZodType; readonly id: string }, reply: Reply<unknown>): Reply<unknown> {
  if (reply.kind !== 'data') return reply;
  const read = spec.answer.safeParse(reply.data);
  if (read.success) return { ...reply, data: read.data };
  throw new Error(`${spec.id} answers what its schema does not say: ${z.prettifyError(read.error)}`);
}

/** An answer as JSON. */
export function data<A>(answer: A, headers: Readonly<Record<string, string>> = {}): Reply<A> {
  return { kind: 'data', data: answer, headers };
}

/** An answer about what is new, with its address behind `/api/v1`. */
export function created<A>(path: string, answer: A): Reply<A> {
  return { kind: 'data', data: answer, headers: { location: `/api/v1${path}` } };
}

function readCall<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  spec: OperationSpec<P, Q, B, A>,
  raw: RawCall,
): Call<z.output<P>, z.output<Q>, z.output<B>> {
  const { app, url, from, upload } = raw;
  return {
    ...{ app, url, from, upload, actorIfAny: raw.actor },
    params: readPart('path', spec.params, raw.params),
    query: readPart('query', spec.query, raw.query),
    body: readPart('body', spec.body, raw.body),
    get actor() {
      return requireActor(raw.actor);
    },
  };
}

/** Throws `sign-in-needed`. */
export function requireActor(actor: Actor | undefined): Actor {
  if (actor !== undefined) return actor;
  throw signInNeeded();
}

type Part = 'path' | 'query' | 'body';

/** Names and values of an address: they reach the database, or are told back, as they are. */
const PLAIN = z.record(z.string(), z.unknown()).superRefine((all, { addIssue }) => {
  for (const [name, value] of Object.entries(all)) {
    const texts = [name, value].flat().filter((text) => typeof text === 'string');
    if (!texts.every(isPlainText)) addIssue({ code: 'custom', path: [name], message: 'holds what is no character' });
  }
});

/** A part without a schema must not be there, and is read as `undefined`. */
function readPart<S extends z.ZodType>(part: Part, schema: S | undefined, raw: unknown): z.output<S>;
function readPart(part: Part, schema: z.ZodType | undefined, raw: unknown): unknown {
  // A body is read so as it is parsed.
  const plain = part === 'body' ? undefined : PLAIN.safeParse(raw);
  if (plain?.success === false) throw new InvalidCall(part, plain.error.issues);
  const read = (schema ?? ABSENT).safeParse(raw);
  if (!read.success) throw new InvalidCall(part, read.error.issues);
  return schema === undefined ? undefined : read.data;
}

const ABSENT = z.union([z.undefined(), z.strictObject({})]);

function signInNeeded(): Problem {
  return new Problem({
    kind: 'sign-in',
    code: 'sign-in-needed',
    what: 'This needs to know who you are',
    why: 'no token and no session came with the call',
    next: 'Send `Authorization: Bearer TOKEN`; `pratique token create` makes a token.',
  });
}
