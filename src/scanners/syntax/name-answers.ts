/** What was found out about a name, kept because files call the same few names over and over. */

/** Names that are kept at once; a bound on made-up ones. */
const MOST_NAMES = 8192;
/** Characters of a name that is kept; longer ones are rare, and no name that a rule knows. */
const LONGEST_NAME = 200;
/** Stands for the number of a name that is not kept. */
const NO_NUMBER = -1;

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

/** Whether a name matches a pattern. */
export function matching(pattern: RegExp): NameAnswers<boolean> {
  return new NameAnswers((name) => pattern.test(name));
}

export class NameAnswers<Answer> {
  private readonly find: (name: string) => Answer;
  /** By the number of the name above the lowest one. */
  private known: ({ readonly answer: Answer } | undefined)[] = [];
  private from = NO_NUMBER;

  /** `find` must answer the same whenever it is asked for a name. */
  constructor(find: (name: string) => Answer) {
    this.find = find;
  }

  of(name: string): Answer {
    return this.about({ name, number: numberOf(name) });
  }

  about(named: Named): Answer {
    const { number } = named;
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
