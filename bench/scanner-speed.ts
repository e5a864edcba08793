/** How fast packages are unpacked, hashed and scanned: bytes after unpacking per second of processor time, all threads. */
import { hash } from 'node:crypto';
import { extname } from 'node:path';
import type { ContentFile } from '../src/domain/content.ts';
import type { Finding } from '../src/domain/evidence.ts';
import { inspectContent } from '../src/main/confined-content.ts';
import { CONTENT_SCANNERS } from '../src/scanners/content-catalog.ts';
import { CodePrinter } from '../src/scanners/copied-code/prints.ts';
import { languageOf } from '../src/scanners/syntax/language.ts';
import type { Package } from './scanner-corpus.ts';
import { bareWork } from './scanner-floor.ts';

/** Scanners that read text without parsing it. */
export const TEXT_SCANNERS: readonly string[] = ['secrets'];

export interface Measure {
  readonly what: string;
  /** MB/s. */
  readonly goal: number | undefined;
  bytes: number;
  /** Milliseconds of processor time. */
  ms: number;
}

export interface Report {
  readonly measures: readonly Measure[];
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  readonly failures: readonly string[];
  readonly packages: number;
}

class Measures {
  readonly all = new Map<string, Measure>();

  add(what: string, given: { readonly bytes: number; readonly ms: number; readonly goal?: number }): void {
    const known = this.all.get(what) ?? { what, goal: given.goal, bytes: 0, ms: 0 };
    known.bytes += given.bytes;
    known.ms += given.ms;
    this.all.set(what, known);
  }
}

/** Milliseconds of processor time of the process since it began. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Measures over all packages: unpacking and hashing first, twice, so that it does not pay for what scanners leave behind in memory
 * and caches; then as the product goes through them, all scanners in one look; then each scanner by itself, where asking
 * the clock twice for every file and scanner costs some hundredths.
 */
export async function measurePackages(packages: readonly Package[], kind: string): Promise<Report> {
  const measures = new Measures();
  const findings = new Map<string, Finding[]>();
  const failures: string[] = [];
  for (const round of ['the first time in the process', 'again, once it is compiled']) {
    for (const one of packages) {
      const before = processorMs();
      const { bytes, broken } = await unpackAndHash(one);
      measures.add(`${kind}: unpack and hash, ${round}`, { bytes, ms: processorMs() - before, goal: 200 });
      if (broken !== undefined) failures.push(`${one.subject.filename}: ${broken}`);
    }
  }
  for (const one of packages) {
    measures.add(
      `${kind}: bare zlib and SHA-256 over the same bytes, the least it can take`,
      await bareWork(one, processorMs),
    );
  }
  for (const one of packages) await lookOnce(one, kind, measures);
  for (const one of packages) {
    await scanPackage(one, kind, { measures, findings, failures });
  }
  return { measures: [...measures.all.values()], findings, failures, packages: packages.length };
}

async function unpackAndHash({ path, subject, archives }: Package) {
  let bytes = 0;
  const walked = await archives.walk(path, subject.filename, (file) => {
    bytes += file.size;
    hash('sha256', file.bytes, 'buffer');
  });
  return { bytes, broken: walked.status === 'broken' ? walked.reason : undefined };
}

/** One package as the product inspects it, and the same without anybody looking: what lies between them is scanning. */
async function lookOnce({ path, subject, archives }: Package, kind: string, measures: Measures): Promise<void> {
  let bytes = 0;
  const start = processorMs();
  await archives.examine(path, subject, (file) => {
    bytes += file.bytes.length;
  });
  const unpacked = processorMs();
  const input = {
    ...subject,
    path,
    scanners: CONTENT_SCANNERS.map(({ id }) => id),
    examine: true,
    members: false,
    rules: null,
    source: [],
  };
  await inspectContent(input, archives, CONTENT_SCANNERS);
  const whole = processorMs() - unpacked;
  const ms = Math.max(0, whole - (unpacked - start));
  measures.add(`${kind}: all content scanners and prints in one look`, { bytes, ms, goal: 25 });
  measures.add(`${kind}: the same with unpacking and examining the archive`, { bytes, ms: whole });
}

interface Into {
  readonly measures: Measures;
  readonly findings: Map<string, Finding[]>;
  readonly failures: string[];
}

async function scanPackage({ path, subject, archives }: Package, kind: string, into: Into): Promise<void> {
  const printer = new CodePrinter();
  const inspections = CONTENT_SCANNERS.map((scanner) => ({ id: scanner.id, inspection: scanner.inspect(subject) }));
  await archives.walk(path, subject.filename, async (file) => {
    const bytes = file.bytes.length;
    const decoding = processorMs();
    // Whoever asks first decodes: counted for all together.
    const language = file.text === undefined ? undefined : languageOf(file.path, file.text);
    let total = processorMs() - decoding;
    for (const { id, inspection } of inspections) {
      const ms = await timed(file, (seen) => inspection.file(seen));
      total += ms;
      into.measures.add(`${kind}: scanner ${id}`, { bytes, ms });
      if (TEXT_SCANNERS.includes(id)) into.measures.add(`${kind}: text scanners`, { bytes, ms, goal: 100 });
    }
    const prints = await timed(file, (seen) => printer.look(seen));
    into.measures.add(`${kind}: prints of source code (copied-code)`, { bytes, ms: prints });
    if (language === undefined) return;
    const source = language === 'javascript' && extname(file.path).includes('ts') ? 'typescript' : language;
    into.measures.add(`${kind}: each content scanner by itself, together on ${source}`, { bytes, ms: total, goal: 25 });
  });
  printer.done();
  for (const { id, inspection } of inspections) {
    const outcome = await inspection.done();
    if (outcome.status === 'completed') into.findings.set(id, [...(into.findings.get(id) ?? []), ...outcome.findings]);
    else if (outcome.status === 'failed') into.failures.push(`${id} on ${subject.filename}: ${outcome.reason}`);
  }
}

async function timed(file: ContentFile, look: (file: ContentFile) => void | Promise<void>): Promise<number> {
  const before = processorMs();
  await look(file);
  return processorMs() - before;
}
