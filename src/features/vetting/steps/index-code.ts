/** Source code of everything vetted goes into an index by its prints, once for each distribution. */
import { z } from 'zod';
import { canonicalJson } from '../../../domain/canonical-json.ts';
import type { PrintedCode } from '../../../domain/copied-code.ts';
import type { ScanOutcome } from '../../../domain/evidence.ts';
import type { EcosystemId } from '../../../domain/purl.ts';
import type { Sandbox } from '../../../platform/sandbox/port.ts';
import type { CodeKey } from '../code-index.ts';
import { digestSchema } from '../schema.ts';
import type { OpenedFile } from './open-files.ts';

/** Every distribution gets this long, and more by its size, as with the content scanners. */
const PRINT_BASE_MS = 60_000;
const PRINT_BYTES_PER_MS = 500;

/** Prints in the whole index: at 2,500 for a megabyte of source that is 40 GB of source, and 10 GB of disk. */
const MOST_PRINTS_KEPT = 100_000_000;
/**
 * Growth by one tree from which on the statistics are taken anew at once: by those of a small index PostgreSQL plans
 * comparisons that take a hundred times as long.
 */
const GROWN_BY = 0.05;

/** What the confined program answers. */
const printedSchema: z.ZodType<{ readonly printer: number; readonly code: PrintedCode }, unknown> = z.object({
  printer: z.number(),
  code: z.object({
    files: z.array(
      z.object({
        path: z.string(),
        digest: digestSchema,
        tokens: z.number(),
        prints: z.array(z.number().int().nonnegative()),
        licences: z.array(z.string()),
      }),
    ),
    leftOut: z.number(),
  }),
});

export interface IndexCodeDeps {
  readonly ecosystem: EcosystemId;
  readonly sandbox: Sandbox;
  readonly blobs: { path(digest: OpenedFile['sha256']): string | undefined };
  /** Version of the printer in force. */
  readonly printer: number;
  isIndexed(key: CodeKey): Promise<boolean>;
  save(key: CodeKey, row: { readonly code: PrintedCode; readonly licences: readonly string[] }): Promise<void>;
  /** About how many prints the index holds; below 0 where that is not known. */
  size(): Promise<number>;
  renewStatistics(): Promise<void>;
}

export interface CodeIndexer {
  /** Adds one file of a release; `licences` is what the content scanner of that name made of it. Never throws. */
  add(
    of: { readonly name: string; readonly version: string },
    file: OpenedFile,
    licences: ScanOutcome | undefined,
  ): Promise<void>;
  /** To be called when all of a tree was added, before any of it is compared. Never throws. */
  settle(): Promise<void>;
}

/** A file that cannot be printed is not in the index, and the scanner that asks for it says that it could not check. */
export function createCodeIndexer(deps: IndexCodeDeps): CodeIndexer {
  const added = new Map<string, Promise<void>>();
  const growth = new Growth(deps);
  return {
    add({ name, version }, { distribution, sha256, size, code }, licences) {
      const { ecosystem, printer } = deps;
      const { filename } = distribution;
      const key: CodeKey = { ...{ sha256, ecosystem, filename, name, releaseVersion: version }, printer };
      const text = canonicalJson({ ...key });
      const known = added.get(text) ?? addOnce({ ...deps, growth }, key, { size, code, licences: idsOf(licences) });
      added.set(text, known);
      return known;
    },
    settle: () => growth.settle(),
  };
}

/** How much one vetting adds to the index. */
class Growth {
  private readonly deps: Pick<IndexCodeDeps, 'renewStatistics' | 'size'>;
  private known: Promise<number> | undefined;
  private added = 0;

  constructor(deps: Pick<IndexCodeDeps, 'renewStatistics' | 'size'>) {
    this.deps = deps;
  }

  async isFull(): Promise<boolean> {
    return (await this.before()) + this.added >= MOST_PRINTS_KEPT;
  }

  add({ files }: PrintedCode): void {
    this.added += files.reduce((sum, { prints }) => sum + prints.length, 0);
  }

  async settle(): Promise<void> {
    if (this.added === 0) return;
    try {
      if (this.added <= (await this.before()) * GROWN_BY) return;
      await this.deps.renewStatistics();
      this.known = undefined;
      this.added = 0;
    } catch {
      // Comparisons take longer; PostgreSQL takes statistics by itself before long.
    }
  }

  private before(): Promise<number> {
    this.known ??= this.deps.size();
    return this.known;
  }
}

async function addOnce(
  deps: IndexCodeDeps & { readonly growth: Growth },
  key: CodeKey,
  { size, code, licences }: { readonly size: number; readonly code: unknown; readonly licences: readonly string[] },
): Promise<void> {
  const { growth } = deps;
  try {
    const path = deps.blobs.path(key.sha256);
    if (path === undefined || (await deps.isIndexed(key))) return;
    const printed = printedSchema.safeParse(code ?? (await printAlone(deps, key, { path, size })));
    if (!printed.success || printed.data.printer !== key.printer) return;
    // What is not in the index is never clean.
    if (await growth.isFull()) return;
    await deps.save(key, { code: printed.data.code, licences });
    growth.add(printed.data.code);
  } catch {
    // Not in the index: `findCopies` says so to whoever asks, and the next vetting tries again.
  }
}

async function printAlone(
  { sandbox }: IndexCodeDeps,
  { ecosystem, filename }: CodeKey,
  { path, size }: { readonly path: string; readonly size: number },
): Promise<unknown> {
  const timeoutMs = PRINT_BASE_MS + Math.ceil(size / PRINT_BYTES_PER_MS);
  const input = { ecosystem, path, filename };
  const answer = await sandbox.run({ task: 'print-code', input, files: [path], timeoutMs });
  return answer.status === 'done' ? answer.output : undefined;
}

/** SPDX ids of the release, out of the finding that states its licence. */
function idsOf(outcome: ScanOutcome | undefined): readonly string[] {
  const findings = outcome?.status === 'completed' ? outcome.findings : [];
  const alternatives = findings.find(({ data }) => data.code === 'licence')?.data.alternatives;
  const ids = (Array.isArray(alternatives) ? alternatives : []).flat();
  return [...new Set(ids.filter((id) => typeof id === 'string'))].toSorted();
}
