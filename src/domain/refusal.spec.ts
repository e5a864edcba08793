import { describe, expect, it } from 'vitest';
import { publicReasonOf, type Refusal, refusalSentence } from './refusal.ts';

const BASE: Refusal = {
  state: 'not-requested',
  ecosystem: 'pypi',
  name: 'conefit',
  version: '2.0.14',
  id: undefined,
  channel: 'tier3',
};

describe('refusal sentences', () => {
  it('says how to ask for what nobody asked for', () => {
    expect(refusalSentence(BASE)).toBe('NOT REQUESTED: conefit 2.0.14. Ask: pratique request new pypi conefit');
  });

  it('has a version asked for by its number where another one is there, which a request without would be answered with', () => {
    const beside: Refusal = { ...BASE, alternative: '2.0.10' };
    const ask = 'Ask: pratique request new pypi conefit';
    expect(refusalSentence(beside)).toBe(`NOT REQUESTED: conefit 2.0.14. Use conefit 2.0.10. ${ask} --version 2.0.14`);
    const needed = refusalSentence({ ...beside, neededBy: { name: 'survtrees', version: '0.24.0' } });
    expect(needed.endsWith(ask)).toBe(true);
  });

  it('names the reason from the fixed words, what works now and the id', () => {
    const refusal: Refusal = { ...BASE, state: 'rejected', reason: 'native-code', alternative: '2.0.10', id: 'R-142' };
    expect(refusalSentence(refusal)).toBe(
      'REJECTED: conefit 2.0.14 native code not matched to source. Use conefit 2.0.10. Or answer the concern. R-142',
    );
  });

  it('names the dependency and its parent', () => {
    const refusal: Refusal = {
      ...BASE,
      state: 'denied',
      neededBy: { name: 'survtrees', version: '0.24.0' },
      id: 'D-1',
    };
    expect(refusalSentence(refusal)).toContain('conefit 2.0.14 needed by survtrees 0.24.0');
    const brought = { name: 'helpers', version: '1.2' };
    expect(refusalSentence({ ...refusal, brought, alternative: '1.1' })).toBe(
      'DENIED: conefit 2.0.14 needed by survtrees 0.24.0 (which brings helpers 1.2) is on the denied list. Use helpers 1.1. Not open to request. D-1',
    );
  });

  it('lets nothing through that could split a header or leave ASCII, and keeps the id when it cuts', () => {
    const refusal: Refusal = {
      ...BASE,
      state: 'quarantined',
      name: `a\r\nSet-Cookie: x—${'n'.repeat(300)}`,
      version: `1.0\n${'9'.repeat(300)}`,
      advisory: `GHSA-1\r\n${'x'.repeat(200)}`,
      id: 'Q-7',
    };
    const sentence = refusalSentence(refusal);
    expect(sentence).toMatch(/^[\x20-\x7e]{1,160}$/);
    expect(sentence.endsWith('... Q-7')).toBe(true);
  });
});

describe('public reasons', () => {
  it('are fixed words, what was refused for before what was doubted', () => {
    const doubted = { rule: 'lookalike', outcome: 'review' } as const;
    expect(publicReasonOf([doubted, { rule: 'vulnerability-high', outcome: 'refuse' }])).toBe('vulnerability');
    expect(publicReasonOf([{ rule: 'anything', outcome: 'admit' }, doubted])).toBe('lookalike');
    expect(publicReasonOf([{ rule: 'ours\r\nX-Evil: 1', outcome: 'refuse' }])).toBe('policy');
    expect(publicReasonOf([])).toBe('not-accepted');
  });
});
