/** git as a reader of tags and blobs: listed, fetched one commit deep into an empty bare repository, read, thrown away. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitTag, RepositoryAnswer, RepositoryReader, SourceFile } from '../../domain/source-code.ts';
import type { GuardedOutcome, GuardedPrograms } from '../sandbox/port.ts';
import { allowedRepositories } from './allowed.ts';
import { BlobReader, treeFiles } from './blobs.ts';
import { type GitSettings, shutArguments, shutEnvironment } from './command.ts';

export interface GitOptions extends GitSettings {
  /** Patterns of the operator; none allows nothing. */
  readonly hosts: readonly string[];
  /** Where repositories are put while they are read. */
  readonly folder: string;
  readonly programs: GuardedPrograms;
  /** Milliseconds for one call of git; three minutes by default, enough for 200 MB on a slow line. */
  readonly timeoutMs?: number;
  /** Bytes of what is fetched for one tag; 256 MiB by default. */
  readonly packBytes?: number;
}

const DEFAULT_TIMEOUT_MS = 180_000;
const DEFAULT_PACK_BYTES = 256 * 1024 * 1024;
/** Processor time of one call: an ordinary fetch takes seconds. */
const CPU_SECONDS = 120;
/** Address space of one process of git: packs are mapped, so it is more than it uses. */
const MEMORY_BYTES = 4 * 1024 * 1024 * 1024;
/** Bytes of the list of tags: the busiest repositories have some ten thousand. */
const MAX_LISTING = 8 * 1024 * 1024;
/** Bytes of the list of files: a tree that names itself many times over (a "git bomb") has no end. */
const MAX_TREE_LISTING = 32 * 1024 * 1024;
/** Bytes of all source files of a tag. */
const MAX_SOURCE = 256 * 1024 * 1024;
/** Source: git-check-ref-format(1), and stricter: what stands here goes into arguments. */
const TAG = /^(?!.*(?:\.\.|@\{|\/\/|\.lock(?:\/|$)))[A-Za-z0-9_][A-Za-z0-9_.+@/!~=-]{0,199}$/;
const CHECKED = 'refs/checked/tag';

/** Throws `bad-config` where a pattern is none. */
export function createGitRepositories(options: GitOptions): RepositoryReader {
  const allowed = allowedRepositories(options.hosts);
  const within = async <T>(url: string, work: (git: Git) => Promise<RepositoryAnswer<T>>) => {
    const admitted = allowed.admit(url);
    if ('refused' in admitted) return { status: 'not-allowed', reason: admitted.refused } as const;
    await mkdir(options.folder, { recursive: true });
    const folder = await mkdtemp(join(options.folder, 'git-'));
    try {
      return await work(new Git(options, admitted.url, folder));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  return {
    allowsAny: options.hosts.length > 0,
    allows: (url) => 'url' in allowed.admit(url),
    tags: (url) => within(url, (git) => git.tags()),
    filesAt: (url, tag, suffixes) => within(url, (git) => git.filesAt(tag, suffixes)),
  };
}

interface Call {
  readonly args: readonly string[];
  readonly remote: boolean;
  readonly input?: string;
  readonly outputBytes: number;
  onOutput?(piece: Uint8Array): boolean;
}

/** One repository in one folder. */
class Git {
  private readonly options: GitOptions;
  private readonly url: string;
  private readonly folder: string;
  private readonly repository: string;

  constructor(options: GitOptions, url: string, folder: string) {
    this.options = options;
    this.url = url;
    this.folder = folder;
    this.repository = join(folder, 'repository.git');
  }

  async tags(): Promise<RepositoryAnswer<readonly GitTag[]>> {
    const listed = await this.text({
      args: ['ls-remote', '--tags', '--', this.url],
      remote: true,
      outputBytes: MAX_LISTING,
    });
    return listed.status === 'found' ? { status: 'found', value: tagsIn(listed.value) } : listed;
  }

  async filesAt(tag: GitTag, suffixes: readonly string[]): Promise<RepositoryAnswer<readonly SourceFile[]>> {
    if (!TAG.test(tag.name))
      return { status: 'failed', reason: `the tag ${JSON.stringify(tag.name)} is not asked for` };
    const fetched = await this.fetch(tag);
    if (fetched.status !== 'found') return fetched;
    if (fetched.value !== tag.commit)
      return { status: 'failed', reason: `the tag ${tag.name} was moved while it was read` };
    const tree = await this.text({
      args: ['ls-tree', '-r', '-l', '-z', '--full-tree', `${tag.commit}^{tree}`],
      remote: false,
      outputBytes: MAX_TREE_LISTING,
    });
    if (tree.status !== 'found') return tree;
    const files = treeFiles(tree.value, suffixes);
    if (files === undefined) return { status: 'failed', reason: `the tag ${tag.name} holds too many source files` };
    return this.read(files);
  }

  /** Fetches one commit; the id that its tag stands for. */
  private async fetch({ name }: GitTag): Promise<RepositoryAnswer<string>> {
    // No template: it could hold hooks.
    const made = await this.text({
      args: ['init', '--bare', '--quiet', '--template=', '--', this.repository],
      remote: false,
      outputBytes: MAX_LISTING,
    });
    if (made.status !== 'found') return made;
    const options = [
      '--quiet',
      '--depth=1',
      '--no-tags',
      '--no-recurse-submodules',
      '--no-auto-gc',
      '--no-write-fetch-head',
    ];
    const fetched = await this.text({
      args: ['fetch', ...options, '--', this.url, `+refs/tags/${name}:${CHECKED}`],
      remote: true,
      outputBytes: MAX_LISTING,
    });
    if (fetched.status !== 'found') return fetched;
    const commit = await this.text({
      args: ['rev-parse', '--verify', '--quiet', `${CHECKED}^{commit}`],
      remote: false,
      outputBytes: MAX_LISTING,
    });
    return commit.status === 'found' ? { status: 'found', value: commit.value.trim() } : commit;
  }

  private async read(
    files: readonly { readonly path: string; readonly id: string }[],
  ): Promise<RepositoryAnswer<readonly SourceFile[]>> {
    const reader = new BlobReader(files);
    const answer = await this.call({
      args: ['cat-file', '--batch', '--buffer'],
      remote: false,
      input: files.map(({ id }) => `${id}\n`).join(''),
      outputBytes: MAX_SOURCE,
      onOutput: (piece) => reader.push(piece),
    });
    const failure = failureOf(answer);
    if (failure !== undefined) return failure;
    return reader.done
      ? { status: 'found', value: reader.read }
      : { status: 'failed', reason: 'git did not give all files of the tag' };
  }

  private async text(call: Call): Promise<RepositoryAnswer<string>> {
    const pieces: Uint8Array[] = [];
    const answer = await this.call({ ...call, onOutput: (piece) => pieces.push(piece) > 0 });
    return failureOf(answer) ?? { status: 'found', value: Buffer.concat(pieces).toString('utf8') };
  }

  private call({ args, remote, input = '', outputBytes, onOutput = () => true }: Call): Promise<GuardedOutcome> {
    const { options, folder, repository, url } = this;
    const scheme = remote ? (url.startsWith('https:') ? 'https' : 'file') : 'none';
    const place = args[0] === 'ls-remote' || args[0] === 'init' ? [] : [`--git-dir=${repository}`];
    return options.programs.run({
      command: 'git',
      args: [...shutArguments(scheme, options), ...place, ...args],
      cwd: folder,
      env: shutEnvironment(folder, options),
      input,
      network: scheme === 'https',
      limits: {
        timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
        cpuSeconds: CPU_SECONDS,
        memoryBytes: MEMORY_BYTES,
        fileBytes: options.packBytes ?? DEFAULT_PACK_BYTES,
        outputBytes,
      },
      onOutput,
    });
  }
}

/** What git says where a server has no such repository, or shows it to nobody unnamed. */
const NOT_THERE = /repository '[^']*' not found|does not appear to be a git repository|could not read Username/;

function failureOf(answer: GuardedOutcome): Exclude<RepositoryAnswer<never>, { status: 'found' }> | undefined {
  if (answer.status === 'stopped') return { status: 'failed', reason: `git was ended: ${answer.reason}` };
  if (answer.code === 0) return undefined;
  if (NOT_THERE.test(answer.complaint)) return { status: 'absent' };
  const lines = answer.complaint.split('\n').filter((line) => /^(?:fatal|error):/.test(line));
  const said = (lines[0] ?? `it ended with code ${answer.code}`).replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200);
  return { status: 'failed', reason: `git: ${said}` };
}

const REF = /^([0-9a-f]{40,64})\trefs\/tags\/(.+?)(\^\{\})?$/;

/** Tags of an `ls-remote`; of an annotated one the commit that it stands for (the line with `^{}`). */
function tagsIn(listing: string): readonly GitTag[] {
  const commits = new Map<string, string>();
  for (const line of listing.split('\n')) {
    const [, id, name] = REF.exec(line) ?? [];
    // The peeled line stands behind the tag's own and takes its place.
    if (id !== undefined && name !== undefined && TAG.test(name)) commits.set(name, id);
  }
  return [...commits].map(([name, commit]) => ({ name, commit }));
}
