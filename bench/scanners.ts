/**
 * `npm run bench:scanners`: how fast the files of ordinary packages are unpacked, hashed and scanned, by processor time of
 * one core; what a worker holds in memory meanwhile; how well the scanners find; and what they say of ordinary packages.
 * Writes its own section of bench/RESULTS.md. `--show` prints the findings.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Finding } from '../src/domain/evidence.ts';
import { readArguments } from './arguments.ts';
import { popularTarballs, popularWheels, TARBALLS, tarballs, WHEEL_ROOTS, wheels } from './scanner-corpus.ts';
import { qualityRows } from './scanner-quality.ts';
import { compareReadings } from './scanner-readings.ts';
import { type Measure, measurePackages, type Report, TEXT_SCANNERS } from './scanner-speed.ts';
import { workerMemory } from './worker-memory.ts';

function speed({ what, goal, bytes, ms }: Measure): string {
  const rate = bytes / 1e6 / (ms / 1000);
  return `| ${what} | ${rate.toFixed(0)} MB/s | ${goal === undefined ? '-' : `${goal} MB/s`} | ${(bytes / 1e6).toFixed(0)} MB |`;
}

function alarms(findings: Report['findings']): readonly string[] {
  return [...findings].map(([scanner, all]) => {
    const count = (severity: Finding['severity']) => all.filter((finding) => finding.severity === severity).length;
    return `| ${scanner} | ${count('critical')} | ${count('high')} | ${count('medium')} | ${count('low')} | ${count('info')} |`;
  });
}

const ALARM_HEAD = ['| scanner | critical | high | medium | low | info |', '|---|---|---|---|---|---|'];

/** The section of this bench begins here; `bench/run.ts` keeps it. */
const HEADING = '## scanners';

async function writeSection(lines: readonly string[]): Promise<void> {
  const path = join(import.meta.dirname, 'RESULTS.md');
  const [before = '', rest = ''] = (await readFile(path, 'utf8')).split(`${HEADING}\n`);
  const next = rest.indexOf('\n## ');
  const after = next === -1 ? '' : rest.slice(next);
  await writeFile(path, `${before.trimEnd()}\n\n${HEADING}\n\n${lines.join('\n')}\n${after}`);
}

const USAGE = `npm run bench:scanners -- [--show]

Measures the scanners, and writes the section "scanners" of bench/RESULTS.md.
  --show  prints the findings as well`;

const { show } = readArguments(
  USAGE,
  () => parseArgs({ options: { show: { type: 'boolean' }, help: { type: 'boolean' } } }).values,
);
const ofPypi = await wheels();
const ofNpm = await tarballs();
const loadBefore = loadavg()[0] ?? 0;
const reports = [await measurePackages(ofPypi, 'wheels'), await measurePackages(ofNpm, 'npm')];
const popular = [
  await measurePackages(await popularWheels(), 'the 50 most downloaded wheels'),
  await measurePackages(await popularTarballs(), 'the 50 most downloaded npm tarballs'),
];
const loadAfter = loadavg()[0] ?? 0;
const memory = await workerMemory([...ofPypi, ...ofNpm]);
const readings = await compareReadings([...ofPypi, ...ofNpm]);
const failures = [...[...reports, ...popular].flatMap((report) => report.failures), ...memory.failures];
const [pypiReport, npmReport] = reports;
const lines = [
  `${ofPypi.length} wheels (${WHEEL_ROOTS.join(', ')} with what they need) and ${ofNpm.length} npm tarballs (${TARBALLS.join(', ')}); rates are unpacked bytes per second of processor time, all threads, in a process with Node's own settings; the confined child of the product gives up some speed for memory (src/main/confined.ts). Text scanners: ${TEXT_SCANNERS.join(', ')}.`,
  `Load while measuring: ${loadBefore.toFixed(1)} to ${loadAfter.toFixed(1)} on ${cpus().length} cores; above the number of cores the rates are too low.`,
  '',
  '| what | rate | goal | bytes |',
  '|---|---|---|---|',
  ...reports.flatMap(({ measures }) => measures.map(speed)),
  // Measured last, when all is compiled: of the small packages among them a process of its own would mostly measure that.
  ...popular.flatMap(({ measures }) => measures.filter(({ goal }) => goal !== undefined).map(speed)),
  '',
  `Failures: ${failures.length}. Peak memory of a confined worker over all of them, one after the other: ${Math.round(memory.peak)} MiB (goal: under 512).`,
  '',
  `Pre-filters: of ${readings.outcomes} outcomes of scanners over these packages, ${readings.differences.filter((line) => !line.startsWith(' ')).length} differ from those of a reading that parses every source file.`,
  '',
  ...(await qualityRows()),
  '',
  'What the scanners say of these ordinary wheels:',
  '',
  ...ALARM_HEAD,
  ...alarms(pypiReport?.findings ?? new Map()),
  '',
  'And of these npm tarballs:',
  '',
  ...ALARM_HEAD,
  ...alarms(npmReport?.findings ?? new Map()),
];
await writeSection(lines);
console.log(lines.join('\n'));
for (const line of [...failures, ...readings.differences]) console.log(line);
if (show === true) {
  for (const finding of reports.flatMap(({ findings }) => [...findings.values()].flat())) {
    if (finding.severity === 'info') continue;
    console.log(`${finding.severity} ${finding.subject} ${finding.location ?? ''} ${finding.summary}`);
  }
}
