/** What both headers of a zip entry state. */
export interface ZipFields {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  /** Bytes after unpacking. */
  readonly size: number;
  /** Bytes in the archive. */
  readonly packedSize: number;
}

/** Value of a 32-bit field that says: look in the zip64 extra field (APPNOTE 4.4.8). */
export const IN_ZIP64 = 0xffffffff;
/** Same for 16-bit fields. */
export const IN_ZIP64_SHORT = 0xffff;
/** Id of the zip64 extra field (APPNOTE 4.5.3). */
const ZIP64 = 0x0001;

/** What nearly every header has. */
const NO_FIELDS: ReadonlyMap<number, Buffer> = new Map();

/** Extra fields by id; `undefined` where they do not fill their space exactly or one stands twice. */
export function extraFields(bytes: Buffer): ReadonlyMap<number, Buffer> | undefined {
  if (bytes.length === 0) return NO_FIELDS;
  const fields = new Map<number, Buffer>();
  let position = 0;
  while (position + 4 <= bytes.length) {
    const id = bytes.readUInt16LE(position);
    const end = position + 4 + bytes.readUInt16LE(position + 2);
    if (end > bytes.length || fields.has(id)) return undefined;
    fields.set(id, bytes.subarray(position + 4, end));
    position = end;
  }
  // Alignment tools pad with up to three zero bytes, which are no field.
  if (bytes.subarray(position).some((byte) => byte !== 0)) return undefined;
  return fields;
}

/** A 64-bit number, or `undefined` where it is beyond what a file can have. */
export function readUInt64(bytes: Buffer, at: number): number | undefined {
  const value = bytes.readBigUInt64LE(at);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(value);
}

export interface Sizes {
  readonly size: number;
  readonly packedSize: number;
  /** Absent in local headers. */
  readonly offset: number | undefined;
}

/**
 * The sizes with the zip64 field taken in. `undefined` where that field is missing although it is asked for, is too
 * short, or says something although nothing asks for it: readers differ in whether they then believe it.
 */
export function zip64Sizes(short: Sizes, extra: ReadonlyMap<number, Buffer> | undefined): Sizes | undefined {
  const field = extra?.get(ZIP64);
  const asked =
    Number(short.size === IN_ZIP64) + Number(short.packedSize === IN_ZIP64) + Number(short.offset === IN_ZIP64);
  if (field === undefined) return asked === 0 ? short : undefined;
  if (field.length < asked * 8) return undefined;
  let position = 0;
  const resolve = (value: number | undefined): number | undefined => {
    if (value !== IN_ZIP64) return value;
    position += 8;
    return readUInt64(field, position - 8);
  };
  const size = resolve(short.size);
  const packedSize = resolve(short.packedSize);
  const offset = resolve(short.offset);
  if (size === undefined || packedSize === undefined) return undefined;
  return sameInSurplus(field.subarray(position), [size, packedSize, offset]) ? { size, packedSize, offset } : undefined;
}

/** Numbers beyond those asked for are believed by some readers; they must repeat what the header says, or be zero. */
function sameInSurplus(rest: Buffer, known: readonly (number | undefined)[]): boolean {
  for (let position = 0; position + 8 <= rest.length; position += 8) {
    const value = readUInt64(rest, position);
    if (value !== 0 && !known.includes(value)) return false;
  }
  return true;
}
