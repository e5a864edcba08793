import { describe, expect, it } from 'vitest';
import { findingsIn, itKeepsTheContentScannerContract } from '../../../test/contract/content-scanner.ts';
import { readSnippets } from '../../../test/corpora/snippets.ts';
import { HARMLESS, WEAK } from '../../../test/corpora/weaknesses.ts';
import { weaknessesScanner } from './index.ts';

const files = (samples: Readonly<Record<string, readonly string[]>>, extension: string) =>
  Object.values(samples)
    .flat()
    .map((text, at) => [`pkg/part${at}.${extension}`, text] as const);

itKeepsTheContentScannerContract(weaknessesScanner, {
  found: Object.fromEntries(
    Object.entries(WEAK).map(([extension, samples]) => [
      extension,
      Object.fromEntries(files(samples, extension).slice(0, 15)),
    ]),
  ),
  clean: Object.fromEntries(
    Object.entries(HARMLESS).map(([extension, samples]) => [
      extension,
      Object.fromEntries(samples.map((text, at) => [`pkg/part${at}.${extension}`, text])),
    ]),
  ),
  seeds: [
    'eval(x)',
    'subprocess.run(f"a {b}", shell=True)',
    '((((',
    'f"{f"{',
    '`\u0024{`\u0024{',
    'x = x.a',
    'a()()()()',
    "execute('select ' +",
  ],
});

describe.each(Object.entries(WEAK))('weaknesses in .%s files', (extension, samples) => {
  it.each(Object.entries(samples).flatMap(([rule, texts]) => texts.map((text) => [rule, text] as const)))(
    '%s: %s',
    async (rule, text) => {
      const found = await findingsIn(weaknessesScanner, { [`pkg/code.${extension}`]: text });
      expect(found.map(({ data }) => data.rule)).toContain(rule);
    },
  );
});

describe('weaknesses: how they are told', () => {
  it('names the line, its number and the CWE', async () => {
    const [found] = await findingsIn(weaknessesScanner, { 'pkg/a.py': 'import os\n\n\nos.system(\n  command)\n' });
    expect(found).toMatchObject({
      kind: 'weakness',
      location: 'pkg/a.py:4',
      data: { rule: 'shell-command', cwe: 'CWE-78', line: 'os.system(' },
    });
  });

  it('tells what tests do one step lower', async () => {
    const text = 'import os\nos.system(command)\n';
    const [shipped] = await findingsIn(weaknessesScanner, { 'pkg/a.py': text });
    const [tested] = await findingsIn(weaknessesScanner, { 'pkg/tests/test_a.py': text });
    expect([shipped?.severity, tested?.severity]).toEqual(['medium', 'info']);
  });

  it.each([
    ['a module at the top of a wheel, whatever its name', 'pypi', 'demo-1.0-py3-none-any.whl', 'tests/a.py', 'medium'],
    ['a package in the library data', 'pypi', 'demo-1.0-py3-none-any.whl', 'demo-1.0.data/purelib/docs/a.py', 'medium'],
    ['a module that calls itself a test', 'pypi', 'demo-1.0-py3-none-any.whl', 'examples/test_a.py', 'medium'],
    ['data that goes elsewhere', 'pypi', 'demo-1.0-py3-none-any.whl', 'demo-1.0.data/data/share/doc/a.py', 'info'],
    ['tests of a source distribution', 'pypi', 'demo-1.0.tar.gz', 'demo-1.0/tests/a.py', 'info'],
    ['an R package called samples', 'cran', 'samples_1.0.tar.gz', 'samples/inst/a.py', 'medium'],
    ['tests of an R package', 'cran', 'samples_1.0.tar.gz', 'samples/tests/a.py', 'info'],
  ])('weighs by what can be imported: %s', async (_, ecosystem, filename, path, severity) => {
    const subject = { ecosystem, name: 'demo', version: '1.0', filename };
    const [found] = await findingsIn(weaknessesScanner, { [path]: 'import os\nos.system(command)\n' }, subject);
    expect(found?.severity).toBe(severity);
  });

  it('stops counting what is only worth knowing once enough is listed, and says so', async () => {
    const module =
      'def run(value):\n    try:\n        value()\n    except Exception:\n        # why not\n        # indeed\n        pass\n';
    const all = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`pkg/part${at}.py`, module]));
    const found = await findingsIn(weaknessesScanner, all);
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toMatchObject({
      summary: expect.stringMatching(/^more places, not counted: /),
      data: { atLeast: true },
    });
  });

  it('does not call it silence where something is done about the error first', async () => {
    const text = 'for x in y:\n    try:\n        x()\n    except Exception:\n        log(x)\n        continue\n';
    expect(await findingsIn(weaknessesScanner, { 'pkg/a.py': text })).toEqual([]);
  });

  it('cuts a habit short and says so', async () => {
    const text = `import os\n${'os.system(command)\n'.repeat(50)}`;
    const found = await findingsIn(weaknessesScanner, { 'pkg/a.py': text });
    expect(found).toHaveLength(41);
    expect(found.at(-1)?.data).toMatchObject({ unlisted: 10 });
  });

  it('says which files were read only in part', async () => {
    const found = await findingsIn(weaknessesScanner, { 'pkg/a.py': `${'# long\n'.repeat(400_000)}eval(x)\n` });
    expect(found).toMatchObject([{ severity: 'info', data: { rule: 'partly-read', files: ['pkg/a.py'] } }]);
  });
});

