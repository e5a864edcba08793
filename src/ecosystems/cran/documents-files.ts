/** What a repository says of its files beside its index: their sizes, times and hashes. */
import { plainName } from './files.ts';
import type { IndexedFile } from './index-records.ts';
import { dataFrame, type RValue, strings } from './rds.ts';

/** As `file.info()` has it: what `remotes` and `pkgcache` read of it is the row names, sizes and times. */
export function filesFrame(rows: readonly (readonly [name: string, file: IndexedFile])[]): RValue {
  const files = rows.map(([, file]) => file);
  const times: RValue = {
    kind: 'doubles',
    values: files.map(({ uploadedAt }) => (uploadedAt === undefined ? 0 : Date.parse(uploadedAt) / 1000)),
    attributes: { class: strings(['POSIXct', 'POSIXt']) },
  };
  return dataFrame(
    rows.map(([name]) => name),
    [
      ['size', { kind: 'doubles', values: files.map(({ size }) => size) }],
      ['isdir', { kind: 'logicals', values: files.map(() => false) }],
      ['mode', { kind: 'integers', values: files.map(() => 0o644), attributes: { class: strings(['octmode']) } }],
      ['mtime', times],
      ['ctime', times],
      ['atime', times],
    ],
  );
}

/**
 * `METADATA2`: a table without a head, as pkgcache reads it with `read.csv`: the file's name, its bytes, its SHA-256, then
 * system requirements, `Built` and the time of publication where there are some.
 */
export function metadataLines(files: readonly IndexedFile[]): string {
  return files
    .map((file) =>
      [
        plainName(file),
        String(file.size),
        file.sha256Hex,
        file.fields.get('SystemRequirements') ?? NOTHING,
        file.fields.get('Built') ?? NOTHING,
        file.uploadedAt ?? NOTHING,
      ]
        .map(quoted)
        .join(','),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** `NA` as `read.csv` reads it, without quotes. */
const NOTHING = 'NA';

function quoted(text: string): string {
  return text === NOTHING || /^[0-9]+$/.test(text) ? text : `"${text.replaceAll('"', '""').replace(/\s+/g, ' ')}"`;
}
