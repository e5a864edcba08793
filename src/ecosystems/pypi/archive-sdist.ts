import type { Examination } from '../../domain/examination.ts';
import type { ArchiveEntry } from '../archives/entry.ts';
import type { Reading } from '../archives/examine.ts';
import { MAX_METADATA } from '../archives/limits.ts';
import type { ProblemList } from '../archives/problems.ts';
import type { ByteSource } from '../archives/source.ts';
import { readTar } from '../archives/walk.ts';
import { openZip } from '../archives/zip.ts';
import { visitEntry } from '../archives/zip-walk.ts';
import { checkMetadata, type ExpectedRelease, sameVersion } from './archive-metadata.ts';
import { buildRequiresOf, DEFAULT_BUILD_REQUIRES, MAX_PYPROJECT } from './archive-sdist-build.ts';
import { foldName } from './names.ts';

/** What a source distribution must be ("Source distribution format", PEP 517, PEP 625): one folder, PKG-INFO in it. */
class SdistRules {
  private readonly expected: ExpectedRelease;
  private readonly problems: ProblemList;
  private readonly parts: Buffer[] = [];
  private metadataPath: string | undefined;
  private top: string | undefined;
  private readonly pyproject: Buffer[] = [];
  private build: 'none' | 'stated' | 'unreadable' = 'none';
  entries = 0;

  constructor(expected: ExpectedRelease, problems: ProblemList) {
    this.expected = expected;
    this.problems = problems;
  }

  /** Looks at one entry; a sink where its content is the metadata or says what the build needs. */
  take(entry: ArchiveEntry): ((piece: Buffer) => void) | undefined {
    this.entries += 1;
    // "./" in front of everything is how some tools pack a folder.
    if (entry.path === '') return undefined;
    const [top = '', ...rest] = entry.path.split('/');
    if (this.top === undefined) {
      this.top = top;
      if (!this.isNamed(top)) this.problems.add('top-folder', entry.path);
    } else if (this.top !== top) this.problems.add('top-folder', entry.path);
    if (rest.length === 0 && entry.kind !== 'folder') this.problems.add('top-folder', entry.path);
    const path = rest.join('/');
    if (path === 'pyproject.toml') return this.takePyproject(entry);
    if (path !== 'PKG-INFO' || entry.kind !== 'file') return undefined;
    if (entry.size > MAX_METADATA) {
      this.problems.add('metadata-too-large', entry.path);
      return undefined;
    }
    this.metadataPath = entry.path;
    return (piece) => this.parts.push(Buffer.from(piece));
  }

  /** The metadata text, once everything was read. */
  metadata(): string | null {
    if (this.metadataPath === undefined) {
      this.problems.add('no-metadata', this.top === undefined ? null : `${this.top}/PKG-INFO`);
      return null;
    }
    const report = { location: this.metadataPath, problems: this.problems };
    return checkMetadata(Buffer.concat(this.parts), this.expected, report);
  }

  /** What the build needs, once everything was read. */
  buildRequires(): readonly string[] | null {
    switch (this.build) {
      case 'none':
        return DEFAULT_BUILD_REQUIRES;
      case 'stated':
        return buildRequiresOf(Buffer.concat(this.pyproject));
      case 'unreadable':
        return null;
    }
  }

  /** Installers would follow a link; what it leads to is not looked for here, so it says nothing. */
  private takePyproject(entry: ArchiveEntry): ((piece: Buffer) => void) | undefined {
    const isReadable = entry.kind === 'file' && entry.size <= MAX_PYPROJECT;
    this.build = isReadable ? 'stated' : 'unreadable';
    return isReadable ? (piece) => this.pyproject.push(Buffer.from(piece)) : undefined;
  }

  private isNamed(top: string): boolean {
    const dash = top.lastIndexOf('-');
    const rightName = foldName(top.slice(0, Math.max(0, dash))) === foldName(this.expected.name);
    return rightName && sameVersion(top.slice(dash + 1), this.expected.version);
  }
}

/** Examines a `.tar.gz` source distribution. */
export async function examineTarSdist(
  source: ByteSource,
  expected: ExpectedRelease,
  { problems, visit }: Reading,
): Promise<Examination> {
  const rules = new SdistRules(expected, problems);
  const read = await readTar(source, problems, { take: (entry) => rules.take(entry), visit });
  const metadata = problems.any ? null : rules.metadata();
  const buildRequires = problems.any ? null : rules.buildRequires();
  return { problems: problems.all, ...read, metadata, buildRequires };
}

/** Examines a `.zip` source distribution. */
export async function examineZipSdist(
  source: ByteSource,
  expected: ExpectedRelease,
  { problems, visit }: Reading,
): Promise<Examination> {
  const zip = await openZip(source, problems);
  if (zip === undefined)
    return { problems: problems.all, entries: 0, unpackedBytes: 0, metadata: null, buildRequires: null };
  const rules = new SdistRules(expected, problems);
  let intact = true;
  for (const entry of zip.entries) {
    const sink = rules.take(entry);
    if (!(await visitEntry(zip, entry, { sink, visit }))) intact = false;
    if (problems.full) break;
  }
  const metadata = intact ? rules.metadata() : null;
  const buildRequires = intact && !problems.any ? rules.buildRequires() : null;
  const { entries } = rules;
  return { problems: problems.all, entries, unpackedBytes: zip.unpackedBytes, metadata, buildRequires };
}