it('finds what is weak and leaves what is harmless alone', async () => {
  let missed = 0;
  let weak = 0;
  for (const [extension, samples] of Object.entries(WEAK))
    for (const [rule, texts] of Object.entries(samples))
      for (const text of texts) {
        weak += 1;
        const found = await findingsIn(weaknessesScanner, { [`pkg/a.${extension}`]: text });
        if (!found.some(({ data }) => data.rule === rule)) missed += 1;
      }
  let alarms = 0;
  for (const [extension, texts] of Object.entries(HARMLESS))
    for (const text of texts) alarms += (await findingsIn(weaknessesScanner, { [`pkg/a.${extension}`]: text })).length;
  expect({ missed, alarms }).toEqual({ missed: 0, alarms: 0 });
  expect(weak).toBeGreaterThan(90);
});

describe.each([
  ['python', 'py', 353],
  ['javascript', 'js', 289],
  ['r', 'R', 123],
  ['families-python', 'py', 180],
  ['families-javascript', 'js', 140],
  ['families-r', 'R', 110],
  ['variants-python', 'py', 88],
  ['variants-javascript', 'js', 89],
  ['variants-r', 'R', 56],
  ['third-python', 'py', 156],
  ['third-javascript', 'js', 165],
  ['third-r', 'R', 101],
  ['fourth-python', 'py', 33],
  ['fourth-javascript', 'js', 36],
  ['fourth-r', 'R', 30],
  ['fifth-python', 'py', 39],
  ['fifth-javascript', 'js', 51],
])('the corpus of %s', (language, extension, least) => {
  const pathOf = (rest: string): string => `pkg/code.${rest === '' ? extension : rest}`;
  const snippets = readSnippets(`weaknesses/${language}.txt`);

  it('is told line by line, with its CWE', async () => {
    const missed: string[] = [];
    let marked = 0;
    for (const { label, expected, missed: known, rest, text, lines } of snippets) {
      if (expected === undefined || known) continue;
      const path = pathOf(rest);
      const found = await findingsIn(weaknessesScanner, { [path]: text });
      marked += lines.length;
      for (const line of lines)
        if (!found.some(({ data, location }) => data.cwe === expected && location === `${path}:${line}`))
          missed.push(`${label}, line ${line}`);
    }
    expect(missed).toEqual([]);
    expect(marked).toBeGreaterThanOrEqual(least);
  });

  it('holds harmless code of which nothing is told', async () => {
    const alarms: string[] = [];
    for (const { label, expected, rest, text } of snippets) {
      if (expected !== undefined) continue;
      const found = await findingsIn(weaknessesScanner, { [pathOf(rest)]: text });
      alarms.push(...found.map(({ data }) => `${label}: ${data.rule}`));
    }
    expect(alarms).toEqual([]);
  });
});

