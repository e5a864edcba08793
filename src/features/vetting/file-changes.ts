/** What differs between the files of two stored distributions: found out in the sandbox, once for each two. */
import { z } from 'zod';
import { asJson } from '../../domain/canonical-json.ts';
import type { ComparedFile, FileChanges, FileChangesAnswer } from '../../domain/file-changes.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { ScanContext } from '../../scanners/contract.ts';
import { findRemembered, rememberedKey, saveRemembered } from './attestation-store.ts';
import type { VettingDeps } from './deps.ts';

export type FileChangesDeps = Pick<VettingDeps, 'blobs' | 'clock' | 'db' | 'fileComparer' | 'sandbox'>;

/** Aligning ends after some ten seconds by itself (`changed-lines/lines.ts`): what has not ended by then hangs. */
const COMPARE_BASE_MS = 120_000;
/** Slowest comparison that still counts as work: bytes of both packed files a millisecond. */
const COMPARE_BYTES_PER_MS = 100;

const count = z.number().int().nonnegative();
const changesSchema: z.ZodType<FileChanges, unknown> = z.object({
  files: z.object({ added: count, removed: count, changed: count, moved: count, same: count }),
  lines: z.object({ added: count, removed: count }),
  withoutLines: count,
  cut: count,
  largest: z.array(
    z.object({
      path: z.string(),
      change: z.enum(['added', 'removed', 'changed']),
      lines: z.object({ added: count, removed: count, unordered: z.boolean() }).nullable(),
      weight: count,
    }),
  ),
});

export function createFileChanges(deps: FileChangesDeps, ecosystem: EcosystemId): Pick<ScanContext, 'fileChanges'> {
  return {
    async fileChanges(now, before) {
      const key = rememberedKey({ comparer: deps.fileComparer, ecosystem, now: nameOf(now), before: nameOf(before) });
      const known = changesSchema.safeParse(await findRemembered(deps.db, key));
      if (known.success) return { status: 'compared', changes: known.data };
      const answer = await inSandbox(deps, ecosystem, { now, before });
      if (answer.status === 'compared')
        await saveRemembered(deps.db, key, { value: asJson(answer.changes), at: deps.clock.now() });
      return answer;
    },
  };
}

function nameOf({ filename, sha256 }: ComparedFile) {
  return { filename, sha256 };
}

async function inSandbox(
  { blobs, sandbox }: FileChangesDeps,
  ecosystem: EcosystemId,
  { now, before }: { readonly now: ComparedFile; readonly before: ComparedFile },
): Promise<FileChangesAnswer> {
  const [path, pathBefore] = [blobs.path(now.sha256), blobs.path(before.sha256)];
  if (path === undefined || pathBefore === undefined)
    return { status: 'failed', reason: 'the blob store keeps no file on this machine to read' };
  const input = {
    ecosystem,
    now: { path, filename: now.filename },
    before: { path: pathBefore, filename: before.filename },
  };
  const timeoutMs = COMPARE_BASE_MS + Math.ceil((now.size + before.size) / COMPARE_BYTES_PER_MS);
  const answer = await sandbox.run({ task: 'compare-files', input, files: [path, pathBefore], timeoutMs });
  if (answer.status === 'failed') return { status: 'failed', reason: answer.reason };
  const parsed = changesSchema.safeParse(answer.output);
  if (!parsed.success) return { status: 'failed', reason: 'the confined program gave an answer of another form' };
  return { status: 'compared', changes: parsed.data };
}
