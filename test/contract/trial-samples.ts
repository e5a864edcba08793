/** Subjects for the specs of scanners that look at what came of a trial. */
import type { TrialReport } from '../../src/domain/trial.ts';
import type { Subject } from '../../src/scanners/contract.ts';

/** A release that installed, imported and passed its tests. */
export const A_REPORT: TrialReport = {
  target: 'cp312-manylinux_2_28_x86_64',
  machine: 'CPython 3.12.4 on x86_64 with glibc 2.36, pip 24.0',
  resolved: [
    { name: 'demo-pkg', version: '1.0' },
    { name: 'needed', version: '2.0' },
  ],
  forBuilds: [],
  install: {
    status: 'installed',
    releases: [
      { name: 'needed', version: '2.0.0' },
      { name: 'demo-pkg', version: '1.0' },
    ],
    warnings: [],
  },
  imports: { status: 'imported', modules: [{ name: 'demo_pkg', error: null }], warnings: [] },
  missingLibraries: [],
  tests: {
    status: 'ran',
    runner: 'pytest',
    passed: 7,
    failed: 0,
    skipped: 1,
    last: '7 passed, 1 skipped',
    seconds: 1.5,
  },
  wallMs: 2100,
  peakBytes: 120 * 1024 * 1024,
};

/** A trial of `demo-pkg` 1.0 that came out so. */
export function aTrial(change: Partial<TrialReport> = {}): Subject<'trial'> {
  return { ...A_TRIED, trial: { status: 'tried', report: { ...A_REPORT, ...change } } };
}

const A_TRIED = { kind: 'trial', purl: 'pkg:pypi/demo-pkg@1.0', name: 'demo-pkg', version: '1.0' } as const;

/** A machine on which nothing can be run. */
export const UNTRIED: Subject<'trial'> = {
  ...A_TRIED,
  trial: { status: 'failed', reason: 'nothing is run without isolation', retryable: true },
};