describe('weaknesses: hostile texts', () => {
  // A pattern that repeats a group without bound takes room on the stack for every round.
  it.each(['"', "'", '`'])('reads past a value of megabytes in %s', async (quote) => {
    const long = `${quote}${'a'.repeat(8 * 1024 * 1024)}${quote}`;
    const npm = { ecosystem: 'npm', name: 'demo', version: '1.0.0', filename: 'demo-1.0.0.tgz' };
    for (const text of [`password = ${long}`, `new RegExp(${long})`, `if x == ${long}: pass`])
      for (const path of ['pkg/a.js', 'pkg/a.py', 'pkg/a.R'])
        expect(await findingsIn(weaknessesScanner, { [path]: `eval(parse(text = x), 1)\n${text}\n` }, npm)).not.toEqual(
          [],
        );
  });

  // Each was a pattern that began anew at every place of a run, or divided the run in every way: minutes for a hundred kilobytes.
  it.each([
    ['pkg/a.js', 'a$'],
    ['pkg/a.js', ' ', '$().html(x); $('],
    ['pkg/a.js', 'token', 'Math.random(); '],
    ['pkg/a.js', 'a', 'Math.random(); passw'],
    ['pkg/a.py', 'verify', 'verify = 1\n'],
    ['pkg/a.py', 'token', 'import random\nrandom.random()\n'],
    ['pkg/a.py', ')', 'import random\nrandom.random()\ntoken('],
    [
      'pkg/a.py',
      'urllib',
      'import requests\nrequests.get("http://upstream.example/")\n',
      '.get("http://upstream.example/")',
    ],
    ['pkg/a.py', ' ', 'try:\n  pass\nexcept', 'x: pass'],
    ['pkg/a.R', 'readRDS(x)\n', 'download.file(u, '],
    ['pkg/a.R', 'download.file(', 'readRDS(x)\n'],
    ['pkg/a.js', '.replace(/', 'x = 1;\n'],
    ['pkg/a.js', 'Bun.spawn(["sh", "-c", '],
    ['pkg/a.py', '://a', 'import re\nre.match("'],
    ['pkg/a.py', ' ', 'try:\n  pass\nexcept:', 'x'],
    ['pkg/a.py', '#except:\n', 'pass = 1\n'],
  ])('reads %s of one long run of %j in a moment', async (path, run, before = '', after = '') => {
    const text = `${before}${run.repeat(100_000 / run.length)}${after}\n`;
    const began = process.cpuUsage();
    await findingsIn(weaknessesScanner, { [path]: text });
    const { user } = process.cpuUsage(began);
    expect(user / 1000).toBeLessThan(5_000);
  });

  it('looks for no more functions that a text names than it can in a moment', async () => {
    const names = Array.from({ length: 20_000 }, (_, at) => `a[k] = f${at}(b);`).join('\n');
    const began = process.cpuUsage();
    await findingsIn(weaknessesScanner, { 'pkg/a.js': `${names}\n` });
    const { user } = process.cpuUsage(began);
    expect(user / 1000).toBeLessThan(5_000);
  });

  it('takes what a value is split into for no less varying than the value', async () => {
    const found = await findingsIn(weaknessesScanner, {
      'pkg/a.py': 'import subprocess\ndef f(command):\n  subprocess.run(command.split(" "))\n',
    });
    expect(found.map(({ data }) => data.rule)).toEqual(['process-from-data']);
  });

  const row = (of: string, sign = ' + ') => Array.from({ length: 200 }, () => of).join(sign);
  it.each([
    [
      'names that stand for names',
      `import os\nB = ${row('"x"')}\nC = ${row('B')}\nD = ${row('C')}\nE = ${row('D')}\nos.system(E)\n`,
    ],
    [
      'one long value that is used everywhere',
      `import os\nx = ${'a+'.repeat(30_000)}b\n${'os.system(x)\n'.repeat(5_000)}`,
    ],
    [
      'many arguments',
      `import os, random\nos.system(a)\ntoken = f(${'1,'.repeat(150_000)})\neval(g(${'h(),'.repeat(150_000)}))\n`,
    ],
  ])('reads %s in a moment, and tells the weakness', async (_, text) => {
    const began = process.cpuUsage();
    const found = await findingsIn(weaknessesScanner, { 'pkg/a.py': text });
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(8_000);
    expect(found.map(({ data }) => data.rule)).toContain('shell-command');
  });
});
