/** The task `inspect-content` of the confined program: one unpacking, every content scanner sees each file once. */
import { extname } from 'node:path';
import { z } from 'zod';
import { type ContentFile, type ContentSubject, isAside, isIllustration, type WalkOutcome } from '../domain/content.ts';
import type { PrintedCode } from '../domain/copied-code.ts';
import type { ScanOutcome } from '../domain/evidence.ts';
import type { Examination } from '../domain/examination.ts';
import type { Inside } from '../domain/malicious.ts';
import type { SourceFiles } from '../domain/source-code.ts';
import type { ArchiveRules } from '../ecosystems/contract.ts';
import type { ContentInspection, ContentScanner } from '../scanners/contract.ts';
import { CodePrinter } from '../scanners/copied-code/prints.ts';
import { PRINTER_VERSION } from '../scanners/copied-code/version.ts';
import { digestingMembers, digestOf, type FileDigest, type Looking, matchingRules, Rules } from './confined-rules.ts';
import { hashingSource } from './confined-source.ts';

export const InspectInput = z.object({
  ecosystem: z.string(),
  /** One of the request's files. */
  path: z.string(),
  filename: z.string(),
  name: z.string(),
  version: z.string(),
  /** Ids of the content scanners that are to look. */
  scanners: z.array(z.string()),
  /** Whether the archive is examined and its code printed in the same unpacking. */
  examine: z.boolean().default(false),
  /** Whether its members are named by digest in the same unpacking. */
  members: z.boolean().default(false),
  /** The rules that its files are held against in the same unpacking. */
  rules: Rules.nullable().default(null),
  /** Endings of the source files that are named by digest in the same unpacking. */
  source: z.array(z.string()).default([]),
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

  /** A promise only where the scanner has to be waited for: a distribution has thousands of files for each of them. */
  file(file: ContentFile): Promise<void> | undefined {
    if (this.failure !== undefined) return undefined;
    try {
      const pending = this.inspection?.file(file);
      return pending instanceof Promise ? pending.catch((error: unknown) => this.fail(error, file.path)) : undefined;
    } catch (error) {
      this.fail(error, file.path);
      return undefined;
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
  private readonly subject: ContentSubject;

  constructor(subject: ContentSubject) {
    this.subject = subject;
  }

  /** The path that had these bytes and this ending before, if any; one of an example says less than one that is used. */
  of(file: ContentFile, digest: FileDigest): string | undefined {
    if (file.size < REPEAT_FROM || !file.complete) return undefined;
    const weight = `${isIllustration(file.path, this.subject)} ${isAside(file.path, this.subject)}`;
    const key = `${digest()}${extname(file.path)} ${weight}`;
    const known = this.first.get(key);
    if (known === undefined) this.first.set(key, file.path);
    return known;
  }
}

interface Inspected {
  /** The outcome of each scanner by its id. An archive that cannot be believed fails them all. */
  readonly outcomes: Readonly<Record<string, ScanOutcome>>;
  readonly code: { readonly printer: number; readonly code: PrintedCode } | null;
  /** What those found who look along: what did not come of it is to be asked for alone, where the reason is told. */
  readonly inside: {
    readonly members: Inside<unknown> | null;
    readonly matches: Inside<unknown> | null;
    readonly source: SourceFiles | null;
  };
}

type InsideAsk = Pick<z.infer<typeof InspectInput>, 'members' | 'rules' | 'source'>;

/** Those who look along where somebody asked for them; whoever gives up is asked alone later. */
class Along {
  private members: Looking | undefined;
  private matches: Looking | undefined;
  private source: Looking<SourceFiles> | undefined;

  static async of({ members, rules, source }: InsideAsk): Promise<Along> {
    const along = new Along();
    if (members) along.members = digestingMembers();
    along.matches = rules === null ? undefined : await matchingRules(rules).catch(() => undefined);
    if (source.length > 0) along.source = hashingSource(source);
    return along;
  }

  look(file: ContentFile, digest: FileDigest): void {
    this.members = stillLooking(this.members, file, digest);
    this.matches = stillLooking(this.matches, file, digest);
    this.source = stillLooking(this.source, file, digest);
  }

  end(walked: boolean): Inspected['inside'] {
    if (!walked) return { members: null, matches: null, source: null };
    return {
      members: this.members?.done() ?? null,
      matches: this.matches?.done() ?? null,
      source: this.source?.done() ?? null,
    };
  }
}

function stillLooking<T>(who: Looking<T> | undefined, file: ContentFile, digest: FileDigest): Looking<T> | undefined {
  try {
    who?.look(file, digest);
    return who;
  } catch {
    return undefined;
  }
}

/** All that look at the files of one distribution. */
class Look {
  private readonly attempts: readonly { readonly id: string; readonly attempt: Attempt }[];
  private readonly repeats: Repeats;
  private readonly along: Along;
  private printer: CodePrinter | undefined;

  private constructor(input: z.infer<typeof InspectInput>, catalogue: readonly ContentScanner[], along: Along) {
    const { scanners, examine, ecosystem, filename, name, version } = input;
    this.along = along;
    this.attempts = catalogue
      .filter(({ id }) => scanners.includes(id))
      .map((scanner) => ({ id: scanner.id, attempt: new Attempt(scanner, { ecosystem, filename, name, version }) }));
    this.repeats = new Repeats({ ecosystem, filename, name, version });
    if (examine) this.printer = new CodePrinter();
  }

  static async begin(input: z.infer<typeof InspectInput>, catalogue: readonly ContentScanner[]): Promise<Look> {
    return new Look(input, catalogue, await Along.of(input));
  }

  async file(file: ContentFile): Promise<void> {
    const digest = digestOf(file);
    this.along.look(file, digest);
    const repeatOf = this.repeats.of(file, digest);
    const seen = repeatOf === undefined ? file : { ...file, text: file.text, repeatOf };
    for (const { attempt } of this.attempts) {
      const pending = attempt.file(seen);
      if (pending !== undefined) await pending;
    }
    try {
      this.printer?.look(file);
    } catch {
      // Printed alone later, where the reason is told.
      this.printer = undefined;
    }
  }

  async end(walked: WalkOutcome): Promise<Inspected> {
    const outcomes: Record<string, ScanOutcome> = {};
    for (const { id, attempt } of this.attempts) {
      outcomes[id] =
        walked.status === 'walked'
          ? await attempt.done()
          : { status: 'failed', reason: walked.reason, retryable: false };
    }
    const inside = this.along.end(walked.status === 'walked');
    const printed = walked.status === 'walked' ? this.printer : undefined;
    const code = printed === undefined ? null : { printer: PRINTER_VERSION, code: printed.done() };
    return { outcomes, code, inside };
  }
}

/** What scanners and, where asked for, the examination make of one distribution, in one unpacking where it is in order. */
export async function inspectContent(
  input: z.infer<typeof InspectInput>,
  archives: ArchiveRules,
  catalogue: readonly ContentScanner[],
): Promise<Inspected & { readonly examination: Examination | null }> {
  const { path, filename, name, version } = input;
  let examination: Examination | null = null;
  if (input.examine) {
    const look = await Look.begin(input, catalogue);
    examination = await archives.examine(path, { filename, name, version }, (file) => look.file(file));
    if (examination.problems.length === 0) return { examination, ...(await look.end({ status: 'walked' })) };
    // What the format forbids need not keep anybody from looking at the files: the walk has its own say.
  }
  const look = await Look.begin(input, catalogue);
  const walked = await archives.walk(path, filename, (file) => look.file(file));
  return { examination, ...(await look.end(walked)) };
}
