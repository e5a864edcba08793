import { describe, expect, it } from 'vitest';
import type { Evidence, Finding } from '../../domain/evidence.ts';
import { licenceFact } from './licence-fact.ts';

const finding = (code: string, data: Finding['data'] = {}): Finding => ({
  ...{ kind: 'licence', severity: 'info', subject: 'x', location: undefined },
  summary: `it is ${code}`,
  data: { code, ...data },
});
const evidence = (status: Evidence['status'], ...findings: readonly Finding[]): Evidence => ({
  ...{ scanner: 'licences', version: 1, status, reason: status === 'failed' ? 'it crashed' : null, findings },
  ...{ collectedAt: '2026-01-01T00:00:00Z', freshUntil: null },
});
const stated = (expression: string, ...alternatives: readonly string[][]) =>
  finding('licence', { state: 'known', expression, alternatives });
const seen = (...ids: readonly string[]) => finding('detected', { ids: [...ids] });
const fact = (found: readonly Finding[], lists: { readonly allow?: string[]; readonly deny?: string[] } = {}) =>
  licenceFact([evidence('completed', ...found)], { licences: { allow: [], deny: [], ...lists } });
const none = { licences: { allow: [], deny: [] } };

describe('the licence of a release, as rules see it', () => {
  it('is known, unclear, none, or could not be checked, and the worst of its files', () => {
    const mit = stated('MIT', ['MIT']);
    expect(fact([mit])).toMatchObject({ state: 'known', expression: 'MIT' });
    expect(fact([mit, finding('unclear-licence')])).toMatchObject({ state: 'unclear', expression: '' });
    expect(fact([finding('unclear-licence'), finding('no-licence')])).toMatchObject({ state: 'none' });
    expect(fact([])).toMatchObject({ state: 'could not check' });
    expect(licenceFact([], none)).toMatchObject({ state: 'could not check' });
    expect(licenceFact([evidence('failed', mit)], none)).toMatchObject({
      state: 'could not check',
      text: 'it crashed',
    });
  });

  const choice = stated('MIT OR GPL-3.0-only', ['MIT'], ['GPL-3.0-only']);
  const both = stated('MIT AND GPL-3.0-only', ['MIT', 'GPL-3.0-only']);
  const excepted = stated('GPL-2.0-only WITH Classpath-exception-2.0', ['GPL-2.0-only WITH Classpath-exception-2.0']);
  it.each([
    ['one of a choice', [choice, seen('MIT'), seen('GPL-3.0-only')], ['GPL-*'], []],
    ['each way of a choice', [choice], ['gpl-3.0-only', 'MIT'], ['GPL-3.0-only', 'MIT']],
    ['one that applies beside another', [both], ['GPL-3.0-only'], ['GPL-3.0-only']],
    ['what only a file says', [stated('MIT', ['MIT']), seen('AGPL-3.0-only')], ['AGPL-*'], ['AGPL-3.0-only']],
    [
      'a text of two licences',
      [stated('MIT', ['MIT']), seen('GPL-3.0-only', 'GPL-3.0-or-later')],
      ['GPL-3.0-or-later'],
      ['GPL-3.0-or-later'],
    ],
    ['a licence with an exception', [excepted], ['GPL-2.0-only'], ['GPL-2.0-only WITH Classpath-exception-2.0']],
    ['another licence of the same beginning', [stated('MIT-0', ['MIT-0'])], ['MIT'], []],
  ])('is denied where the list names %s, unless a choice avoids it', (_, found, deny, denied) => {
    expect(fact(found, { deny }).denied).toEqual(denied);
  });

  it.each([
    [[choice], ['MIT'], []],
    [[both], ['MIT'], ['GPL-3.0-only']],
    [[stated('MIT', ['MIT']), seen('ISC')], ['MIT'], ['ISC']],
    [[stated('MIT', ['MIT']), seen('ISC')], ['MIT', 'isc'], []],
    [[stated('MIT', ['MIT']), seen('ISC')], [], []],
  ])('is off the allow list where no way keeps to it', (found, allow, notAllowed) => {
    expect(fact(found, { allow }).not_allowed).toEqual(notAllowed);
  });
});
