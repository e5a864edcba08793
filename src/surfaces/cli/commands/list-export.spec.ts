import { describe, expect, it } from 'vitest';
import { exportAnswer } from './list-export.ts';

const offered = (ecosystem: string, name: string) => ({ ecosystem, name, version: '1.0.0', why: [] });
const asked = { channel: 'tier3', ecosystem: undefined, to: undefined };

describe('what a channel offers, as text', () => {
  it('has the form of pip for PyPI alone, so that no file takes a package of npm or CRAN for one of PyPI', async () => {
    const all = [offered('pypi', 'tidewater'), offered('npm', '@deck/rail'), offered('cran', 'Harbour')];
    const { text } = await exportAnswer(asked, all, async () => []);
    expect(text.split('\n')).toEqual(['pkg:cran/Harbour@1.0.0', 'pkg:npm/%40deck/rail@1.0.0', 'tidewater==1.0.0']);
  });

  it('is in one order, in whichever order it was read', async () => {
    const all = [offered('pypi', 'rudder'), offered('pypi', 'mast'), offered('pypi', 'sails')];
    const answers = await Promise.all([all, all.toReversed()].map((one) => exportAnswer(asked, one, async () => [])));
    expect(answers.map(({ text }) => text)).toEqual(Array(2).fill('mast==1.0.0\nrudder==1.0.0\nsails==1.0.0'));
  });
});
