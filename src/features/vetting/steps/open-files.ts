/** Steps 2 and 3: every file of the tree is fetched once, kept by digest, and read strictly once in the sandbox. */
import pLimit from 'p-limit';
import type { Digest } from '../../../domain/digest.ts';
import type { Distribution } from '../../../domain/distribution.ts';
import type { Examination } from '../../../domain/examination.ts';
import { Problem } from '../../../domain/problem.ts';
import type { Blobs } from '../../../platform/blobs/port.ts';
import type { Fetch } from '../../../platform/fetch/port.ts';
import type { Sandbox } from '../../../platform/sandbox/port.ts';
import { examinationSchema } from '../schema.ts';
import type { ExaminationKey } from '../store.ts';
import type { ContentInspector } from './inspect-content.ts';
import { isStrong, withIntegrity } from './integrity.ts';

/** Raise it when the strict reading learns something new, and files are read again. */
export const EXAMINER_VERSION = 2;
/** Downloads at a time: polite to upstream, enough to fill a line. */
const DOWNLOADS_AT_A_TIME = 6;
/** Every archive gets this long, and more by its size: a reader that has not ended by then hangs. */
const EXAMINE_BASE_MS = 60_000;
/** Slowest reading that still counts as work: 2 MB a second on a busy machine. */
const EXAMINE_BYTES_PER_MS = 2_000;

/** A file whose bytes are in the store, with what the strict reading found. */
export interface OpenedFile {
  readonly distribution: Distribution;
  readonly sha256: Digest;
  readonly size: number;
  readonly examination:
    | { readonly status: 'done'; readonly result: Examination }
    | { readonly status: 'failed'; readonly reason: string };
  /** Prints of its code, for whoever asked first, where it was inspected on this occasion; to be parsed. */
  readonly code?: unknown;
}

export type OpenOutcome =
  | { readonly status: 'opened'; readonly file: OpenedFile }
  /** It did not arrive whole, or not as upstream promised: nothing of it is kept. */
  | { readonly status: 'failed'; readonly reason: string };

export interface OpenFilesDeps {
  readonly ecosystem: string;
  readonly blobs: Blobs;
  readonly fetch: Fetch;
  readonly sandbox: Sandbox;
  /** Largest file that is fetched, in bytes. */
  readonly maxFileBytes: number;
  readonly inspector: ContentInspector;
  /** Bytes that had an integrity when they were fetched before, and what to remember of these. */
  findKnown(integrity: string): Promise<Digest | undefined>;
  saveKnown(integrity: string, sha256: Digest): Promise<void>;
  findExamination(key: ExaminationKey): Promise<unknown>;
  saveExamination(key: ExaminationKey, result: Examination): Promise<void>;
}

/** What a file is expected to be. */
export interface FileOf {
  readonly name: string;
  readonly version: string;
  readonly distribution: Distribution;
  /** Whether it will be scanned: then that is done in the same unpacking. */
  readonly isScanned?: boolean;
}

/** Opens files, each once however often it is asked for. */
export interface FileOpener {
  open(of: FileOf): Promise<OpenOutcome>;
  /** Begins with a file that somebody will probably open; prints of its code are kept for whoever does so first. */
  openAhead(of: FileOf): Promise<void>;
}

export function createFileOpener(deps: OpenFilesDeps): FileOpener {
  const opened = new Map<string, Promise<OpenOutcome>>();
  const ahead = new Map<string, Promise<OpenOutcome>>();
  const downloads = pLimit(DOWNLOADS_AT_A_TIME);
  const keyOf = ({ distribution, name, version }: FileOf) => `${distribution.url} ${name} ${version}`;
  const begin = (of: FileOf) => {
    const opening = downloads(() => store(deps, of.distribution)).then((stored) =>
      stored.status === 'failed' ? stored : examineStored(deps, of, stored),
    );
    // Prints of a whole tree are many: they go to whoever asked first and are not kept here.
    const kept = opening.then(withoutCode);
    // Whoever asked first hears of a failure.
    kept.catch(() => undefined);
    opened.set(keyOf(of), kept);
    return opening;
  };
  return {
    open(of) {
      const key = keyOf(of);
      const first = ahead.get(key);
      ahead.delete(key);
      return first ?? opened.get(key) ?? begin(of);
    },
    async openAhead(of) {
      const key = keyOf(of);
      if (opened.has(key)) return;
      const opening = begin(of);
      ahead.set(key, opening);
      await opening;
    },
  };
}

