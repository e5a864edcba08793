/** Lists of packages as other installations keep them: one name per line (nexus-allowlist), or `uk-tre/packages` JSON. */
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import type { VersionRules } from '../../../ecosystems/contract.ts';

/** Characters; the largest known lists have 800 names and 20 kB. */
const LONGEST_LIST_CHARACTERS = 4 * 1024 * 1024;
/** Entries; more than any public list of accepted packages has. */
const MOST_ENTRIES = 20_000;
/** Characters of one line that are kept: no name is longer. */
const LONGEST_LINE_CHARACTERS = 200;

export interface ImportedEntry {
  /** Counted from 1: the line, or the place in the array. */
  readonly at: number;
  /** The name as it is written. */
  readonly text: string;
  /** `null` where every version is meant. */
  readonly range: string | null;
  /** `2023-10-16`; `null` where it was not taken back. */
  readonly revokedOn: string | null;
}

export interface ParsedList {
  readonly format: 'names' | 'uk-tre';
  readonly entries: readonly ImportedEntry[];
}

const date = z.iso.date();

/** One entry of `uk-tre/packages`: an operator and a version (`"> 0"` means any), nothing beside these fields. */
const UkTreEntry = z.strictObject({
  package_name: z.string().min(1).max(LONGEST_LINE_CHARACTERS),
  version: z.string().regex(/^(?:==|!=|>=|<=|>|<|~=) ?\S{1,100}$/, 'an operator and a version'),
  approval_date: date,
  revoke_date: date.nullable(),
  url: z.string().max(2000).optional(),
});

/** What stands for any version there. */
const UK_TRE_ANY = '> 0';

/** Reads a list. Throws `not-a-list`: a list that is half understood would be half imported. */
export function parseList(text: string): ParsedList {
  if (text.length > LONGEST_LIST_CHARACTERS) throw notAList(`it has more than ${LONGEST_LIST_CHARACTERS} characters`);
  const plain = text.replace(/^\uFEFF/, '');
  const list = /^\s*[[{]/.test(plain) ? ukTre(plain) : names(plain);
  if (list.entries.length > MOST_ENTRIES) throw notAList(`it has more than ${MOST_ENTRIES} entries`);
  return list;
}

/** Every line is one name, whole: nothing in it is a pattern. Blank lines and `#` comments name nothing. */
function names(text: string): ParsedList {
  const entries = text.split(/\r?\n/).flatMap((line, index): readonly ImportedEntry[] => {
    const name = line.replace(/(?:^|\s)#.*$/, '').trim();
    if (name === '') return [];
    const whole = name.slice(0, LONGEST_LINE_CHARACTERS);
    return [{ at: index + 1, text: whole, range: null, revokedOn: null }];
  });
  return { format: 'names', entries };
}

function ukTre(text: string): ParsedList {
  const read = z.array(UkTreEntry).safeParse(jsonOf(text));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw notAList(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is no array of entries'}`);
  }
  const entries = read.data.map((entry, index) => ({
    at: index + 1,
    text: entry.package_name,
    range: entry.version.replace(/\s+/g, ' ') === UK_TRE_ANY ? null : entry.version,
    revokedOn: entry.revoke_date,
  }));
  return { format: 'uk-tre', entries };
}

/** The one version that an entry means (`== 1.2`), or `null` where it means a range or any. */
export function exactVersionIn(range: string | null, versions: Pick<VersionRules, 'normalise'>): string | null {
  const text = /^== ?(\S+)$/.exec(range ?? '')?.[1];
  return text === undefined ? null : (versions.normalise(text) ?? null);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notAList(error instanceof Error ? error.message : String(error));
  }
}

function notAList(why: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'not-a-list',
    what: 'This is no list of packages',
    why,
    next: 'Give one name per line, or an array of {"package_name", "version", "approval_date", "revoke_date"}.',
  });
}
