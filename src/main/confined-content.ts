/** The task `inspect-content` of the confined program: one unpacking, every content scanner sees each file once. */
import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { z } from 'zod';
import { type ContentFile, type ContentSubject, isIllustration } from '../domain/content.ts';
import type { ScanOutcome } from '../domain/evidence.ts';
import type { ArchiveRules } from '../ecosystems/contract.ts';
import type { ContentInspection, ContentScanner } from '../scanners/contract.ts';

export const InspectInput = z.object({
  ecosystem: z.string(),
  /** One of the request's files. */
  path: z.string(),
  filename: z.string(),
  name: z.string(),
  version: z.string(),
  /** Ids of the content scanners that are to look. */
  scanners: z.array(z.string()),
});

/**
 * Findings of one scanner over one distribution. Scanners cap themselves far below; one that does not has lost its way,
 * and the answer must stay within what a child may say.
 */
const MAX_FINDINGS = 2000;
/** Characters of a reason. */
const MAX_REASON = 500;

/** One scanner on its way through the files; once it has thrown it is left alone. */
class Attempt {
  private readonly inspection: ContentInspection | undefined;
  private failure: string | undefined;

  constructor(scanner: ContentScanner, subject: ContentSubject) {
    try {
      this.inspection = scanner.inspect(subject);
    } catch (error) {
      this.fail(error);
    }
  }

  async file(file: ContentFile): Promise<void> {
    if (this.failure !== undefined) return;
    try {
      const pending = this.inspection?.file(file);
      if (pending !== undefined) await pending;
    } catch (error) {
      this.fail(error, file.path);
    }
  }

  async done(): Promise<ScanOutcome> {
    if (this.failure === undefined && this.inspection !== undefined) {
      try {
        const outcome = await this.inspection.done();
        if (outcome.status !== 'completed' || outcome.findings.length <= MAX_FINDINGS) return outcome;
        this.failure = `more than ${MAX_FINDINGS} findings`;
      } catch (error) {
        this.fail(error);
      }
    }
    return { status: 'failed', reason: this.failure ?? 'it never began', retryable: true };
  }

  private fail(error: unknown, path?: string): void {
    const what = error instanceof Error ? error.message : 'unknown failure';
    this.failure = (path === undefined ? what : `${what} (at ${path})`).slice(0, MAX_REASON);
  }
}

/** Bytes from which a second copy is worth recognising: hashing it costs a hundredth of reading it as source. */
const REPEAT_FROM = 32 * 1024;

/** Copies within one distribution: bundles are often shipped once for the package and once as its data. */
class Repeats {
  private readonly first = new Map<string, string>();

  /** The path that had these bytes and this ending before, if any; one of an example says less than one that is used. */
  of(file: ContentFile): string | undefined {
    if (file.size < REPEAT_FROM || !file.complete) return undefined;
    const key = `${createHash('sha256').update(file.bytes).digest('hex')}${extname(file.path)} ${isIllustration(file.path)}`;
    const known = this.first.get(key);
    if (known === undefined) this.first.set(key, file.path);
    return known;
  }
}

/** The outcome of each scanner by its id. An archive that cannot be believed fails them all. */
export async function inspectContent(
  input: z.infer<typeof InspectInput>,
  archives: ArchiveRules,
  catalogue: readonly ContentScanner[],
): Promise<Readonly<Record<string, ScanOutcome>>> {
  const { path, scanners, ...subject } = input;
  const attempts = catalogue
    .filter(({ id }) => scanners.includes(id))
    .map((scanner) => ({ id: scanner.id, attempt: new Attempt(scanner, subject) }));
  const repeats = new Repeats();
  const walked = await archives.walk(path, subject.filename, async (file) => {
    const repeatOf = repeats.of(file);
    const seen = repeatOf === undefined ? file : { ...file, repeatOf };
    for (const { attempt } of attempts) await attempt.file(seen);
  });
  const outcomes: Record<string, ScanOutcome> = {};
  for (const { id, attempt } of attempts) {
    outcomes[id] =
      walked.status === 'walked' ? await attempt.done() : { status: 'failed', reason: walked.reason, retryable: false };
  }
  return outcomes;
}
