/** What went wrong on the way, in plain words with the next step, and whether trying again can help. */
import { REFUSED_ADDRESS } from './addresses.ts';
import { insideWords, shownUrl } from './reach.ts';
import type { FetchLimits } from './settings.ts';

export interface Failure {
  readonly status: 'failed';
  readonly reason: string;
  readonly retry: boolean;
  /** Milliseconds that the server asks to wait. */
  readonly afterMs?: number | undefined;
}

/** Thrown inside the fetch only: a limit of ours was reached. */
export class LimitReached extends Error {}

/** A failure that trying again does not mend. */
export function finalFailure(reason: string): Failure {
  return { status: 'failed', reason, retry: false };
}

/** Words for an error of the connection or the body. */
export function failureOf(error: unknown, url: URL, limits: FetchLimits): Failure {
  const at = shownUrl(url);
  if (error instanceof LimitReached) return finalFailure(error.message);
  const code = codeOf(error);
  const again = (what: string): Failure => ({ status: 'failed', reason: `${at} ${what}`, retry: true });
  switch (code) {
    case REFUSED_ADDRESS:
      return finalFailure(insideWords(url));
    case 'ENOTFOUND':
      return again('cannot be asked: its host name is not known; check the address and the name service');
    case 'EAI_AGAIN':
      return again('cannot be asked: the name service does not answer; check the network');
    case 'ECONNREFUSED':
      return again('refuses connections; check the address and that it is running');
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return again(`could not be reached within ${seconds(limits.connectMs)}; check the network`);
    case 'UND_ERR_HEADERS_TIMEOUT':
      return again(`did not answer within ${seconds(limits.headersMs)}; try again later`);
    case 'UND_ERR_BODY_TIMEOUT':
      return again(`stopped in the middle for ${seconds(limits.idleMs)}; try again later`);
    case 'UND_ERR_HEADERS_OVERFLOW':
      return finalFailure(`${at} answers with headers that are too long; ask its operator`);
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return again('broke off in the middle; try again later');
    case 'Z_DATA_ERROR':
    case 'Z_BUF_ERROR':
    case 'ERR_BROTLI_DECODER_ERROR':
      return again('sent compressed data that cannot be read; try again later');
    default:
      return certificate(code)
        ? finalFailure(`${at} shows a certificate that is not believed (${code}); name its authority with caFile`)
        : again(`cannot be read (${code}); try again later`);
  }
}

/** Words for an HTTP status that is no success. */
export function failureOfStatus(status: number, url: URL, afterMs: number | undefined): Failure {
  const at = shownUrl(url);
  if (status === 401 || status === 407)
    return finalFailure(`${at} asks for a sign-in (${status}); put the credentials into the address of the source`);
  if (status === 403) return finalFailure(`${at} refuses us (403); ask its operator`);
  if (status === 429)
    return { status: 'failed', reason: `${at} says we ask too often (429); try again later`, retry: true, afterMs };
  // 408, 425 and 5xx may pass (RFC 9110, 15); 501 and 505 are the server's own limits and do not.
  const passing = status === 408 || status === 425 || (status >= 500 && status !== 501 && status !== 505);
  return { status: 'failed', reason: `${at} answers ${status}; try again later`, retry: passing, afterMs };
}

/** `20 s` or `0.2 s`. */
export function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

function certificate(code: string): boolean {
  return /CERT|SIGNATURE|^ERR_TLS|^ERR_SSL|^UNABLE_TO/.test(code);
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return 'unknown error';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
