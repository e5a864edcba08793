/** Licences that a file only names, in the short ways of headers, banners and module variables: less sure than a sentence. */
import { holding } from '../syntax/held-literals.ts';
import { parseExpression } from './expression.ts';
import { expressionOf } from './named.ts';
import { type Family, familyOf, idOfName } from './names.ts';
import { licenceWords, normalText } from './words.ts';

export interface NamedLicences {
  /** For each name its ways to keep to it, as in an expression. */
  readonly alternatives: readonly (readonly (readonly string[])[])[];
  /** Families that are named without saying which of them: a "BSD-style license". */
  readonly families: readonly Family[];
}

/** `@license MIT`, `# License: BSD 3 clause`, `:Licence: ISC`; what follows `::` is a classifier in a list. */
const LABEL =
  /^[ \t#/*;%!:<"'-]{0,20}(?:@licen[cs]e[ \t]{0,20}:?|licen[cs]es?[ \t]{0,20}[:=](?!:))[ \t]{0,20}(\S[^\n]{0,120})$/gim;
/** `__license__ = "MIT"`. Source: module variables as pydoc and packaging tools of Python read them. */
const VARIABLE = /^__licen[cs]e__[ \t]{0,20}(?::[^=\n]{1,30})?=[ \t]{0,20}\(?[ \t]{0,20}(["'])([^"'\n]{1,100})\1/gm;
const PARTS = /[|•·]|\s[-–—]\s/;
/** A part of a banner: `MIT License`, `Licensed under MIT`. */
const BANNER_PART = /^(?:(.{2,40}?) licen[cs]ed?|licen[cs]ed?(?: under)?:? (?:the )?(.{2,40}?)(?: licen[cs]e)?)$/i;
/**
 * What puts a file under what follows, over normal text; of other people's code, or of what was once, it says nothing.
 */
const LICENSED =
  /(?<!\b(?:not|never|formerly|previously|originally|once|projects|packages|libraries|dependencies|repositories|everything|anything|if) (?:is |are |be |was |were )?|\b(?:was|were|had been|(?:may|can|could|might|should) be) )\b(?:licensed|released|distributed|available|published|provided|covered|licenced) (?:freely )?under (?:the |a |an |either (?:of (?:the )?)?)?(?:terms (?:and conditions )?of (?:the |either )?)?([^\n]{2,160})/g;
/** `This library is free software; … under the same terms as Perl itself`. Source: the Perl documentation, "perlartistic". */
const AS_PERL = /\bunder the same terms as perl\b/;
/** A line of a comment that is a name and no more, or says no more of it: `MIT License, see LICENSE`. */
const NAME_LINE =
  /^[\s#/*;%!:<"'-]{0,20}(?:@preserve )?(?:the )?([A-Za-z0-9][\w.+ ()-]{1,50}?) licen[cs]ed?(?=[,.;(]|\s*(?:\*\/|-->)?\s*$)/gim;
const SOME_STYLE =
  /\b(?:under|governed by) (?:an?|the) (bsd(?= license)|(?:bsd|mit)(?=[- ](?:style|type|like) license))(?:[- ](?:style|type|like))? license\b/;
/** Words of the longest usual name behind "licensed under". */
const LONGEST_NAME = 11;
/** Names that are read from one comment or file. */
const MOST_NAMES = 20;
/** What closes a comment, an address or a remark behind a name. */
const BEHIND = /\s*(?:\*\/|-->|["']{3}|\((?!or\b)|[.](?:\s|$)|\s-\s|[,;]?\s*\b(?:https?:|see\b)|\||$).*$/;

type Named = { readonly ways: readonly (readonly string[])[] } | { readonly family: Family } | undefined;

/** What a comment names. Pure. */
export function namedInComment(comment: string): NamedLicences {
  const labelled = [...comment.matchAll(LABEL)].slice(0, MOST_NAMES).map(([, value = '']) => meant(value));
  const normal = normalText(comment);
  const licensed = [...normal.matchAll(LICENSED)].slice(0, MOST_NAMES).flatMap(([, rest = '']) => namesAt(rest));
  const lines = [...comment.matchAll(NAME_LINE)].slice(0, MOST_NAMES).flatMap(([, name = '']) => expressionIn(name));
  const [, style] = SOME_STYLE.exec(normal) ?? [];
  const bsd = style === undefined ? [] : [meant(style)];
  const perl = AS_PERL.test(normal) ? [meant('Artistic-1.0-Perl OR GPL-1.0-or-later')] : [];
  return gathered([...labelled, ...bannerNames(comment), ...lines, ...licensed, ...bsd, ...perl]);
}

const HAS_VARIABLE = holding('__license__', '__licence__');

/** What the module variables of a Python file name. Costs a search where there are none. */
export function namedInVariables(text: string): NamedLicences {
  if (!HAS_VARIABLE.test(text)) return gathered([]);
  return gathered([...text.matchAll(VARIABLE)].slice(0, MOST_NAMES).map(([, , value = '']) => meant(value)));
}

/** Words of a licence file that may be no more than a name and its holders. */
const FEWEST_OF_TEXT = 60;
/** Characters of such a file; longer ones hold something else. */
const LONGEST_NAMING = 4_000;

/** What a licence file names that holds no text: a line that is a name alone, or a sentence. Pure. */
export function namedInLicenceFile(whole: string): NamedLicences {
  if (whole.length > LONGEST_NAMING || licenceWords(whole).length > FEWEST_OF_TEXT) return gathered([]);
  const text = whole.trim();
  const lines = text.split('\n', MOST_NAMES).map((line) => line.replace(/^[\s#*=_>|-]+|[\s*=_.|-]+$/g, ''));
  const alone = lines.flatMap(expressionIn);
  return alone.length > 0 ? gathered(alone) : namedInComment(text);
}

function bannerNames(comment: string): readonly Named[] {
  if (!comment.startsWith('/*!')) return [];
  return comment.split('\n', MOST_NAMES).flatMap((line) => {
    const parts = line.slice(0, 500).split(PARTS);
    if (parts.length < 2) return [];
    return parts.map((part) => {
      const [, before, after] = BANNER_PART.exec(part.replace(/\*\/.*$/, '').trim()) ?? [];
      return before === undefined && after === undefined ? onlyId(part) : meant(before ?? after ?? '');
    });
  });
}

/** A part that is an id and nothing else: `(c) Ada | MIT`. */
function onlyId(part: string): Named {
  const ways = parseExpression(part.replace(/\*\/.*$/, '').trim())?.alternatives;
  return ways === undefined ? undefined : { ways };
}

/**
 * The names that a text begins with: `mit and gpl licenses`. Where all are joined by `or` and each is one licence, they are a
 * choice; else each is told for itself.
 */
function namesAt(rest: string): readonly Named[] {
  const words = rest.split(' ').map((word) => word.replace(/[.]$/, ''));
  const found: Named[] = [];
  let [at, isChoice] = [0, true];
  while (at < words.length && found.length < MOST_NAMES) {
    const count = longestName(words.slice(at, at + LONGEST_NAME));
    if (count === 0) break;
    found.push(nameOf(words.slice(at, at + count).join(' ')));
    at += count;
    while (/^(?:licenses?|<[^>]*>|\([^)]*\))$/.test(words[at] ?? '')) at += 1;
    const isJoined = /^(?:and|or|\/|&)$/.test(words[at] ?? '');
    if (isJoined) {
      isChoice &&= words[at] === 'or' || words[at] === '/';
      at += 1;
      // The comma of a list is no part of normal text.
    } else if (!/ (?:and|or) /.test(` ${words.slice(at, at + LONGEST_NAME).join(' ')} `)) break;
    while (/^(?:the|a|under|either|both)$/.test(words[at] ?? '')) at += 1;
  }
  const ways = found.flatMap((one) => (one !== undefined && 'ways' in one ? one.ways : []));
  return isChoice && found.length > 1 && ways.length === found.length ? [{ ways }] : found;
}

/** How many of these words are the longest name among those that they begin with. */
function longestName(words: readonly string[]): number {
  for (let count = words.length; count > 0; count -= 1) {
    const name = words.slice(0, count).join(' ');
    // A conjunction at either end belongs to what stands around the name.
    if (!/ (?:and|or|\/|&)$/.test(name) && nameOf(name) !== undefined) return count;
  }
  return 0;
}

/** One licence, or a family by its name alone. */
function nameOf(name: string): Named {
  const id = idOfName(name);
  const ways = parseExpression(id ?? '')?.alternatives;
  if (ways !== undefined) return { ways };
  const family = name.split(' ').length === 1 ? familyOf(name) : undefined;
  return family === undefined ? undefined : { family };
}

function expressionIn(name: string): readonly Named[] {
  const ways = expressionOf(name.trim())?.alternatives;
  return ways === undefined ? [] : [{ ways }];
}

/** What a short value means: an expression, a usual name, the name of a family; with or without a remark behind it. */
function meant(raw: string): Named {
  const whole = raw.replace(/\s*(?:\*\/|-->|"""|''').*$/, '').trim();
  for (const value of [whole, whole.replace(BEHIND, '')]) {
    // `GPL (>= 2)` is not the one version that it names.
    if (/[<>]/.test(whole)) break;
    const expression = expressionOf(value);
    if (expression?.alternatives !== undefined) return { ways: expression.alternatives };
  }
  const value = whole.replace(BEHIND, '');
  // A family by its name alone: in more words something is said about it.
  const family = value.split(/\s+/).length <= 2 ? familyOf(value) : undefined;
  return family === undefined ? undefined : { family };
}

function gathered(all: readonly Named[]): NamedLicences {
  const alternatives = all.flatMap((one) => (one !== undefined && 'ways' in one ? [one.ways] : []));
  const families = all.flatMap((one) => (one !== undefined && 'family' in one ? [one.family] : []));
  return { alternatives, families: [...new Set(families)] };
}
