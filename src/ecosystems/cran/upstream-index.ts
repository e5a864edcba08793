/** Reading one `PACKAGES` of upstream, within limits: whatever else comes in its place is no index, and said to be none. */
import { constants, gunzipSync } from 'node:zlib';
import type { UpstreamFetch } from '../../domain/upstream.ts';
import { parseDcf } from './dcf.ts';
import { type PackageRecord, recordOf } from './record.ts';

/** The public archive's index has some 15 MB unpacked and its list of archived files 30; ten times that is no index. */
const MOST_UNPACKED_BYTES = 256 * 1024 * 1024;

/** Asks for a document beside an index. */
export type Ask = (path: string) => ReturnType<UpstreamFetch['document']>;

export type IndexRead =
  | { readonly status: 'read'; readonly records: readonly PackageRecord[] }
  | { readonly status: 'absent' }
  | { readonly status: 'failed'; readonly reason: string };

/**
 * `PACKAGES.gz` first, as half the size of the text. An index whose records name no package at all is none: R's own has
 * `Package` in each, and a page that says something else must not read as "nothing is there".
 */
export async function readIndex(ask: Ask): Promise<IndexRead> {
  for (const path of ['PACKAGES.gz', 'PACKAGES']) {
    const document = await ask(path);
    if (document.status === 'absent') continue;
    if (document.status === 'failed') return document;
    const bytes = unpacked(document.body);
    const fields = bytes === undefined ? undefined : parseDcf(new TextDecoder().decode(bytes));
    const records = fields?.flatMap((one) => recordOf(one) ?? []);
    if (fields === undefined || records === undefined || (fields.length > 0 && records.length === 0))
      return { status: 'failed', reason: `${path} is no index of packages` };
    return { status: 'read', records };
  }
  return { status: 'absent' };
}

/** Unpacked within limits where it is gzip; servers may have taken the compression off already. */
export function unpacked(body: Uint8Array): Uint8Array | undefined {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return gunzipSync(body, { maxOutputLength: MOST_UNPACKED_BYTES, finishFlush: constants.Z_FINISH });
  } catch {
    return undefined;
  }
}
