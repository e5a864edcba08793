/** Licences that a file only names, in the short ways of headers, banners and module variables: less sure than a sentence. */
import { parseExpression } from './expression.ts';
import { type Family, familyOf, idOfName } from './names.ts';
import { normalText } from './words.ts';

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
const LICENSED = /\blicensed under (?:the )?(?:terms of (?:the )?)?([^\n]{2,60})/g;
const SOME_BSD = /\b(?:under|governed by) (?:a|the) bsd(?:[- ](?:style|type|like))? license\b/;
/** Words of the longest usual name behind "licensed under". */
const LONGEST_NAME = 6;
/** Names that are read from one comment or file. */
const MOST_NAMES = 20;
/** What closes a comment, an address or a remark behind a name. */
const BEHIND = /\s*(?:\*\/|-->|["']{3}|\((?!or\b)|[.](?:\s|$)|\s-\s|[,;]?\s*\b(?:https?:|see\b)|\||$).*$/;

type Named = { readonly ways: readonly (readonly string[])[] } | { readonly family: Family } | undefined;

/** What a comment names. Pure. */
export function namedInComment(comment: string): NamedLicences {
  const labelled = [...comment.matchAll(LABEL)].slice(0, MOST_NAMES).map(([, value = '']) => meant(value));
  const normal = normalText(comment);
  const licensed = [...normal.matchAll(LICENSED)].slice(0, MOST_NAMES).map(([, rest = '']) => firstName(rest));
  const bsd = SOME_BSD.test(normal) ? [meant('BSD')] : [];
  return gathered([...labelled, ...bannerNames(comment), ...licensed, ...bsd]);
}

/** What the module variables of a Python file name. Costs a search where there are none. */
export function namedInVariables(text: string): NamedLicences {
  if (!/__licen[cs]e__/.test(text)) return gathered([]);
  return gathered([...text.matchAll(VARIABLE)].slice(0, MOST_NAMES).map(([, , value = '']) => meant(value)));
}

function bannerNames(comment: string): readonly Named[] {
  if (!comment.startsWith('/*!')) return [];
  return comment.split('\n', MOST_NAMES).flatMap((line) => {
    const parts = line.slice(0, 500).split(PARTS);
    if (parts.length < 2) return [];
    return parts.map((part) => {
      const [, before, after] = BANNER_PART.exec(part.replace(/\*\/.*$/, '').trim()) ?? [];
      return meant(before ?? after ?? '');
    });
  });
}

/** The longest usual name that a text begins with, unless it goes on with another one: "MIT and GPL" is no choice to guess. */
function firstName(rest: string): Named {
  const words = rest.split(' ').slice(0, LONGEST_NAME + 1);
  for (let count = Math.min(LONGEST_NAME, words.length); count > 0; count -= 1) {
    const id = idOfName(words.slice(0, count).join(' '));
    if (id !== undefined) return /^(?:and|or|\/|&)$/.test(words[count] ?? '') ? undefined : meant(id);
  }
  return undefined;
}

/** What a short value means: an expression, a usual name, the name of a family; with or without a remark behind it. */
function meant(raw: string): Named {
  const whole = raw.replace(/\s*(?:\*\/|-->|"""|''').*$/, '').trim();
  for (const value of [whole, whole.replace(BEHIND, '')]) {
    // `GPL (>= 2)` is not the one version that it names.
    if (/[<>]/.test(whole)) break;
    const expression = parseExpression(value) ?? parseExpression(idOfName(value) ?? '');
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
