import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { NameAnswers } from './name-answers.ts';

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
