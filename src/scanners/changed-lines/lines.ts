/** How many lines of a text are new and gone against an older text. */
import { diffArrays } from 'diff';
import type { LineFigures } from '../../domain/file-changes.ts';

/** Lines new and gone up to which two texts are aligned: the time grows with the square, to 70 ms at this number. */
const MOST_EDITS = 1000;
/** Squares of the edits of one comparison together: some ten seconds, whatever the files. */
const MOST_WORK = 150 * MOST_EDITS ** 2;

/** Aligns texts until its work is used up; then, and where too much differs, lines are counted without their order. */
export class LineCompare {
  private left: number;

  constructor(work = MOST_WORK) {
    this.left = work;
  }

  /** `weight`: characters of the lines that are new or gone. */
  compare(before: string, now: string): LineFigures & { readonly weight: number } {
    const numbers = new LineNumbers();
    const [was, is] = [numbers.of(before), numbers.of(now)];
    const maxEditLength = Math.floor(Math.min(MOST_EDITS, Math.sqrt(Math.max(0, this.left))));
    const aligned = diffArrays(was, is, { maxEditLength });
    if (aligned === undefined) {
      this.left -= maxEditLength ** 2;
      return { ...unordered(was, is, numbers.lengths), unordered: true };
    }
    let [added, removed, weight] = [0, 0, 0];
    for (const part of aligned) {
      if (!part.added && !part.removed) continue;
      if (part.added) added += part.value.length;
      else removed += part.value.length;
      weight += part.value.reduce((sum, line) => sum + (numbers.lengths[line] ?? 0), 0);
    }
    this.left -= (added + removed) ** 2;
    return { added, removed, unordered: false, weight };
  }
}

/** Lines as numbers, the same for the same text: they are compared many times. */
class LineNumbers {
  private readonly known = new Map<string, number>();
  /** Characters of each line, its end included, by its number. */
  readonly lengths: number[] = [];

  of(text: string): number[] {
    const lines: number[] = [];
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf('\n', at);
      const next = end === -1 ? text.length : end + 1;
      lines.push(this.number(text.slice(at, next)));
      at = next;
    }
    return lines;
  }

  private number(line: string): number {
    const known = this.known.get(line);
    if (known !== undefined) return known;
    const number = this.lengths.push(line.length) - 1;
    this.known.set(line, number);
    return number;
  }
}

/** What one text has more of than the other, line by line. */
function unordered(
  before: readonly number[],
  now: readonly number[],
  lengths: readonly number[],
): { readonly added: number; readonly removed: number; readonly weight: number } {
  const more = new Int32Array(lengths.length);
  for (const line of now) more[line] = (more[line] ?? 0) + 1;
  for (const line of before) more[line] = (more[line] ?? 0) - 1;
  let [added, removed, weight] = [0, 0, 0];
  for (const [line, count] of more.entries()) {
    added += Math.max(0, count);
    removed += Math.max(0, -count);
    weight += Math.abs(count) * (lengths[line] ?? 0);
  }
  return { added, removed, weight };
}
