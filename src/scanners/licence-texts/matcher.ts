/** Which licences of the SPDX List a text holds, word for word or nearly so. */
import { USUAL_IDS } from './names.ts';
import { LICENCE_TEXTS } from './table.ts';
import { normalText, shingles, wordsOfNormal } from './words.ts';

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
  /** Texts that are like a licence and not it: of each the licences it is most like, the likest first. */
  readonly changed: readonly (readonly TextMatch[])[];
  readonly words: number;
  /** Words that belong to none of the matches, roughly: names, additions, other texts. */
  readonly rest: number;
}

/** Part of a licence's text that must stand there: less is another text, or a cut or changed one. */
const LEAST_COVERAGE = 0.87;
/** From here on a licence is worth naming as the nearest. */
const LEAST_NEARNESS = 0.4;
/** From here on a text is a changed or a cut one of that licence, and no other text that has words of it. */
const LEAST_CHANGED = 0.45;
/** Words of such a text: fewer are a sentence or two of one. */
const FEWEST_CHANGED = 60;
/** Licences that one changed text is said to be like, and how near to the likest they must come. */
const MOST_LIKE = 3;
const NEARLY_AS_LIKE = 0.85;
/**
 * A chosen licence is in doubt where another one has most of its words that stand there, and more that do: a clause
 * taken out of one licence often leaves the text of another. Parts of the chosen licence's words; one that stands there
 * whole is in doubt only where the other one has much more (the appendix of Apache-2.0 is kept with its sisters only).
 */
const SHARED_IN_DOUBT = 0.6;
const MORE_IN_DOUBT = 0.01;
const WHOLE = 0.97;
const MUCH_MORE = 0.2;
/** Prints below which more words are a coincidence. */
const FEWEST_MORE = 2;
/** Part of the other licence that must stand there. */
const LEAST_DOUBT = 0.6;
/** Part of a licence's text that no chosen licence has explained: less is made up of the chosen ones. */
const LEAST_FRESH = 0.3;
/** Part of a text that must stand there once more than in the chosen licences that hold it. */
const LEAST_REPEATED = 0.75;
/** Part of a text whose words may stand there less often than the text itself: a clause is what tells two licences apart. */
const RARE_PART = 0.04;
/** What a missing print weighs against a found one, so that of two likely licences the one that fits wins (ISC, 0BSD). */
const MISSING_WEIGHS = 2;
/** Part of a rare licence's found words that usual ones must explain. */
const MADE_OF = 0.95;
/** Licences of which a limit in the same text may be meant; in a file of notices it is somebody's among many. */
const MOST_LIMITED = 2;
const GRANTS_ALL =
  /^(?:MIT|MIT-0|ISC|0BSD|BSD-[123]-Clause|Apache-2[.]0|Zlib|BSL-1[.]0|Unlicense|X11|NCSA|PostgreSQL|BlueOak-1[.]0[.]0|UPL-1[.]0)$/;
/** How texts say so; none of the licences above has such words, which a spec holds against the SPDX texts. */
const LIMITS =
  /(?<!commercial (?:or|and|and\/or) )\bnon-?commercial\b|\bcommons clause\b|\bgood not evil\b|\b(?:academic|research|educational|evaluation|personal|internal) (?:use|purposes?|and research)(?: purposes)?(?: only)?\b|\bcommercial (?:use|purposes|distribution) (?:is|are|requires?|without)\b|\b(?:may|must|shall) not (?:be )?(?:sell|sold|used for commercial|used commercially|modif(?:y|ied))\b|\bnot for commercial\b/;
const ISC_GRANT =
  /\bpermission to use copy modify and(?:\/or)? distribute this software for any purpose with or without fee is hereby granted provided that the above copyright notice\b/;
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
  const normal = normalText(text);
  const words = wordsOfNormal(normal);
  const prints = shingles(words);
  const found = library.found(prints);
  const candidates = library.texts.flatMap((known, at): readonly Candidate[] => {
    const coverage = (found[at]?.length ?? 0) / known.kept;
    return coverage < LEAST_NEARNESS ? [] : [{ at, known, found: found[at] ?? [], coverage }];
  });
  const likely = candidates.filter(({ coverage }) => coverage >= LEAST_COVERAGE);
  const chosen = new Choice(prints).choose(likely.filter((one) => !isMadeOf(one, likely)));
  const isLimited = chosen.length <= MOST_LIMITED && chosen.every(grantsAll) && LIMITS.test(normal);
  const doubted = chosen.flatMap((one) => {
    if (isLimited) return [{ one, like: [asMatch(one)] }];
    const sisters = candidates.filter((other) => !chosen.includes(other) && isDoubtedBy(one, other, chosen));
    // A rare licence that was made from a usual one has its words and more: that alone speaks for neither.
    const isDoubted = sisters.some(({ known }) => isUsual(known) || !isUsual(one.known));
    return !isDoubted ? [] : [{ one, like: likest([one, ...sisters], prints) }];
  });
  const certain = chosen.filter((candidate) => !doubted.some(({ one }) => one === candidate));
  const explained = certain.reduce((sum, { known, coverage }) => sum + coverage * known.size, 0);
  const like = chosen.length > 0 ? [] : likest(candidates, prints);
  const isChanged = words.length >= FEWEST_CHANGED && like.some(({ coverage }) => coverage >= LEAST_CHANGED);
  const bare = chosen.length > 0 || isChanged ? [] : bareGrant(normal, library.texts, found);
  return {
    matches: certain.map(asMatch),
    nearest: certain.length > 0 ? undefined : (doubted[0]?.like ?? bare[0] ?? like)[0],
    changed: [...doubted.map((each) => each.like), ...(isChanged ? [like] : []), ...bare],
    words: words.length,
    rest: Math.max(0, Math.round(prints.size - explained)),
  };
}

