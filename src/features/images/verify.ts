/** Whether an image is still what was signed, and whether anything in it was stopped since. */
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Verifier } from '../../platform/signing/port.ts';
import { type ImagedRelease, type ImageManifest, parseImageManifest } from './manifest.ts';
import type { ImageRow } from './store.ts';

export interface ImageCheck {
  readonly status: 'whole' | 'broken';
  readonly problems: readonly string[];
  /** Releases that were denied or quarantined since the image was built. */
  readonly stopped: readonly { readonly purl: string; readonly by: string }[];
}

/** The id of the denial or quarantine that stops a release, or `undefined`. */
export type StoppedBy = (release: Pick<ImagedRelease, 'ecosystem' | 'name' | 'version'>) => string | undefined;

export interface VerifyDeps {
  readonly blobs: Blobs;
  readonly verifier: Verifier;
  /** The denials and quarantines of a channel as they are now. */
  stopsIn(channel: string): Promise<StoppedBy>;
}

/** Checks the signature, the list and every file of the image. Reads all of them; packages themselves are the snapshot's. */
export async function verifyImage(deps: VerifyDeps, row: ImageRow): Promise<ImageCheck> {
  const { blobs, verifier } = deps;
  const problems: string[] = [];
  const bytes = await blobs.read(row.manifest).catch(() => undefined);
  if (bytes === undefined) return { status: 'broken', problems: ['its contents list is not there'], stopped: [] };
  if (verifier.keyId(row.public_key) !== row.key_id || !verifier.verify(bytes, row.signature, row.public_key))
    problems.push('the signature does not hold');
  const manifest = parsed(bytes);
  if (manifest === undefined)
    return { status: 'broken', problems: [...problems, 'its list cannot be read'], stopped: [] };
  if (manifest.image !== row.id || manifest.channel !== row.channel || manifest.snapshot !== row.snapshot)
    problems.push('its list is of another image');
  for (const { path, sha256 } of manifest.files)
    if (
      !(await blobs.read(sha256).then(
        () => true,
        () => false,
      ))
    )
      problems.push(`${path} is not there, or was changed`);
  const stopped: { purl: string; by: string }[] = [];
  const stoppedBy = await deps.stopsIn(row.channel);
  for (const release of manifest.releases) {
    const by = stoppedBy(release);
    if (by !== undefined) stopped.push({ purl: release.purl, by });
  }
  return { status: problems.length === 0 ? 'whole' : 'broken', problems, stopped };
}

function parsed(bytes: Uint8Array): ImageManifest | undefined {
  try {
    return parseImageManifest(bytes);
  } catch {
    return undefined;
  }
}
