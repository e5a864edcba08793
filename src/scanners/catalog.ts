/** Every scanner, one line each; of those that read files only what they declare (`content-catalog.ts`). */
import { accountsScanner } from './accounts/index.ts';
import { archiveScanner } from './archive/index.ts';
import { capabilitiesDeclaration } from './capabilities/declaration.ts';
import { changedLinesScanner } from './changed-lines/index.ts';
import { changesScanner } from './changes/index.ts';
import type { AnyScanner } from './contract.ts';
import { copiedCodeScanner } from './copied-code/index.ts';
import { deprecationScanner } from './deprecation/index.ts';
import { documentsDeclaration } from './documents/declaration.ts';
import { identityScanner } from './identity/index.ts';
import { installCodeDeclaration } from './install-code/declaration.ts';
import { installProofScanner } from './install-proof/index.ts';
import { integrityScanner } from './integrity/index.ts';
import { knownMaliciousScanner } from './known-malicious/index.ts';
import { licencesDeclaration } from './licences/declaration.ts';
import { lookalikeScanner } from './lookalike/index.ts';
import { maintenanceScanner } from './maintenance/index.ts';
import { opaqueDataDeclaration } from './opaque-data/declaration.ts';
import { popularityScanner } from './popularity/index.ts';
import { provenanceScanner } from './provenance/index.ts';
import { registrySignatureScanner } from './registry-signature/index.ts';
import { replacedScanner } from './replaced/index.ts';
import { responseScanner } from './response/index.ts';
import { secretsDeclaration } from './secrets/declaration.ts';
import { sourceScanner } from './source/index.ts';
import { systemRequirementsScanner } from './system-requirements/index.ts';
import { testsDeclaration } from './tests/declaration.ts';
import { upstreamTestsScanner } from './upstream-tests/index.ts';
import { vulnerabilitiesScanner } from './vulnerabilities/index.ts';
import { weaknessesDeclaration } from './weaknesses/declaration.ts';
import { yaraScanner } from './yara/index.ts';

export const SCANNERS: readonly AnyScanner[] = [
  accountsScanner,
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
  responseScanner,
  sourceScanner,
  systemRequirementsScanner,
  upstreamTestsScanner,
  vulnerabilitiesScanner,
  yaraScanner,
  capabilitiesDeclaration,
  documentsDeclaration,
  installCodeDeclaration,
  licencesDeclaration,
  opaqueDataDeclaration,
  secretsDeclaration,
  testsDeclaration,
  weaknessesDeclaration,
];
