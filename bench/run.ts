/** `npm run bench [-- --only NAME]`: measures, and writes bench/RESULTS.md. A new measurement is one line in `BENCHES`. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { closedSet } from './closed-set.ts';
import type { Bench, Figure } from './figure.ts';
import { publishing } from './publishing.ts';
import { serving } from './serving.ts';

const BENCHES: Readonly<Record<string, Bench>> = { 'closed-set': closedSet, publishing, serving };

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
if (only !== undefined && BENCHES[only] === undefined) {
  console.error(`There is no bench ${only}. Benches: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
const sections: string[] = [];
for (const [name, bench] of Object.entries(BENCHES)) {
  if (only !== undefined && only !== name) continue;
  console.log(`# ${name}`);
  const figures = await bench();
  for (const figure of figures) console.log(row(figure));
  sections.push(
    `## ${name}\n\n| what | ours | peer | ratio | goal | method |\n|---|---|---|---|---|---|\n${figures.map(row).join('\n')}\n`,
  );
}
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
const head = `# Results\n\nWritten by \`npm run bench\`. Machine: ${machine}. Node ${process.version}. Commit ${commit}.\nFigures are minimum / median / maximum. Read the ratios: the machine is shared.\n`;
if (only === undefined) writeFileSync(join(import.meta.dirname, 'RESULTS.md'), `${head}\n${sections.join('\n')}`);

function row({ what, ours, peer, ratio, goal, method }: Figure): string {
  return `| ${what} | ${ours} | ${peer ?? '-'} | ${ratio ?? '-'} | ${goal} | ${method} |`;
}