/**
 * Whether the words of a rare licence that stand there belong to usual ones that stand there whole: the grant of one and the
 * disclaimer of another are some rare licence's, and it is not there.
 */
function isMadeOf(one: Candidate, likely: readonly Candidate[]): boolean {
  if (isUsual(one.known)) return false;
  const others = likely.filter(
    ({ at, known, coverage }) =>
      isUsual(known) && coverage >= WHOLE && !known.covers.includes(one.at) && !one.known.covers.includes(at),
  );
  if (others.length < 2) return false;
  const step = stepOf([...others, one]);
  const mine = one.found.filter((print) => print % step === 0);
  const theirs = new Set(others.flatMap(({ found }) => found));
  return mine.filter((print) => theirs.has(print)).length >= mine.length * MADE_OF;
}

/** Of longer texts every second, fourth, … print is kept: only what all of these could have kept is compared. */
function stepOf(candidates: readonly Candidate[]): number {
  return Math.max(...candidates.map(({ known }) => 2 ** Math.round(Math.log2(known.size / known.kept))));
}

/** Whether a licence lets everyone do everything but for notices: what limits that is no part of it. */
function grantsAll({ known }: Candidate): boolean {
  return known.ids.some((id) => GRANTS_ALL.test(id));
}

/** A licence's grant without its disclaimer is too little to be like its text: it is told by its own words. */
function bareGrant(normal: string, texts: readonly Known[], found: readonly (readonly number[])[]): TextMatch[][] {
  const at = texts.findIndex(({ ids }) => ids.includes('ISC'));
  const known = texts[at];
  if (known === undefined || !ISC_GRANT.test(normal)) return [];
  return [[{ ids: known.ids, coverage: Math.round(((found[at]?.length ?? 0) / known.kept) * 1000) / 1000 }]];
}

/** Whether more of the text speaks for another licence that has most of the chosen one's words. */
function isDoubtedBy(one: Candidate, other: Candidate, chosen: readonly Candidate[]): boolean {
  if (other.coverage < LEAST_DOUBT) return false;
  const step = stepOf([...chosen, other]);
  const both = (prints: readonly number[]) => prints.filter((print) => print % step === 0);
  const [mine, theirs] = [both(one.found), new Set(both(other.found))];
  const shared = mine.filter((print) => theirs.has(print)).length;
  for (const { found } of chosen) for (const print of found) theirs.delete(print);
  const least = one.known.size * (one.coverage >= WHOLE ? MUCH_MORE : MORE_IN_DOUBT);
  return shared >= mine.length * SHARED_IN_DOUBT && theirs.size * step >= Math.max(FEWEST_MORE, least);
}

/** The licences that a text is most like, by what they have in common set against the length of both; usual ones first. */
function likest(candidates: readonly Candidate[], prints: Prints): readonly TextMatch[] {
  const scored = candidates
    .map((candidate) => {
      const { known, coverage } = candidate;
      return { candidate, likeness: (2 * coverage * known.size) / (known.size + prints.size) };
    })
    .toSorted((a, b) => b.likeness - a.likeness);
  const least = (scored[0]?.likeness ?? 0) * NEARLY_AS_LIKE;
  return scored
    .filter(({ likeness }) => likeness >= least)
    .map(({ candidate }) => asMatch(candidate))
    .toSorted((a, b) => Number(isUsual(b)) - Number(isUsual(a)))
    .slice(0, MOST_LIKE);
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

function isUsual({ ids }: Pick<Known, 'ids'>): boolean {
  return ids.some((id) => USUAL_IDS.has(id));
}

function asMatch({ known, coverage }: Candidate): TextMatch {
  return { ids: known.ids, coverage: Math.round(coverage * 1000) / 1000 };
}
