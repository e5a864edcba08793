/** Which of many literals a text holds, found in one pass over it for all who ask. */
import { lettersOf } from '../../domain/letters.ts';
import { type Literal, LiteralFinder } from './literals.ts';
import type { Probe } from './vocabulary.ts';

/** Every literal that somebody asks about. */
const ASKED: Literal<string>[] = [];
const KNOWN = new Set<string>();
let finder: LiteralFinder<string> | undefined;
/** What is known of the text that was asked about last: the scanners see one file after the other. */
let last: { readonly text: string; readonly found: ReadonlySet<string> } | undefined;

/** A question that is answered yes where one of the literals stands, of three or more ASCII characters each. */
export function holding(...literals: readonly string[]): Probe {
  return asking(literals.map((text) => ({ text, fold: false, target: text })));
}

/** The same, whatever the case of their letters. */
export function holdingInAnyCase(...literals: readonly string[]): Probe {
  return asking(literals.map((text) => ({ text, fold: true, target: `${text} in any case` })));
}

function asking(literals: readonly Literal<string>[]): Probe {
  const targets = literals.map(({ target }) => target);
  for (const literal of literals) if (!KNOWN.has(literal.target)) ASKED.push(literal);
  for (const target of targets) KNOWN.add(target);
  finder = undefined;
  return {
    test(text) {
      const found = foundIn(text);
      return targets.some((target) => found.has(target));
    },
  };
}

function foundIn(text: string): ReadonlySet<string> {
  if (finder === undefined) {
    finder = new LiteralFinder(ASKED);
    last = undefined;
  }
  if (last?.text !== text) last = { text, found: finder.in(lettersOf(text)) };
  return last.found;
}
