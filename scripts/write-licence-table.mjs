// Writes ids.ts (ids, exceptions) and table.ts (prints of the licence texts) of src/scanners/licence-texts, from the SPDX
// License List: the packages spdx-license-ids, spdx-exceptions and spdx-license-list (its texts are CC0-1.0). Only ids and numbers are
// kept. Run it after one of those packages, or words.ts, changed; table.spec.ts fails until then.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bootstrap.mjs';

const { idsSource, tableSource } = await import('../test/corpora/licence-table.ts');
const FOLDER = join(ROOT, 'src', 'scanners', 'licence-texts');
writeFileSync(join(FOLDER, 'ids.ts'), idsSource());
writeFileSync(join(FOLDER, 'table.ts'), tableSource());
