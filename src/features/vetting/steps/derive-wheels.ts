/** Step 5, where policy wants it: wheels are made anew without their test code, and that is what will be offered. */
import type { VettedFile, VettedRelease } from '../../../domain/evidence.ts';
import { deriveFile } from '../derived-files.ts';
import type { VettingRun } from '../vetting-run.ts';

type Unjudged = Omit<VettedRelease, 'verdict'>;

/** The releases with what is offered in place of their wheels; or why it could not be made, and then nothing is offered. */
export async function deriveWheels(
  run: VettingRun,
  releases: readonly Unjudged[],
): Promise<readonly Unjudged[] | { readonly unreadable: string }> {
  if (run.policy.derivedWheels === 'off') return releases;
  const derived: Unjudged[] = [];
  for (const release of releases) {
    const files: VettedFile[] = [];
    for (const file of release.files) {
      const made = isWhole(release) && file.kind === 'wheel' ? await derivedFrom(run, file) : file;
      if ('unreadable' in made) return made;
      files.push(made);
    }
    derived.push({ ...release, files });
  }
  return derived;
}

/** A new RECORD repeats what the old one says: only where the strict reading found nothing wrong. */
function isWhole({ evidence }: Unjudged): boolean {
  const archive = evidence.find(({ scanner }) => scanner === 'archive');
  return archive?.status === 'completed' && archive.findings.length === 0;
}

async function derivedFrom(run: VettingRun, file: VettedFile): Promise<VettedFile | { readonly unreadable: string }> {
  const { filename, sha256, size } = file;
  const made = await deriveFile(run.deps, { ecosystem: run.ask.ecosystem, filename, sha256, size });
  switch (made.status) {
    case 'none':
      return file;
    case 'failed':
      return { unreadable: `${filename} could not be made without its tests: ${made.reason}` };
    case 'derived':
      return { ...file, derived: made.file };
  }
}
