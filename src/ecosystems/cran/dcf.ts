/** Debian control format, as R writes `DESCRIPTION` and `PACKAGES` with it (`read.dcf`; "Writing R Extensions", 1.1.1). */

/** Largest text that is read: the public archive's whole index has some 15 MB; ten times that is no index. */
const MOST_CHARACTERS = 160 * 1024 * 1024;
/** Fields of one record; real ones have fewer than sixty. */
const MOST_FIELDS = 512;

/** One record: values by field name, continuation lines joined by a line end. */
export type DcfRecord = ReadonlyMap<string, string>;

/** The start of a field: its name, and a colon. */
const FIELD = /^([!-9;-~]+):[ \t]*(.*)$/s;

/** All records of a text, in order, or `undefined` where it is none: a line that belongs to no field, or one field twice. */
export function parseDcf(text: string): readonly DcfRecord[] | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  const records: DcfRecord[] = [];
  let record = new Map<string, string>();
  let field: string | undefined;
  const end = () => {
    if (record.size > 0) records.push(record);
    record = new Map();
    field = undefined;
  };
  for (const line of linesOf(text)) {
    if (line.trim() === '') {
      end();
      continue;
    }
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (field === undefined) return undefined;
      record.set(field, `${record.get(field) ?? ''}\n${line.trim()}`);
      continue;
    }
    const [, name, value = ''] = FIELD.exec(line) ?? [];
    if (name === undefined || record.has(name) || record.size >= MOST_FIELDS) return undefined;
    field = name;
    record.set(name, value.trimEnd());
  }
  end();
  return records;
}

function* linesOf(text: string): Generator<string> {
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('\n', at);
    const stop = next === -1 ? text.length : next;
    yield text.slice(at, text[stop - 1] === '\r' ? stop - 1 : stop);
    at = stop + 1;
  }
}

/** A record as text. A value of several lines is indented, so that no value can begin a field of its own. */
export function formatDcf(fields: readonly (readonly [name: string, value: string])[]): string {
  return fields.map(([name, value]) => `${name}: ${indented(value)}\n`).join('');
}

/** Line by line: a pattern for spaces around a line's end would try each place of a long run of spaces anew. */
function indented(value: string): string {
  const lines = value.split(/[\r\n]/).map((line) => line.trim());
  return lines.filter((line) => line !== '').join('\n        ');
}
