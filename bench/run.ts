/** `npm run bench [-- --only NAME]`: measures, and writes bench/RESULTS.md. A new measurement is one line in `BENCHES`. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { closedSet } from './closed-set.ts';
import type { Bench, Figure } from './figure.ts';
import { packument } from './packument.ts';
import { people } from './people.ts';
import { publishing } from './publishing.ts';
import { serving } from './serving.ts';
import { vettingTree } from './vetting-tree.ts';

const BENCHES: Readonly<Record<string, Bench>> = {
  'closed-set': closedSet,
  packument,
  people,
  publishing,
  serving,
  'vetting-tree': vettingTree,
};

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
if (only !== undefined && BENCHES[only] === undefined) {
  console.error(`There is no bench ${only}. Benches: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
const file = join(import.meta.dirname, 'RESULTS.md');
// What was not measured now, or is measured by a command of its own, stays as it was.
const sections = new Map(sectionsIn(readFileSync(file, 'utf8')));
for (const [name, bench] of Object.entries(BENCHES)) {
  if (only !== undefined && only !== name) continue;
  console.log(`# ${name}`);
  const loadBefore = loadNow();
  const figures = await bench();
  for (const figure of figures) console.log(row(figure));
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const head = '| what | ours | peer | ratio | goal | method |\n|---|---|---|---|---|---|';
  sections.set(
    name,
    `${head}\n${figures.map(row).join('\n')}\n\nCommit ${commit}. Load of the machine ${loadBefore} before and ${loadNow()} after.\n`,
  );
}
const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
const title = `# Results\n\nWritten by \`npm run bench\`. Machine: ${machine}. Node ${process.version}.\nFigures are minimum / median / maximum. Read the ratios: the machine is shared.\n`;
writeFileSync(file, [title, ...[...sections].map(([name, text]) => `## ${name}\n\n${text}`)].join('\n'));

/** Average number of running processes in the last minute: above the number of cores, figures are too high. */
function loadNow(): string {
  return (loadavg()[0] ?? Number.NaN).toFixed(1);
}

function sectionsIn(text: string): readonly (readonly [string, string])[] {
  return text
    .split('\n## ')
    .slice(1)
    .map((section) => {
      const [name = '', ...lines] = section.split('\n');
      return [name, `${lines.join('\n').trim()}\n`] as const;
    });
}

function row({ what, ours, peer, ratio, goal, method }: Figure): string {
  return `| ${what} | ${ours} | ${peer ?? '-'} | ${ratio ?? '-'} | ${goal} | ${method} |`;
}
