/** A tar writer that can lie (POSIX pax, "ustar Interchange Format"). Honest unless told otherwise. */

export interface RawTarEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  /** Type flag; default `0`, a file. */
  readonly type?: string;
  readonly linkName?: string;
  /** What the size field says instead of the truth. */
  readonly size?: number | string;
  /** Makes the checksum wrong. */
  readonly badChecksum?: boolean;
}

export const ZERO_BLOCK = Buffer.alloc(512);
/** End mark of an honest archive. */
export const END = Buffer.alloc(1024);

export function rawTar(entries: readonly RawTarEntry[], end: Buffer = END): Buffer {
  return Buffer.concat([...entries.map(tarEntry), end]);
}

export function tarEntry(entry: RawTarEntry): Buffer {
  const content = Buffer.from(entry.content ?? '');
  const header = Buffer.alloc(512);
  header.write(entry.name, 0, 100);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  const size = entry.size ?? content.length;
  header.write(typeof size === 'string' ? size : `${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(entry.type ?? '0', 156);
  header.write(entry.linkName ?? '', 157, 100);
  header.write('ustar\u000000', 257);
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0) + (entry.badChecksum === true ? 1 : 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** A pax extended header with the given records. */
export function pax(records: Readonly<Record<string, string>>, type = 'x'): RawTarEntry {
  const content = Object.entries(records)
    .map(([key, value]) => paxRecord(`${key}=${value}\n`))
    .join('');
  return { name: 'PaxHeader', type, content };
}

function paxRecord(rest: string): string {
  const length = Buffer.byteLength(rest) + 1;
  let total = length + String(length).length;
  if (String(total).length > String(length).length) total = length + String(total).length;
  return `${total} ${rest}`;
}
