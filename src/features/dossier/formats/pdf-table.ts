/** A table on paper: widths by what stands in the columns, rows that may run over pages, headings tagged as such. */
import type { Block, Line } from '../page/document.ts';
import { INK, type Look, type Paper, type Tag, type TextLine } from './pdf-paper.ts';

type Table = Extract<Block, { kind: 'table' }>;

const GAP = 9;
const PADDING = 3.5;
/** Narrowest column, in points: a date or a short word. */
const NARROWEST = 46;
/** From so many columns on, letters are smaller. */
const MANY_COLUMNS = 6;

export function drawTable(paper: Paper, { caption, columns, rows }: Table): void {
  const size = columns.length >= MANY_COLUMNS ? 7.2 : 8.4;
  const table = paper.tag('Table');
  const widths = widthsOf(paper, { columns, rows, size });
  paper.need(90);
  const captionTag = paper.tag('Caption', table);
  paper.text([caption], { size: 8.4, color: INK.muted }, { tag: captionTag });
  captionTag.end();
  paper.y += 2;
  const head: Look = { size, weight: 700, color: INK.muted };
  drawRow({ paper, widths, look: head, parent: table, cells: columns.map((column) => [column]), isHead: true });
  for (const cells of rows) drawRow({ paper, widths, look: { size }, parent: table, cells, isHead: false });
  table.end();
  paper.y += 8;
}

interface Row {
  readonly paper: Paper;
  readonly widths: readonly number[];
  readonly look: Look;
  readonly parent: Tag;
  readonly cells: readonly Line[];
  readonly isHead: boolean;
}

function drawRow({ paper, widths, look, parent, cells, isHead }: Row): void {
  const row = paper.tag('TR', parent);
  const broken = cells.map((cell, at) => paper.break(cell, widths[at] ?? NARROWEST, look));
  const tags = cells.map((cell, at) => cellTag(paper, row, { at, isHead, text: cell }));
  const height = paper.lineHeight(look.size);
  const lines = Math.max(1, ...broken.map(({ length }) => length));
  // A row stays whole where a page can hold it; a longer one runs on.
  paper.need(Math.min(lines, 12) * height + 2 * PADDING);
  paper.y += PADDING;
  for (let line = 0; line < lines; line += 1) {
    paper.need(height);
    drawLine(paper, { broken, tags, widths, line });
    paper.y += height;
  }
  paper.y += PADDING;
  for (const tag of tags) tag.end();
  row.end();
  paper.decoration(() => {
    const { document, left, width, y } = paper;
    document
      .moveTo(left, y)
      .lineTo(left + width, y)
      .lineWidth(isHead ? 1 : 0.5)
      .stroke(INK.rule);
  });
}

function drawLine(
  paper: Paper,
  {
    broken,
    tags,
    widths,
    line,
  }: {
    readonly broken: readonly (readonly TextLine[])[];
    readonly tags: readonly Tag[];
    readonly widths: readonly number[];
    readonly line: number;
  },
): void {
  let x = paper.left;
  for (const [at, cell] of broken.entries()) {
    const [one, tag] = [cell[line], tags[at]];
    if (one !== undefined && tag !== undefined) paper.draw(one, tag, { x, y: paper.y });
    x += (widths[at] ?? 0) + GAP;
  }
}

/** Headings say what they head (ISO 32000-1, 14.8.5.7), so that a reader aloud can repeat them. */
function cellTag(
  paper: Paper,
  row: Tag,
  { at, isHead, text }: { readonly at: number; readonly isHead: boolean; readonly text: Line },
): Tag {
  if (!isHead && at > 0) return paper.tag('TD', row);
  const title = text.map((one) => (typeof one === 'string' ? one : 'text' in one ? one.text : '')).join('');
  const heading = { title, scope: isHead ? 'Column' : 'Row' };
  return paper.tag('TH', row, heading);
}

/** Every column gets its longest word, and what is left goes by how much stands in it. */
function widthsOf(
  paper: Paper,
  {
    columns,
    rows,
    size,
  }: { readonly columns: readonly string[]; readonly rows: readonly (readonly Line[])[]; readonly size: number },
): readonly number[] {
  const available = paper.width - GAP * (columns.length - 1);
  const wants = columns.map((column, at) => {
    const texts = [column, ...rows.map((row) => plainText(row[at] ?? []))];
    const longestWord = longestOf(texts.flatMap((text) => text.split(/[\s/]/)));
    const longest = longestOf(texts);
    const average = texts.reduce((sum, { length }) => sum + length, 0) / texts.length;
    const letter = size * 0.56;
    return {
      least: Math.min(Math.max(NARROWEST, longestWord * letter), 110),
      weight: Math.sqrt(average * longest) + 4,
    };
  });
  const least = wants.reduce((sum, one) => sum + one.least, 0);
  if (least >= available) return wants.map((one) => (one.least / least) * available);
  const weight = wants.reduce((sum, one) => sum + one.weight, 0);
  return wants.map((one) => one.least + (one.weight / weight) * (available - least));
}

/** Characters of the longest of them. */
function longestOf(texts: readonly string[]): number {
  return texts.reduce((longest, { length }) => Math.max(longest, length), 0);
}

function plainText(line: Line): string {
  return line
    .map((one) => (typeof one === 'string' ? one : 'text' in one ? one.text : 'code' in one ? one.code : ' '))
    .join('');
}
