/** The only way out to the network: hosts the operator named, limits on bytes and time. */
import type { AskedOn, UpstreamFetch } from '../../domain/upstream.ts';

export interface DownloadOptions extends AskedOn {
  /** Bytes after which the download is cut off and refused. */
  readonly maxBytes: number;
}

export type Download =
  | { readonly status: 'found'; readonly body: AsyncIterable<Uint8Array>; readonly size: number | undefined }
  | { readonly status: 'absent' }
  | { readonly status: 'failed'; readonly reason: string };

export interface Fetch extends UpstreamFetch {
  /** A large file as a stream; an interruption in the middle rejects the iteration with a `could-not-check` problem. */
  download(url: string, options: DownloadOptions): Promise<Download>;
}

/** Sends small documents to addresses that the operator named. */
export interface Poster {
  /** `final`: trying again is of no use. */
  post(
    url: string,
    body: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<
    { readonly status: 'taken' } | { readonly status: 'failed'; readonly reason: string; readonly final: boolean }
  >;
}

/** Whether a password is in a range of leaked ones that a service of the operator's choice keeps. */
export interface PasswordRanges {
  ask(
    password: string,
  ): Promise<
    | { readonly status: 'leaked' }
    | { readonly status: 'not-seen' }
    | { readonly status: 'away'; readonly reason: string }
  >;
}
