import type { Finding, JsonValue, ScanOutcome, Severity } from '../../domain/evidence.ts';
import type { GitTag, SourceFile } from '../../domain/source-code.ts';
import type { Publisher } from '../attestation/publisher.ts';
import type { ScanContext, Scanner, Subject } from '../contract.ts';
import { type Comparison, compareWithSource } from './compare.ts';
import { declaredRepositories, repositoryOf, sameRepository } from './declared.ts';
import { sourceSuffixes } from './suffixes.ts';
import { tagOf } from './tags.ts';

/** Whether a release is what its repository holds at the tag of its version. */
export const sourceScanner: Scanner<'distribution'> = {
  id: 'source',
  version: 2,
  looksAt: 'distribution',
  ecosystems: ['pypi', 'npm', 'cran'],
  emits: ['source-mismatch'],
  // About fixed bytes and a tag as it stood; a tag that moves is seen when the release is vetted again.
  staleAfterHours: null,
  sees: 'Whether the repository that a release declares (or that its provenance proves) exists on an allowed git host and has a tag for the version, and file by file whether the Python, JavaScript or R files of the distribution equal those at the tag. Line ends do not count; files that only state a version are told apart. A tag that stood for another commit when it was first seen here.',
  cannotSee:
    'Anything while no git hosts are allowed in pratique.yaml, repositories elsewhere, and whether a repository is honest or the one that people expect. Compiled code, built or minified JavaScript, generated files that the repository does not hold: they can only be reported as not in the source. Files of other languages and data are not compared.',
  async scan(subject, context) {
    const { examination } = subject.file;
    if (examination.status === 'failed')
      return { status: 'failed', reason: `The file could not be examined: ${examination.reason}`, retryable: true };
    if (subject.distribution.kind === 'binary')
      return { status: 'failed', reason: 'A built package holds no source code to compare', retryable: false };
    if (!context.repositories.allowsAny)
      return {
        status: 'failed',
        reason: 'No git hosts are allowed, so nothing is compared with its source (git.hosts in pratique.yaml)',
        retryable: false,
      };
    const declared = declaredRepositories(context.ecosystem.id, examination.result.metadata ?? '');
    const publishers = await provenBy(subject, context);
    const found = await findTag(subject, context, candidatesOf(declared, publishers));
    if (found.status !== 'found') return found.outcome;
    return compared(subject, context, { ...found, declared, publishers });
  },
};

interface Candidates {
  readonly declared: readonly string[];
  readonly publishers: readonly Publisher[];
}

/** Loaded when there is something to compare: most homes allow no git hosts. */
async function provenBy(subject: Subject<'distribution'>, context: ScanContext): Promise<readonly Publisher[]> {
  const { provenPublishers } = await import('../attestation/proven.ts');
  return provenPublishers(subject, context);
}

/** What is proven goes before what is said. */
function candidatesOf(declared: readonly string[], publishers: readonly Publisher[]): readonly string[] {
  const proven = publishers.flatMap(({ repository }) => (repository === null ? [] : (repositoryOf(repository) ?? [])));
  return [...new Map([...proven, ...declared].map((url) => [sameRepository(url), url])).values()];
}

type FoundTag =
  | { readonly status: 'found'; readonly url: string; readonly tag: GitTag }
  | { readonly status: 'not-found'; readonly outcome: ScanOutcome };

async function findTag(
  subject: Subject<'distribution'>,
  context: ScanContext,
  candidates: readonly string[],
): Promise<FoundTag> {
  const { name, version } = subject;
  const { versions } = context.ecosystem;
  const withoutTag: string[] = [];
  const missing: string[] = [];
  const unread: string[] = [];
  for (const url of candidates) {
    const answer = await context.repositories.tags(url);
    switch (answer.status) {
      case 'found': {
        const tag = tagOf(answer.value, { name, version, versions });
        if (tag !== undefined) return { status: 'found', url, tag };
        withoutTag.push(url);
        break;
      }
      case 'absent':
        missing.push(url);
        break;
      case 'not-allowed':
      case 'failed':
        unread.push(`${url}: ${answer.reason}`);
        break;
    }
  }
  return { status: 'not-found', outcome: notTied(subject, { withoutTag, missing, unread }) };
}

interface NotTied {
  readonly withoutTag: readonly string[];
  readonly missing: readonly string[];
  readonly unread: readonly string[];
}

function notTied(subject: Subject<'distribution'>, { withoutTag, missing, unread }: NotTied): ScanOutcome {
  const { name, version } = subject;
  if (unread.length > 0 && withoutTag.length === 0)
    return { status: 'failed', reason: `The source could not be read: ${unread.join('; ')}`, retryable: true };
  const what = (code: string, severity: Severity, summary: string, repositories: readonly string[]): ScanOutcome => ({
    status: 'completed',
    findings: [aboutRelease(subject, { code, severity, summary, data: { repositories } })],
  });
  if (withoutTag.length > 0)
    return what('no-tag', 'low', `${withoutTag.join(' and ')} has no tag for ${name} ${version}`, withoutTag);
  if (missing.length > 0)
    return what('no-such-repository', 'low', `${missing.join(' and ')} does not exist, or is shown to nobody`, missing);
  return what('no-repository', 'info', `${name} ${version} does not say where its source is`, []);
}

interface Claim {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly location?: string;
  readonly data: { readonly [key: string]: JsonValue };
}

function aboutRelease({ purl }: Subject<'distribution'>, { code, severity, summary, location, data }: Claim): Finding {
  return { kind: 'source-mismatch', severity, subject: purl, summary, location, data: { code, ...data } };
}

