// `npm run check`: everything that can be said of the sources without running them. The last line is a plain summary.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './bootstrap.mjs';
import { overBudget } from './checks/budget.mjs';
import { strayGlobals } from './checks/globals.mjs';
import { namedHosts } from './checks/hosts.mjs';
import { judgeImports } from './checks/imports.mjs';
import { misnumberedMigrations } from './checks/migrations.mjs';
import { incompletePlugins } from './checks/plugins.mjs';
import { readSources } from './checks/sources.mjs';
import { sharedTables } from './checks/tables.mjs';

/** A tree that reads fewer files than this was not read: the checks would say "fine" about nothing. */
const LEAST_SOURCES = 200;

const sources = readSources(ROOT);
const checks = [
  ['sources are read', () => (sources.length < LEAST_SOURCES ? [`only ${sources.length} files were read`] : [])],
  [
    'format and lint',
    () =>
      tool('@biomejs/biome/bin/biome', [
        'check',
        '--error-on-warnings',
        '--diagnostic-level=warn',
        '--max-diagnostics=200',
        '--colors=off',
        '.',
      ]),
  ],
  ['types', () => tool('typescript7/bin/tsc', ['--pretty', 'false'])],
  ['import rules', importRules],
  ['dead code', () => tool('knip/bin/knip.js', ['--no-progress'])],
  ['registry hosts', () => namedHosts(sources)],
  ['restricted globals', () => strayGlobals(sources)],
  ['size budget', () => overBudget(sources)],
  ['plug-ins', () => incompletePlugins(sources)],
  ['one writer per table', () => sharedTables(sources)],
  ['migrations in order', () => misnumberedMigrations(sources)],
];

let failed = 0;
for (const [name, check] of checks) {
  const problems = check();
  if (problems.length > 0) failed += 1;
  process.stdout.write(`${problems.length === 0 ? 'ok    ' : 'failed'}  ${name}\n`);
  for (const problem of problems) process.stdout.write(`        ${problem}\n`);
}
process.stdout.write(`check: ${checks.length - failed} passed, ${failed} failed; ${sources.length} files\n`);
process.exitCode = failed === 0 ? 0 : 1;

/** Runs a program from the locked dependencies; its lines are the problems when it does not end well. */
function tool(file, args) {
  const { status, stdout, stderr } = run(file, args);
  if (status === 0) return [];
  return `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '');
}

function importRules() {
  const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src', 'migrations', 'test', 'bench'];
  const { status, stdout, stderr } = run('dependency-cruiser/bin/dependency-cruiser.mjs', args);
  return judgeImports(stdout, `dependency-cruiser ended with ${status}: ${stderr}`);
}

function run(file, args) {
  const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] };
  return spawnSync(process.execPath, [join(ROOT, 'node_modules', file), ...args], options);
}
