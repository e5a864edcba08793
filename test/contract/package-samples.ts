/** Subjects for the specs of scanners that look at packages and releases. */
import type { Distribution, UpstreamPackage, UpstreamRelease } from '../../src/domain/distribution.ts';
import type { ScanContext, Subject } from '../../src/scanners/contract.ts';
import { aScanContext } from './distribution-samples.ts';

/** A wheel of `demo-pkg` as an index lists it. */
export function aListedWheel(version: string, change: Partial<Distribution> = {}): Distribution {
  const filename = `demo_pkg-${version}-py3-none-any.whl`;
  return {
    filename,
    url: `https://upstream.example/${filename}`,
    source: 'upstream',
    kind: 'wheel',
    sha256: undefined,
    size: 1234,
    uploadedAt: '2025-06-01T00:00:00Z',
    requiresRuntime: undefined,
    yanked: false,
    metadata: undefined,
    provenanceUrl: undefined,
    ...change,
  };
}

/** A release with one wheel. */
export function aListedRelease(version: string, change: Partial<Distribution> = {}): UpstreamRelease {
  return { version, distributions: [aListedWheel(version, change)] };
}

/** The package `demo-pkg`, or another name. */
export function aPackage(change: Partial<UpstreamPackage> = {}): Subject<'package'> {
  const listed: UpstreamPackage = {
    ecosystem: 'pypi',
    name: 'demo-pkg',
    releases: [aListedRelease('1.0')],
    status: undefined,
    warnings: [],
    readAt: '2026-01-02T00:00:00Z',
    ...change,
  };
  return { kind: 'package', package: listed };
}

/** One release of `demo-pkg`. */
export function aRelease(version = '1.0', change: Partial<Distribution> = {}): Subject<'release'> {
  return {
    kind: 'release',
    ecosystem: 'pypi',
    name: 'demo-pkg',
    release: aListedRelease(version, change),
    listing: aPackage({ releases: [aListedRelease(version, change)] }).package,
    purl: `pkg:pypi/demo-pkg@${version}`,
  };
}

/** A context in which no feed was ever imported and nothing is cleared. */
export const withoutFeeds: ScanContext = {
  ...aScanContext,
  advisories: async () => ({ status: 'not-configured' }),
  popularNames: async () => ({ status: 'not-configured' }),
  popularity: async () => ({ status: 'not-configured' }),
  exploitation: async () => ({ known: { status: 'not-configured' }, chance: { status: 'not-configured' } }),
  clearedNames: async () => [],
  clearedVersions: async () => [],
  previousMetadata: async () => undefined,
  attestations: async () => ({ status: 'none', attestedSiblings: [], seenBefore: undefined }),
  earlierAttestations: async () => [],
  trustRoots: async () => ({ status: 'not-configured' }),
  listedAsMalicious: async () => ({ status: 'not-configured' }),
  ruleMatches: async () => ({ status: 'not-configured' }),
  otherBytes: async () => [],
};

const IMPORTED_AT = '2026-01-01T00:00:00Z';

/** A feed that was imported and is fresh. */
export function ready<T>(data: T): { readonly status: 'ready'; readonly data: T; readonly importedAt: string } {
  return { status: 'ready', data, importedAt: IMPORTED_AT };
}

/** A feed that was imported too long ago. */
export const STALE = { status: 'stale', importedAt: '2020-01-01T00:00:00Z' } as const;
