/** Files of the programs that this one starts: TypeScript in a clone, JavaScript in the published package. */
import { extname, join } from 'node:path';

/** Named in `scripts/build.mjs` too: what is built puts many modules into one, and only these keep their files. */
type Program = 'cli' | 'confined' | 'work-thread' | 'demo/made-here-process';

/** Absolute. */
export function entryOf(program: Program): string {
  return join(import.meta.dirname, `${program}${extname(import.meta.filename)}`);
}
