/**
 * `npm run bench:scanners`: how fast the files of ordinary wheels are unpacked, hashed and scanned, by processor time of
 * one core; how many made-up secrets are found; and what the scanners say of ordinary wheels. Writes its own section of
 * bench/RESULTS.md. Wheels come from pip's own index into a folder outside the clone (PRATIQUE_BENCH_WHEELS, or below the
 * system's temporary folder); a folder that holds wheels is used as it is.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ContentFile } from '../src/domain/content.ts';
import type { Finding } from '../src/domain/evidence.ts';
import { pypiArchives } from '../src/ecosystems/pypi/archive.ts';
import { parseFilename } from '../src/ecosystems/pypi/filenames.ts';
import { CONTENT_SCANNERS } from '../src/scanners/content-catalog.ts';
import type { ContentScanner } from '../src/scanners/contract.ts';
import { CodePrinter } from '../src/scanners/copied-code/prints.ts';
import { findingsIn } from '../test/harness/content.ts';
import { qualityRows } from './scanner-quality.ts';

const run = promisify(execFile);
/** A few popular packages; with what they need they come to some hundred wheels of all kinds. */
const ROOTS = [
  'jupyterlab',
  'scikit-learn',
  'pandas',
  'boto3',
  'django',
  'sqlalchemy',
  'fastapi',
  'cryptography',
  'black',
];
/** Scanners that read text without parsing it. */
const TEXT_SCANNERS = ['secrets'];

interface Wheel {
  readonly filename: string;
  readonly path: string;
}

async function wheels(): Promise<readonly Wheel[]> {
  const folder = process.env.PRATIQUE_BENCH_WHEELS ?? join(tmpdir(), 'pratique-bench-wheels');
  await mkdir(folder, { recursive: true });
  const list = async () => (await readdir(folder)).filter((name) => name.endsWith('.whl')).toSorted();
  if ((await list()).length === 0) {
    console.log(`fetching wheels into ${folder}`);
    await run('pip', ['download', '--quiet', '--only-binary', ':all:', '-d', folder, ...ROOTS], { maxBuffer: 2 ** 24 });
  }
  return (await list()).map((filename) => ({ filename, path: join(folder, filename) }));
}

