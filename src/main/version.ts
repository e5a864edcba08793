/** The version in `package.json`, which lies at the root of the clone and of the published package. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

export const VERSION = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest(), 'utf8'))).version;

function manifest(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return join(folder, 'package.json');
}
