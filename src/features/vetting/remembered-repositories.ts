/** Repositories as they were seen: tags are asked for once a day, a commit is read once, and a tag that moved is noticed. */
import type { GitTag, RepositoryReader } from '../../domain/source-code.ts';
import type { VettingDeps } from './deps.ts';
import { findCommitFiles, findRepositoryTags, saveCommitFiles, saveRepositoryTags } from './source-store.ts';

export type RememberedDeps = Pick<VettingDeps, 'clock' | 'db' | 'repositories'>;

/** What was seen so lately is not asked for again: vetting a tree twice in a day asks each server once. */
const FRESH_MS = 24 * 3_600_000;

/** Raise it when source files are read otherwise (`src/platform/git/source-file.ts`), and commits and distributions are read again. */
export const READING_VERSION = 1;

/** One per vetting; releases of one repository share its answers. */
export function rememberedRepositories(deps: RememberedDeps): RepositoryReader {
  const tags = new Map<string, ReturnType<RepositoryReader['tags']>>();
  const files = new Map<string, ReturnType<RepositoryReader['filesAt']>>();
  return {
    allowsAny: deps.repositories.allowsAny,
    allows: (url) => deps.repositories.allows(url),
    tags(url) {
      const known = tags.get(url) ?? readTags(deps, url);
      tags.set(url, known);
      return known;
    },
    filesAt(url, tag, suffixes) {
      const key = `${url} ${tag.name} ${tag.commit} ${suffixes.join()}`;
      const known = files.get(key) ?? readFiles(deps, url, { tag, suffixes });
      files.set(key, known);
      return known;
    },
  };
}

async function readTags(
  { clock, db, repositories }: RememberedDeps,
  url: string,
): ReturnType<RepositoryReader['tags']> {
  const now = clock.now();
  const seen = await findRepositoryTags(db, url);
  const isFresh = seen !== undefined && now.getTime() - seen.seenAt.getTime() < FRESH_MS;
  // What the operator no longer allows is not answered from memory either.
  if (isFresh && repositories.allows(url)) return { status: 'found', value: seen.tags };
  const answer = await repositories.tags(url);
  if (answer.status !== 'found') return answer;
  const value = withMoves(answer.value, seen?.tags ?? []);
  await saveRepositoryTags(db, { url, tags: value, seenAt: now });
  return { status: 'found', value };
}

/** A tag keeps the first commit that it stood for, however often it is moved. */
function withMoves(tags: readonly GitTag[], before: readonly GitTag[]): readonly GitTag[] {
  const firstSeen = new Map(before.map(({ name, commit, movedFrom }) => [name, movedFrom ?? commit]));
  return tags.map(({ name, commit }) => {
    const first = firstSeen.get(name) ?? commit;
    return first === commit ? { name, commit } : { name, commit, movedFrom: first };
  });
}

async function readFiles(
  { clock, db, repositories }: RememberedDeps,
  url: string,
  { tag, suffixes }: { readonly tag: GitTag; readonly suffixes: readonly string[] },
): ReturnType<RepositoryReader['filesAt']> {
  const key = { commit: tag.commit, suffixes: `${READING_VERSION} ${suffixes.join()}` };
  const known = await findCommitFiles(db, key);
  // The id of a commit is the digest of all that it holds.
  if (known !== undefined) return { status: 'found', value: known };
  const answer = await repositories.filesAt(url, tag, suffixes);
  if (answer.status === 'found') await saveCommitFiles(db, key, { files: answer.value, at: clock.now() });
  return answer;
}
