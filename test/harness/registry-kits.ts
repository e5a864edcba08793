/** How a test registry is filled, ecosystem by ecosystem: real files, the metadata that publishing reads, the links of clients. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Digest } from '../../src/domain/digest.ts';
import type { DistributionKind } from '../../src/domain/distribution.ts';
import type { Target } from '../../src/domain/target.ts';
import type { Ecosystem, UpstreamAnswer } from '../../src/ecosystems/contract.ts';
import { parseDcf } from '../../src/ecosystems/cran/dcf.ts';
import { cran } from '../../src/ecosystems/cran/index.ts';
import { readRds } from '../../src/ecosystems/cran/rds-read.ts';
import { npm } from '../../src/ecosystems/npm/index.ts';
import { pypi } from '../../src/ecosystems/pypi/index.ts';
import { makeSourcePackage } from '../../src/main/demo/made-here-source-packages.ts';
import { makeTarball } from '../../src/main/demo/made-here-tarballs.ts';
import { makeWheel } from './wheels.ts';

/** `['requests 2.0', 'urllib3']`: a release and what it needs. */
export interface MadeRelease {
  readonly name: string;
  readonly version: string;
  readonly requires?: readonly string[];
  /** Contents of the wheel by path; for PyPI. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

/** A finished file with what a vetting would record of it. */
export interface KitFile {
  readonly filename: string;
  readonly bytes: Uint8Array;
  readonly sha256: Digest;
  readonly kind: DistributionKind;
  readonly metadataText: string;
  readonly requiresRuntime: string | undefined;
}

export interface RegistryKit {
  readonly ecosystem: Ecosystem;
  readonly target: Target;
  make(release: MadeRelease): Promise<KitFile>;
  /** The paths below `/<channel>/<ecosystem>/` of what clients read of some packages, and the `Accept` that they send. */
  indexes(names: readonly string[]): readonly { readonly path: string; readonly accept: string }[];
  /** Every address of a file that a client reads out of such a document, below `/<channel>/<ecosystem>/`. */
  links(document: { readonly path: string; readonly base: string; readonly body: Uint8Array }): readonly string[];
}

/** The answer of an upstream that lists these releases of a package, each with one file; none: it does not know the name. */
export function listingOf(
  ecosystem: Ecosystem,
  name: string,
  files: readonly (KitFile & { readonly version: string })[],
  uploadedAt = '2025-01-01T00:00:00Z',
): UpstreamAnswer {
  if (files.length === 0) return { status: 'unknown', warnings: [] };
  const releases = files.map(({ version, filename, kind, sha256 }) => ({
    version,
    distributions: [
      {
        ...{ filename, kind, sha256, url: `http://upstream.example/${filename}`, source: 'test', size: 10 },
        ...{ uploadedAt, requiresRuntime: undefined, yanked: false as const },
        ...{ metadata: undefined, provenanceUrl: undefined },
      },
    ],
  }));
  const about = { ecosystem: ecosystem.id, name, releases, status: undefined, warnings: [] };
  return { status: 'found', package: { ...about, readAt: '2026-01-01T00:00:00Z' } };
}

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const page = z.object({ files: z.array(z.object({ url: z.string() })) });

export const PYPI_KIT: RegistryKit = {
  ecosystem: pypi,
  target: targetOf(pypi),
  async make(release) {
    const wheel = await makeWheel({ ...release, requires: release.requires ?? [] });
    const { filename, bytes, sha256, metadataText, requiresPython: requiresRuntime } = wheel;
    return { filename, bytes, sha256, kind: 'wheel', metadataText, requiresRuntime };
  },
  indexes: (names) =>
    names.flatMap((name) => [JSON_TYPE, 'text/html'].map((accept) => ({ path: `simple/${name}/`, accept }))),
  links({ path, base, body }) {
    const text = new TextDecoder().decode(body);
    const urls = text.startsWith('{')
      ? page.parse(JSON.parse(text)).files.map(({ url }) => url)
      : [...text.matchAll(/href="([^"]*)"/g)].map(([, url = '']) => url);
    return urls.map((url) => new URL(url, `${base}${path}`).href.slice(base.length).replace(/#.*$/, ''));
  },
};

const manifest = z.object({ dist: z.object({ tarball: z.string() }) });
const packument = z.object({ versions: z.record(z.string(), manifest) });

export const NPM_KIT: RegistryKit = {
  ecosystem: npm,
  target: targetOf(npm),
  async make({ name, version, requires = [] }) {
    const dependencies = Object.fromEntries(requires.map((one) => [one.split(/[^a-z0-9-]/)[0] ?? one, '*']));
    const { filename, bytes, integrity, listed } = makeTarball({ name, version, dependencies });
    const text = JSON.stringify({ ...listed, dist: { tarball: `http://upstream.example/${filename}`, integrity } });
    const sha256 = sha256Of(bytes);
    return { filename, bytes, sha256, kind: 'tarball', metadataText: text, requiresRuntime: undefined };
  },
  indexes: (names) =>
    names.flatMap((path) =>
      ['application/json', 'application/vnd.npm.install-v1+json'].map((accept) => ({ path, accept })),
    ),
  links({ base, body }) {
    const { versions } = packument.parse(JSON.parse(new TextDecoder().decode(body)));
    return Object.values(versions).map(({ dist }) => {
      if (!dist.tarball.startsWith(base)) throw new RangeError(`${dist.tarball} is not below ${base}`);
      return dist.tarball.slice(base.length);
    });
  },
};

export const CRAN_KIT: RegistryKit = {
  ecosystem: cran,
  target: targetOf(cran),
  async make({ name, version, requires = [] }) {
    const names = requires.map((one) => one.split(/[^a-z0-9]/)[0] ?? one);
    const fields = names.length === 0 ? {} : { Imports: names.join(', ') };
    const { filename, bytes, record } = makeSourcePackage({ name, version, fields });
    return {
      filename,
      bytes,
      sha256: sha256Of(bytes),
      kind: 'tarball',
      metadataText: record,
      requiresRuntime: undefined,
    };
  },
  // One index for all packages, in which R finds the current release, and the list of the others.
  indexes: () => [
    { path: 'src/contrib/PACKAGES', accept: '*/*' },
    { path: 'src/contrib/PACKAGES.gz', accept: '*/*' },
    { path: 'src/contrib/Meta/archive.rds', accept: '*/*' },
  ],
  links({ path, body }) {
    if (path.endsWith('archive.rds')) return archivedIn(body);
    const text = new TextDecoder().decode(path.endsWith('.gz') ? gunzipSync(body) : body);
    return (parseDcf(text) ?? []).map((record) => {
      const folder = record.has('Path') ? `${record.get('Path')}/` : '';
      return `src/contrib/${folder}${record.get('Package')}_${record.get('Version')}.tar.gz`;
    });
  },
};

/** The row names of each package's data frame: `name/name_1.0.tar.gz`, below `Archive/`. */
function archivedIn(body: Uint8Array): readonly string[] {
  const list = readRds(gunzipSync(body));
  const frames = list?.kind === 'list' ? list.values : [];
  return frames.flatMap((frame) => {
    const rows = frame.kind === 'null' ? undefined : frame.attributes?.['row.names'];
    if (rows?.kind !== 'strings') throw new RangeError('archive.rds has no row names');
    return rows.values.map((row) => `src/contrib/Archive/${row}`);
  });
}

function targetOf({ id, targets }: Ecosystem): Target {
  const [first] = targets.defaults;
  if (first === undefined) throw new RangeError(`${id} has no target`);
  return first;
}

function sha256Of(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
