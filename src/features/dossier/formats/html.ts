/** A document as one HTML page: no script, nothing loaded from anywhere, everything from outside escaped. */
import { escapeHtml } from '../../../domain/html-text.ts';
import { type Block, type Document, type Inline, type Line, legible } from '../page/document.ts';
import { STYLE } from './style.ts';

/** The same rule that served pages have, inside the file: opened from a disk, nothing in it may run or load. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export function htmlOf({ title, subtitle, blocks }: Document): string {
  // What comes before the first heading is read first; then the ways to the rest.
  const first = Math.max(
    0,
    blocks.findIndex(({ kind }) => kind === 'heading'),
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${shown(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">To the text</a>
<header><p class="brand">Pratique</p></header>
<main id="main">
<h1>${shown(title)}</h1>
<p class="subtitle">${shown(subtitle)}</p>
${blocks.slice(0, first).map(block).join('\n')}
${contents(blocks)}
${blocks.slice(first).map(block).join('\n')}
</main>
</body>
</html>
`;
}

function contents(blocks: readonly Block[]): string {
  const items = blocks.flatMap((one) =>
    one.kind === 'heading' && one.level === 2 ? [`<li><a href="#${shown(one.id)}">${shown(one.text)}</a></li>`] : [],
  );
  return `<nav aria-label="Sections"><ul>${items.join('')}</ul></nav>`;
}

function block(one: Block): string {
  switch (one.kind) {
    case 'heading':
      return `<h${one.level} id="${shown(one.id)}">${shown(one.text)}</h${one.level}>`;
    case 'paragraph':
      return `<p${one.id === undefined ? '' : ` id="${shown(one.id)}"`}>${line(one.line)}</p>`;
    case 'list':
      return `<ul>${one.items.map((item) => `<li>${line(item)}</li>`).join('')}</ul>`;
    case 'places':
      return `<ul class="places">${one.items.map((item) => `<li id="${shown(item.id)}">${line(item.line)}</li>`).join('')}</ul>`;
    case 'pairs':
      return `<dl>${one.pairs.map(([term, text]) => `<div><dt>${shown(term)}</dt><dd>${line(text)}</dd></div>`).join('')}</dl>`;
    case 'table':
      return table(one);
    case 'figures':
      return `<ul class="figures">${one.items
        .map(({ value, label, to }) => `<li><a href="#${shown(to)}"><b>${shown(value)}</b> ${shown(label)}</a></li>`)
        .join('')}</ul>`;
    case 'box':
      return `<section class="box" aria-label="${shown(one.title)}"><h2>${shown(one.title)}</h2>${one.blocks.map(block).join('\n')}</section>`;
    case 'folded':
      return `<details id="${shown(one.id)}"><summary>${shown(one.title)}</summary>${one.blocks.map(block).join('\n')}</details>`;
  }
}

/** Cells carry their column's name: on a narrow screen each row becomes a card. The roles stay what they are then. */
function table({ caption, columns, rows }: Extract<Block, { kind: 'table' }>): string {
  const head = columns.map((column) => `<th role="columnheader" scope="col">${shown(column)}</th>`).join('');
  const body = rows.map(
    (row) => `<tr role="row">${row.map((cell, at) => tableCell(cell, { at, columns })).join('')}</tr>`,
  );
  return `<table role="table"><caption>${shown(caption)}</caption><thead role="rowgroup"><tr role="row">${head}</tr></thead><tbody role="rowgroup">${body.join('\n')}</tbody></table>`;
}

function tableCell(cell: Line, { at, columns }: { readonly at: number; readonly columns: readonly string[] }): string {
  if (at === 0) return `<th role="rowheader" scope="row">${line(cell)}</th>`;
  return `<td role="cell" data-column="${shown(columns[at] ?? '')}">${line(cell)}</td>`;
}

function line(text: Line): string {
  return text.map(inline).join('');
}

function inline(one: Inline): string {
  if (typeof one === 'string') return shown(one);
  if ('break' in one) return '<br>';
  if ('code' in one) return `<code>${shown(one.code)}</code>`;
  return `<a href="#${shown(one.to)}">${shown(one.text)}</a>`;
}

/** Text from outside: nothing in it is markup, and nothing in it is hidden. */
function shown(text: string): string {
  return escapeHtml(legible(text));
}
