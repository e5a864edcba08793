import { describe, expect, it } from 'vitest';
import { createRuleEngine } from './yara-x.ts';

const engine = createRuleEngine();
const bytes = (text: string) => new TextEncoder().encode(text);
const RULE =
  'rule Marker { meta: severity = "high" description = "a marker" strings: $m = "planted-marker" condition: $m }';

function compiled(...texts: readonly string[]) {
  const outcome = engine.compile(texts.map((text, at) => ({ name: `rules${at}.yar`, text })));
  if (outcome.status !== 'compiled') throw new Error(outcome.reason);
  return outcome;
}

describe('the rule engine', () => {
  it('says which rules match, with what they say of themselves', () => {
    const { rules, count } = compiled(RULE, 'rule Size { condition: filesize > 100 }');
    expect(count).toBe(2);
    const match = { origin: 'rules0.yar', rule: 'Marker', severity: 'high', description: 'a marker' };
    expect(rules.match(bytes('a planted-marker'))).toEqual([match]);
    expect(rules.match(bytes('nothing'))).toEqual([]);
    expect(rules.match(bytes(`planted-marker${' '.repeat(100)}`)).map(({ rule }) => rule)).toEqual(['Marker', 'Size']);
  });

  it('takes rules of one name from two files, and keeps private rules to itself', () => {
    const { rules } = compiled(RULE, RULE, 'private rule Hidden { condition: true }');
    expect(rules.match(bytes('planted-marker')).map(({ origin }) => origin)).toEqual(['rules0.yar', 'rules1.yar']);
  });

  it('says that it is broken once a file made it trap, and not for rules that it refuses', () => {
    const fresh = createRuleEngine();
    // The least number there is, divided by minus one, overflows where the file has one byte.
    const text = 'rule x { condition: (-9223372036854775807 - filesize) \\ (0 - filesize) == 0 }';
    expect(fresh.compile([{ name: 'a', text: 'rule x {' }]).status).toBe('refused');
    const outcome = fresh.compile([{ name: 'a', text }]);
    if (outcome.status !== 'compiled') throw new Error(outcome.reason);
    expect(outcome.rules.match(bytes('two'))).toEqual([]);
    expect(fresh.broken).toBe(false);
    expect(() => outcome.rules.match(bytes('1'))).toThrow();
    expect(fresh.broken).toBe(true);
  });

  it.each([
    ['rule x { condition: unknown }', /^rules0\.yar: .*unknown identifier.* at line:1:21$/],
    ['rule x {', /^rules0\.yar: .*syntax/],
    ['include "/etc/passwd"\nrule x { condition: true }', /^rules0\.yar: .*includ/],
    ['import "no-such-module"\nrule x { condition: true }', /^rules0\.yar: /],
  ])('refuses %j in one line that names the place', (text, reason) => {
    const outcome = engine.compile([{ name: 'rules0.yar', text }]);
    expect(outcome).toEqual({ status: 'refused', reason: expect.stringMatching(reason) });
    expect(outcome.status === 'refused' && outcome.reason).not.toContain('\n');
  });
});
