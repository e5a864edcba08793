import { expect, it } from 'vitest';
import { deniedAnswer } from './list-denied.ts';

const denial = { id: 'D-1', name: 'wood', versions: '==1.0' };
const stops = [{ channel: 'lab', purl: 'pkg:pypi/wood@1.0', state: 'dependency' }];
const touches = [
  { channel: 'lab', purl: 'pkg:pypi/app@1.0', request: 'R-1' },
  { channel: 'ward', purl: 'pkg:pypi/mast@2.0', request: null },
];

it('says what it stops, what was accepted with that, and where to look next', () => {
  const { text, json, hints } = deniedAnswer(denial, { stops, touches });
  expect(text.split('\n')).toEqual([
    'D-1 denies wood ==1.0',
    '',
    expect.stringMatching(/^STOPS +CHANNEL +UNTIL NOW$/),
    expect.stringMatching(/^pkg:pypi\/wood@1\.0 +lab +dependency$/),
    '',
    expect.stringMatching(/^TOUCHES +CHANNEL +ACCEPTED BY$/),
    expect.stringMatching(/^pkg:pypi\/app@1\.0 +lab +R-1$/),
    expect.stringMatching(/^pkg:pypi\/mast@2\.0 +ward +by policy$/),
  ]);
  expect(json).toEqual({ denial, stops, touches });
  expect(hints).toEqual([expect.stringContaining('pratique why pkg:pypi/app@1.0 --channel lab')]);
});

it('says that nothing was denied where it was only rehearsed, and nothing more where a server does not know', () => {
  expect(deniedAnswer(null, { stops: [], touches })).toMatchObject({
    json: { stops: [], touches },
    text: expect.stringMatching(/^Nothing of it is offered\.\n/),
    hints: ['Nothing was denied. Without --draft it is, at once.'],
  });
  expect(deniedAnswer(denial, undefined)).toMatchObject({ json: { denial }, text: 'D-1 denies wood ==1.0', hints: [] });
});

it('says what could not be read, as it may be touched too', () => {
  const unread = ['the evidence of pkg:pypi/app@1.0 in lab'];
  const { text, hints } = deniedAnswer(denial, { stops: [], touches: [], unread });
  expect(text).toBe(
    'D-1 denies wood ==1.0\n\nIt may touch more. Not to be read: the evidence of pkg:pypi/app@1.0 in lab.',
  );
  expect(hints).toEqual([expect.stringContaining('pratique doctor --deep')]);
});
