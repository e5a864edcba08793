/**
 * R's own serialisation, as `saveRDS` and `readRDS` speak it: XDR, version 2 written, versions 2 and 3 read ("R Internals",
 * 1.8 "Serialization Formats"). Only the values that repository indexes are made of; everything else is refused, so that
 * nothing that a stranger wrote can become more than data.
 */

/** Attributes by name: `names`, `dim`, `dimnames`, `class`, `row.names`. */
export type RAttributes = Readonly<Record<string, RValue>>;

export type RValue =
  | { readonly kind: 'null' }
  /** `null` is `NA_character_`. */
  | { readonly kind: 'strings'; readonly values: readonly (string | null)[]; readonly attributes?: RAttributes }
  /** `null` is `NA_integer_`. */
  | { readonly kind: 'integers'; readonly values: readonly (number | null)[]; readonly attributes?: RAttributes }
  | { readonly kind: 'logicals'; readonly values: readonly (boolean | null)[]; readonly attributes?: RAttributes }
  | { readonly kind: 'doubles'; readonly values: readonly number[]; readonly attributes?: RAttributes }
  | { readonly kind: 'list'; readonly values: readonly RValue[]; readonly attributes?: RAttributes };

export const R_NULL: RValue = { kind: 'null' };

/** Type codes (`Rinternals.h`, `serialize.c`). */
export const TYPE = {
  symbol: 1,
  pairlist: 2,
  string: 9,
  logicals: 10,
  integers: 13,
  doubles: 14,
  strings: 16,
  list: 19,
  alternative: 238,
  null: 254,
  reference: 255,
} as const;

/** Bits of a type word beside the type itself. */
export const FLAG = { object: 0x100, attributes: 0x200, tag: 0x400 } as const;

/** What stands in the type word of a string about its encoding: bits 12 and up are the object's own. */
export const ENCODING = { latin1: 4 << 12, utf8: 8 << 12, ascii: 64 << 12 } as const;

/** `NA_integer_`, and `NA` among logicals. */
export const NA_INTEGER = -0x8000_0000;

/** A character vector. */
export function strings(values: readonly (string | null)[], attributes?: RAttributes): RValue {
  return attributes === undefined ? { kind: 'strings', values } : { kind: 'strings', values, attributes };
}

/** A character matrix with row and column names; `rows` hold a value or `null` (`NA`) per column. */
export function characterMatrix(
  rowNames: readonly string[],
  columns: readonly string[],
  rows: readonly (readonly (string | null)[])[],
): RValue {
  // R keeps matrices column by column.
  const values = columns.flatMap((_, column) => rows.map((row) => row[column] ?? null));
  return strings(values, {
    dim: { kind: 'integers', values: [rows.length, columns.length] },
    dimnames: { kind: 'list', values: [strings(rowNames), strings(columns)] },
  });
}

/** A data frame from its columns, in order. */
export function dataFrame(rowNames: readonly string[], columns: readonly (readonly [string, RValue])[]): RValue {
  return {
    kind: 'list',
    values: columns.map(([, column]) => column),
    attributes: {
      names: strings(columns.map(([name]) => name)),
      'row.names': strings(rowNames),
      class: strings(['data.frame']),
    },
  };
}

/** A list whose members have names. */
export function namedList(members: readonly (readonly [string, RValue])[]): RValue {
  return {
    kind: 'list',
    values: members.map(([, value]) => value),
    attributes: { names: strings(members.map(([name]) => name)) },
  };
}
