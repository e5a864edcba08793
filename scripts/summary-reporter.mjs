// Counts a vitest run and remembers what was skipped and what failed, and why, for the plain last lines of `npm test`.
import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

export default class SummaryReporter {
  onTestRunEnd(modules, errors) {
    const summary = { passed: 0, failed: 0, skipped: 0, skips: [], failures: [], unhandled: errors.length };
    for (const error of errors) summary.failures.push({ name: 'outside of any test', file: '', why: said(error) });
    for (const module of modules) countModule(module, summary);
    const file = process.env.PRATIQUE_TEST_SUMMARY;
    if (file !== undefined) writeFileSync(file, JSON.stringify(summary));
  }
}

function countModule(module, summary) {
  let tests = 0;
  for (const test of module.children.allTests()) {
    tests += 1;
    const result = test.result();
    if (result.state === 'passed') summary.passed += 1;
    else if (result.state === 'failed') {
      summary.failed += 1;
      summary.failures.push({ name: test.fullName, file: module.relativeModuleId, why: said(result.errors?.[0]) });
    } else {
      summary.skipped += 1;
      summary.skips.push({ name: test.fullName, file: module.relativeModuleId, reason: result.note ?? '' });
    }
  }
  // A file that breaks before its tests are known, or whose set-up fails, is a failure of its own.
  if (module.errors().length > 0 || (tests === 0 && module.state() === 'failed')) {
    summary.failed += 1;
    const why = said(module.errors()[0]);
    summary.failures.push({ name: 'the file could not be run', file: module.relativeModuleId, why });
  }
}

/** The first line of an error: enough to know a failure again in the last lines of a long log. */
function said(error) {
  const message = typeof error?.message === 'string' ? error.message : String(error ?? '');
  return stripVTControlCharacters(message).split('\n', 1)[0].slice(0, 300);
}
