/** Every scanner that reads the files inside distributions, one line each. The confined program loads these and no others. */

import { capabilitiesScanner } from './capabilities/index.ts';
import type { ContentScanner } from './contract.ts';
import { documentsScanner } from './documents/index.ts';
import { installCodeScanner } from './install-code/index.ts';
import { licencesScanner } from './licences/index.ts';
import { opaqueDataScanner } from './opaque-data/index.ts';
import { secretsScanner } from './secrets/index.ts';
import { testsScanner } from './tests/index.ts';
import { weaknessesScanner } from './weaknesses/index.ts';

export const CONTENT_SCANNERS: readonly ContentScanner[] = [
  capabilitiesScanner,
  documentsScanner,
  installCodeScanner,
  licencesScanner,
  opaqueDataScanner,
  secretsScanner,
  testsScanner,
  weaknessesScanner,
];
