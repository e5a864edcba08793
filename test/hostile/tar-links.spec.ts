import { describe, expect, it } from 'vitest';
import { tarProblems } from './examining.ts';
import { rawTar } from './raw-tar.ts';

const link = (name: string, linkName: string, type = '2') => ({ name, linkName, type });

describe('links in tar archives', () => {
  it.each([
    ['link-outside', [link('a', '/etc/passwd')]],
    ['link-outside', [link('a', '../b')]],
    ['link-outside', [link('d/a', '../../b')]],
    ['link-outside', [link('a', '')]],
    ['link-outside', [link('a', 'C:\\x')]],
    ['link-outside', [link('a', '/etc/passwd', '1')]],
    ['link-outside', [link('d/a', '../b', '1')]],
    ['link-target-missing', [link('a', 'b', '1')]],
    ['link-target-missing', [link('a', 'b', '1'), { name: 'b' }]],
    ['write-through-link', [link('d', 'e'), { name: 'd/file' }]],
    ['write-through-link', [link('d', 'e'), link('x', 'd/y')]],
    ['write-through-link', [{ name: 'e/', type: '5' }, link('d', 'e/f'), { name: 'd/../x' }]],
    ['duplicate-entry', [link('a', 'b'), link('a', 'c')]],
    ['file-is-folder', [link('a', 'b'), { name: 'a', content: 'x' }]],
    ['link-with-content', [{ ...link('a', 'b'), content: 'x' }]],
  ])('refuses %s (case %#)', async (code, entries) => {
    expect(await tarProblems(rawTar(entries))).toContain(code);
  });

  it('accepts links that stay inside', async () => {
    const entries = [{ name: 'd/a' }, link('d/b', 'a'), link('d/e/c', '../a'), link('hard', 'd/a', '1')];
    expect(await tarProblems(rawTar(entries))).toEqual([]);
  });
});
