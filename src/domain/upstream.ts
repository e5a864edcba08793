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
  /**
   * The proxy that it is asked through, where not that of the environment; may hold user information. `null` for asked
   * directly, whatever the environment says.
   */
  readonly proxy?: string | null | undefined;
}

/**
 * The sources that are asked for a name: those that hold it alone (`only`), else, where the name is not reserved, those
 * that hold no names alone. So an internal name never falls through to a public index (dependency confusion).
 */
export function sourcesFor(
  { sources, reserved = [] }: { readonly sources: readonly Source[]; readonly reserved?: readonly string[] },
  name: string,
): readonly Source[] {
  const own = sources.filter((source) => source.only?.some((pattern) => covers(pattern, name)) ?? false);
  if (own.length > 0) return own;
  if (reserved.some((pattern) => covers(pattern, name))) return [];
  return sources.filter((source) => source.only === undefined);
}

/** Why a name for which `sourcesFor` gives none cannot be read, and what to do: no later try would help. */
export function noSourceFor(name: string): { readonly reason: string; readonly next: string } {
  return {
    reason: `${name} is a name of yours (reserved_names), and no source lists it under "only"; it is asked nowhere else`,
    next: `Ask the operator to name the source that holds it: a source with \`only: [${name}]\` in pratique.yaml.`,
  };
}

function covers(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

/** An address without user information and fragment: the fetch knows the credentials of its sources. */
export function withoutCredentials(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  url.hash = '';
  return url.href;
}

/** On whose word an address is asked. */
export interface AskedOn {
  /** A PEM file with the certificate authorities to believe; defaults to that of the source. */
  readonly caFile?: string | undefined;
  /**
   * Name of the configured source whose index document links to this address (`Distribution.source`). Without it only
   * hosts that the operator named are contacted.
   */
  readonly linkedBy?: string | undefined;
}

/** What a reader of upstream may do on the network. */
export interface UpstreamFetch {
  /** A whole small document: conditional, retried, single-flight, limited in bytes and time. */
  document(
    url: string,
    options: AskedOn & { readonly accept: string; readonly maxBytes: number },
  ): Promise<FetchedDocument>;
  /**
   * Bytes `from` to `to`, both inclusive, of a large file, for reading a wheel's metadata without its body; a negative
   * `from` is the last bytes of it, whatever `to` is (RFC 9110, 14.1.2). `undefined` where the server cannot. Throws a
   * `could-not-check` problem where it does not answer.
   */
  range(
    url: string,
    from: number,
    to: number,
    options: AskedOn,
  ): Promise<{ readonly bytes: Uint8Array; readonly total: number } | undefined>;
}

/**
 * Asked for in `accept`, a `file:` folder answers with this: `{"files": [{"filename", "size"}]}`, size in bytes.
 * Without it a folder answers with its `index.html`, as a web server would.
 */
export const FOLDER_LISTING_TYPE = 'application/vnd.pratique.folder+json';

export type FetchedDocument =
  | { readonly status: 'found'; readonly body: Uint8Array; readonly contentType: string; readonly url: string }
  | { readonly status: 'absent' }
  | { readonly status: 'failed'; readonly reason: string };
