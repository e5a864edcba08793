import { describe, expect, it } from 'vitest';
import type { ContentFile } from '../../domain/content.ts';
import { capabilitiesScanner } from '../capabilities/index.ts';
import { installCodeScanner } from '../install-code/index.ts';
import { weaknessesScanner } from '../weaknesses/index.ts';
import { withPlainNames } from './plain-names.ts';

const fileOf = (path: string, text: string): ContentFile => {
  const bytes = Buffer.from(text);
  return { path, bytes, text, size: bytes.length, complete: true };
};
const plain = (path: string, text: string) => withPlainNames(fileOf(path, text)).text;

async function findings(file: ContentFile): Promise<readonly string[]> {
  const subject = { ecosystem: 'npm', name: 'sails', version: '1.0.0', filename: 'sails-1.0.0.tgz' };
  const all: string[] = [];
  for (const scanner of [capabilitiesScanner, installCodeScanner, weaknessesScanner]) {
    const inspection = scanner.inspect(subject, 'hinted');
    inspection.file(file);
    const outcome = await inspection.done();
    if (outcome.status === 'completed')
      for (const { summary, location } of outcome.findings) all.push(`${location} ${summary}`);
  }
  return all;
}

describe('names that are written otherwise than they are read', () => {
  const javascript =
    "const a = require('child_process');\na.exec('curl ' + b);\neval(Buffer.from(c, 'base64').toString());\n";
  const python = 'import os, base64\nos.system(a + "x")\nexec(base64.b64decode(b))\n';

  it.each([
    ['a.js', javascript, javascript.replace('eval', '\\u0065val').replace('exec', 'e\\u{78}e\\u{0063}')],
    ['a.js', javascript, javascript.replace('require', '\\u0072equire').replace('Buffer', 'B\\u0075ffer')],
    ['a.py', python, python.replace('exec', '\uff45xec').replace('system', '\u{1d42c}ystem')],
    ['a.py', python, python.replaceAll('os', '\u1d52\u017f')],
  ])('are looked at as they are read: %s', async (path, usual, hidden) => {
    expect(hidden).not.toBe(usual);
    const told = await findings(fileOf(path, hidden));
    for (const one of await findings(fileOf(path, usual))) expect(told).toContain(one);
  });

  it('leave every place on its line, and what says something else alone', () => {
    expect(plain('a.js', '\\u0065val(a)\n"\\\\u0065"; "\\u00e9\\u0024{"')).toBe(
      'eval(a)     \n"\\\\u0065"; "\\u00e9\\u0024{"',
    );
    expect(plain('a.py', 'é = "Ж数"  # ½')).toBe('é = "Ж数"  # ½');
    expect(plain('a.txt', '\\u0065')).toBe('\\u0065');
  });

  it('are the file itself where all are plain', () => {
    const file = fileOf('a.js', 'eval("\\u20ac")');
    expect(withPlainNames(file)).toBe(file);
  });

  it('are read in proportion to the text', () => {
    const started = process.cpuUsage().user;
    for (const text of ['\\u0065', '\\', '\\u{0', '\\\\u0065']) plain('a.js', text.repeat(500_000));
    for (const text of ['\uff45', 'é', '\u{1d42c}']) plain('a.py', text.repeat(500_000));
    expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(20);
  });
});
