/** A document as a tagged PDF (PDF/UA-1, ISO 14289-1). The same document gives the same bytes: its dates are its own. */
import type { Block, Document, Line } from '../page/document.ts';
import { INK, Paper, type Tag } from './pdf-paper.ts';
import { drawTable } from './pdf-table.ts';

/** Findings of one check that paper shows; the HTML and JSON forms have all. */
const MOST_PLACES = 8;
const BODY = 9.4;

export async function pdfOf({ title, subtitle, date, blocks }: Document, footer: string): Promise<Uint8Array> {
  const about = { title, subject: subtitle, date: new Date(date), places: new Set(blocks.flatMap(placesIn)) };
  const paper = new Paper(about);
  const head = paper.tag('H1');
  paper.document.outline.addItem(title);
  paper.text([title], { size: 19, weight: 700 }, { tag: head });
  head.end();
  line(paper, [subtitle], { size: BODY, color: INK.muted });
  paper.y += 8;
  for (const block of blocks) draw(paper, block);
  return paper.finish(footer);
}

function draw(paper: Paper, block: Block): void {
  switch (block.kind) {
    case 'heading':
      heading(paper, block);
      return;
    case 'paragraph':
      if (block.id !== undefined) paper.place(block.id);
      line(paper, block.line, { size: BODY });
      paper.y += 4;
      return;
    case 'list':
      list(paper, block.items);
      return;
    case 'places':
      places(paper, block.items);
      return;
    case 'pairs':
      pairs(paper, block.pairs);
      return;
    case 'table':
      drawTable(paper, block);
      return;
    case 'figures':
      figures(paper, block.items);
      return;
    case 'box':
      box(paper, block);
      return;
    case 'folded':
      heading(paper, { level: 3, id: block.id, text: block.title });
      for (const one of block.blocks) draw(paper, one);
  }
}

function line(paper: Paper, text: Line, { size, color }: { readonly size: number; readonly color?: string }): void {
  const tag = paper.tag('P');
  paper.text(text, { size, ...(color !== undefined && { color }) }, { tag });
  tag.end();
}

function heading(
  paper: Paper,
  { level, id, text }: { readonly level: 2 | 3; readonly id: string; readonly text: string },
): void {
  paper.y += level === 2 ? 14 : 8;
  // A heading never stands alone at the foot of a page.
  paper.need(level === 2 ? 90 : 60);
  paper.place(id);
  if (level === 2) paper.document.outline.addItem(text);
  const tag = paper.tag(level === 2 ? 'H2' : 'H3');
  paper.text([text], { size: level === 2 ? 13 : 10.2, weight: 700 }, { tag });
  tag.end();
  paper.y += 4;
}

function list(paper: Paper, items: readonly Line[]): void {
  const parent = paper.tag('L');
  for (const item of items) listItem(paper, parent, item);
  parent.end();
  paper.y += 5;
}

function listItem(paper: Paper, parent: Tag, item: Line): void {
  const tag = paper.tag('LI', parent);
  paper.need(paper.lineHeight(BODY));
  const bullet = paper.break(['•'], 20, { size: BODY, color: INK.muted })[0];
  const label = paper.tag('Lbl', tag);
  if (bullet !== undefined) paper.draw(bullet, label, { x: paper.left + 2, y: paper.y });
  label.end();
  const body = paper.tag('LBody', tag);
  paper.text(item, { size: BODY }, { tag: body, indent: 13 });
  body.end();
  tag.end();
  paper.y += 1.5;
}

function places(paper: Paper, items: readonly { readonly id: string; readonly line: Line }[]): void {
  const parent = paper.tag('L');
  for (const { id, line: text } of items.slice(0, MOST_PLACES)) {
    paper.need(paper.lineHeight(BODY));
    paper.place(id);
    listItem(paper, parent, text);
  }
  const more = items.length - MOST_PLACES;
  if (more > 0) listItem(paper, parent, [`${more} more, in the HTML and JSON forms of this dossier`]);
  parent.end();
  paper.y += 4;
}

function pairs(paper: Paper, all: readonly (readonly [string, Line])[]): void {
  for (const [term, text] of all) {
    paper.need(2 * paper.lineHeight(BODY));
    const tag = paper.tag('P');
    paper.text([term], { size: 8.4, weight: 700, color: INK.muted }, { tag });
    paper.text(text, { size: BODY }, { tag });
    tag.end();
    paper.y += 4;
  }
}

function figures(paper: Paper, items: Extract<Block, { kind: 'figures' }>['items']): void {
  const gap = 12;
  const width = (paper.width - gap * (items.length - 1)) / items.length;
  const height = 46;
  paper.need(height + 8);
  const { y } = paper;
  const parent = paper.tag('L');
  for (const [at, { value, label, to }] of items.entries()) {
    const x = paper.left + at * (width + gap);
    paper.decoration(() => void paper.document.roundedRect(x, y, width, height, 4).lineWidth(0.8).stroke(INK.rule));
    const item = paper.tag('LI', parent);
    const body = paper.tag('LBody', item);
    for (const [text, size, offset] of [
      [value, 17, 4],
      [label, 8.6, 28],
    ] as const) {
      const [drawn] = paper.break([{ text, to }], width - 20, { size, weight: size > 10 ? 700 : 400 });
      if (drawn !== undefined) paper.draw(drawn, body, { x: x + 10, y: y + offset });
    }
    body.end();
    item.end();
  }
  parent.end();
  paper.y = y + height + 6;
}

/** A bar at the side marks what should be read first. It runs with the text, page by page. */
function box(paper: Paper, { title, blocks }: Extract<Block, { kind: 'box' }>): void {
  const top = paper.y;
  const pages = paper.document.bufferedPageRange().count;
  const tag = paper.tag('H2');
  paper.text([title], { size: 12, weight: 700 }, { tag, indent: 0 });
  tag.end();
  paper.y += 3;
  for (const one of blocks) draw(paper, one);
  if (paper.document.bufferedPageRange().count === pages) {
    const { left, y } = paper;
    paper.decoration(() => void paper.document.rect(left - 12, top, 3, y - top).fill(INK.accent));
  }
  paper.y += 8;
}

function placesIn(block: Block): readonly string[] {
  switch (block.kind) {
    case 'heading':
      return [block.id];
    case 'paragraph':
      return block.id === undefined ? [] : [block.id];
    case 'places':
      return block.items.slice(0, MOST_PLACES).map(({ id }) => id);
    case 'box':
      return block.blocks.flatMap(placesIn);
    case 'folded':
      return [block.id, ...block.blocks.flatMap(placesIn)];
    case 'list':
    case 'pairs':
    case 'table':
    case 'figures':
      return [];
  }
}
