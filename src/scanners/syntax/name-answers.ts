/** What was found out about a name, kept because files call the same few names over and over. */
import { wordsOf } from './vocabulary.ts';
import { hashOf, slotOf } from './words.ts';

/** Names that are kept at once; a bound on made-up ones. */
const MOST_NAMES = 8192;
/** Characters of a name that is kept; longer ones are rare, and no name that a rule knows. */
const LONGEST_NAME = 200;
/** Stands for the number of a name that is not kept. */
const NO_NUMBER = -1;
/** The number of every name that holds no notable word: most names of a source are such, and need not even be written out. */
export const UNNOTED = -2;

/** One word of each name that answers are about. */
const NOTABLE = new Set<string>();
const IS_WORD = /^\w+$/;
/** By the end of its hash, whether a word may be one of them: most words of a source need not be written out to know. */
const MAY_BE = new Uint8Array(1 << 14);

/** Whether a word of this hash, of ASCII letters, digits and `_` alone, can be notable. */
export function mayBeNotable(hash: number): boolean {
  return MAY_BE[slotOf(hash, MAY_BE.length - 1)] === 1;
}

function note(word: string): void {
  NOTABLE.add(word);
  MAY_BE[slotOf(hashOf(word), MAY_BE.length - 1)] = 1;
}

/** Whether a part of a name, or a whole one, holds a word of a name that some answers are about. */
export function isNotable(written: string): boolean {
  if (NOTABLE.has(written)) return true;
  return (
    !IS_WORD.test(written) &&
    written
      .split(/\W+/)
      .concat(written.split('.'))
      .some((word) => NOTABLE.has(word))
  );
}

const numbers = new Map<string, number>();
/** The lowest number in use, and the next one: none is given twice. */
let lowest = 0;
let next = 0;

/** Number of a name, by which all answers about it are found: it is looked up once, however much is asked. */
export function numberOf(name: string): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  if (name.length > LONGEST_NAME) return NO_NUMBER;
  if (numbers.size >= MOST_NAMES) {
    numbers.clear();
    lowest = next;
  }
  numbers.set(copyOf(name), next);
  next += 1;
  return next - 1;
}

/** A name with its number, which may take time to make: it is asked for only where no answer is kept. */
export interface Named {
  readonly name: string;
  readonly number: number;
}

/** Whether a name matches a pattern; `names` as for other answers. */
export function matching(pattern: RegExp, names?: readonly string[]): NameAnswers<boolean> {
  return new NameAnswers((name) => pattern.test(name), names);
}

/** Whether a name is one of these. */
export function oneOf(names: Iterable<string>): NameAnswers<boolean> {
  const known = new Set(names);
  return new NameAnswers((name) => known.has(name), known);
}

export class NameAnswers<Answer> {
  private readonly find: (name: string) => Answer;
  /** By the number of the name above the lowest one. */
  private known: ({ readonly answer: Answer } | undefined)[] = [];
  private from = NO_NUMBER;

  /** That to every name without a notable word, once it was asked for. */
  private unnoted: { readonly answer: Answer } | undefined;
  private readonly isAboutNames: boolean;

  /**
   * `find` must answer the same whenever it is asked for a name. Where there are `names`, it must answer the same to all
   * names that hold the words of none of them.
   */
  constructor(find: (name: string) => Answer, names?: Iterable<string>) {
    this.find = find;
    this.isAboutNames = names !== undefined;
    for (const name of names ?? []) {
      const [longest] = wordsOf(name).toSorted((a, b) => b.length - a.length);
      // `$` is a name of one sign.
      note(longest ?? name.slice(name.lastIndexOf('.') + 1));
    }
  }

  of(name: string): Answer {
    return this.about({ name, number: numberOf(name) });
  }

  about(named: Named): Answer {
    let { number } = named;
    if (number === UNNOTED) {
      if (this.isAboutNames) {
        this.unnoted ??= { answer: this.find('') };
        return this.unnoted.answer;
      }
      number = numberOf(named.name);
    }
    // Not kept, or no more: the numbers began anew since its file was read.
    if (number < lowest) return this.find(named.name);
    if (this.from !== lowest) {
      this.known = new Array<undefined>(MOST_NAMES);
      this.from = lowest;
    }
    const kept = this.known[number - lowest];
    if (kept !== undefined) return kept.answer;
    const answer = this.find(named.name);
    this.known[number - lowest] = { answer };
    return answer;
  }
}

/** The same characters anew: to V8 a part of a text is a view of it, and would keep the whole file in memory. */
function copyOf(name: string): string {
  return name.split('').join('');
}
