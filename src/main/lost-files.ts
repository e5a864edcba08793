/** Files of what people accepted that could not be served: also where no current snapshot holds it, or not yet. */
import { type Digest, isDigest } from '../domain/digest.ts';
import { listChannels } from '../features/channels/read.ts';
import { decisionsOf, finalDecision } from '../features/decisions/read.ts';
import { clearedEntries } from '../features/lists/read.ts';
import { listRequests } from '../features/requests/read.ts';
import { faultOfFile, offeredFile } from '../features/snapshots/read.ts';
import { readEvidenceSet } from '../features/vetting/read.ts';
import type { Blobs } from '../platform/blobs/port.ts';
import type { Queryable } from '../platform/db/port.ts';

interface From {
  readonly db: Queryable;
  readonly blobs: Blobs;
}

export interface LostFiles {
  /** Files that were looked for. */
  readonly files: number;
  /** What is wrong, each with the release and the channel. */
  readonly faults: readonly string[];
}

/** Looks for every file of the trees that were accepted, in every channel; what damaged bytes hold is not read. */
export async function lostFiles({ db, blobs }: From): Promise<LostFiles> {
  const looked = new Map<string, string | undefined>();
  const faults = new Set<string>();
  for (const { name: channel } of await listChannels(db))
    for (const evidence of await acceptedEvidence(db, channel))
      for (const fault of await faultsIn(blobs, evidence, looked)) faults.add(`${channel}: ${fault}`);
  return { files: looked.size, faults: [...faults] };
}

/** Of one tree; `looked` has what is known by digest. */
async function faultsIn(
  blobs: Blobs,
  evidence: Digest,
  looked: Map<string, string | undefined>,
): Promise<readonly string[]> {
  const set = await readEvidenceSet(blobs, evidence).catch((error: unknown) => String(error));
  if (typeof set === 'string') return [`the evidence of what was accepted cannot be read: ${set}`];
  const files = set.releases.flatMap(({ purl, files: own }) => own.map((file) => ({ purl, file: offeredFile(file) })));
  const faults: string[] = [];
  for (const { purl, file } of files) {
    if (!looked.has(file.sha256)) looked.set(file.sha256, await faultOfFile(blobs, file));
    const fault = looked.get(file.sha256);
    if (fault !== undefined) faults.push(`${purl}: ${fault}`);
  }
  return faults;
}

/** Of what is on the lists, and of what waits for its objection window to close. */
async function acceptedEvidence(db: Queryable, channel: string) {
  const found = new Set<string>();
  for (const { evidence } of await clearedEntries(db, channel)) found.add(evidence);
  for (const { id } of await listRequests(db, { channel, states: ['in-window'] })) {
    const evidence = finalDecision(await decisionsOf(db, id))?.evidence;
    if (evidence != null) found.add(evidence);
  }
  return [...found].filter(isDigest);
}
