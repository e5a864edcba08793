/** npm: the file that a lifecycle script starts is code that runs at install, whatever its place. */
import { posix } from 'node:path';
import { excerpt, lineCounter } from '../../domain/content.ts';
import type { Finding } from '../../domain/evidence.ts';
import { powerOf } from '../syntax/powers.ts';
import type { Source } from '../syntax/source.ts';
import { SIGNS } from './signs.ts';
import { isTalk } from './source-signs.ts';

const STARTS_FILE = /"(?:pre|post)?install"\s*:\s*"(?:[^"\\]|\\.)*?\bnode\s+(?:--?\S+\s+)*([\w./-]+)/g;
/** Files that are remembered for one distribution. */
const MOST_FILES = 500;
const LONGEST_PATH = 300;

/** What a source file of the package does, as far as a lifecycle script makes it matter. */
export interface Deed {
  readonly path: string;
  /** The line where it talks to the network first, and its number; `undefined` where it does not. */
  readonly talks: { readonly line: number; readonly text: string } | undefined;
  readonly starts: boolean;
}

/** Puts scripts and the files they start together, in whatever order they come. */
export class Lifecycle {
  private readonly started = new Set<string>();
  private readonly deeds = new Map<string, Deed>();

  /** `package.json` of the package itself. */
  manifest(path: string, text: string): void {
    if (!/^(?:package\/)?package\.json$/.test(path)) return;
    for (const [, file] of text.matchAll(STARTS_FILE))
      if (file !== undefined) this.started.add(posix.join(posix.dirname(path), file));
  }

  deed(deed: Deed): void {
    if (this.deeds.size < MOST_FILES) this.deeds.set(deed.path, deed);
  }

  /** The files that scripts start and that do more than compute. */
  findings(): readonly Finding[] {
    return [...this.started].toSorted().flatMap((file): Finding[] => {
      const found =
        this.deeds.get(file) ?? this.deeds.get(`${file}.js`) ?? this.deeds.get(posix.join(file, 'index.js'));
      if (found?.talks === undefined) return [];
      const sign = found.starts ? 'lifecycle-network-and-code' : 'lifecycle-network';
      const { path, talks } = found;
      return [
        {
          kind: 'install-code',
          ...SIGNS[sign],
          subject: path,
          location: `${path.slice(0, LONGEST_PATH)}:${talks.line}`,
          data: { sign, line: talks.text },
        },
      ];
    });
  }
}

/** Characters of a line that are repeated. */
const LONGEST_LINE = 200;

/** What a file does, for the scripts that may start it. */
export function deedOf(source: Source): Deed {
  const { calls, path, text } = source;
  const talk = calls.find((call) => isTalk(call, source));
  const starts = calls.some(
    ({ name }) => /^(?:eval|Function)$/.test(name) || powerOf(name, source.language) === 'processes',
  );
  if (talk === undefined) return { path, talks: undefined, starts };
  const { start } = talk.node;
  const begin = text.lastIndexOf('\n', start) + 1;
  const end = text.indexOf('\n', start);
  const line = excerpt(text.slice(begin, end === -1 ? text.length : end), LONGEST_LINE);
  return { path, talks: { line: lineCounter(text)(start), text: line }, starts };
}
