/** What a package says of itself: its `DESCRIPTION`, or its record in `PACKAGES`, which repeats a part of that. */
import { type DcfRecord, parseDcf } from './dcf.ts';
import { normaliseName } from './names.ts';
import { cranVersions } from './versions.ts';

/** A record that names one release. */
export interface PackageRecord {
  readonly name: string;
  /** As it is written: `1.2-3` stays what it is. */
  readonly version: string;
  readonly fields: DcfRecord;
}

/** Reads a text of one record, or `undefined` where it names no release. */
export function readRecord(text: string): PackageRecord | undefined {
  const records = parseDcf(text);
  const [record] = records ?? [];
  return record === undefined || records?.length !== 1 ? undefined : recordOf(record);
}

/** A record that was parsed already. */
export function recordOf(fields: DcfRecord): PackageRecord | undefined {
  const name = normaliseName(fields.get('Package') ?? '');
  const version = cranVersions.normalise(fields.get('Version') ?? '');
  return name === undefined || version === undefined ? undefined : { name, version, fields };
}

/** The field in which `PACKAGES` states a hash of the whole file; no `DESCRIPTION` can hold that of its own file. */
export const MD5_FIELD = 'MD5sum';

/** The MD5 that a record states, as lower-case hexadecimal digits. */
export function md5Of({ fields }: PackageRecord): string | undefined {
  const text = fields.get(MD5_FIELD)?.trim().toLowerCase();
  return text !== undefined && /^[0-9a-f]{32}$/.test(text) ? text : undefined;
}

/** What `Built` says: `R 4.4.1; x86_64-w64-mingw32; 2024-06-14 01:23:45 UTC; windows` (`tools:::.split_description`). */
export interface Built {
  /** The minor release of R, as trees of built packages are called: `4.4`. */
  readonly r: string;
  readonly os: 'windows' | 'unix';
}

/** For what a package says that it was built; `undefined` where it says nothing, `null` where that cannot be read. */
export function builtOf(fields: DcfRecord): Built | null | undefined {
  const text = fields.get('Built');
  if (text === undefined) return undefined;
  const [, r, os] = /^R ([1-9][0-9]?\.[0-9]{1,2})\.[0-9]{1,2};[^;]*;[^;]*; (windows|unix)$/.exec(text.trim()) ?? [];
  return r === undefined || (os !== 'windows' && os !== 'unix') ? null : { r, os };
}
