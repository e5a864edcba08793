// `npm test`: installs what is missing, runs the hermetic suite under the locked Node, and ends with a plain summary.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, findNode, ROOT, runChild } from './bootstrap.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pratique-summary-'));
const file = join(folder, 'summary.json');
let code = 1;
try {
  await ensureInstalled();
  const node = findNode();
  const env = { ...process.env, PRATIQUE_TEST_SUMMARY: file };
  const options = { cwd: ROOT, env };
  if (process.env.PRATIQUE_INSTALL_CLIENTS === '1') {
    await runChild(node, [join(ROOT, 'test/harness/install-clients.ts')], options);
  }
  const vitest = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=default'];
  const reporter = `--reporter=${join(ROOT, 'scripts/summary-reporter.mjs')}`;
  code = await runChild(node, [...vitest, reporter, ...process.argv.slice(2)], options);
  report();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = code;

function report() {
  const summary = read();
  if (summary === undefined) {
    process.stdout.write('The tests ended without a result.\n0 passed, 1 failed, 0 skipped\n');
    code = code === 0 ? 1 : code;
    return;
  }
  if (summary.passed + summary.failed === 0 || summary.failed > 0 || summary.unhandled > 0)
    code = code === 0 ? 1 : code;
  const lines = skipLines(summary.skips);
  for (const { name, file: where, why } of summary.failures) lines.push(`failed: ${name} (${where}): ${why}`);
  const failed = summary.failed + summary.unhandled;
  lines.push(`${summary.passed} passed, ${failed} failed, ${summary.skipped} skipped`);
  process.stdout.write(`\n${lines.join('\n')}\n`);
}

/** One line for each file and reason that names every test skipped, so that what failed stands at the end and is not lost among them. */
function skipLines(skips) {
  const together = new Map();
  for (const { name, file: where, reason } of skips) {
    const key = `skipped in ${where}${reason === '' ? '' : ` (${reason})`}`;
    together.set(key, [...(together.get(key) ?? []), name]);
  }
  return [...together].map(([key, names]) => `${key}: ${names.join('; ')}`);
}

function read() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
