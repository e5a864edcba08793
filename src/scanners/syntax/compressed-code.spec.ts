import { describe, expect, it } from 'vitest';
import { A_WHEEL, inspectFiles } from '../../../test/contract/content-scanner.ts';
import { capabilitiesScanner } from '../capabilities/index.ts';
import { installCodeScanner } from '../install-code/index.ts';
import { weaknessesScanner } from '../weaknesses/index.ts';

const BUILT = { ...A_WHEEL, ecosystem: 'cran', name: 'demo', filename: 'demo_1.0_r4.4-windows.zip' };

describe.each([capabilitiesScanner, installCodeScanner, weaknessesScanner])('$id over a built R package', (scanner) => {
  it('could not look, rather than found nothing', async () => {
    const files = { 'demo/DESCRIPTION': 'Package: demo\n', 'demo/R/demo.rdb': new Uint8Array([0, 0, 1, 0]) };
    expect(await inspectFiles(scanner, files, BUILT)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('demo/R/demo.rdb'),
      retryable: false,
    });
  });

  it('looks at one without compressed code, and at source', async () => {
    expect(await inspectFiles(scanner, { 'demo/DESCRIPTION': 'Package: demo\n' }, BUILT)).toMatchObject({
      status: 'completed',
    });
    const source = { 'demo/R/a.R': 'f <- function() 1\n', 'demo/inst/R/x.rdb': 'x' };
    expect(await inspectFiles(scanner, source, { ...BUILT, filename: 'demo_1.0.tar.gz' })).toMatchObject({
      status: 'completed',
    });
  });
});
