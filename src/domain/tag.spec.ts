import { describe, expect, it } from 'vitest';
import { hasTag, type TagOn, tagText, wantedTag } from './tag.ts';

const NOW = new Date('2026-11-29T12:00:00Z');
const on = (more: Partial<TagOn>): TagOn => ({
  ...{ label: 'code-reviewed', team: null, version: null, since: null, until: null },
  ...more,
});
const has = (tags: readonly TagOn[], wanted: string, version: string) => hasTag(tags, wantedTag(wanted), version, NOW);

describe('a tag that is asked for', () => {
  it.each(['code-reviewed', 'code-reviewed@GENOMICS', 'gpu@Survey Trust'])('%s is read and written alike', (text) => {
    expect(tagText(wantedTag(text))).toBe(text);
  });
  it.each(['', 'Code', 'a--b', '-a', 'a'.repeat(41), 'a@', 'a@b\nc'])('%j is none', (text) => {
    expect(() => wantedTag(text)).toThrow();
  });
});

describe('a version has a tag', () => {
  it('that is on it, or on its whole package, and not one of another version or label', () => {
    expect(has([on({ version: '1.0' })], 'code-reviewed', '1.0')).toBe(true);
    expect(has([on({})], 'code-reviewed', '1.0')).toBe(true);
    expect(has([on({ version: '1.0' })], 'code-reviewed', '1.1')).toBe(false);
    expect(has([on({ version: '1.0' })], 'gpu', '1.0')).toBe(false);
    expect(has([], 'gpu', '1.0')).toBe(false);
  });
  it('of the organisation that is asked for', () => {
    const tags = [on({ version: '1.0', team: 'GENOMICS' })];
    expect(has(tags, 'code-reviewed@GENOMICS', '1.0')).toBe(true);
    expect(has(tags, 'code-reviewed', '1.0')).toBe(true);
    expect(has(tags, 'code-reviewed@ASTRONOMY', '1.0')).toBe(false);
    expect(has([on({ version: '1.0' })], 'code-reviewed@GENOMICS', '1.0')).toBe(false);
  });
  it('until it ends', () => {
    expect(has([on({ version: '1.0', until: '2026-11-29T12:00:01Z' })], 'code-reviewed', '1.0')).toBe(true);
    expect(has([on({ version: '1.0', until: '2026-11-29T12:00:00Z' })], 'code-reviewed', '1.0')).toBe(false);
  });
  it('by steps that lead to it from a version that has it, in whatever order they were put on', () => {
    const steps = [on({ since: '1.1', version: '1.2' }), on({ since: '1.0', version: '1.1' })];
    expect(has(steps, 'code-reviewed', '1.2')).toBe(false);
    expect(has([...steps, on({ version: '1.0' })], 'code-reviewed', '1.2')).toBe(true);
    expect(has([...steps, on({ version: '1.1' })], 'code-reviewed', '1.0')).toBe(false);
  });
  it('in a moment, however many steps somebody put on in the worst order', () => {
    const steps = Array.from({ length: 10_000 }, (_, at) =>
      on({ since: `1.${9_999 - at}`, version: `1.${10_000 - at}` }),
    );
    const began = process.cpuUsage();
    expect(has([on({ version: '1.0' }), ...steps], 'code-reviewed', '1.10000')).toBe(true);
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(300);
  });
  it('never by steps that only lead in a circle', () => {
    const circle = [on({ since: '1.0', version: '1.1' }), on({ since: '1.1', version: '1.0' })];
    expect(has(circle, 'code-reviewed', '1.1')).toBe(false);
  });
});
