import { ENCODING, FLAG, NA_INTEGER, type RAttributes, type RValue, TYPE } from './rds.ts';

/** `X\n`: XDR, the format that every R reads and writes by default. */
const XDR_MARK = 'X\n';
/** Written by R 4.2.2, readable from R 2.3.0 on: what version 2 itself asks for. */
const WRITER_VERSION = 0x0004_0202;
const LEAST_READER_VERSION = 0x0002_0300;

const ASCII_ONLY = /^[\t\n\r -~]*$/;

/** A value as R's serialisation, version 2, not compressed: the same value always gives the same bytes. */
export function writeRds(value: RValue): Buffer {
  const out = new Pieces();
  out.text(XDR_MARK);
  out.integer(2);
  out.integer(WRITER_VERSION);
  out.integer(LEAST_READER_VERSION);
  writeValue(out, value);
  return out.bytes();
}

function writeValue(out: Pieces, value: RValue): void {
  if (value.kind === 'null') {
    out.integer(TYPE.null);
    return;
  }
  const { attributes = {} } = value;
  out.integer(TYPE[value.kind] | flagsOf(attributes));
  out.integer(value.values.length);
  switch (value.kind) {
    case 'strings':
      for (const text of value.values) writeString(out, text);
      break;
    case 'integers':
      for (const number of value.values) out.integer(number ?? NA_INTEGER);
      break;
    case 'logicals':
      for (const truth of value.values) out.integer(truth === null ? NA_INTEGER : Number(truth));
      break;
    case 'doubles':
      for (const number of value.values) out.double(number);
      break;
    case 'list':
      for (const member of value.values) writeValue(out, member);
      break;
  }
  writeAttributes(out, attributes);
}

function flagsOf(attributes: RAttributes): number {
  if (Object.keys(attributes).length === 0) return 0;
  return FLAG.attributes | ('class' in attributes ? FLAG.object : 0);
}

/** A pairlist with tags, ended by NULL. */
function writeAttributes(out: Pieces, attributes: RAttributes): void {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return;
  for (const [name, value] of entries) {
    out.integer(TYPE.pairlist | FLAG.tag);
    out.integer(TYPE.symbol);
    writeString(out, name);
    writeValue(out, value);
  }
  out.integer(TYPE.null);
}

function writeString(out: Pieces, text: string | null): void {
  if (text === null) {
    out.integer(TYPE.string);
    out.integer(-1);
    return;
  }
  out.integer(TYPE.string | (ASCII_ONLY.test(text) ? ENCODING.ascii : ENCODING.utf8));
  out.integer(Buffer.byteLength(text));
  out.text(text);
}

/** Bytes that grow. */
class Pieces {
  private buffer = Buffer.alloc(64 * 1024);
  private length = 0;

  integer(value: number): void {
    this.room(4);
    this.length = this.buffer.writeInt32BE(value, this.length);
  }

  double(value: number): void {
    this.room(8);
    this.length = this.buffer.writeDoubleBE(value, this.length);
  }

  text(value: string): void {
    this.room(value.length * 3);
    this.length += this.buffer.write(value, this.length);
  }

  bytes(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.length));
  }

  private room(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = Buffer.alloc(Math.max(this.buffer.length * 2, this.length + more));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
