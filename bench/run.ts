/** `npm run bench [-- --only NAME]`: measures, and writes bench/RESULTS.md. A new measurement is one line in `BENCHES`. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readArguments } from './arguments.ts';
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

const FILE = join(import.meta.dirname, 'RESULTS.md');
const USAGE = `npm run bench -- [--only NAME]...

Measures, and writes what it measured to bench/RESULTS.md; sections of benches that did not run stay.
  --only NAME  only this bench; may be given again
Benches: ${Object.keys(BENCHES).join(', ')}
\`npm run bench:scanners\` is a command of its own.`;

function chosen(): readonly (readonly [string, Bench])[] {
  const { only } = readArguments(USAGE, () => {
    const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, help: { type: 'boolean' } } });
    const unknown = values.only?.find((name) => !Object.hasOwn(BENCHES, name));
    if (unknown !== undefined)
      throw new RangeError(`There is no bench ${unknown}: there are ${Object.keys(BENCHES).join(', ')}`);
    return values;
  });
  return Object.entries(BENCHES).filter(([name]) => only === undefined || only.includes(name));
}

for (const [name, bench] of chosen()) {
  console.log(`# ${name}`);
  const loadBefore = loadNow();
  const figures = await bench();
  for (const figure of figures) console.log(row(figure));
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const head = '| what | ours | peer | ratio | goal | method |\n|---|---|---|---|---|---|';
  // At once: what was measured stays measured where a later bench fails.
  writeSection(
    name,
    `${head}\n${figures.map(row).join('\n')}\n\nCommit ${commit}. Load of the machine ${loadBefore} before and ${loadNow()} after.\n`,
  );
}

/** What was not measured now, or is measured by a command of its own, stays as it was. */
function writeSection(name: string, text: string): void {
  const sections = new Map(sectionsIn(readFileSync(FILE, 'utf8')));
  sections.set(name, text);
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const title = `# Results\n\nWritten by \`npm run bench\`. Machine: ${machine}. Node ${process.version}.\nFigures are minimum / median / maximum. Read the ratios: the machine is shared.\n`;
  writeFileSync(FILE, [title, ...[...sections].map(([one, said]) => `## ${one}\n\n${said}`)].join('\n'));
}

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
