/** What a release is held against: the release that was cleared before it, seen by the same versions of the same scanners. */
import type { ScanOutcome } from '../../../domain/evidence.ts';
import type { ComparedFile } from '../../../domain/file-changes.ts';
import type { ReleaseInside, ScanContext, Subject } from '../../../scanners/contract.ts';
import type { ClearedFile, ClearedRelease } from '../deps.ts';
import { previousOf } from '../previous-release.ts';
import type { ContentInspector, InspectedFile } from './inspect-content.ts';
import type { TreeRelease } from './resolve-tree.ts';

/** A release whose files were opened, and what is cleared of its package. */
interface Comparing {
  readonly release: Pick<TreeRelease, 'purl' | 'name' | 'version'>;
  readonly files: readonly InspectedFile[];
  readonly inspector: Pick<ContentInspector, 'inspect'>;
  readonly context: ScanContext;
  cleared(): Promise<readonly ClearedRelease[]>;
}

/** Where a newer scanner has not seen the cleared files yet, it looks at them now: unlike is never compared with unlike. */
export async function changeSubject(input: Comparing): Promise<Subject<'change'>> {
  const { release, files, context } = input;
  const { purl, name, version } = release;
  const { versions } = context.ecosystem;
  const cleared = await input.cleared();
  const previous = previousOf(cleared, version, versions);
  return {
    kind: 'change',
    ...{ purl, name, version },
    isCleared: cleared.some((one) => versions.compare(one.version, version) === 0),
    now: await insideOf(input, version, files),
    before:
      previous === undefined ? undefined : await beforeOf(input, previous.version, filesOf(cleared, previous.version)),
  };
}

async function beforeOf(
  input: Comparing,
  version: string,
  files: readonly ClearedFile[],
): Promise<Subject<'change'>['before']> {
  const stored = files.map(({ filename, sha256, size }) => ({ distribution: { filename }, sha256, size }));
  return { version, ...(await insideOf(input, version, stored)) };
}

/** The files of a version in all channels, each once. */
function filesOf(
  cleared: readonly { readonly version: string; readonly files: readonly ClearedFile[] }[],
  version: string,
): readonly ClearedFile[] {
  const files = cleared.filter((one) => one.version === version).flatMap((one) => one.files);
  return [...new Map(files.map((file) => [`${file.filename} ${file.sha256}`, file])).values()];
}

async function insideOf(
  { inspector, release: { name } }: Comparing,
  version: string,
  files: readonly InspectedFile[],
): Promise<ReleaseInside> {
  const seen = await Promise.all(files.map((file) => inspector.inspect({ name, version }, file)));
  const content = new Map<string, ScanOutcome[]>();
  for (const outcomes of seen)
    for (const [scanner, outcome] of outcomes) content.set(scanner, [...(content.get(scanner) ?? []), outcome]);
  return { files: files.map(fileOf), content };
}

function fileOf({ distribution, sha256, size }: InspectedFile): ComparedFile {
  return { filename: distribution.filename, sha256, size };
}
