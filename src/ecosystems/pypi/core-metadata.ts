import { z } from 'zod';
import { normaliseExtra, normaliseName } from './names.ts';
import { normaliseVersion } from './version.ts';

/** Longest metadata text that is read, in characters; descriptions of a few MB exist, nothing larger is honest. */
const LONGEST_METADATA_CHARACTERS = 16 * 1024 * 1024;
/** Most header lines before the description; the longest real ones have a few thousand (`Requires-Dist`, `License`). */
const MOST_HEADER_LINES = 50_000;
/** Longest value of a header that is used; real requirements stay under 2,000 characters. */
const LONGEST_VALUE_CHARACTERS = 16_384;
/** Most values of one repeated header. */
const MOST_VALUES = 20_000;

/** What the resolver and the examination need of a release's Core Metadata. */
export interface CoreMetadata {
  /** As the specification numbers it: `2.3`. */
  readonly metadataVersion: string;
  /** Normal form. */
  readonly name: string;
  /** Normal form. */
  readonly version: string;
  /** PEP 508 texts, verbatim. */
  readonly requiresDist: readonly string[];
  /** PEP 440 specifier set, verbatim; absent where none is stated. */
  readonly requiresPython: string | undefined;
  /** Normal forms. */
  readonly providesExtra: readonly string[];
  /** Header names in lower case whose value a build may still change (PEP 643). */
  readonly dynamic: readonly string[];
}

/** Metadata read, or why it is none, in plain words. */
export type CoreMetadataAnswer =
  | { readonly ok: true; readonly metadata: CoreMetadata }
  | { readonly ok: false; readonly problem: string };

const value = z.string().max(LONGEST_VALUE_CHARACTERS);
const values = z.array(value).max(MOST_VALUES);

/** The headers that are used. Those that may stand once are taken from their only line. */
const headersSchema = z.object({
  'metadata-version': z.tuple(
    [value.regex(/^[0-9]{1,3}\.[0-9]{1,3}$/, 'is no version of the format')],
    'must stand once',
  ),
  name: z.tuple([value.transform(normaliseName).refine((name) => name !== undefined, 'is no project name')]),
  version: z.tuple([value.transform(normaliseVersion).refine((version) => version !== undefined, 'is no version')]),
  'requires-dist': values.default([]),
  'requires-python': z.array(value).max(1, 'stands more than once').default([]),
  'provides-extra': values.default([]),
  dynamic: values.default([]),
});

/**
 * Reads Core Metadata (the text of `METADATA` or `PKG-INFO`): headers in the style of RFC 822, then a blank line and
 * the description, which is not looked at. Source: packaging specifications, "Core metadata"; PEP 566, PEP 643, PEP 685.
 */
export function parseCoreMetadata(text: string): CoreMetadataAnswer {
  if (text.length > LONGEST_METADATA_CHARACTERS) return { ok: false, problem: 'the metadata is too long' };
  const headers = readHeaders(text);
  if (headers === undefined) return { ok: false, problem: 'the metadata has too many header lines' };
  const parsed = headersSchema.safeParse(Object.fromEntries(headers));
  if (!parsed.success) return { ok: false, problem: describe(parsed.error) };
  const [name] = parsed.data.name;
  const [version] = parsed.data.version;
  if (name === undefined || version === undefined) return { ok: false, problem: 'the metadata names no release' };
  const [metadataVersion] = parsed.data['metadata-version'];
  return {
    ok: true,
    metadata: {
      metadataVersion,
      name,
      version,
      requiresDist: parsed.data['requires-dist'].filter((requirement) => requirement !== ''),
      requiresPython: parsed.data['requires-python'].find((range) => range !== ''),
      providesExtra: [...new Set(parsed.data['provides-extra'].flatMap((extra) => normaliseExtra(extra) ?? []))],
      dynamic: parsed.data.dynamic.map((header) => header.toLowerCase()),
    },
  };
}

const USED_HEADERS: ReadonlySet<string> = new Set(Object.keys(headersSchema.shape));

/** The values of the headers that are used, folded lines joined; `undefined` where there are too many lines. */
function readHeaders(text: string): Map<string, string[]> | undefined {
  const headers = new Map<string, string[]>();
  let current: { readonly name: string; readonly lines: string[] } | undefined;
  const finish = (): void => {
    if (current === undefined || !USED_HEADERS.has(current.name)) return;
    const known = headers.get(current.name) ?? [];
    known.push(current.lines.join(' ').trim());
    headers.set(current.name, known);
  };
  let count = 0;
  for (let start = 0; start < text.length; ) {
    const { line, next } = lineAt(text, start);
    start = next;
    if (line === '') break;
    count += 1;
    if (count > MOST_HEADER_LINES) return undefined;
    if (line.startsWith(' ') || line.startsWith('\t')) {
      current?.lines.push(line.trim());
      continue;
    }
    const colon = line.indexOf(':');
    // As Python's email parser: what is neither a header nor its continuation ends the headers.
    if (colon < 1) break;
    finish();
    current = { name: line.slice(0, colon).trim().toLowerCase(), lines: [line.slice(colon + 1).trim()] };
  }
  finish();
  return headers;
}

/** The line that starts at an offset, without its end (`\n`, `\r\n`), and where the next one starts. */
function lineAt(text: string, start: number): { readonly line: string; readonly next: number } {
  const newline = text.indexOf('\n', start);
  const end = newline === -1 ? text.length : newline;
  const line = text.slice(start, end > start && text[end - 1] === '\r' ? end - 1 : end);
  return { line, next: end + 1 };
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  const header = issue?.path[0] === undefined ? 'a header' : String(issue.path[0]);
  return `the metadata's ${header} ${issue?.message ?? 'cannot be read'}`;
}
