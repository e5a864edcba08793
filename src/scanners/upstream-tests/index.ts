/** Whether a release passes the tests that its authors publish with it. */
import { excerpt } from '../../domain/content.ts';
import type { Finding, ScanOutcome } from '../../domain/evidence.ts';
import { endingOf, type TrialReport } from '../../domain/trial.ts';
import type { Scanner } from '../contract.ts';

export const upstreamTestsScanner: Scanner<'trial'> = {
  id: 'upstream-tests',
  version: 5,
  looksAt: 'trial',
  ecosystems: ['pypi', 'cran'],
  emits: ['upstream-tests'],
  staleAfterHours: null,
  sees: 'How many of its own tests a release passes on this machine, in a cage without network: those of its source distribution or of what is installed, run by pytest or unittest against what was installed from its tree; of R packages the scripts in the folder tests of their source, with the counts of testthat where they use it.',
  cannotSee:
    'Tests that are kept elsewhere or need the network, data, services or tools that are not in the tree (pytest itself must be there or in the folder of test tools; testthat must be in the tree), and whether the tests are any good: a release can lie about its own tests.',
  async scan({ purl, trial }) {
    return trial.status === 'tried' ? outcomeOf(purl, trial.report) : trial;
  },
};

function outcomeOf(purl: string, { tests, target, machine }: TrialReport): ScanOutcome {
  switch (tests.status) {
    case 'none':
      return { status: 'not-applicable', reason: excerpt(tests.reason) };
    case 'not-runnable':
      return { status: 'failed', reason: excerpt(tests.reason), retryable: false };
    case 'not-reached':
      return {
        status: 'failed',
        reason: 'it could not be installed or imported, so its tests were not run',
        retryable: false,
      };
    case 'ended-at-limit': {
      const summary = `its tests ${endingOf(tests.limit)}${tests.last === '' ? '' : `: ${excerpt(tests.last)}`}`;
      return completed({
        purl,
        severity: 'low',
        summary,
        data: { code: 'tests-at-limit', limit: tests.limit, target, machine },
      });
    }
    case 'ran': {
      const { passed, failed, skipped, runner, seconds, last } = tests;
      const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
      const data = {
        ...{ passed, failed, skipped, runner, seconds, target, machine },
        code: failed > 0 ? 'tests-failed' : passed > 0 ? 'tests-passed' : 'tests-skipped',
      };
      const summary = `its own tests (${runner}): ${counts}${failed > 0 ? `; ${excerpt(last)}` : ''}`;
      return completed({ purl, severity: failed > 0 ? 'medium' : 'info', summary, data });
    }
  }
}

function completed({
  purl,
  ...rest
}: Pick<Finding, 'severity' | 'summary' | 'data'> & { readonly purl: string }): ScanOutcome {
  return { status: 'completed', findings: [{ kind: 'upstream-tests', subject: purl, location: undefined, ...rest }] };
}
