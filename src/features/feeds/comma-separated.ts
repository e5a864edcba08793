/** Reads comma-separated values. Source: RFC 4180; a line may end in LF alone. */

export interface CsvRow {
  /** Of its first character, counted from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** Rows one by one, in one pass; blank lines are passed over. Ends with `undefined` where a quote is never closed. */
export function* csvRows(text: string): Iterable<CsvRow | undefined> {
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const row = readRow(text, at);
    if (row === undefined) {
      yield undefined;
      return;
    }
    if (row.fields.length > 1 || row.fields[0] !== '') yield { line, fields: row.fields };
    line += row.lines;
    at = row.next;
  }
}

interface ReadRow {
  readonly fields: readonly string[];
  readonly next: number;
  readonly lines: number;
}

function readRow(text: string, start: number): ReadRow | undefined {
  const fields: string[] = [];
  let at = start;
  let lines = 1;
  for (;;) {
    const quoted = text[at] === '"';
    const end = quoted ? closingQuote(text, at + 1) : endOfBare(text, at);
    if (end === undefined) return undefined;
    const value = text.slice(quoted ? at + 1 : at, end);
    if (quoted) lines += value.split('\n').length - 1;
    fields.push(quoted ? value.replaceAll('""', '"') : value.trim());
    at = quoted ? endOfBare(text, end + 1) : end;
    if (text[at] !== ',') return { fields, next: at + (text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1), lines };
    at += 1;
  }
}

/** Where the field ends: at a comma, a line end or the end of the text. */
function endOfBare(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== ',' && text[at] !== '\n' && !(text[at] === '\r' && text[at + 1] === '\n'))
    at += 1;
  return at;
}

function closingQuote(text: string, start: number): number | undefined {
  for (let at = text.indexOf('"', start); at !== -1; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at;
  return undefined;
}
