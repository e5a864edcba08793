/** Every scanner that reads the files inside distributions, one line each. The confined program loads these and no others. */
import type { ContentScanner } from './contract.ts';
import { opaqueDataScanner } from './opaque-data/index.ts';
import { secretsScanner } from './secrets/index.ts';
import { testsScanner } from './tests/index.ts';

export const CONTENT_SCANNERS: readonly ContentScanner[] = [opaqueDataScanner, secretsScanner, testsScanner];
