/** Which licences of the SPDX List a text holds, word for word or nearly so. */
import { LICENCE_TEXTS } from './table.ts';
import { licenceWords, shingles } from './words.ts';

export interface TextMatch {
  /** Ids that share the text (`GPL-3.0-only`, `GPL-3.0-or-later`): the text alone does not say which. */
  readonly ids: readonly string[];
  /** Part of the licence's text that stands there, 0 to 1. */
  readonly coverage: number;
}

export interface TextReading {
  readonly matches: readonly TextMatch[];
  /** The licence that comes nearest where none stands there as good as whole. */
  readonly nearest: TextMatch | undefined;
  readonly words: number;
  /** Words that belong to none of the matches, roughly: names, additions, other texts. */
  readonly rest: number;
}

/** Part of a licence's text that must stand there: less is another text, or a cut or changed one. */
const LEAST_COVERAGE = 0.87;
/** From here on a licence is worth naming as the nearest. */
const LEAST_NEARNESS = 0.4;
/** Part of a licence's text that no chosen licence has explained: less is made up of the chosen ones. */
const LEAST_FRESH = 0.3;
/** Part of a text that must stand there once more than in the chosen licences that hold it. */
const LEAST_REPEATED = 0.75;
/** Part of a text whose words may stand there less often than the text itself: a clause is what tells two licences apart. */
const RARE_PART = 0.04;
/** What a missing print weighs against a found one, so that of two likely licences the one that fits wins (ISC, 0BSD). */
const MISSING_WEIGHS = 2;
/** Licences in one text; files of notices hold dozens. */
const MOST_MATCHES = 60;

interface Known {
  readonly ids: readonly string[];
  /** Prints of the whole text. */
  readonly size: number;
  /** Places of licences whose texts this one holds. */
  readonly covers: readonly number[];
  /** Prints that are kept. */
  readonly kept: number;
}

type Prints = ReadonlyMap<number, number>;

/** All known texts with a hash table from prints to the texts that have them. Made once, when first asked. */
class Library {
  readonly texts: readonly Known[];
  private readonly mask: number;
  private readonly keys: Uint32Array;
  private readonly owners: Uint16Array;

  constructor() {
    const entries = readTable();
    const total = entries.reduce((sum, { prints }) => sum + prints.length, 0);
    const slots = 2 ** Math.ceil(Math.log2(total * 2));
    this.mask = slots - 1;
    this.keys = new Uint32Array(slots);
    this.owners = new Uint16Array(slots);
    this.texts = entries.map(({ prints, ...known }, at) => {
      for (const print of prints) this.insert(print, at + 1);
      return { ...known, kept: prints.length };
    });
  }

  /** Of each text its kept prints that are among these. */
  found(prints: Prints): readonly (readonly number[])[] {
    const found: number[][] = this.texts.map(() => []);
    for (const print of prints.keys()) {
      for (let slot = print & this.mask; this.owners[slot] !== 0; slot = (slot + 1) & this.mask) {
        if (this.keys[slot] === print) found[(this.owners[slot] ?? 1) - 1]?.push(print);
      }
    }
    return found;
  }

  private insert(print: number, owner: number): void {
    let slot = print & this.mask;
    while (this.owners[slot] !== 0) slot = (slot + 1) & this.mask;
    this.keys[slot] = print;
    this.owners[slot] = owner;
  }
}

type Entry = Omit<Known, 'kept'> & { readonly prints: Uint32Array };

function readTable(): readonly Entry[] {
  const rows: unknown = JSON.parse(LICENCE_TEXTS);
  return Array.isArray(rows) ? rows.flatMap(readEntry) : [];
}

function readEntry(row: unknown): readonly Entry[] {
  if (!Array.isArray(row)) return [];
  const [ids, size, covers, encoded]: readonly unknown[] = row;
  if (typeof ids !== 'string' || typeof size !== 'number' || !Array.isArray(covers) || typeof encoded !== 'string')
    return [];
  const bytes = Buffer.from(encoded, 'base64');
  const prints = Uint32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readUInt32LE(at * 4));
  return [{ ids: ids.split(' '), size, covers: covers.filter((one) => typeof one === 'number'), prints }];
}