interface Measure {
  readonly what: string;
  readonly goal: number | undefined;
  bytes: number;
  /** Milliseconds of processor time, all threads. */
  ms: number;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function timed(measure: Measure, work: () => Promise<number>): Promise<void> {
  const before = processorMs();
  measure.bytes += await work();
  measure.ms += processorMs() - before;
}

interface Report {
  readonly measures: readonly Measure[];
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  readonly failures: readonly string[];
  readonly wheels: number;
}

async function measureWheels(all: readonly Wheel[]): Promise<Report> {
  const unpack: Measure = { what: 'unpack and hash', goal: 200, bytes: 0, ms: 0 };
  const text: Measure = { what: `text scanners (${TEXT_SCANNERS.join(', ')})`, goal: 100, bytes: 0, ms: 0 };
  const every: Measure = { what: 'all content scanners', goal: 25, bytes: 0, ms: 0 };
  const single = new Map(
    CONTENT_SCANNERS.map(({ id }): [string, Measure] => [
      id,
      { what: `scanner ${id}`, goal: undefined, bytes: 0, ms: 0 },
    ]),
  );
  const prints: Measure = { what: 'prints of source code (copied-code)', goal: undefined, bytes: 0, ms: 0 };
  const findings = new Map<string, Finding[]>();
  const failures: string[] = [];
  for (const wheel of all) {
    await timed(unpack, () => unpackAndHash(wheel, failures));
    const files: ContentFile[] = [];
    await pypiArchives.walk(wheel.path, wheel.filename, (file) => {
      files.push(file);
    });
    await timed(prints, async () => printed(files));
    for (const scanner of CONTENT_SCANNERS) {
      const measure = single.get(scanner.id);
      if (measure === undefined) continue;
      const scan = () => scanFiles({ scanner, wheel, files, findings, failures });
      const before = measure.ms;
      await timed(measure, scan);
      for (const sum of TEXT_SCANNERS.includes(scanner.id) ? [text, every] : [every]) sum.ms += measure.ms - before;
    }
    const seen = files.reduce((sum, file) => sum + file.bytes.length, 0);
    text.bytes += seen;
    every.bytes += seen;
  }
  return { measures: [unpack, text, every, ...single.values(), prints], findings, failures, wheels: all.length };
}

async function unpackAndHash(wheel: Wheel, failures: string[]): Promise<number> {
  let bytes = 0;
  const walked = await pypiArchives.walk(wheel.path, wheel.filename, (file) => {
    bytes += file.size;
    createHash('sha256').update(file.bytes).digest();
  });
  if (walked.status === 'broken') failures.push(`${wheel.filename}: ${walked.reason}`);
  return bytes;
}

function printed(files: readonly ContentFile[]): number {
  const printer = new CodePrinter();
  for (const file of files) printer.look(file);
  printer.done();
  return files.reduce((sum, file) => sum + file.bytes.length, 0);
}

interface Scan {
  readonly scanner: ContentScanner;
  readonly wheel: Wheel;
  readonly files: readonly ContentFile[];
  readonly findings: Map<string, Finding[]>;
  readonly failures: string[];
}

async function scanFiles({ scanner, wheel, files, findings, failures }: Scan): Promise<number> {
  const parsed = parseFilename(wheel.filename);
  const subject = {
    ecosystem: 'pypi',
    name: parsed?.name ?? '',
    version: parsed?.version ?? '',
    filename: wheel.filename,
  };
  try {
    const found = await findingsIn(scanner, files, subject);
    findings.set(scanner.id, [...(findings.get(scanner.id) ?? []), ...found]);
  } catch (error) {
    failures.push(`${scanner.id} on ${wheel.filename}: ${error instanceof Error ? error.message : 'failed'}`);
  }
  return files.reduce((sum, file) => sum + file.bytes.length, 0);
}

function speed({ what, goal, bytes, ms }: Measure): string {
  const rate = bytes / 1e6 / (ms / 1000);
  return `| ${what} | ${rate.toFixed(0)} MB/s | ${goal === undefined ? '-' : `${goal} MB/s`} | ${(bytes / 1e6).toFixed(0)} MB |`;
}

function alarms(findings: ReadonlyMap<string, readonly Finding[]>): readonly string[] {
  return [...findings].map(([scanner, all]) => {
    const count = (severity: Finding['severity']) => all.filter((finding) => finding.severity === severity).length;
    return `| ${scanner} | ${count('critical')} | ${count('high')} | ${count('medium')} | ${count('low')} | ${count('info')} |`;
  });
}

/** The section of this bench begins here; `bench/run.ts` keeps it. */
const HEADING = '## scanners';

async function writeSection(lines: readonly string[]): Promise<void> {
  const path = join(import.meta.dirname, 'RESULTS.md');
  const others = (await readFile(path, 'utf8')).split(`${HEADING}\n`)[0]?.trimEnd() ?? '';
  await writeFile(path, `${others}\n\n${HEADING}\n\n${lines.join('\n')}\n`);
}

const all = await wheels();
const report = await measureWheels(all);
const lines = [
  `${report.wheels} wheels (${ROOTS.join(', ')} with what they need); rates are unpacked bytes per second of processor time.`,
  `Load while measuring: ${(loadavg()[0] ?? 0).toFixed(1)} on ${cpus().length} cores; above the number of cores the rates are too low.`,
  '',
  '| what | rate | goal | bytes |',
  '|---|---|---|---|',
  ...report.measures.map(speed),
  '',
  `Failures: ${report.failures.length}. Peak memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB, every file of a wheel held at once.`,
  '',
  ...(await qualityRows()),
  '',
  'What the scanners say of these ordinary wheels:',
  '',
  '| scanner | critical | high | medium | low | info |',
  '|---|---|---|---|---|---|',
  ...alarms(report.findings),
];
await writeSection(lines);
console.log(lines.join('\n'));
for (const failure of report.failures) console.log(failure);
if (process.argv.includes('--show')) {
  for (const finding of [...report.findings.values()].flat()) {
    if (finding.severity === 'info') continue;
    console.log(`${finding.severity} ${finding.subject} ${finding.location ?? ''} ${finding.summary}`);
  }
}
