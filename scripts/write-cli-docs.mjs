// Writes docs/cli.md from the program itself. `src/surfaces/cli/docs.spec.ts` fails when it is out of date.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bootstrap.mjs';

const { cliDocument } = await import('../src/surfaces/cli/docs.ts');
const { processHost } = await import('../src/main/host.ts');
writeFileSync(join(ROOT, 'docs', 'cli.md'), cliDocument(processHost()));