let library: Library | undefined;

interface Candidate {
  readonly at: number;
  readonly known: Known;
  readonly found: readonly number[];
  readonly coverage: number;
}

/** Reads a text for licences. Costs a millisecond for an ordinary licence file. */
export function readLicenceText(text: string): TextReading {
  library ??= new Library();
  const words = licenceWords(text);
  const prints = shingles(words);
  const found = library.found(prints);
  const candidates = library.texts.flatMap((known, at): readonly Candidate[] => {
    const coverage = (found[at]?.length ?? 0) / known.kept;
    return coverage < LEAST_NEARNESS ? [] : [{ at, known, found: found[at] ?? [], coverage }];
  });
  const likely = candidates.filter(({ coverage }) => coverage >= LEAST_COVERAGE);
  const chosen = new Choice(prints).choose(likely);
  const explained = chosen.reduce((sum, { known, coverage }) => sum + coverage * known.size, 0);
  const nearest = candidates.toSorted((a, b) => b.coverage - a.coverage)[0];
  return {
    matches: chosen.map(asMatch),
    nearest: chosen.length > 0 || nearest === undefined ? undefined : asMatch(nearest),
    words: words.length,
    rest: Math.max(0, Math.round(prints.size - explained)),
  };
}

/**
 * Chooses the licences that explain the text best, one after another. What one explains counts for no other: a licence
 * whose text stands inside a chosen one, or is made up of two chosen ones, is there only where its words stand once more.
 */
class Choice {
  private readonly prints: Prints;
  private readonly explained = new Set<number>();
  private readonly chosen: { readonly candidate: Candidate; readonly times: number }[] = [];

  constructor(prints: Prints) {
    this.prints = prints;
  }

  choose(candidates: readonly Candidate[]): readonly Candidate[] {
    let left = candidates;
    while (this.chosen.length < MOST_MATCHES) {
      const scored = left.map((candidate) => ({ candidate, score: this.scoreOf(candidate) }));
      const fitting = scored.filter(({ score }) => score > 0);
      const best = fitting.toSorted((a, b) => b.score - a.score)[0]?.candidate;
      if (best === undefined) break;
      this.chosen.push({ candidate: best, times: Math.max(1, this.timesOf(best) - this.relatedTimes(best)) });
      for (const print of best.found) this.explained.add(print);
      left = fitting.map(({ candidate }) => candidate).filter(({ at }) => at !== best.at);
    }
    return this.chosen.map(({ candidate }) => candidate);
  }

  /** Above 0 where the candidate explains something new well enough. */
  private scoreOf(candidate: Candidate): number {
    const { known, found, coverage } = candidate;
    const related = this.relatedTimes(candidate);
    const fresh = found.filter((print) =>
      related === 0 ? !this.explained.has(print) : (this.prints.get(print) ?? 0) > related,
    ).length;
    const missing = known.kept * (1 - coverage);
    const least = related === 0 ? LEAST_FRESH : LEAST_REPEATED;
    if (fresh < known.kept * least || fresh / (fresh + missing) < LEAST_COVERAGE) return 0;
    const lacking = related === 0 ? missing : known.kept - fresh;
    return (known.size / known.kept) * (fresh - MISSING_WEIGHS * lacking);
  }

  /** How often the chosen licences that hold the candidate's text, or whose text it holds, stand there. */
  private relatedTimes({ at, known }: Candidate): number {
    return this.chosen
      .filter(({ candidate }) => candidate.known.covers.includes(at) || known.covers.includes(candidate.at))
      .reduce((sum, { times }) => sum + times, 0);
  }

  /** How often nearly all of the text stands there. */
  private timesOf({ found }: Candidate): number {
    const counts = found.map((print) => this.prints.get(print) ?? 0).toSorted((a, b) => a - b);
    return counts[Math.floor(counts.length * RARE_PART)] ?? 1;
  }
}

function asMatch({ known, coverage }: Candidate): TextMatch {
  return { ids: known.ids, coverage: Math.round(coverage * 1000) / 1000 };
}
