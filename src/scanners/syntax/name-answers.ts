/** What was found out about a name, kept because files call the same few names over and over. */

/** Names that are kept at once; a bound on made-up ones. */
const MOST_NAMES = 8192;
/** Characters of a name that is kept; longer ones are rare, and no name that a rule knows. */
const LONGEST_NAME = 200;

export class NameAnswers<Answer> {
  private readonly known = new Map<string, { readonly answer: Answer }>();
  private readonly find: (name: string) => Answer;

  /** `find` must answer the same whenever it is asked for a name. */
  constructor(find: (name: string) => Answer) {
    this.find = find;
  }

  of(name: string): Answer {
    const kept = this.known.get(name);
    if (kept !== undefined) return kept.answer;
    const answer = this.find(name);
    if (name.length > LONGEST_NAME) return answer;
    if (this.known.size >= MOST_NAMES) this.known.clear();
    this.known.set(copyOf(name), { answer });
    return answer;
  }
}

/** The same characters anew: to V8 a part of a text is a view of it, and would keep the whole file in memory. */
function copyOf(name: string): string {
  return name.split('').join('');
}
