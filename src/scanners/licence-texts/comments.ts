/** The comments of a source file in which a licence or a copyright may stand, by a look for a few words first. */

import { holding } from '../syntax/held-literals.ts';

/** Parts of words without which nothing is said of licences; lower and upper case as headers have them. */
const WORDS = ['icense', 'icence', 'opyright', 'OPYRIGHT', 'SPDX-', 'ublic domain'] as const;
const HELD = WORDS.map((word) => ({ word, held: holding(word) }));
/** Comments of one file that are read; bundles have one for each module. */
const MOST_COMMENTS = 100;
/** Characters above and below a word that may belong to its comment: the longest headers in use hold a whole licence. */
const REACH = 60_000;
/** Places of a word that are looked at; in bundles the words stand in code as well. */
const MOST_PLACES = 300;
/** A line of a comment in any language that has markers at the start of its lines. */
const MARKED = /^[ \t]*(?:#|\/\/|\*|\/\*|;|--|%|!|dnl\b|<!--|\.\.[ \t]|["']{3})/;
/** Comments and texts that have a beginning and an end. */
const ENCLOSED = [
  ['/*', '*/'],
  ['<!--', '-->'],
  ['"""', '"""'],
  ["'''", "'''"],
] as const;

/** Characters at the start of a file in which a banner is read that has none of the words: `/*! example v1 | (c) Ada | MIT *\/`. */
const BANNER_WITHIN = 500;

function bannerAbove(text: string, first: number): Range | undefined {
  const start = text.slice(0, BANNER_WITHIN).indexOf('/*!');
  const found = start === -1 ? undefined : enclosing(text, start + 2);
  return found !== undefined && found.end <= first ? found : undefined;
}

/** Comments that hold one of the words, in their order. Costs a look for all of them at once where there is none. */
export function commentsAboutLicences(text: string): readonly string[] {
  const comments: string[] = [];
  const next: number[] = HELD.map(({ word, held }) => (held.test(text) ? text.indexOf(word) : -1));
  const banner = bannerAbove(text, Math.min(...next.map((place) => (place === -1 ? text.length : place))));
  if (banner !== undefined) comments.push(text.slice(banner.start, banner.end));
  let from = banner?.end ?? 0;
  for (let looked = 0; looked < MOST_PLACES && comments.length < MOST_COMMENTS; looked += 1) {
    for (const [at, word] of WORDS.entries()) {
      const place = next[at] ?? -1;
      if (place !== -1 && place < from) next[at] = text.indexOf(word, from);
    }
    const place = Math.min(...next.filter((one) => one !== -1));
    if (!Number.isFinite(place)) break;
    const found = commentAround(text, place);
    if (found !== undefined) comments.push(text.slice(found.start, found.end));
    from = Math.max(place + 1, found?.end ?? lineEnd(text, place));
  }
  return comments;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function commentAround(text: string, place: number): Range | undefined {
  const start = lineStart(text, place);
  if (
    MARKED.test(text.slice(start, start + 200)) &&
    !/^[ \t]*(?:\/\*|<!--|["']{3})/.test(text.slice(start, start + 200))
  )
    return markedLines(text, start, place);
  return enclosing(text, place) ?? trailing(text, start, place);
}

/** The run of lines that begin with a marker. */
function markedLines(text: string, line: number, place: number): Range {
  let start = line;
  while (start > 0 && place - start < REACH) {
    const before = lineStart(text, start - 1);
    if (!MARKED.test(text.slice(before, Math.min(start, before + 200)))) break;
    start = before;
  }
  let end = lineEnd(text, place);
  while (end < text.length && end - place < REACH) {
    if (!MARKED.test(text.slice(end + 1, end + 200))) break;
    end = lineEnd(text, end + 1);
  }
  return { start, end };
}

function enclosing(text: string, place: number): Range | undefined {
  for (const [open, close] of ENCLOSED) {
    const window = Math.max(0, place - REACH);
    const before = text.slice(window, place);
    const start = before.lastIndexOf(open);
    if (start === -1 || (open !== close && before.lastIndexOf(close) > start)) continue;
    const end = text.slice(place, place + REACH).indexOf(close);
    if (end !== -1) return { start: window + start, end: place + end + close.length };
  }
  return undefined;
}

/** A comment behind code on the same line. */
function trailing(text: string, start: number, place: number): Range | undefined {
  const before = text.slice(Math.max(start, place - 200), place);
  const marker = /(?:^|\s)(?:#|\/\/)[^"'`]*$/.exec(before);
  return marker === null ? undefined : { start: place - before.length + marker.index, end: lineEnd(text, place) };
}

/** Characters of a line that are looked at; minified files have one line of megabytes. */
const LONGEST_LINE = 4_000;

function lineStart(text: string, place: number): number {
  const from = Math.max(0, place - LONGEST_LINE);
  return from + text.slice(from, place).lastIndexOf('\n') + 1;
}

function lineEnd(text: string, place: number): number {
  const end = text.slice(place, place + LONGEST_LINE).indexOf('\n');
  return end === -1 ? Math.min(text.length, place + LONGEST_LINE) : place + end;
}
