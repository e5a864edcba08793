import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { isNotable, NameAnswers, UNNOTED } from './name-answers.ts';
import { powerNames } from './powers.ts';

const MIB = 1024 * 1024;
/** Larger texts that come from bytes lie outside the heap. */
const FILE = MIB / 2;

describe('answers about names', () => {
  it('asks once for a name, whatever the answer is', () => {
    const asked: string[] = [];
    const answers = new NameAnswers((name) => {
      asked.push(name);
      return name.startsWith('os.') ? name.length : undefined;
    });

    expect(['os.system', 'x', 'os.system', 'x'].map((name) => answers.of(name))).toEqual([9, undefined, 9, undefined]);
    expect(asked).toEqual(['os.system', 'x']);
  });

  it('answers for names without end, and for names without bound, and keeps few of them', () => {
    const answers = new NameAnswers((name) => name.length);
    const names = Array.from({ length: 100_000 }, (_, at) => `made.up${at}`);
    expect(names.filter((name) => answers.of(name) !== name.length)).toEqual([]);
    expect(answers.of('x'.repeat(MIB))).toBe(MIB);
  });

  it('asks once for all names without a notable word, where it is known which words are', () => {
    const asked: string[] = [];
    const find = (name: string) => {
      asked.push(name);
      return name.endsWith('.made_up_call');
    };
    const named = ['a', 'b.c'].map((name) => ({ name, number: UNNOTED }));
    const ofNames = new NameAnswers(find, ['some.made_up_call']);

    expect(named.map((one) => ofNames.about(one))).toEqual([false, false]);
    expect(asked).toEqual(['']);
    expect(named.map((one) => new NameAnswers(find).about(one))).toEqual([false, false]);
    expect(asked).toEqual(['', 'a', 'b.c']);
    expect(['made_up_call', 'x.made_up_call()', 'made_up'].map(isNotable)).toEqual([true, true, false]);
  });

  it('notes every name that gives a power, and one that is a sign alone', () => {
    const names = [...powerNames('python').keys(), ...powerNames('javascript').keys()];
    expect(names.filter((name) => !isNotable(name))).toEqual([]);
    expect(new NameAnswers((name) => name === '$$', ['$$']).of('$$')).toBe(true);
    expect(['$$', 'x.$$', '$'].map(isNotable)).toEqual([true, true, expect.any(Boolean)]);
  });

  it('keeps a name, and not the file that it stands in', () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    if (typeof collect !== 'function') throw new Error('no collector');
    const answers = new NameAnswers(() => 1);
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let file = 0; file < 64; file += 1) {
      const text = Buffer.from(`subprocess.some_name_${file};`.padEnd(FILE, ' ')).toString('latin1');
      answers.of(text.slice(0, text.indexOf(';')));
    }
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(8 * MIB);
  });
});
