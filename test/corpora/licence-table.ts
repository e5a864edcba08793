/** The table of licence texts, made from the SPDX License List (development dependencies; what ships is the table). */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { licenceWords, shingles } from '../../src/scanners/licence-texts/words.ts';

const require = createRequire(import.meta.url);
/** Prints kept of one text: of longer texts the same share of all prints is kept as everywhere, those with low bits zero. */
const MOST_PRINTS = 160;
/** Texts of fewer prints would be found everywhere. */
const FEWEST_PRINTS = 8;
/** Part of a text that stands in another one from which on the other one counts for both. */
const COVERED = 0.7;

const textSchema = z.object({ name: z.string(), licenseText: z.string() });
const idsSchema = z.array(z.string());

/** Texts of the SPDX License List by id, sorted. */
export function licenceTexts(): ReadonlyMap<string, string> {
  const folder = join(dirname(require.resolve('spdx-license-list/package.json')), 'licenses');
  const ids = new Set(list('spdx-license-ids/index.json'));
  const texts = new Map<string, string>();
  for (const file of readdirSync(folder).toSorted()) {
    const id = file.replace(/[.]json$/, '');
    if (ids.has(id)) texts.set(id, textSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))).licenseText);
  }
  return texts;
}

function list(path: string): readonly string[] {
  return idsSchema.parse(JSON.parse(readFileSync(require.resolve(path), 'utf8')));
}

type Prints = ReadonlyMap<number, number>;

interface Text {
  readonly ids: string[];
  readonly all: Prints;
}

/** Licences of the same words share one entry. */
function distinctTexts(): readonly Text[] {
  const byWords = new Map<string, Text>();
  for (const [id, text] of licenceTexts()) {
    const words = licenceWords(withoutAppendix(text));
    const known = byWords.get(words.join(' '));
    if (known !== undefined) known.ids.push(id);
    else byWords.set(words.join(' '), { ids: [id], all: shingles(words) });
  }
  return [...byWords.values()].filter(({ all }) => all.size >= FEWEST_PRINTS);
}

/**
 * What follows the terms tells authors how to use them; many copies leave it out. Source: SPDX matching guidelines,
 * "Guideline: text after end of license terms".
 */
function withoutAppendix(text: string): string {
  const end = text.search(/END OF (?:THE )?TERMS AND CONDITIONS/i);
  return end > text.length / 2 ? text.slice(0, end) : text;
}

function sampled(all: Prints): readonly number[] {
  for (let bits = 0; ; bits += 1) {
    const kept = [...all.keys()].filter((print) => print % 2 ** bits === 0);
    if (kept.length <= MOST_PRINTS) return kept.toSorted((a, b) => a - b);
  }
}

function stands(part: readonly number[], whole: Prints): boolean {
  let mayMiss = part.length * (1 - COVERED);
  for (const print of part) {
    if (!whole.has(print)) mayMiss -= 1;
    if (mayMiss < 0) return false;
  }
  return true;
}

const HEAD = '// Written by scripts/write-licence-table.mjs from the SPDX License List: change that, not this.\n';

/** The text of `ids.ts`. Same lists, same text. */
export function idsSource(): string {
  const ids = [...list('spdx-license-ids/index.json'), ...list('spdx-license-ids/deprecated.json')].toSorted();
  const exceptions = [...list('spdx-exceptions/index.json'), ...list('spdx-exceptions/deprecated.json')].toSorted();
  return `${HEAD}
/** Ids of licences, deprecated ones included, one space between. */
export const LICENCE_IDS = '${ids.join(' ')}';

/** Ids of exceptions. */
export const EXCEPTION_IDS = '${exceptions.join(' ')}';
`;
}

/** The text of `table.ts`. Same lists, same text. */
export function tableSource(): string {
  const texts = distinctTexts().map((text) => ({ ...text, kept: sampled(text.all) }));
  const lines = texts.map(({ ids, all, kept }, at) => {
    const covers = texts.flatMap((other, index) => (index !== at && stands(other.kept, all) ? [index] : []));
    const prints = Buffer.from(Uint32Array.from(kept).buffer).toString('base64');
    return JSON.stringify([ids.join(' '), all.size, covers, prints]);
  });
  return `${HEAD}
/**
 * JSON, an entry for each text: ids that share it, how many prints the whole text has, the places of the entries whose
 * texts it holds as good as whole, and the prints that are kept (little-endian 32-bit numbers, base64).
 */
export const LICENCE_TEXTS = '[${lines.join(',')}]';
`;
}
