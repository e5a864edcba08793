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

/** `name_1.2-3.tar.gz`, the one name that a source package has ("Writing R Extensions", 1.3.1). */
export function sourceFilename(name: string, version: string): string {
  return `${name}_${version}.tar.gz`;
}

/** The release that a source package's file name names. */
export function releaseIn(filename: string): { readonly name: string; readonly version: string } | undefined {
  const [, rawName = '', rawVersion = ''] = /^([^_]+)_([^_]+)\.tar\.gz$/.exec(filename) ?? [];
  const name = normaliseName(rawName);
  const version = cranVersions.normalise(rawVersion);
  return name === undefined || version !== rawVersion ? undefined : { name, version };
}
