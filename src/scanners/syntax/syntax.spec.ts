import { describe, expect, it } from 'vitest';
import type { Language } from './language.ts';
import { oneOf } from './name-answers.ts';
import { readText } from './source.ts';
import { Spots } from './spots.ts';

function calls(language: Language, text: string): readonly string[] {
  return readText({ language, path: 'x', text, complete: true }).calls.map(({ name }) => name);
}

describe('syntax trees: arguments', () => {
  it('tells which calls may be given one by name', () => {
    const { calls: found } = readText({
      language: 'python',
      path: 'x',
      text: 'f(a, b=1); g(a); h(); i(k(c=2)); j(x == y)',
      complete: true,
    });
    const named = found.filter(({ hasKeywords }) => hasKeywords).map(({ name }) => name);
    expect(named).toEqual(['f', 'k']);
  });
});

describe('syntax trees: names of calls', () => {
  it.each<readonly [Language, string, readonly string[]]>([
    ['python', 'import os.path as p, sys\np.join(a)\nsys.exit()', ['os.path.join', 'sys.exit']],
    ['python', 'from a import (b,\n  c as d)\nd(); b()', ['a.c', 'a.b']],
    ['python', '"""f()"""\n# g()\nx = "h()" \'i()\'\nj()', ['j']],
    ['python', "f'{g(1)!r:>{h()}} {{i()}}' 'j()'\nrf'\\{k()}'", ['g', 'h', 'k']],
    ['python', "f'{x['a']} {f(\"}\")}'", ['f']],
    ['python', 'x = (a\n .b()\n .c())', ['a.b().c', 'a.b']],
    ['python', 'f(\\\n  g())', ['f', 'g']],
    ['javascript', 'const { a: b } = require("m"); b(`x \u0024{c(`\u0024{d()}`)} y`)', ['require', 'm.a', 'c', 'd']],
    ['javascript', 'import x, { y as z } from "m"\nz()\nx.q?.()', ['m.y', 'm.q']],
    ['javascript', 'const r = /["\'`(]/.test(a), s = b / c / d()', ['?.test', 'd']],
    ['javascript', 'if (a) /f()"/.test(b); function g(x) { h() } class K { m() { n() } }', ['?.test', 'h', 'n']],
    ['javascript', 'return (a)\nfoo(/* g() */ b) // h()', ['foo']],
    ...['\u00a0', '\u3000', '\ufeff', '\u2009', '/**/', '\f'].map(
      (blank) => ['javascript', `f${blank}(g${blank}.h${blank}(1))`, ['f', 'g.h']] as const,
    ),
    ...['\r', '\r\n', '\u2028', '\u2029'].flatMap((end) => [
      ['javascript', `// a()${end}f()`, ['f']] as const,
      ['javascript', `#!a()${end}f()`, ['f']] as const,
      ['javascript', `'a() \\${end}b()'; f()`, ['f']] as const,
    ]),
    ['javascript', 'a++ /1; f(); 1/ b()', ['f', 'b']],
    ['javascript', 'a\n++/"/.b; f()', ['f']],
    ['javascript', 'a.return /1; f(); a?.if (b()) /1; g(); 1/ h()', ['f', 'a.if', 'b', 'g', 'h']],
    ...['\n', '\r', '\r\n'].flatMap((end) => [
      ['python', `# a()${end}f()${end}g()`, ['f', 'g']] as const,
      ['python', `'a() \\${end}b()'; f()`, ['f']] as const,
      ['python', `f'a() \\${end}{b()}'; f()`, ['b', 'f']] as const,
      ['python', `x = \\${end} f()`, ['f']] as const,
      ['r', `# a()${end}f()${end}g()`, ['f', 'g']] as const,
    ]),
    ['python', '\ufeffexec(a)', ['exec']],
    ['r', 'x <- a::b(c$d(1)) # e()\n"f()" |> g()\nr"(h("))"', ['a.b', 'c.d', 'g']],
  ])('%s: %s', (language, text, expected) => {
    expect(calls(language, text)).toEqual(expected);
  });

  const atLoad = (text: string) =>
    readText({ language: 'python', path: 'x', text, complete: true })
      .calls.filter(({ scope }) => !scope.deferred && !scope.program)
      .map(({ name }) => name);

  it('tells what runs on import from what runs when called', () => {
    const text =
      'a()\ndef f(x=b()):\n  c()\n  if y:\n    d()\nclass K(e()):\n  z = g()\n  def m(self): h()\nif __name__ == "__main__":\n  i()\nk = lambda: l()\nn()';
    expect(atLoad(text)).toEqual(['a', 'b', 'e', 'g', 'n']);
  });

  it.each([
    ['def f(): a(); b()\nc()', ['c']],
    ['def f(): a(); b(); d()\n\ndef g():\n  e(); h()\n  i()\nc()', ['c']],
    ['class K:\n  def m(self): a(); b()\n  x = c(); y = d()\ne(); f()', ['c', 'd', 'e', 'f']],
    ['if __name__ == "__main__": a(); b()\nc(); d()', ['c', 'd']],
    ['if x: a(); b()\nc()', ['a', 'b', 'c']],
  ])('takes what stands on the line of a block for a part of it: %j', (text, names) => {
    expect(atLoad(text)).toEqual(names);
  });

  it.each([
    'if __name__ == "__main__":',
    "if '__main__' == __name__:",
    'if (__name__ == "__main__"):',
    'if __name__ == "__main__" and x:',
  ])('takes what stands behind %s for a program', (guard) => {
    expect(atLoad(`${guard} a(); b()\n${guard}\n  c()\nd()`)).toEqual(['d']);
  });

  it.each([
    'if __name__: x = "__main__"; a()',
    'if 1: __name__, "__main__"; a()',
    'if __name__ != "__main__": pass; a()',
    'if not __name__ == "__main__": a()',
    'if __name__ == "__main__" or True: pass; a()',
    'if __name__ in ("p", "__main__"):\n  a()',
    'if __name__ and (1 # __main__\n ): pass; a()',
    'if __name__ == "p": # "__main__"\n  a()',
    'def f(): pass; x=1\n\fa()',
    'def f():\n  pass\n   \fa()',
    'class A:\n def f(self): pass; x=1\n \\\n   a()',
    "def f(): return f'{1:(}'\na()",
    "def f(): return f'{1:\"}'\na()",
    "def f(): return f'{x:{w}.{p}[}'\na()",
    "def f(): return f'{x:(\na()",
    "def f(): return f'''{x:(\n}''' ; y\na()",
  ])('is not led to take for deferred what runs on import: %j', (text) => {
    expect(atLoad(text)).toContain('a');
  });

  it.each([
    'import os as o\nif 0: import json as o\no.system(x)',
    'import os as o\nif 0:\n  import json as o\no.system(x)',
    'import os\nif 0: from x import os\nos.system(x)',
    'import os\ndef f():\n  import x as os\nos.system(x)',
    'try: import json as o\nexcept E: import os as o\no.system(x)',
    'match 1:\n  case _: import os as o\no.system(x)',
  ])('keeps the name of what has powers where an import in a block would take it over: %j', (text) => {
    expect(calls('python', text)).toContain('os.system');
  });

  it('reads the format of a field as text, and the fields in it as code', () => {
    expect(calls('python', "x = f'{a(1):{b(2)}>{c(3)}}{d(4)!r:%H:%M}' + e()")).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it.each([
    'try: import os as o\nexcept E: pass\no.system(x)',
    'if a: from os import system as s\ns(x)',
    'if lambda: 1: import os as o\no.system(x)',
    'with a as b: import json, os as o; o.system(x)',
    'else: import os as o\no.system(x)',
  ])('sees an import on the line of a block: %j', (text) => {
    expect(calls('python', text)).toContain('os.system');
  });

  it('loses nothing below the deepest level that it keeps', () => {
    const deep = `${'('.repeat(5000)}eval(x)${')'.repeat(5000)}\nafter()`;
    for (const language of ['python', 'javascript', 'r'] as const) {
      const found = calls(language, deep);
      expect(found.at(-1)).toBe('after');
    }
  });

  it.each(['\n', '\r', '\r\n'])('reads lines that end in %j in proportion to the text', (end) => {
    const started = process.cpuUsage().user;
    for (const language of ['python', 'javascript', 'r'] as const) {
      calls(language, end.repeat(300_000));
      calls(language, `x${end}`.repeat(300_000));
    }
    expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(15);
  });

  it('follows modules kept in modules once for each, and a module of `sys` by its name', () => {
    expect(calls('python', `import sys\nf${'.modules["a"]'.repeat(400)}()\nsys.modules["os"].system(x)`).at(-1)).toBe(
      'os.system',
    );
  });

  it('reads unclosed brackets, strings and templates to the end', () => {
    for (const text of ['f(((', "f('", 'f(`\u0024{`\u0024{', "f'{'{'{", '"""', 'x = {[(', '}}}))f()', '\\'])
      for (const language of ['python', 'javascript', 'r'] as const) expect(() => calls(language, text)).not.toThrow();
  });

  it('keeps apart the calls that an answer about names may know, and those in which something stands', () => {
    const text = 'const e = require("child_process"); f(x.y(1)); e.exec(g(2), "mark"); h()';
    const source = readText({ language: 'javascript', path: 'x', text, complete: true });
    const known = oneOf(['child_process.exec', 'require']);
    expect(source.noted.filter((call) => known.about(call)).map(({ name }) => name)).toEqual(
      source.calls.filter((call) => known.about(call)).map(({ name }) => name),
    );
    expect(source.noted.map(({ name }) => name)).not.toContain('x.y');
    expect(source.callsHolding(new Spots(text, /mark/)).map(({ name }) => name)).toEqual(['child_process.exec']);
    expect(source.calls).toHaveLength(6);
  });
});
