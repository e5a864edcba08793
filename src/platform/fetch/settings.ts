/** What the fetch is built with, and its limits. */
import type { Source } from '../../domain/upstream.ts';
import type { HostCredentials } from './netrc.ts';
import type { ProxySettings } from './proxies.ts';

export interface FetchSettings {
  /** The operator's sources: their origins, and under `file:` their folders, are what may be contacted. */
  readonly sources: readonly Source[];
  /** Origins (`https://files.upstream.example`) that the operator allows beside those of the sources. */
  readonly alsoAllow?: readonly string[];
  /** Proxies of the environment; a source may have its own. */
  readonly proxies?: ProxySettings | undefined;
  /** Credentials by host, for sources whose address holds none. */
  readonly credentials?: ReadonlyMap<string, HostCredentials> | undefined;
  /** Goes into the user agent. */
  readonly version: string;
  now(): Date;
  /** At least 0, less than 1: spreads retries. */
  random(): number;
  /** Where documents are kept between runs; nothing is written without it. */
  readonly cacheFolder?: string | undefined;
  readonly limits?: Partial<FetchLimits>;
}

/** Times in milliseconds, sizes in bytes. */
export interface FetchLimits {
  readonly connectMs: number;
  /** From the request to the first byte of the answer. */
  readonly headersMs: number;
  /** Between two pieces of a body. */
  readonly idleMs: number;
  /** All attempts at one document together: a body that drips byte by byte ends here. */
  readonly documentMs: number;
  readonly downloadMs: number;
  readonly attempts: number;
  /** First pause before trying again; doubles each time. */
  readonly backoffMs: number;
  /** Longest pause, also where `Retry-After` asks for more: then the answer is "failed" at once. */
  readonly longestPauseMs: number;
  readonly redirects: number;
  readonly headerBytes: number;
  /** A document is not asked about again for so long (clients.md 1.11: 5 to 10 minutes). */
  readonly freshMs: number;
  /** That there is none is believed for so long (clients.md 1.11: 1 to 10 minutes). */
  readonly absentMs: number;
  /** Documents held in memory. */
  readonly memoryBytes: number;
  /** Documents held in the cache folder. */
  readonly folderBytes: number;
  /** Connections to one origin at once: polite, and enough for a tree of wheels. */
  readonly connections: number;
  /** Failures in a row after which an origin is left alone for `restMs`, so that a dead source does not cost a wait per package. */
  readonly failuresBeforeRest: number;
  readonly restMs: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const MEBIBYTE = 1024 * 1024;

/** Chosen so that a slow but living index of 50 MB passes and a dead one costs under two minutes. */
export const DEFAULT_LIMITS: FetchLimits = {
  connectMs: 10 * SECOND,
  headersMs: 30 * SECOND,
  idleMs: 30 * SECOND,
  documentMs: 90 * SECOND,
  downloadMs: 60 * MINUTE,
  attempts: 4,
  backoffMs: 500,
  longestPauseMs: 30 * SECOND,
  redirects: 5,
  headerBytes: 32 * 1024,
  freshMs: 5 * MINUTE,
  absentMs: MINUTE,
  memoryBytes: 32 * MEBIBYTE,
  folderBytes: 512 * MEBIBYTE,
  connections: 8,
  failuresBeforeRest: 3,
  restMs: 10 * SECOND,
};
