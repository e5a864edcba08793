/**
 * Where a picture, a sound or a document ends by its own structure: what stands behind it no program shows, and a file that only begins
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
  if (head.startsWith('%PDF-')) return pdfExtent(view);
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

/** The chunks that PNG and its extensions name (PNG, third edition, 11; PNG extensions, 3). Other readers pass over all others. */
const NAMED_CHUNKS: ReadonlySet<string> = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI mDCv cLLi tEXt zTXt iTXt bKGD hIST pHYs sPLT eXIf tIME acTL fcTL fdAT oFFs pCAL sCAL gIFg gIFx gIFt sTER dSIG'.split(
    ' ',
  ),
);

/** What the chunks of a PNG hold that no standard names, one behind the other; empty for every other format. */
export function privateParts(bytes: Uint8Array): Uint8Array {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!view.toString('latin1', 0, 8).startsWith('\x89PNG\r\n\x1a\n')) return new Uint8Array();
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= view.length; ) {
    const length = view.readUInt32BE(at);
    const type = view.toString('latin1', at + 4, at + 8);
    if (!NAMED_CHUNKS.has(type)) parts.push(view.subarray(at + 8, at + 8 + length));
    if (type === 'IEND') break;
    at += 12 + length;
  }
  return Buffer.concat(parts);
}

/** Bytes behind the last mark that readers of PDF put up with. */
const END_OF_LINE = /^(?:\r\n|\r|\n| ){0,16}/;

/** PDF (ISO 32000-1, 7.5.5): the last line is `%%EOF`; each change that is appended has one of its own. */
function pdfExtent(view: Buffer): Extent {
  const mark = view.lastIndexOf('%%EOF');
  if (mark === -1) return OPEN;
  const at = mark + 5;
  return { is: 'ends', at: at + (END_OF_LINE.exec(view.toString('latin1', at, at + 32))?.[0].length ?? 0) };
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
