import { describe, expect, it } from 'vitest';
import type { Answer } from '../../features/serving/index.ts';
import { createPreparedAnswers } from './prepared.ts';

const answer: Answer = { kind: 'not-found', what: 'no such package' };

function kept(asked: {
  readonly url: string;
  readonly accept: string;
  readonly encodings: string;
  readonly host: undefined;
}): boolean {
  const clock = { now: () => new Date(0) };
  const prepared = createPreparedAnswers({ serving: { generation: () => 1 }, clock });
  prepared.find(asked);
  prepared.keep(asked, { answer, prefix: 'tier3', ecosystem: 'pypi', generation: 1, behind: undefined });
  return prepared.find(asked) !== undefined;
}

describe('prepared answers', () => {
  it('are kept for what clients send, not for words without end', () => {
    const asked = { url: '/tier3/pypi/simple/nothing/', accept: '*/*', encodings: 'gzip', host: undefined };
    expect(kept(asked)).toBe(true);
    expect(kept({ ...asked, accept: 'text/html, '.repeat(1000) })).toBe(false);
    expect(kept({ ...asked, encodings: 'gzip, '.repeat(1000) })).toBe(false);
    expect(kept({ ...asked, url: `${asked.url}?${'x'.repeat(3000)}` })).toBe(false);
  });
});
