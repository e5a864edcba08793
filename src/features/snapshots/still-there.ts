/** What a snapshot is served from, and whether the store has all of it still. */
import type { Digest } from '../../domain/digest.ts';
import { Problem } from '../../domain/problem.ts';
import { type EcosystemId, purlOf } from '../../domain/purl.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import { type Content, parseShard, type StoredDocument, type StoredFile } from './content.ts';
import { manifestOf } from './manifests.ts';
import { namedReasons } from './named-reasons.ts';
import type { SnapshotRow } from './store.ts';
import { faultOfFile } from './stored-files.ts';

/** Questions to the store at a time: a store across a network answers each in milliseconds, and a channel has tens of thousands of files. */
const AT_A_TIME = 16;

/**
 * Throws `file-lost` where a file or a document of a snapshot is not in the store: served anew, it would promise what no
 * client gets. Bytes are not read: that is what `snapshot verify --deep` is for.
 */
export async function requireStillThere(
  blobs: Blobs,
  { channel, old }: { readonly channel: string; readonly old: SnapshotRow },
): Promise<void> {
  const faults = await faultsOf(blobs, (await manifestOf(blobs, old)).content);
  const [first] = faults;
  if (first === undefined) return;
  const { purl } = first;
  const fetch =
    purl === undefined ? '' : `\`pratique vet ${purl} --channel ${channel}\` fetches what upstream still has; `;
  throw new Problem({
    kind: 'conflict',
    code: 'file-lost',
    what: `Snapshot ${old.number} of ${channel} cannot be gone back to: not all of it is in the store`,
    why: namedReasons(faults, ({ fault }) => fault),
    next: `Put back what is lost (${fetch}a backup has the rest), or go back to a snapshot that \`pratique snapshot verify NUMBER --channel ${channel}\` calls whole.`,
  });
}

interface Fault {
  readonly fault: string;
  /** The release that it is a file of. */
  readonly purl?: string;
}

type Look = () => Promise<Fault | undefined>;

async function faultsOf(blobs: Blobs, content: Content): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  for (const [ecosystem, { shards, root, basis }] of Object.entries(content)) {
    const looks = [...root.flatMap((document) => looksAtDocument(blobs, document)), lookAt(blobs, basis, 'its basis')];
    for (const digest of Object.values(shards)) {
      if (!(await blobs.has(digest))) {
        faults.push({ fault: `a listing of ${ecosystem} (${digest}) is missing in the store` });
        continue;
      }
      for (const [name, { documents, files }] of Object.entries(parseShard(await blobs.read(digest)))) {
        looks.push(...documents.flatMap((document) => looksAtDocument(blobs, document)));
        looks.push(...files.flatMap((file) => looksAtFile(blobs, file, { ecosystem, name })));
      }
    }
    faults.push(...(await answersTo(looks)));
  }
  return faults;
}

async function answersTo(looks: readonly Look[]): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  for (let at = 0; at < looks.length; at += AT_A_TIME) {
    const answers = await Promise.all(looks.slice(at, at + AT_A_TIME).map((look) => look()));
    faults.push(...answers.filter((answer) => answer !== undefined));
  }
  return faults;
}

function lookAt(blobs: Blobs, digest: Digest, what: string, purl?: string): Look {
  return async () => {
    if (await blobs.has(digest)) return undefined;
    return { fault: `${what} (${digest}) is missing in the store`, ...(purl === undefined ? {} : { purl }) };
  };
}

function looksAtDocument(blobs: Blobs, { key, forms }: StoredDocument): readonly Look[] {
  return forms.map(({ digest }) => lookAt(blobs, digest, `the document ${key}`));
}

function looksAtFile(
  blobs: Blobs,
  { filename, version, sha256, size, metadata, derivedFrom }: StoredFile,
  { ecosystem, name }: { readonly ecosystem: EcosystemId; readonly name: string },
): readonly Look[] {
  const purl = purlOf({ ecosystem, name, version });
  const stored = { filename, sha256, size, metadataSha256: metadata?.sha256 };
  const own: Look = async () => {
    const fault = await faultOfFile(blobs, stored);
    return fault === undefined ? undefined : { fault, purl };
  };
  if (derivedFrom === undefined) return [own];
  const { filename: original, sha256: from, attestation } = derivedFrom;
  return [
    own,
    lookAt(blobs, from, `${original}, of which ${filename} was made,`, purl),
    lookAt(blobs, attestation.sha256, `the attestation of ${filename}`, purl),
  ];
}
