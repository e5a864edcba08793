/**
 * Reads a file of marked snippets. Before the first `--- ` stands what the file is. After it, for each snippet, what must be
 * told of it (or `ok`), and its lines; a line that ends in `«` is one where it must be told.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Snippet {
  /** For people: the file and the place of the snippet in it. */
  readonly label: string;
  /** Path and more that the header gives after what must be told. */
  readonly rest: string;
  /** What must be told; `undefined` where nothing may be. */
  readonly expected: string | undefined;
  /** Known to be missed so far: a header that begins with `missed`. It counts in figures, and no spec asks for it. */
  readonly missed: boolean;
  readonly text: string;
  /** Lines, counted from 1, at which it must be told. */
  readonly lines: readonly number[];
}

const MARK = /[ \t]*«$/;

export function readSnippets(name: string): readonly Snippet[] {
  const [, ...blocks] = readFileSync(join(import.meta.dirname, name), 'utf8').split(/^--- /m);
  return blocks.map((block, at) => {
    const [header = '', ...body] = block.split('\n');
    const words = header.trim().split(' ');
    const missed = words[0] === 'missed';
    const [expected = 'ok', ...rest] = missed ? words.slice(1) : words;
    const lines = body.flatMap((line, index) => (MARK.test(line) ? [index + 1] : []));
    return {
      label: `${name} ${at + 1}: ${expected}`,
      rest: rest.join(' '),
      expected: expected === 'ok' ? undefined : expected,
      missed,
      text: body.map((line) => line.replace(MARK, '')).join('\n'),
      lines,
    };
  });
}
