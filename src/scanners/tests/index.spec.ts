import { describe, expect, it } from 'vitest';
import {
  A_WHEEL,
  findingsIn,
  inspectFiles,
  itKeepsTheContentScannerContract,
} from '../../../test/contract/content-scanner.ts';
import { testsScanner } from './index.ts';

const code = 'def test_it(): assert True\n';

itKeepsTheContentScannerContract(testsScanner, {
  found: {
    'a tests folder': { 'pkg/__init__.py': '', 'pkg/tests/test_it.py': code, 'pkg/tests/data.csv': '1,2' },
    'lone test files': { 'pkg/test_it.py': code, 'pkg/web/it.spec.ts': '' },
    'a folder called test that holds tests': { 'pkg/test/test_it.py': code },
  },
  clean: {
    'a package without tests': { 'pkg/__init__.py': '', 'pkg/latest.py': '', 'pkg/contest.py': '' },
    'a feature called test': { 'pkg/test/client.py': '', 'pkg/testing/__init__.py': '' },
  },
  seeds: ['def test_it(): assert True'],
});

describe('tests scanner', () => {
  it('adds up by the outermost test folder', async () => {
    const files = {
      'pkg/a.py': 'x'.repeat(60),
      'pkg/tests/deep/tests/test_a.py': 'y'.repeat(30),
      'other/tests/x.bin': 'z'.repeat(10),
    };
    expect(await findingsIn(testsScanner, files)).toMatchObject([
      {
        kind: 'tests',
        severity: 'info',
        subject: 'pkg:pypi/demo-pkg@1.0',
        location: 'other/tests',
        data: { files: 2, bytes: 40, percent: 40, folders: ['other/tests', 'pkg/tests'] },
      },
    ]);
  });

  it('does not apply to source distributions', async () => {
    const sdist = { ...A_WHEEL, filename: 'demo_pkg-1.0.tar.gz' };
    expect(await inspectFiles(testsScanner, { 'tests/test_it.py': code }, sdist)).toMatchObject({
      status: 'not-applicable',
    });
  });
});

describe('test code of R packages', () => {
  const R_SOURCE = { ...A_WHEEL, ecosystem: 'cran', name: 'demo', filename: 'demo_1.0.tar.gz' };
  const found = async (files: Readonly<Record<string, string>>) => {
    const outcome = await inspectFiles(testsScanner, files, R_SOURCE);
    const findings = outcome.status === 'completed' ? outcome.findings : [];
    return findings.map(({ data, location }) => [data.code, data.files, data.frameworks, location]);
  };

  it('is told apart by whether R installs it', async () => {
    const files = {
      'demo/R/a.R': 'a <- 1\n',
      'demo/tests/testthat.R': 'library(testthat)\n',
      'demo/tests/testthat/test-a.R': 'test_that("a", {})\n',
      'demo/inst/tinytest/test_a.R': 'expect_true(TRUE)\n',
    };
    expect(await found(files)).toEqual([
      ['own-tests', 2, ['testthat', 'tinytest'], 'demo/tests/testthat.R'],
      ['test-code', 1, ['testthat', 'tinytest'], 'demo/inst/tinytest/test_a.R'],
    ]);
    expect(await found({ 'demo/tests/a.R': 'stopifnot(TRUE)\n', 'demo/tests/a.Rout.save': '' })).toEqual([
      ['own-tests', 2, [], 'demo/tests/a.R'],
    ]);
  });

  it('is all installed where the package was built, which says nothing of tests that it has as source', async () => {
    const built = { 'demo/Meta/package.rds': 'x', 'demo/R/demo': '', 'demo/tests/a.R': '', 'demo/tinytest/b.R': '' };
    expect(await found(built)).toEqual([['test-code', 2, ['tinytest'], 'demo/tests/a.R']]);
    expect(await found({ 'demo/Meta/package.rds': 'x' })).toEqual([]);
  });

  it('is said to be missing where there is none', async () => {
    expect(await found({ 'demo/R/latest.R': '', 'demo/inst/contest/x.R': '' })).toEqual([
      ['no-tests', 0, [], undefined],
    ]);
  });
});
