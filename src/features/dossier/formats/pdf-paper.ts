/** Paper for a document: pages, fonts, lines of text with links, and the tags that a screen reader goes by. */
import PDFDocument from 'pdfkit';
import { type Inline, type Line, legible } from '../page/document.ts';
import { fontFiles, fontName, runsOf, type Weight } from './pdf-fonts.ts';

export const INK = { text: '#1b1f24', muted: '#57606a', accent: '#0f6e6e', rule: '#d5dae0', panel: '#f6f7f9' } as const;

/** Points (1/72 inch) of an A4 page (ISO 216) and its margins. */
const PAGE = { width: 595.28, height: 841.89, side: 50, top: 52, bottom: 60 };
/** Height of a line as a multiple of the size of its letters. */
const LINE_HEIGHT = 1.42;

export type Tag = PDFKit.Mixins.PDFMarking extends { struct(...given: never[]): infer Element } ? Element : never;

export interface Look {
  /** Points. */
  readonly size: number;
  readonly weight?: Weight;
  readonly color?: string;
}

/** A word, or a part of one, as it stands on a line. */
interface Piece {
  readonly text: string;
  readonly font: string;
  readonly color: string;
  readonly width: number;
  readonly to: string | undefined;
}

/** One line of text, broken to a width. */
export interface TextLine {
  readonly pieces: readonly Piece[];
  readonly size: number;
}

export interface PaperAbout {
  readonly title: string;
  readonly subject: string;
  readonly date: Date;
  /** Ids that links may lead to. */
  readonly places: ReadonlySet<string>;
}

export class Paper {
  readonly document: PDFKit.PDFDocument;
  readonly width = PAGE.width - 2 * PAGE.side;
  y: number = PAGE.top;
  private readonly places: ReadonlySet<string>;
  private readonly root: Tag;
  private readonly widths = new Map<string, number>();

  constructor({ title, subject, date, places }: PaperAbout) {
    this.places = places;
    const options: PDFKit.PDFDocumentOptions = {
      size: 'A4',
      margin: 0,
      // No built-in font: a tagged document for everybody embeds what it shows (ISO 14289-1, 7.21).
      font: '',
      pdfVersion: '1.7',
      tagged: true,
      lang: 'en',
      displayTitle: true,
      bufferPages: true,
      info: {
        Title: title,
        Subject: subject,
        Producer: 'Pratique',
        Creator: 'Pratique',
        CreationDate: date,
        ModDate: date,
      },
    };
    // The published types do not know this subset yet.
    Object.assign(options, { subset: 'PDF/UA' });
    this.document = new PDFDocument(options);
    for (const { name, path } of fontFiles()) this.document.registerFont(name, path);
    this.root = this.document.struct('Document');
    this.document.addStructure(this.root);
  }

  get left(): number {
    return PAGE.side;
  }

  /** Points left on this page. */
  get room(): number {
    return PAGE.height - PAGE.bottom - this.y;
  }

  /** A fresh page, where there is not so much room left. */
  need(height: number): boolean {
    if (this.room >= height) return false;
    this.newPage();
    return true;
  }

  newPage(): void {
    this.document.addPage();
    this.y = PAGE.top;
  }

  /** A tag under another, or under the document. */
  tag(type: string, parent: Tag = this.root, options: Parameters<PDFKit.PDFDocument['struct']>[1] = {}): Tag {
    const element = this.document.struct(type, options);
    parent.add(element);
    return element;
  }

  /** Something that is only decoration: readers aloud pass over it. */
  decoration(draw: () => void): void {
    this.document.markContent('Artifact', { type: 'Layout' });
    draw();
    this.document.endMarkedContent();
  }

  /** A place that links lead to. */
  place(id: string): void {
    this.document.addNamedDestination(id, 'XYZ', PAGE.side, Math.max(0, this.y - 6), null);
  }

  lineHeight(size: number): number {
    return size * LINE_HEIGHT;
  }

  /** Breaks a line of the document to a width. */
  break(line: Line, width: number, look: Look): readonly TextLine[] {
    const lines: Piece[][] = [[]];
    let used = 0;
    for (const word of glued(line.flatMap((inline) => this.words(inline, look)))) {
      if (word === 'break') {
        lines.push([]);
        used = 0;
        continue;
      }
      const isSpace = isBlank(word);
      const length = word.reduce((sum, { width: one }) => sum + one, 0);
      if (used + length > width && used > 0) {
        lines.push([]);
        used = 0;
      }
      if (isSpace && used === 0) continue;
      for (const piece of length > width ? this.split(word, width, look) : word) {
        if (used + piece.width > width && used > 0) {
          lines.push([]);
          used = 0;
        }
        lines.at(-1)?.push(piece);
        used += piece.width;
      }
    }
    return lines.map((pieces) => ({ pieces: merged(pieces), size: look.size }));
  }

