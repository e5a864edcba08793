import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asvsDocument, REQUIREMENTS } from './asvs.ts';

const ROOT = join(import.meta.dirname, '..');
const DOCUMENT = join(ROOT, 'docs', 'asvs.md');
/** Requirements of levels 1 and 2 in each chapter: 6 to 9, 10 with its authorization server, and 16 (ASVS 5.0.0). */
const HOW_MANY = { 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 16: 16 } as const;

describe('ASVS chapters 6 to 10 and 16', () => {
  it('has a row for every requirement of levels 1 and 2, once', () => {
    expect(new Set(REQUIREMENTS.map(({ id }) => id)).size).toBe(REQUIREMENTS.length);
    for (const [chapter, many] of Object.entries(HOW_MANY))
      expect([chapter, REQUIREMENTS.filter(({ id }) => id.startsWith(`${chapter}.`)).length]).toEqual([chapter, many]);
  });
  it('names tests that are there', () => {
    for (const { id, answer } of REQUIREMENTS) {
      if (answer.state !== 'met') continue;
      const text = readFileSync(join(ROOT, answer.file), 'utf8');
      expect([id, text.includes(`'${answer.test}'`)]).toEqual([id, true]);
    }
  });
  it('is written down in docs/asvs.md', () => {
    if (process.env['WRITE_DOCS'] === '1') writeFileSync(DOCUMENT, asvsDocument());
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(asvsDocument());
  });
});
