/**
 * One long-lived connection per process: it listens for notifications and, on an embedded server, holds this process's
 * share in the server. A share is a shared advisory lock: the kernel and PostgreSQL give it back however the process ends.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Connection, clientConfig, errorCode } from './connect.ts';

/** Hears a payload, or `undefined` after a reconnection: notifications may have been missed, look for yourself. */
export type Listener = (payload: string | undefined) => void;

export interface Session {
  /** Starts listening; the returned function stops it. */
  listen(channel: string, listener: Listener): Promise<() => Promise<void>>;
  /** Gives the share back. Says whether this process was the last one to hold one, and then no other can start to. */
  close(): Promise<{ readonly last: boolean }>;
}

export interface SessionOptions<T> {
  readonly connection: Connection;
  /** Hold a share in the server: embedded servers only. */
  readonly share: boolean;
  /** Makes the server answer again before a reconnection; does nothing for a server that is not ours. */
  readonly revive: () => Promise<void>;
  /**
   * Asks the server something on a new connection. A server that is being stopped ends the connection that kept others out
   * before it ends those that wait: a share may be granted by the shutdown itself, and then only this fails.
   */
  readonly prove: () => Promise<T>;
  readonly onError: (error: Error) => void;
}

/** Key of the shared advisory lock by which processes say that they use an embedded server: the bytes of "prat". */
const SHARE_LOCK = 0x70726173;
/** Waits between attempts to reconnect, doubled up to the longest: milliseconds. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;
/** An embedded server may be stopping at the moment we come; after so many attempts something else is wrong. */
const OPEN_ATTEMPTS = 20;

/** Opens the session; an embedded server that stops at this very moment is started again. */
export async function openSession<T>(
  options: SessionOptions<T>,
): Promise<{ readonly session: Session; readonly proof: T }> {
  for (let attempt = 1; ; attempt += 1) {
    const session = new LiveSession(options);
    try {
      await options.revive();
      await session.connect();
      return { session, proof: await options.prove() };
    } catch (error) {
      await session.abandon();
      if (!options.share || attempt >= OPEN_ATTEMPTS || !isGoingAway(error)) throw error;
      await sleep(FIRST_WAIT_MS);
    }
  }
}

/** The server was shut down between our finding it and our holding a share in it. */
function isGoingAway(error: unknown): boolean {
  const code = errorCode(error) ?? '';
  // 57P01 to 57P03: shut down by an administrator, after a crash, cannot connect now. Others: the socket is gone.
  if (['57P01', '57P02', '57P03', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(code)) return true;
  // The words of `pg` for a connection that broke while a question was under way, and between two of them.
  return (
    error instanceof Error && /^(?:Connection terminated|Client has encountered a connection error)/.test(error.message)
  );
}

class LiveSession implements Session {
  readonly #options: SessionOptions<unknown>;
  readonly #listeners = new Map<string, Set<Listener>>();
  #client: pg.Client | undefined;
  #closed = false;
  /** `pg` wants one query at a time on a client. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: SessionOptions<unknown>) {
    this.#options = options;
  }

  async connect(): Promise<void> {
    const client = new pg.Client(clientConfig(this.#options.connection));
    // The last one of an embedded server keeps its connection until the server that it stops ends that: no accident.
    client.on('error', (error) => {
      if (!this.#closed) this.#options.onError(error);
    });
    try {
      await client.connect();
      if (this.#options.share) await client.query('select pg_advisory_lock_shared($1)', [SHARE_LOCK]);
      for (const channel of this.#listeners.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    client.on('notification', ({ channel, payload }) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(payload ?? '');
    });
    client.once('end', () => void this.#reconnect(client));
    this.#client = client;
  }

  /** Ends a session that never became one. */
  async abandon(): Promise<void> {
    this.#closed = true;
    await this.#drop();
  }

  async listen(channel: string, listener: Listener): Promise<() => Promise<void>> {
    const existing = this.#listeners.get(channel);
    const listeners = existing ?? new Set<Listener>();
    this.#listeners.set(channel, listeners.add(listener));
    if (existing === undefined) await this.#run(`listen ${pg.escapeIdentifier(channel)}`);
    return async () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#listeners.get(channel) !== listeners) return;
      this.#listeners.delete(channel);
      await this.#run(`unlisten ${pg.escapeIdentifier(channel)}`);
    };
  }

  async close(): Promise<{ readonly last: boolean }> {
    this.#closed = true;
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return { last: false };
    await this.#queue.catch(() => undefined);
    if (!this.#options.share) {
      await client.end().catch(() => undefined);
      return { last: false };
    }
    // The exclusive lock stays held by this connection until the server stops: whoever comes meanwhile waits for a share,
    // is cut off by the shutdown, and starts the server anew.
    const last = await lastShare(client).catch(() => false);
    if (!last) await client.end().catch(() => undefined);
    return { last };
  }

  /** A query that fails because the connection broke is made up for by the reconnection, which listens to everything. */
  #run(text: string): Promise<void> {
    const run = async () => {
      await this.#client?.query(text).catch((error: unknown) => {
        if (!isGoingAway(error)) throw error;
      });
    };
    const next = this.#queue.then(run, run);
    this.#queue = next.catch(() => undefined);
    return next;
  }

  async #drop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #reconnect(lost: pg.Client): Promise<void> {
    if (this.#closed || this.#client !== lost) return;
    this.#client = undefined;
    for (let wait = FIRST_WAIT_MS; !this.#closed; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        await this.#options.revive();
        if (this.#closed) return;
        await this.connect();
        if (this.#closed) return this.#drop();
        for (const listeners of this.#listeners.values()) for (const listener of listeners) listener(undefined);
        return;
      } catch (error) {
        this.#options.onError(error instanceof Error ? error : new Error(String(error)));
        await sleep(wait);
      }
    }
  }
}

async function lastShare(client: pg.Client): Promise<boolean> {
  await client.query('select pg_advisory_unlock_shared($1)', [SHARE_LOCK]);
  const { rows } = await client.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [SHARE_LOCK]);
  return rows[0]?.last === true;
}
