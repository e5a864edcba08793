import { describe, expect, it } from 'vitest';
import { type Refusal, refusalSentence } from '../../domain/refusal.ts';
import { refusalPage, refusalText } from './refusal-page.ts';

const refusal: Refusal = {
  ...{ state: 'quarantined', ecosystem: 'npm', name: '@shore/estuary', version: '1.0.0', id: 'Q-1', channel: 'tier3' },
};

describe('the next step behind a refusal', () => {
  it.each([
    ['quarantined', 'pratique why pkg:npm/%40shore/estuary@1.0.0 --channel tier3'],
    ['in-review', 'pratique why pkg:npm/%40shore/estuary@1.0.0 --channel tier3'],
    ['not-requested', 'pratique request new npm @shore/estuary --channel tier3'],
    ['needs-answer', 'pratique request answer Q-1 "..."'],
    ['rejected', 'pratique request show Q-1'],
  ] as const)('of %s is a command that can be typed as it stands', (state, next) => {
    expect(refusalText({ ...refusal, state })).toBe(`${refusalSentence({ ...refusal, state })}\n\nNext: ${next}\n`);
    expect(refusalPage({ ...refusal, state })).toContain(next.replaceAll('"', '&quot;'));
  });

  it('names the package where no version is known', () => {
    expect(refusalText({ ...refusal, version: undefined })).toContain('why pkg:npm/%40shore/estuary --channel');
  });
});
