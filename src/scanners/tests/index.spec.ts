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
