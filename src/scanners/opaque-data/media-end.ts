/**
 * Where a picture or a sound ends by its own structure: what stands behind it no program shows, and a file that only begins
 * like one is none. Read from the lengths that the formats give: nothing is decoded.
 */

/** How far the file is what its first bytes say. */
export type Extent =
  /** Bytes from the start that belong to the format; what follows is something else. */
  | { readonly is: 'ends'; readonly at: number }
  /** The first bytes are those of the format, what follows is not. */
  | { readonly is: 'pretends' }
  /** Of a format whose end is not looked for, or cut off. */
  | { readonly is: 'open' };

const OPEN: Extent = { is: 'open' };
const PRETENDS: Extent = { is: 'pretends' };

/** Extent of a file by the format that its first bytes show. */
export function extentOf(bytes: Uint8Array): Extent {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const head = view.toString('latin1', 0, 12);
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return pngExtent(view);
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return gifExtent(view);
  if (head.startsWith('\xff\xd8\xff')) return jpegExtent(view);
  if (head.startsWith('RIFF') && ['WAVE', 'WEBP', 'AVI '].includes(head.slice(8))) return riffExtent(view);
  if (head.startsWith('wOFF') || head.startsWith('wOF2')) return fontExtent(view);
  return OPEN;
}

/** PNG, third edition, 5.3: length, type, data, check; the first chunk is IHDR of 13 bytes, the last IEND. */
function pngExtent(view: Buffer): Extent {
  if (view.length < 33) return OPEN;
  if (view.readUInt32BE(8) !== 13 || view.toString('latin1', 12, 16) !== 'IHDR') return PRETENDS;
  let at = 33;
  while (at + 12 <= view.length) {
    const end = at + 12 + view.readUInt32BE(at);
    if (view.toString('latin1', at + 4, at + 8) === 'IEND') return { is: 'ends', at: end };
    at = end;
  }
  return OPEN;
}

/** GIF89a, 18 to 27: screen, then pictures (0x2C) and extensions (0x21) of sub-blocks, then the trailer (0x3B). */
function gifExtent(view: Buffer): Extent {
  let at = 13 + tableSize(view[10] ?? 0);
  while (at < view.length) {
    const label = view[at];
    if (label === 0x3b) return { is: 'ends', at: at + 1 };
    if (label === 0x21) at = blocksEnd(view, at + 2);
    else if (label === 0x2c) at = blocksEnd(view, at + 11 + tableSize(view[at + 9] ?? 0));
    else return PRETENDS;
  }
  return OPEN;
}

/** Bytes of a table of colours, by the byte that tells of it. */
function tableSize(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** Sub-blocks: a byte of length and as many bytes, until a length of nought. */
function blocksEnd(view: Buffer, from: number): number {
  let at = from;
  while (at < view.length && view[at] !== 0) at += 1 + (view[at] ?? 0);
  return at + 1;
}

/** JPEG (ITU T.81, B.1): segments with lengths; in a scan, 0xFF is followed by nought or a restart mark; EOI ends it. */
function jpegExtent(view: Buffer): Extent {
  let at = 2;
  while (at + 4 <= view.length) {
    if (view[at] !== 0xff) return PRETENDS;
    const mark = view[at + 1] ?? 0;
    if (mark === 0xff) at += 1;
    else {
      at += 2 + view.readUInt16BE(at + 2);
      if (mark === 0xda) at = scanEnd(view, at);
      if (view[at] === 0xff && view[at + 1] === 0xd9) return { is: 'ends', at: at + 2 };
    }
  }
  return OPEN;
}

function scanEnd(view: Buffer, from: number): number {
  let at = view.indexOf(0xff, from);
  while (at >= 0) {
    const next = view[at + 1] ?? 0;
    if (next !== 0 && (next < 0xd0 || next > 0xd7) && next !== 0xff) return at;
    at = view.indexOf(0xff, at + 1);
  }
  return view.length;
}

/** RIFF: the length of what follows, filled up to an even one. */
function riffExtent(view: Buffer): Extent {
  const size = view.readUInt32LE(4);
  // Programs that write to a pipe leave the length open.
  return size === 0 || size === 0xffffffff ? OPEN : { is: 'ends', at: 8 + size + (size % 2) };
}

/** WOFF 1 and 2: the length of the whole file at byte 8. */
function fontExtent(view: Buffer): Extent {
  if (view.length < 44) return OPEN;
  const size = view.readUInt32BE(8);
  return size > view.length || size < 44 ? PRETENDS : { is: 'ends', at: size };
}
