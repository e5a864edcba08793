/** Several sources' answers as one package: what they agree on, and every disagreement by name. */
import type { Distribution, SourceWarning, UpstreamRelease } from '../../domain/distribution.ts';
import { parseFilename } from './filenames.ts';
import type { IndexPage, ListedFile } from './index-page.ts';

export interface SourcePage {
  readonly source: string;
  readonly page: IndexPage;
}

interface NamedFile {
  readonly version: string;
  readonly distribution: Distribution;
}

/** Merges pages in the order of their sources; `name` in normal form. */
export function mergePages(
  name: string,
  pages: readonly SourcePage[],
): { readonly releases: readonly UpstreamRelease[]; readonly warnings: readonly SourceWarning[] } {
  const warnings: SourceWarning[] = [];
  const files = new Map<string, NamedFile>();
  const disputed = new Set<string>();
  for (const { source, page } of pages) {
    const leftOut: string[] = [...page.warnings];
    for (const file of page.files) {
      const read = readName(name, file);
      if (typeof read === 'string') leftOut.push(read);
      else if (read !== undefined) {
        const named = { version: read.version, distribution: { ...file, source, kind: read.kind } };
        if (!take(files, named)) disputed.add(file.filename);
      }
    }
    if (leftOut.length > 0) warnings.push({ kind: 'left-out', source, what: summary(leftOut) });
  }
  for (const filename of disputed) {
    const source = files.get(filename)?.distribution.source ?? '';
    const what = `${filename} is left out: it is listed with different contents (sha256 or size)`;
    warnings.push({ kind: 'left-out', source, what });
    files.delete(filename);
  }
  return { releases: releasesOf([...files.values()]), warnings };
}

/** Kind and version, a reason to leave the file out, or `undefined` for what pip would not install (eggs, installers). */
function readName(
  project: string,
  file: ListedFile,
): { readonly kind: 'wheel' | 'sdist'; readonly version: string } | string | undefined {
  const parsed = parseFilename(file.filename, project);
  if (parsed === undefined)
    return /\.(whl|tar\.gz|zip)$/.test(file.filename)
      ? `${file.filename} is left out: its name states no version`
      : undefined;
  return parsed.name === project ? parsed : `${file.filename} is left out: its name belongs to ${parsed.name}`;
}

/** Keeps one file of each name, rather one whose contents are stated; `false` where the two cannot be the same. */
function take(files: Map<string, NamedFile>, file: NamedFile): boolean {
  const { filename, sha256 } = file.distribution;
  const known = files.get(filename);
  if (known === undefined || (known.distribution.sha256 === undefined && sha256 !== undefined))
    files.set(filename, file);
  return known === undefined || agree(known.distribution, file.distribution);
}

function agree(a: Distribution, b: Distribution): boolean {
  if (a.sha256 !== undefined && b.sha256 !== undefined) return a.sha256 === b.sha256;
  return a.size === undefined || b.size === undefined || a.size === b.size;
}

function releasesOf(files: readonly NamedFile[]): readonly UpstreamRelease[] {
  const byVersion = Map.groupBy(files, (file) => file.version);
  return [...byVersion].map(([version, of]) => ({ version, distributions: of.map((file) => file.distribution) }));
}

/** One sentence for many: old projects have hundreds of files that no installer reads any more. */
function summary(reasons: readonly string[]): string {
  const first = reasons[0] ?? '';
  return reasons.length === 1 ? first : `${first}; and ${reasons.length - 1} more files are left out`;
}
