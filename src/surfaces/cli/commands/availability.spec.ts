import { describe, expect, it } from 'vitest';
import { CHANNEL_CLOSED } from '../../../domain/channel.ts';
import type { Availability } from '../../../features/availability/read.ts';
import { checkAnswer, whyAnswer } from './availability.ts';
import { whereKnown } from './some-ecosystem.ts';

const found = (more: Partial<Availability>): Availability => ({
  ...{ asked: 'app', purl: null, state: 'not-requested', reason: null, path: [], request: null },
  ...{ missing_tags: [], available_versions: [], targets: [], unavailable_targets: [] },
  ...more,
});
const about = {
  ecosystem: 'pypi',
  name: 'app',
  version: '9.1',
  page: 'http://127.0.0.1/b/pypi/app',
  text: 'pkg:pypi/app@9.1',
};
const hintsOf = (more: Partial<Availability>) => whyAnswer('lab', found(more), about).hints;

describe('what to do about a package that is not there', () => {
  it('leads to the request, where that says what comes next', () => {
    expect(hintsOf({ state: 'in-review', request: 'R-1' })).toEqual(['pratique request show R-1']);
  });

  it('says of what was accepted and then stopped how it comes back, as its request is settled', () => {
    const reason = 'D-1 stopped wood 1.0, which app 1.0 needs';
    const [hint] = hintsOf({ state: 'denied', request: 'R-1', reason });
    expect(hint).toContain('another version of that');
    expect(hint).not.toContain('request show');
  });

  it('asks for no version that upstream does not list', () => {
    expect(hintsOf({ available_versions: ['1.0'] })).toEqual(['pratique request new pypi app --channel lab']);
    expect(hintsOf({})).toEqual(['pratique request new pypi app --version 9.1 --channel lab']);
  });

  it('sends nobody to a request that a closed channel would refuse, and says who can open it', () => {
    for (const request of [null, 'R-1']) {
      const [hint] = hintsOf({ reason: CHANNEL_CLOSED, request });
      expect(hint).not.toContain('pratique request');
      expect(hint).toContain('pratique channel change lab --mode cleared');
    }
  });

  it('says which targets have what was accepted and which have none of it, those of one reason together', () => {
    const reason = 'D-1 stopped wood 1.0, which app 1.0 needs';
    const lacking = found({
      ...{ state: 'accepted', purl: 'pkg:pypi/app@1.0', path: ['pkg:pypi/app@1.0'], targets: ['py312'] },
      unavailable_targets: ['py310', 'py311'].map((target) => ({ target, reason })),
    });
    expect(whyAnswer('lab', lacking, about).text).toMatch(
      /^offered to +py312\nnot to +py310, py311: D-1 stopped wood 1\.0, which app 1\.0 needs$/m,
    );
    expect(checkAnswer('lab', { results: [lacking], summary: {} }, {}).text).toContain(
      `not to py310, py311: ${reason}`,
    );
    expect(whyAnswer('lab', found({ state: 'accepted', targets: ['py312'] }), about).text).not.toContain('py312');
  });

  it('leads on from a check where something is refused, and says nothing more where all is there', () => {
    const hints = (more: Partial<Availability>) =>
      checkAnswer('lab', { results: [found(more)], summary: {} }, {}).hints;
    expect(hints({})).toEqual(['pratique why PACKAGE   what to do about one of them']);
    expect(hints({ state: 'accepted' })).toEqual([]);
  });
});

describe('a name without an ecosystem', () => {
  const nothing = found({});
  const asked = async (text: string, first: Availability, others: Record<string, Availability>) => {
    const purls: string[] = [];
    const answer = await whereKnown(text, first, async (purl) => {
      purls.push(purl);
      return others[purl];
    });
    return { purls, answer };
  };

  it('is looked for in the other ecosystems only where PyPI knows nothing of it', async () => {
    const accepted = found({ state: 'accepted' });
    expect(await asked('ms', accepted, {})).toEqual({ purls: [], answer: accepted });
    expect(await asked('pkg:pypi/ms', nothing, { 'pkg:npm/ms': accepted })).toEqual({ purls: [], answer: nothing });
    const asking = found({ request: 'R-1' });
    expect((await asked('ms', asking, { 'pkg:npm/ms': accepted })).answer).toBe(asking);
    expect(await asked('ms', nothing, { 'pkg:npm/ms': accepted })).toEqual({ purls: ['pkg:npm/ms'], answer: accepted });
    const both = { 'pkg:npm/ms@2.1': nothing, 'pkg:cran/ms@2.1': accepted };
    expect((await asked('ms==2.1', nothing, both)).answer).toBe(accepted);
    expect((await asked('ms', nothing, {})).answer).toBe(nothing);
  });

  it('is answered with the ecosystem that it was read as', () => {
    const alone = whyAnswer('lab', nothing, { ...about, ecosystem: 'npm', text: 'app' });
    expect(alone.text).toMatch(/^ecosystem +npm$/m);
    expect(alone.hints.at(-1)).toContain('pratique why pkg:ECOSYSTEM/app');
    expect(whyAnswer('lab', nothing, about).text).not.toMatch(/^ecosystem/m);
  });
});
