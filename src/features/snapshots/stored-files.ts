/** Nothing is published that could not be served: every file of what is offered is in the store, whole. */
import type { VettedFile } from '../../domain/evidence.ts';
import { Problem } from '../../domain/problem.ts';
import type { Blobs } from '../../platform/blobs/port.ts';

type Stored = Pick<VettedFile, 'filename' | 'sha256' | 'size' | 'metadataSha256'>;

/** What is wrong with a file in the store, in words; `undefined` where it is there, with the size that was vetted. */
export async function faultOfFile(blobs: Blobs, file: Stored): Promise<string | undefined> {
  const { filename, sha256, size, metadataSha256 } = file;
  const there = await blobs.size(sha256);
  if (there === undefined) return `${filename} (${sha256}) is missing in the store`;
  if (there !== size) return `${filename} (${sha256}) has ${there} bytes in the store instead of ${size}`;
  if (metadataSha256 === undefined || (await blobs.has(metadataSha256))) return undefined;
  return `the metadata of ${filename} (${metadataSha256}) is missing in the store`;
}

/**
 * A release that cannot be published for what is wrong with its file. Whoever runs the publishing tries again, and gives up after
 * some times (`pratique doctor` shows it): once the file is back, it goes on.
 */
export function cannotBeServed(fault: string, { channel, purl }: { readonly channel: string; readonly purl: string }) {
  return new Problem({
    kind: 'internal',
    code: 'file-lost',
    what: `${purl} cannot be published in ${channel}`,
    why: `${fault}; \`pratique vet ${purl} --channel ${channel}\` fetches what upstream still has, a backup has the rest`,
    next: 'When it is back, `pratique doctor --fix stuck` publishes.',
  });
}