function withoutCode(outcome: OpenOutcome): OpenOutcome {
  if (outcome.status === 'failed') return outcome;
  const { code: _indexed, ...file } = outcome.file;
  return { status: 'opened', file };
}

/** A file that is a little longer than the index says is read and the lie shown; an endless one must end soon: bytes. */
const SIZE_LIE_READ_BYTES = 1024 * 1024;

type Stored =
  | { readonly status: 'stored'; readonly sha256: Digest; readonly size: number }
  | { readonly status: 'failed'; readonly reason: string };

async function store(deps: OpenFilesDeps, distribution: Distribution): Promise<Stored> {
  const { sha256, filename } = distribution;
  if (distribution.size !== undefined && distribution.size > deps.maxFileBytes) {
    return {
      status: 'failed',
      reason: `${filename} is ${distribution.size} bytes; the limit is ${deps.maxFileBytes} (policy.yaml, limits)`,
    };
  }
  const integrity = isStrong(distribution.integrity) ? distribution.integrity : undefined;
  const known = sha256 ?? (integrity === undefined ? undefined : await deps.findKnown(integrity));
  if (known !== undefined) {
    const size = await deps.blobs.size(known);
    if (size !== undefined) return { status: 'stored', sha256: known, size };
  }
  const { size: stated } = distribution;
  const maxBytes = stated === undefined ? deps.maxFileBytes : Math.min(deps.maxFileBytes, stated + SIZE_LIE_READ_BYTES);
  const options = { maxBytes, linkedBy: distribution.source };
  const download = await deps.fetch.download(distribution.url, options);
  if (download.status === 'absent')
    return { status: 'failed', reason: `${filename} is listed by ${distribution.source} and cannot be found there` };
  if (download.status === 'failed') return { status: 'failed', reason: `${filename}: ${download.reason}` };
  try {
    const body = withIntegrity(download.body, distribution);
    const blob = await deps.blobs.put(body, { digest: sha256, maxBytes });
    if (integrity !== undefined) await deps.saveKnown(integrity, blob.digest);
    return { status: 'stored', sha256: blob.digest, size: blob.size };
  } catch (error) {
    if (error instanceof Problem && error.kind !== 'internal')
      return { status: 'failed', reason: `${filename}${sizeWords(stated)}: ${error.message}` };
    throw error;
  }
}

function sizeWords(stated: number | undefined): string {
  return stated === undefined ? '' : `, ${stated} bytes by the index`;
}

async function examineStored(
  deps: OpenFilesDeps,
  of: FileOf,
  stored: { sha256: Digest; size: number },
): Promise<OpenOutcome> {
  const { distribution, name, version } = of;
  const key: ExaminationKey = {
    sha256: stored.sha256,
    ecosystem: deps.ecosystem,
    filename: distribution.filename,
    name,
    version,
    examiner: EXAMINER_VERSION,
  };
  const file = { distribution, sha256: stored.sha256, size: stored.size };
  const known = examinationSchema.safeParse(await deps.findExamination(key));
  if (known.success)
    return { status: 'opened', file: { ...file, examination: { status: 'done', result: known.data } } };
  const whole = of.isScanned === true ? await deps.inspector.inspectWhole(of, file) : undefined;
  const alongside = examinationSchema.safeParse(whole?.examination);
  const examination = alongside.success
    ? await kept(deps, key, alongside.data)
    : await examineAlone(deps, key, stored.size);
  return { status: 'opened', file: { ...file, examination, code: whole?.code } };
}

async function kept(deps: OpenFilesDeps, key: ExaminationKey, result: Examination): Promise<OpenedFile['examination']> {
  await deps.saveExamination(key, result);
  return { status: 'done', result };
}

async function examineAlone(
  deps: OpenFilesDeps,
  key: ExaminationKey,
  size: number,
): Promise<OpenedFile['examination']> {
  const path = deps.blobs.path(key.sha256);
  if (path === undefined) return { status: 'failed', reason: 'the blob store keeps no file on this machine to read' };
  const { ecosystem, filename, name, version } = key;
  const outcome = await deps.sandbox.run({
    task: 'examine-archive',
    input: { ecosystem, path, filename, name, version },
    files: [path],
    timeoutMs: EXAMINE_BASE_MS + Math.ceil(size / EXAMINE_BYTES_PER_MS),
  });
  if (outcome.status === 'failed') return outcome;
  const parsed = examinationSchema.safeParse(outcome.output);
  if (!parsed.success) return { status: 'failed', reason: 'the confined reader gave an answer of another form' };
  return kept(deps, key, parsed.data);
}
