/** What scanners may ask beyond the subject they look at: the feeds of the operator and what is cleared here. */
import type { EcosystemId } from '../../domain/purl.ts';
import type { ScanContext } from '../../scanners/contract.ts';
import { askedTogether } from './asked-together.ts';
import { findRemembered, saveRemembered } from './attestation-store.ts';
import { type AttestationDeps, createAttestations } from './attestations.ts';
import { type CodeKey, countPackages, findCopies, findOwn } from './code-index.ts';
import type { ConnectedEcosystem, VettingDeps } from './deps.ts';
import { createFileChanges, type FileChangesDeps } from './file-changes.ts';
import { createMalicious, type MaliciousDeps } from './malicious.ts';
import { createOtherBytes } from './other-bytes.ts';
import { previousOf } from './previous-release.ts';
import { createSourceCode, type SourceCodeDeps } from './source-code.ts';
import { findSigningKeys } from './store.ts';

type ContextDeps = AttestationDeps &
  FileChangesDeps &
  MaliciousDeps &
  SourceCodeDeps &
  Pick<
    VettingDeps,
    'advisories' | 'clearedNames' | 'codePrinter' | 'exploitation' | 'popularity' | 'popularNames' | 'trustRoots'
  >;

/** The context of one vetting; `now` is taken once, so that all evidence of a tree has one time. */
export function createScanContext(
  deps: ContextDeps,
  ecosystem: EcosystemId,
  connected: ConnectedEcosystem,
): ScanContext {
  let packages: Promise<number> | undefined;
  let keys: Promise<string | undefined> | undefined;
  const own = askedTogether((of: readonly CodeKey[]) => findOwn(deps.db, of));
  return {
    now: deps.clock.now(),
    ecosystem: connected.ecosystem,
    advisories: (name) => deps.advisories(ecosystem, name),
    popularNames: () => deps.popularNames(ecosystem),
    popularity: (name) => deps.popularity(ecosystem, name),
    exploitation: (cves) => deps.exploitation(cves),
    trustRoots: () => deps.trustRoots(),
    async signingKeys() {
      keys ??= signingKeys(deps, ecosystem);
      return await keys;
    },
    memory: {
      find: (key) => findRemembered(deps.db, key),
      keep: (key, value) => saveRemembered(deps.db, key, { value, at: deps.clock.now() }),
    },
    ...createAttestations(deps, ecosystem, connected),
    ...createFileChanges(deps, ecosystem),
    ...createMalicious(deps, ecosystem, connected.ecosystem.versions),
    ...createSourceCode(deps, ecosystem),
    ...createOtherBytes(deps, ecosystem),
    async copies({ name, version, filename, sha256 }) {
      // All of a tree is in the index before any is compared with it: the number holds for all.
      packages ??= countPackages(deps.db);
      const key = { ...{ sha256, ecosystem, filename, name, releaseVersion: version }, printer: deps.codePrinter };
      return findCopies(deps.db, key, { own: await own(key), packages: await packages });
    },
    clearedNames: () => deps.clearedNames(ecosystem),
    async clearedVersions(name) {
      const releases = await deps.clearedReleases(ecosystem, name);
      return [...new Set(releases.map(({ version }) => version))];
    },
    async previousMetadata(name, version) {
      const releases = await deps.clearedReleases(ecosystem, name);
      const previous = previousOf(releases, version, connected.ecosystem.versions);
      if (previous?.metadata === undefined) return undefined;
      const text = new TextDecoder().decode(await deps.blobs.read(previous.metadata));
      return { version: previous.version, text };
    },
  };
}

async function signingKeys({ db, blobs }: ContextDeps, ecosystem: EcosystemId): Promise<string | undefined> {
  const document = await findSigningKeys(db, ecosystem);
  return document === undefined ? undefined : new TextDecoder().decode(await blobs.read(document));
}
