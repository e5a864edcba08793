import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../../shared/data/versions');

/** Whether the tables of PEP 440 and PEP 508 cases are there; tests that need them are skipped where they are not. */
export const hasVersionTables = existsSync(folder);

/** The text of a table. */
export function readVersionTable(name: string): string {
  return hasVersionTables ? readFileSync(resolve(folder, name), 'utf8') : '';
}

/** The rows of a tab-separated table without its heading; cells may be quoted as in CSV. */
export function versionRows(name: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  // A cell is quoted, with quotes doubled, or goes on to the next tab or line end.
  for (const match of readVersionTable(name).matchAll(/(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/g)) {
    const [, quoted, plain = '', end] = match;
    if (match[0] === '') break;
    const cell = quoted === undefined ? plain : quoted.replaceAll('""', '"');
    const open = rows.at(-1);
    if (open === undefined) rows.push([cell]);
    else open.push(cell);
    if (end === '\n') rows.push([]);
  }
  return rows.slice(1).filter((row) => row.length > 0);
}

/** `True`, `False`, or neither. */
export function tableBoolean(cell: string | undefined): boolean | undefined {
  if (cell === 'True' || cell === '1') return true;
  return cell === 'False' || cell === '0' ? false : undefined;
}
