import { describe, expect, it } from 'vitest';
import { Dotted, LINK } from './dotted.ts';
import { hashOf, knownWord, Words } from './words.ts';

/** The numbers of names that stand one after the other in a text, with a blank between them. */
function numbersIn(names: readonly string[]): { readonly words: Words; readonly numbers: readonly number[] } {
  const words = new Words(names.join(' '));
  let start = 0;
  const numbers = names.map((name) => {
    const number = words.at(start, start + name.length);
    start += name.length + 1;
    return number;
  });
  return { words, numbers };
}

/** Names that were made to meet: all want the same one of the few slots that there are at first. */
function meeting(count: number): readonly string[] {
  const found: string[] = [];
  for (let at = 0; found.length < count; at += 1) {
    const hash = hashOf(`x${at}`);
    if (((hash ^ (hash >>> 15)) & 511) === 7) found.push(`x${at}`);
  }
  return found;
}

describe('names as numbers', () => {
  it.each([
    ['many', Array.from({ length: 20_000 }, (_, at) => `name${at % 7_000}`)],
    ['made to meet', [...meeting(100), ...meeting(120)]],
    [
      'made to meet, and so many that there is made room for more',
      [...meeting(100), ...Array(3_000).keys()].map(String),
    ],
    ['in other letters', ['naïve', 'naive', 'имя', '𝒆val', 'eval', 'ｅval']],
  ])('tells names apart that are %s, and knows each again', (_, names) => {
    const { words, numbers } = numbersIn([...names, ...names]);
    const byName = new Map(names.map((name, at) => [name, numbers[at] ?? -1]));
    expect(new Set(byName.values()).size).toBe(byName.size);
    expect(numbers.slice(names.length)).toEqual(numbers.slice(0, names.length));
    expect(numbers.map((number) => words.textOf(number))).toEqual([...names, ...names]);
    expect(names.filter((name) => words.of(name) !== byName.get(name))).toEqual([]);
    expect(numbers.map((number) => words.lengthOf(number))).toEqual([...names, ...names].map(({ length }) => length));
  });

  it('tells whether a word is plain, wherever it stands', () => {
    const { words, numbers } = numbersIn(['a_1Z', 'import', '$a', 'é', 'a.b']);
    expect(numbers.map((number) => words.isPlain(number))).toEqual([true, true, false, false, false]);
    expect(['b', 'b()', '?'].map((written) => words.isPlain(words.of(written)))).toEqual([true, false, false]);
  });

  it('knows the words of the languages in every text', () => {
    const { numbers } = numbersIn(['function', 'functions', 'import']);
    expect(numbers).toEqual([knownWord('function'), expect.any(Number), knownWord('import')]);
  });

  it('makes one number of one dotted name, and writes it out', () => {
    const names = Array.from({ length: 300 }, (_, at) => `n${at}`);
    const { words, numbers } = numbersIn(names);
    const dotted = new Dotted(words, 'javascript');
    const make = () =>
      numbers.flatMap((one, at) =>
        [numbers[(at * 7) % 300] ?? 0, LINK.call, LINK.index].map((link) => dotted.linked(dotted.word(one), link)),
      );
    const made = make();
    expect(make()).toEqual(made);
    expect(made.map((name) => dotted.textOf(name))).toEqual(
      names.flatMap((name, at) => [`${name}.n${(at * 7) % 300}`, `${name}()`, `${name}[]`]),
    );
  });

  it('stands for a dotted name that grows without end by what cannot be followed', () => {
    const { words, numbers } = numbersIn(['a', 'b']);
    const dotted = new Dotted(words, 'javascript');
    let name = dotted.word(numbers[0] ?? 0);
    for (let at = 0; at < 150; at += 1) name = dotted.cut(dotted.linked(name, numbers[1] ?? 0));
    expect(dotted.textOf(name)).toMatch(/^\?(?:\.b)+$/);
  });
});
