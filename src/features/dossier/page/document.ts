/** A document of headings, paragraphs, lists and tables, before it is HTML or PDF: both show the same. */

/** A piece of a line; `to` is the id of a place in the same document, `break` begins a new line. */
export type Inline =
  | string
  | { readonly text: string; readonly to: string }
  | { readonly code: string }
  | { readonly break: true };
export type Line = readonly Inline[];

export type Block =
  | { readonly kind: 'heading'; readonly level: 2 | 3; readonly text: string; readonly id: string }
  | { readonly kind: 'paragraph'; readonly line: Line; readonly id?: string | undefined }
  | { readonly kind: 'list'; readonly items: readonly Line[] }
  /** A list whose items are places that others point to. */
  | { readonly kind: 'places'; readonly items: readonly { readonly id: string; readonly line: Line }[] }
  | { readonly kind: 'pairs'; readonly pairs: readonly (readonly [string, Line])[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly columns: readonly string[];
      /** The first cell of a row is its heading. */
      readonly rows: readonly (readonly Line[])[];
    }
  /** Figures of equal weight side by side, each a way to its section. */
  | {
      readonly kind: 'figures';
      readonly items: readonly { readonly value: string; readonly label: string; readonly to: string }[];
    }
  | { readonly kind: 'box'; readonly title: string; readonly blocks: readonly Block[] }
  /** Shut at first where the medium can do that. */
  | { readonly kind: 'folded'; readonly title: string; readonly id: string; readonly blocks: readonly Block[] };

export interface Document {
  readonly title: string;
  /** One line under the title. */
  readonly subtitle: string;
  /** RFC 3339, UTC: the date of the document. */
  readonly date: string;
  readonly blocks: readonly Block[];
}

export function heading(level: 2 | 3, id: string, text: string): Block {
  return { kind: 'heading', level, id, text };
}

/** Several lines in one place, each on its own. */
export function stacked(lines: readonly Line[]): Line {
  return lines.flatMap((line, at): Line => (at === 0 ? line : [{ break: true }, ...line]));
}

export function paragraph(...line: Line): Block {
  return { kind: 'paragraph', line };
}

/** Control and direction characters (CVE-2021-42574) made visible: text from outside must not reorder what people read. */
export function legible(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** `20 November 2026, 09:12 UTC`, on every machine alike; a text that is no time stays what it is. */
export function moment(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  const clock = at.toISOString().slice(11, 16);
  return `${day(time)}, ${clock} UTC`;
}

/** `20 November 2026`. */
export function day(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
}
