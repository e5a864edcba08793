/** How upstream is named and read: shared by the ecosystems that ask and the platform that fetches. */

/** Where packages come from, as the operator named it. */
export interface Source {
  /** Unique name, shown in warnings. */
  readonly name: string;
  readonly kind: 'index' | 'find-links';
  /** `http:`, `https:` or `file:`; may hold user information, which is never logged. */
  readonly url: string;
  /** Only these names (normal form, `*` at the end allowed) are asked here, and they are asked nowhere else. */
  readonly only: readonly string[] | undefined;
  /** A PEM file with the certificate authorities to believe, where not the system's. */
  readonly caFile: string | undefined;
}

/** What a reader of upstream may do on the network. */
export interface UpstreamFetch {
  /** A whole small document: conditional, retried, single-flight, limited in bytes and time. */
  document(
    url: string,
    options: { readonly accept: string; readonly maxBytes: number; readonly caFile?: string | undefined },
  ): Promise<FetchedDocument>;
  /** A range of a large file, for reading a wheel's metadata without its body; `undefined` where the server cannot. */
  range(
    url: string,
    from: number,
    to: number,
    options: { readonly caFile?: string | undefined },
  ): Promise<{ readonly bytes: Uint8Array; readonly total: number } | undefined>;
}

export type FetchedDocument =
  | { readonly status: 'found'; readonly body: Uint8Array; readonly contentType: string; readonly url: string }
  | { readonly status: 'absent' }
  | { readonly status: 'failed'; readonly reason: string };
