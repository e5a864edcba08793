import type { Digest } from './digest.ts';
import type { JsonValue } from './json.ts';
import type { EcosystemId } from './purl.ts';

/**
 * What is done with a file at an install: a `wheel` is unpacked, an `sdist` is built first, a `tarball` is unpacked and may
 * run scripts of its own (npm, R), a `binary` is unpacked and was built by somebody else (R), `other` is nothing that a
 * client would install.
 */
export const DISTRIBUTION_KINDS = ['wheel', 'sdist', 'tarball', 'binary', 'other'] as const;
export type DistributionKind = (typeof DISTRIBUTION_KINDS)[number];

/** What upstream says about one file of a release. Untrusted in meaning, already parsed in form. */
export interface Distribution {
  readonly filename: string;
  /** Where its bytes are: `http:`, `https:` or `file:`. Never shown to package clients. */
  readonly url: string;
  /** Name of the configured source that offered it. */
  readonly source: string;
  readonly kind: DistributionKind;
  /** SHA-256 that upstream states; absent where the index gives none (then our own is recorded on fetching). */
  readonly sha256: Digest | undefined;
  /** Hashes that upstream states in another form: Subresource Integrity, `sha512-...` (npm). Checked while the file arrives. */
  readonly integrity?: string | undefined;
  /** Bytes, where upstream states it. */
  readonly size: number | undefined;
  /** RFC 3339, UTC; absent where upstream does not say. */
  readonly uploadedAt: string | undefined;
  /** The index's claim about the interpreter (`Requires-Python` for PyPI), verbatim. */
  readonly requiresRuntime: string | undefined;
  /** The reason, or an empty text where none is given; `false` where it is not yanked. */
  readonly yanked: string | false;
  /** What upstream says to those who still install it (`deprecated` in npm); absent where it is not deprecated. */
  readonly deprecated?: string | undefined;
  /** The metadata sidecar (PEP 658), and its digest where the index states one. */
  readonly metadata: { readonly url: string; readonly sha256: Digest | undefined } | undefined;
  /** The registry's signatures, and the text that they are over: it names the release and its hash (npm). */
  readonly signed?:
    | {
        readonly statement: string;
        /** `sig` is base64. */
        readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
      }
    | undefined;
  /** URL of upstream's attestations for this file (PEP 740 provenance object), if any. */
  readonly provenanceUrl: string | undefined;
}

/** One version of a package as upstream lists it. */
export interface UpstreamRelease {
  /** Normal form. */
  readonly version: string;
  readonly distributions: readonly Distribution[];
}

/** What is missing of a source's answer: named, never silently dropped. */
export interface SourceWarning {
  /** `no-answer`: what the source has is not known, all or part of it; `left-out`: it was read, and entries of it cannot be used. */
  readonly kind: 'no-answer' | 'left-out';
  readonly source: string;
  readonly what: string;
}

/** A package as its sources list it, newest version last is not promised: compare with `VersionRules`. */
export interface UpstreamPackage {
  readonly ecosystem: EcosystemId;
  readonly name: string;
  readonly releases: readonly UpstreamRelease[];
  /** PEP 792 project status, where upstream states one. */
  readonly status: { readonly status: string; readonly reason: string | undefined } | undefined;
  /** Names that upstream gives to versions (`latest`, `next`: dist-tags in npm); absent where there are none. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** What the index says of the package as a whole, in its own words; read only by the ecosystem. */
  readonly about?: { readonly [key: string]: JsonValue } | undefined;
  /** Who may publish the package; absent where the index does not say. */
  readonly accounts?: RegistryAccounts | undefined;
  readonly warnings: readonly SourceWarning[];
  /** RFC 3339, UTC: since when the sources do not know the name any more; the rest is as they said it last. */
  readonly goneSince?: string | undefined;
  /** RFC 3339, UTC. */
  readonly readAt: string;
}

/** The accounts that may publish a package, as its registry lists them. */
export interface RegistryAccounts {
  /** By now, sorted. */
  readonly now: readonly string[];
  /** By time, one entry where something differs from the release that appeared before. */
  readonly history: readonly AccountsFrom[];
}

/** What held from a release on. */
export interface AccountsFrom {
  /** RFC 3339, UTC: when the release appeared. */
  readonly from: string;
  /** Who could publish when it appeared, sorted. */
  readonly owners: readonly string[];
  /** Who published it; `null` where the registry does not say. */
  readonly publisher: string | null;
}

/** What upstream says by now of something that is cleared here. */
export const UPSTREAM_CHANGES = [
  'gone',
  'back',
  'status',
  'release-gone',
  'yanked',
  'not-yanked',
  'deprecated',
  'other-bytes',
] as const;

/** One change in what upstream says of a package, or of one of its versions. */
export interface UpstreamChange {
  readonly what: (typeof UPSTREAM_CHANGES)[number];
  /** Normal form; `null` where it is about the package as a whole. */
  readonly version: string | null;
  /** Upstream's own words, cut, or the file that it is about; `null` where there are none. */
  readonly says: string | null;
}

/** When a release appeared: the earliest upload time of its files, `undefined` where no file has one. */
export function releasedAt(release: UpstreamRelease): string | undefined {
  const times = release.distributions.flatMap((file) => (file.uploadedAt === undefined ? [] : [file.uploadedAt]));
  return times.toSorted()[0];
}

/** PEP 592: a release is yanked when every one of its files is. */
export function isYanked(release: UpstreamRelease): boolean {
  return release.distributions.length > 0 && release.distributions.every((file) => file.yanked !== false);
}
