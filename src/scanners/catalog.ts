/** Every scanner, one line each. */
import { archiveScanner } from './archive/index.ts';
import { changedLinesScanner } from './changed-lines/index.ts';
import { changesScanner } from './changes/index.ts';
import { CONTENT_SCANNERS } from './content-catalog.ts';
import type { AnyScanner } from './contract.ts';
import { copiedCodeScanner } from './copied-code/index.ts';
import { deprecationScanner } from './deprecation/index.ts';
import { identityScanner } from './identity/index.ts';
import { installProofScanner } from './install-proof/index.ts';
import { integrityScanner } from './integrity/index.ts';
import { knownMaliciousScanner } from './known-malicious/index.ts';
import { lookalikeScanner } from './lookalike/index.ts';
import { maintenanceScanner } from './maintenance/index.ts';
import { popularityScanner } from './popularity/index.ts';
import { provenanceScanner } from './provenance/index.ts';
import { registrySignatureScanner } from './registry-signature/index.ts';
import { replacedScanner } from './replaced/index.ts';
import { sourceScanner } from './source/index.ts';
import { systemRequirementsScanner } from './system-requirements/index.ts';
import { upstreamTestsScanner } from './upstream-tests/index.ts';
import { vulnerabilitiesScanner } from './vulnerabilities/index.ts';
import { yaraScanner } from './yara/index.ts';

export const SCANNERS: readonly AnyScanner[] = [
  archiveScanner,
  changedLinesScanner,
  changesScanner,
  copiedCodeScanner,
  deprecationScanner,
  identityScanner,
  installProofScanner,
  integrityScanner,
  knownMaliciousScanner,
  lookalikeScanner,
  maintenanceScanner,
  popularityScanner,
  provenanceScanner,
  registrySignatureScanner,
  replacedScanner,
  sourceScanner,
  systemRequirementsScanner,
  upstreamTestsScanner,
  vulnerabilitiesScanner,
  yaraScanner,
  ...CONTENT_SCANNERS,
];
