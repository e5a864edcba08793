/** Every scanner, one line each. */
import { archiveScanner } from './archive/index.ts';
import { CONTENT_SCANNERS } from './content-catalog.ts';
import type { AnyScanner } from './contract.ts';
import { integrityScanner } from './integrity/index.ts';
import { lookalikeScanner } from './lookalike/index.ts';
import { vulnerabilitiesScanner } from './vulnerabilities/index.ts';

export const SCANNERS: readonly AnyScanner[] = [
  archiveScanner,
  integrityScanner,
  lookalikeScanner,
  vulnerabilitiesScanner,
  ...CONTENT_SCANNERS,
];
