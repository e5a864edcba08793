/** Other bytes under the name and version of a file: cleared, seen in an earlier vetting, or listed by upstream. */
import { createHash } from 'node:crypto';
import type { Digest } from '../../domain/digest.ts';
import type { Distribution } from '../../domain/distribution.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { AskedFile, OtherBytes, ScanContext } from '../../scanners/contract.ts';
import { askedTogether } from './asked-together.ts';
import type { VettingDeps } from './deps.ts';
import { findKnownFile, findSeenFiles } from './store.ts';
import { findListedFiles, type ListedFile } from './upstream-store.ts';

type OtherBytesDeps = Pick<VettingDeps, 'blobs' | 'clearedReleases' | 'db'>;

/** Hash functions of Subresource Integrity texts that indexes give; MD5 tells a change, if not a forgery. */
const ALGORITHMS: ReadonlySet<string> = new Set(['sha512', 'sha384', 'sha256', 'sha1', 'md5']);

export function createOtherBytes(deps: OtherBytesDeps, ecosystem: EcosystemId): Pick<ScanContext, 'otherBytes'> {
  const seenAs = askedTogether((files: readonly AskedFile[]) => findSeenFiles(deps.db, ecosystem, files));
  const listedAs = askedTogether((files: readonly AskedFile[]) => findListedFiles(deps.db, ecosystem, files));
  return {
    async otherBytes(file) {
      const cleared = (await deps.clearedReleases(ecosystem, file.name))
        .filter(({ version }) => version === file.version)
        .flatMap(({ files }) => files)
        .filter(({ filename, sha256 }) => filename === file.filename && sha256 !== file.sha256)
        .map(({ sha256 }): OtherBytes => ({ where: 'cleared', hash: sha256, at: undefined }));
      const seen = (await seenAs(file))
        .filter(({ sha256 }) => !cleared.some(({ hash }) => hash === sha256))
        .map(({ sha256, at }): OtherBytes => ({ where: 'seen', hash: sha256, at: at.toISOString() }));
      return [...cleared, ...seen, ...(await listed(deps, file, await listedAs(file)))];
    },
  };
}

/** What the listing that was read last says of the file, where that cannot be the bytes at hand. */
async function listed(
  deps: OtherBytesDeps,
  file: AskedFile,
  { files: named, readAt }: ListedFile,
): Promise<readonly OtherBytes[]> {
  const others: OtherBytes[] = [];
  for (const one of named) {
    const hash = await differing(deps, one, file.sha256);
    if (hash !== undefined) others.push({ where: 'listed', hash, at: readAt });
  }
  return others;
}

/** The hash of a listed file, where it is not the one of these bytes. */
async function differing(
  deps: OtherBytesDeps,
  { sha256, integrity }: Distribution,
  ours: Digest,
): Promise<string | undefined> {
  if (sha256 !== undefined) return sha256 === ours ? undefined : sha256;
  if (integrity === undefined || (await findKnownFile(deps.db, integrity)) === ours) return undefined;
  // The strongest stands first in every index that gives several.
  const [first = ''] = integrity.trim().split(/\s+/);
  const [algorithm = '', stated = ''] = first.split(/-(.*)/s);
  if (!ALGORITHMS.has(algorithm)) return undefined;
  const hash = createHash(algorithm);
  for await (const piece of deps.blobs.stream(ours)) hash.update(piece);
  return hash.digest('base64') === stated ? undefined : first;
}