  /** Draws one broken line with its tags, at the height where the paper stands or at a given one. */
  draw({ pieces, size }: TextLine, parent: Tag, at: { readonly x: number; readonly y: number }): void {
    let { x } = at;
    for (const { text, font, color, width, to } of pieces) {
      const element = to === undefined ? parent : this.tag('Link', parent);
      element.add(this.document.markStructureContent(to === undefined ? 'Span' : 'Link'));
      this.document.font(font).fontSize(size).fillColor(color).text(text, x, at.y, { lineBreak: false });
      this.document.endMarkedContent();
      if (to !== undefined) {
        // The text again, as PDF/UA asks of a link (ISO 14289-1, 7.18.5).
        const link = { Contents: Object(text), structParent: element };
        this.document.goTo(x, at.y, width, this.lineHeight(size), to, link);
        element.end();
      }
      x += width;
    }
  }

  /** Lines of text under each other, over as many pages as they need. */
  text(line: Line, look: Look, options: { readonly tag: Tag; readonly indent?: number }): void {
    const indent = options.indent ?? 0;
    const height = this.lineHeight(look.size);
    for (const one of this.break(line, this.width - indent, look)) {
      this.need(height);
      this.draw(one, options.tag, { x: this.left + indent, y: this.y });
      this.y += height;
    }
  }

  widthOf(text: string, font: string, size: number): number {
    const key = `${font} ${size} ${text}`;
    const known = this.widths.get(key);
    if (known !== undefined) return known;
    const width = this.document.font(font).fontSize(size).widthOfString(text);
    this.widths.set(key, width);
    return width;
  }

  /** Closes the tags, numbers the pages, and gives the bytes. */
  async finish(footer: string): Promise<Uint8Array> {
    this.root.end();
    const { count, start } = this.document.bufferedPageRange();
    for (let page = start; page < start + count; page += 1) {
      this.document.switchToPage(page);
      const [line] = this.break([`${footer} · page ${page + 1} of ${count}`], this.width, {
        size: 7.5,
        color: INK.muted,
      });
      this.document.markContent('Artifact', { type: 'Pagination' });
      let x = this.left;
      for (const { text, font, color, width } of line?.pieces ?? []) {
        this.document
          .font(font)
          .fontSize(7.5)
          .fillColor(color)
          .text(text, x, PAGE.height - 36, { lineBreak: false });
        x += width;
      }
      this.document.endMarkedContent();
    }
    const parts: Uint8Array[] = [];
    const ended = new Promise<void>((resolve, reject) => {
      this.document.on('data', (part: Uint8Array) => parts.push(part));
      this.document.on('end', () => resolve());
      this.document.on('error', reject);
    });
    this.document.end();
    await ended;
    return Buffer.concat(parts);
  }

  private words(inline: Inline, look: Look): readonly (readonly Piece[] | 'break')[] {
    if (typeof inline !== 'string' && 'break' in inline) return ['break'];
    const text = typeof inline === 'string' ? inline : 'code' in inline ? inline.code : inline.text;
    const to = typeof inline !== 'string' && 'to' in inline ? this.nearest(inline.to) : undefined;
    const color = to === undefined ? (look.color ?? INK.text) : INK.accent;
    const { size, weight = 400 } = look;
    const spaced = legible(text).split(/(?<= )|(?= )/);
    return spaced
      .filter((word) => word !== '')
      .map((word) =>
        runsOf(word).map((run) => {
          const font = fontName(run.script, weight);
          return { text: run.text, font, color, to, width: this.widthOf(run.text, font, size) };
        }),
      );
  }

  /** A word longer than the line, letter by letter: digests, paths, addresses. */
  private split(word: readonly Piece[], width: number, { size }: Look): readonly Piece[] {
    return word.flatMap((piece) => {
      const parts: Piece[] = [];
      let [text, used] = ['', 0];
      for (const letter of piece.text) {
        const one = this.widthOf(letter, piece.font, size);
        if (text !== '' && used + one > width) {
          parts.push({ ...piece, text, width: used });
          [text, used] = ['', 0];
        }
        text += letter;
        used += one;
      }
      return [...parts, { ...piece, text, width: used }];
    });
  }

  /** The place itself, or the one that holds it: what paper leaves out is still led to as near as can be. */
  private nearest(id: string): string | undefined {
    for (let at = id; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('-')))) if (this.places.has(at)) return at;
    return undefined;
  }
}

/** Words with nothing between them are one, whatever they are made of: no line ends behind a bracket that a link follows. */
function glued(words: readonly (readonly Piece[] | 'break')[]): readonly (readonly Piece[] | 'break')[] {
  const out: (readonly Piece[] | 'break')[] = [];
  for (const word of words) {
    const last = out.at(-1);
    const isJoined = last !== undefined && last !== 'break' && word !== 'break' && !isBlank(last) && !isBlank(word);
    if (isJoined) out[out.length - 1] = [...last, ...word];
    else out.push(word);
  }
  return out;
}

function isBlank(word: readonly Piece[]): boolean {
  return word.every(({ text }) => text.trim() === '');
}

/** Neighbours that look alike become one piece: one tag, one operation, one link. */
function merged(pieces: readonly Piece[]): readonly Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    if (last !== undefined && last.font === piece.font && last.color === piece.color && last.to === piece.to)
      out[out.length - 1] = { ...last, text: last.text + piece.text, width: last.width + piece.width };
    else out.push(piece);
  }
  return out;
}
