// Writes src/scanners/licence-texts/table.ts: ids, exceptions and prints of the licence texts of the SPDX License List, from
// the packages spdx-license-ids, spdx-exceptions and spdx-license-list (its texts are CC0-1.0). Only ids and numbers are
// kept. Run it after one of those packages, or words.ts, changed; table.spec.ts fails until then.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bootstrap.mjs';

const { tableSource } = await import('../test/corpora/licence-table.ts');
writeFileSync(join(ROOT, 'src', 'scanners', 'licence-texts', 'table.ts'), tableSource());