interface Tied extends Candidates {
  readonly url: string;
  readonly tag: GitTag;
}

async function compared(subject: Subject<'distribution'>, context: ScanContext, tied: Tied): Promise<ScanOutcome> {
  const suffixes = sourceSuffixes(context.ecosystem.id);
  const own = await context.sourceFiles(subject, suffixes);
  if (own.status === 'failed') return { status: 'failed', reason: own.reason, retryable: true };
  const source = await context.repositories.filesAt(tied.url, tied.tag, suffixes);
  if (source.status !== 'found') {
    const why = source.status === 'absent' ? 'it is gone' : source.reason;
    return { status: 'failed', reason: `${tied.url} at ${tied.tag.name} could not be read: ${why}`, retryable: true };
  }
  const comparison = compareWithSource(
    own.files.flatMap((file) => inPackage(file, subject)),
    source.value,
  );
  const findings = [...disagreements(subject, tied), ...differences(subject, tied, comparison)];
  return { status: 'completed', findings: [statement(subject, tied, comparison), ...findings] };
}

/** Wheels keep some of their files aside (binary distribution format, "The .data directory"). */
const WHEEL_DATA = /^[^/]+\.data\/(?:purelib|platlib|scripts)\//;

/** The path inside the package: archives of source have one folder around everything. */
function inPackage(file: SourceFile, { distribution }: Subject<'distribution'>): readonly SourceFile[] {
  const path =
    distribution.kind === 'wheel' ? file.path.replace(WHEEL_DATA, '') : file.path.slice(file.path.indexOf('/') + 1);
  return [{ ...file, path }];
}

function statement(subject: Subject<'distribution'>, { url, tag }: Tied, comparison: Comparison): Finding {
  const { equal, explained, differing, notInSource, onlyInSource } = comparison;
  const all = equal + explained.length + differing.length + notInSource.length;
  return aboutRelease(subject, {
    code: 'compared',
    severity: 'info',
    summary: `${equal} of ${all} source files of ${subject.distribution.filename} equal ${url} at ${tag.name}`,
    data: {
      ...{ repository: url, tag: tag.name, commit: tag.commit, files: all, equal },
      ...{ explained: explained.slice(0, MAX_NAMED), differing: differing.length, notInSource: notInSource.length },
      onlyInSource,
    },
  });
}

/** What provenance proves against what the metadata says and the tag stands for. */
function disagreements(subject: Subject<'distribution'>, { url, tag, declared, publishers }: Tied): readonly Finding[] {
  const found: Finding[] = [];
  if (tag.movedFrom !== undefined)
    found.push(
      aboutRelease(subject, {
        code: 'tag-moved',
        severity: 'medium',
        summary: `The tag ${tag.name} of ${url} stood for ${tag.movedFrom} before and stands for ${tag.commit} now`,
        data: { repository: url, tag: tag.name, before: tag.movedFrom, now: tag.commit },
      }),
    );
  for (const { repository, commit } of publishers) {
    const proven = repository === null ? undefined : repositoryOf(repository);
    if (proven === undefined) continue;
    if (declared.length > 0 && !declared.some((one) => sameRepository(one) === sameRepository(proven)))
      found.push(
        aboutRelease(subject, {
          code: 'undeclared-repository',
          severity: 'low',
          summary: `It was built from ${proven}, which its metadata does not name`,
          data: { proven, declared },
        }),
      );
    if (sameRepository(proven) === sameRepository(url) && commit !== null && commit !== tag.commit)
      found.push(
        aboutRelease(subject, {
          code: 'other-commit',
          severity: 'medium',
          summary: `It was built from the commit ${commit}; the tag ${tag.name} stands for ${tag.commit}`,
          data: { repository: url, tag: tag.name, built: commit, tagged: tag.commit },
        }),
      );
  }
  return found;
}

/** Files that are named one by one; the rest is counted. */
const MAX_NAMED = 50;
/** Built JavaScript lies in folders of these names, or says so in its own. */
const BUILT = /(?:^|\/)(?:dist|lib|build|umd|esm?|cjs|bundles?|out)\/|[.-](?:min|umd|bundle|esm|cjs)\.[cm]?js$/;

function differences(subject: Subject<'distribution'>, { url, tag }: Tied, comparison: Comparison): readonly Finding[] {
  const isBuilt = (path: string) => /js$/.test(path) && BUILT.test(path);
  const built = comparison.notInSource.filter(isBuilt);
  const missing = comparison.notInSource.filter((path) => !isBuilt(path));
  const data = { repository: url, tag: tag.name, commit: tag.commit };
  const where = `${url} at ${tag.name}`;
  const each = (code: string, what: string) => (path: string) =>
    aboutRelease(subject, { code, severity: 'medium', summary: `${path} ${what} ${where}`, location: path, data });
  const named = [
    ...comparison.differing.map(each('differs', 'differs from')),
    ...missing.map(each('not-in-source', 'is not in')),
  ];
  const rest = named.length - MAX_NAMED;
  return [
    ...named.slice(0, MAX_NAMED),
    ...(rest > 0
      ? [
          aboutRelease(subject, {
            code: 'more',
            severity: 'medium',
            summary: `${rest} more files differ from ${where}`,
            data,
          }),
        ]
      : []),
    ...(built.length > 0 ? [builtFiles(subject, built, data)] : []),
  ];
}

function builtFiles(subject: Subject<'distribution'>, built: readonly string[], data: Claim['data']): Finding {
  return aboutRelease(subject, {
    code: 'built-files',
    severity: 'low',
    summary: `${built.length} files are built from the source and cannot be compared with it`,
    data: { ...data, files: built.slice(0, MAX_NAMED), count: built.length },
  });
}
