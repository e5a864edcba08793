/**
 * Strict reading of npm tarballs. npm drops the first part of every path and every link, and runs what `package.json` says;
 * whatever two clients could unpack in two ways is a problem. Nothing is unpacked to disk or run.
 */
import type { Examination } from '../../domain/examination.ts';
import type { ArchiveEntry } from '../archives/entry.ts';
import { examineFile, type Reading } from '../archives/examine.ts';
import { MAX_METADATA } from '../archives/limits.ts';
import { decodeUtf8 } from '../archives/names.ts';
import type { ProblemList } from '../archives/problems.ts';
import type { ByteSource } from '../archives/source.ts';
import { readTar, walkFile, walkTar } from '../archives/walk.ts';
import type { ArchiveRules } from '../contract.ts';
import { contradictions } from './contradictions.ts';
import { readManifest } from './manifest.ts';
import { normaliseVersion } from './versions.ts';

type Expected = Parameters<ArchiveRules['examine']>[1];

export const npmArchives: ArchiveRules = {
  examine: (path, expected, visit) =>
    examineFile(path, visit, (source, reading) => examineTarball(source, expected, reading)),
  walk: (path, _filename, visit) => walkFile(path, (source, problems) => walkTar(source, problems, { visit, placed })),
  contradictions,
};

/** npm drops the first part of every path, so its name must not decide how a file is looked at: it is always the usual one. */
function placed(path: string): string {
  const slash = path.indexOf('/');
  return slash === -1 ? path : `package${path.slice(slash)}`;
}

async function examineTarball(
  source: ByteSource,
  expected: Expected,
  { problems, visit }: Reading,
): Promise<Examination> {
  const rules = new TarballRules(problems);
  const read = await readTar(source, problems, { take: (entry) => rules.take(entry), visit, placed });
  const metadata = problems.any ? null : rules.metadata(expected);
  return { problems: problems.all, ...read, metadata, buildRequires: null };
}

/** One folder, whatever its name, with `package.json` in it; no links. */
class TarballRules {
  private readonly problems: ProblemList;
  private readonly parts: Buffer[] = [];
  private top: string | undefined;
  private found: string | undefined;

  constructor(problems: ProblemList) {
    this.problems = problems;
  }

  /** Looks at one entry; a sink where its content is `package.json`. */
  take({ path, kind, size }: ArchiveEntry): ((piece: Buffer) => void) | undefined {
    if (path === '') return undefined;
    const slash = path.indexOf('/');
    const top = slash === -1 ? path : path.slice(0, slash);
    if (slash === -1 && kind !== 'folder') this.problems.add('no-top-folder', path);
    this.top ??= top;
    if (this.top !== top) this.problems.add('several-top-folders', path);
    if (kind === 'link') this.problems.add('symbolic-link', path);
    if (kind !== 'file' || slash === -1 || path.slice(slash + 1) !== 'package.json') return undefined;
    if (size > MAX_METADATA) {
      this.problems.add('metadata-too-large', path);
      return undefined;
    }
    this.found = path;
    return (piece) => this.parts.push(Buffer.from(piece));
  }

  /** The text of `package.json`, once everything was read; a text that lies is returned too, for people. */
  metadata(expected: Expected): string | null {
    if (this.found === undefined) {
      this.problems.add('no-package-json', this.top ?? null);
      return null;
    }
    const text = decodeUtf8(Buffer.concat(this.parts));
    if (text === undefined) {
      this.problems.add('metadata-encoding', this.found);
      return null;
    }
    // npm reads over a byte order mark (json-parse-even-better-errors).
    const manifest = readManifest(text.replace(/^\ufeff/, ''));
    if (manifest === undefined) {
      this.problems.add('metadata-broken', this.found);
      return text;
    }
    if (manifest.name !== expected.name) this.problems.add('metadata-name', this.found, manifest.name);
    if (normaliseVersion(manifest.version) !== expected.version)
      this.problems.add('metadata-version', this.found, manifest.version);
    return text;
  }
}
