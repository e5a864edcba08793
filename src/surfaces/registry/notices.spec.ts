import { expect, it } from 'vitest';
import type { Refusal } from '../../domain/refusal.ts';
import { createNotices } from './notices.ts';

const refusal = (name: string): Refusal => ({
  ...{ state: 'not-requested', ecosystem: 'npm', name, version: undefined, id: undefined, channel: 'tier3' },
});

it('NP-15 tells a session of one refusal once', () => {
  const notices = createNotices();
  expect(['s1', 's1', 's2', undefined, undefined].map((one) => notices.isFirst(one, refusal('a')))).toEqual([
    ...[true, false, true, true, true],
  ]);
  expect(notices.isFirst('s1', refusal('b'))).toBe(true);
});
