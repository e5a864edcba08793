/** How far a request is: what was found for it, which newer one was not taken, and where its vetting stands. */
import { isDigest } from '../../../domain/digest.ts';
import type { PassedOver } from '../../../domain/evidence.ts';
import { wordsOfPassedOver } from '../../../domain/passed-over.ts';
import { parsePurl } from '../../../domain/purl.ts';
import type { Request } from '../../../features/requests/read.ts';
import { type NotedProgress, readEvidenceSet } from '../../../features/vetting/read.ts';
import type { App } from '../app.ts';

export interface Resolved {
  readonly version: string;
  /** A newer release that was not taken, and why. */
  readonly passed_over: PassedOver | null;
}

/** What the newest evidence of a request is about; `null` where there is none yet. */
export async function resolvedFor({ blobs }: App, { evidence }: Request): Promise<Resolved | null> {
  if (evidence === null || !isDigest(evidence)) return null;
  const { root, passedOver } = await readEvidenceSet(blobs, evidence);
  const version = parsePurl(root)?.version;
  return version === undefined ? null : { version, passed_over: passedOver ?? null };
}

/** The same for a person. */
export function wordsOfResolved({ version, passed_over: newer }: Resolved): string {
  return newer === null ? version : `${version}; the newer ${wordsOfPassedOver(newer)}`;
}

/** `scan, 340 of 1213`. */
export function wordsOfProgress({ step, done, total }: NotedProgress): string {
  return `${step}, ${done} of ${total}`;
}
