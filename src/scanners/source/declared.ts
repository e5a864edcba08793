/** Which repositories a release says it comes from, in its own metadata. Pure; untrusted input. */
import { z } from 'zod';
import type { EcosystemId } from '../../domain/purl.ts';

/** Addresses that are tried: a source, a home page and a tracker usually name one repository. */
const MAX_CANDIDATES = 4;
/** Characters in which the headers must end, and of one address. */
const MAX_HEADERS = 262_144;
const MAX_URL = 500;

/** Repositories to try, most likely first, as `https:` or `file:` addresses. */
export function declaredRepositories(ecosystem: EcosystemId, metadata: string): readonly string[] {
  const stated = ecosystem === 'npm' ? fromPackageJson(metadata) : fromHeaders(metadata);
  const sorted = stated.toSorted((a, b) => rank(a.label) - rank(b.label));
  const found = sorted.flatMap(({ url }) => repositoryOf(url) ?? []);
  return [...new Map(found.map((url) => [sameRepository(url), url])).values()].slice(0, MAX_CANDIDATES);
}

interface Stated {
  readonly label: string;
  readonly url: string;
}

function rank(label: string): number {
  if (/source|repo|code|git/i.test(label)) return 0;
  return /home/i.test(label) ? 1 : 2;
}

/** Core Metadata (`Project-URL: label, url`, `Home-page`) and R's DESCRIPTION (`URL: a, b`, `BugReports`). */
function fromHeaders(metadata: string): readonly Stated[] {
  const unfolded = metadata.slice(0, MAX_HEADERS).replaceAll(/\r?\n[ \t]+/g, ' ');
  const stated: Stated[] = [];
  for (const line of unfolded.split(/\r?\n/)) {
    if (line === '') break;
    const [, name = '', value = ''] = /^(Project-URL|Home-page|URL|BugReports):(.*)$/i.exec(line) ?? [];
    const comma = value.indexOf(',');
    if (/^project-url$/i.test(name))
      stated.push({ label: value.slice(0, Math.max(0, comma)), url: value.slice(comma + 1) });
    else for (const url of value.split(/[,\s]+/)) if (url !== '') stated.push({ label: name, url });
  }
  return stated;
}

const packageJson = z.object({
  repository: z
    .union([z.string(), z.object({ url: z.string() })])
    .optional()
    .catch(undefined),
  homepage: z.string().optional().catch(undefined),
  bugs: z
    .union([z.string(), z.object({ url: z.string() })])
    .optional()
    .catch(undefined),
});

function fromPackageJson(text: string): readonly Stated[] {
  const read = packageJson.safeParse(jsonOf(text));
  if (!read.success) return [];
  const { repository, homepage, bugs } = read.data;
  const all = { repository, homepage, bugs };
  return Object.entries(all).flatMap(([label, value]) => {
    const url = typeof value === 'string' ? value : value?.url;
    return url === undefined ? [] : [{ label, url }];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `git@host:owner/name` is how ssh has it (git-clone(1), "Git URLs"). */
const SCP_LIKE = /^(?:[\w.-]+@)([\w.-]+):(?!\/)(.+)$/;
/** Pages of forges about a repository, which stand behind its own path. */
const PAGES =
  /\/(?:-|tree|blob|src|raw|issues|pulls?|wiki|releases|tags|commits?|actions|discussions|archive)(?:\/.*)?$/;

/** The repository that an address leads to, or `undefined` where it can be none. */
export function repositoryOf(text: string): string | undefined {
  const bare = text
    .trim()
    .slice(0, MAX_URL)
    .replace(/^git\+/, '');
  const scp = SCP_LIKE.exec(bare);
  const url = URL.parse(scp === null ? bare : `https://${scp[1]}/${scp[2]}`);
  if (url === null) return undefined;
  // Whoever can be asked by ssh or git can be asked by https: nothing else is ever tried.
  if (/^(?:ssh|git|http):$/.test(url.protocol)) return repositoryOf(`https://${url.host}${url.pathname}`);
  if (url.protocol !== 'https:' && url.protocol !== 'file:') return undefined;
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  const owned = /^(\/[^/]+\/[^/]+)(\/.*)?$/.exec(url.pathname);
  url.pathname =
    url.protocol === 'file:' || owned === null
      ? url.pathname.replace(/\/$/, '')
      : `${owned[1]}${(owned[2] ?? '').replace(PAGES, '')}`.replace(/\/$/, '');
  return url.pathname.length > 1 ? url.href : undefined;
}

/** Two addresses of one repository give the same text. */
export function sameRepository(url: string): string {
  return url
    .toLowerCase()
    .replace(/\/$/, '')
    .replace(/\.git$/, '');
}
