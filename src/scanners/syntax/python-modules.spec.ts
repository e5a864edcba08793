import { describe, expect, it } from 'vitest';
import { inspectFiles } from '../../../test/harness/content.ts';
import { capabilitiesScanner } from '../capabilities/index.ts';
import { weaknessesScanner } from '../weaknesses/index.ts';
import { importing, namingMember } from './python-modules.ts';

const PYPI = { ecosystem: 'pypi', name: 'demo', version: '1.0.0', filename: 'demo-1.0.0-py3-none-any.whl' };

describe('the members of a module that a Python text names', () => {
  const system = namingMember('os.system');

  it.each([
    'import os\nos.system(x)\n',
    'import os\n(os \t.\n  system(x))\n',
    'import os as o\no.system(x)\n',
    'import re, os as o, sys\no.system(x)\n',
    'from os import system\nsystem(x)\n',
    'from os import (path,\n  system as s)\ns(x)\n',
    'import os; run = os.system\nrun(x)\n',
    'import os\no = os\no.system(x)\n',
    'import os\n(os).system(x)\n',
    'import os\ngetattr(os, "system")(x)\n',
    'import os\nos.__dict__["system"](x)\n',
    'import sys\nsys.modules["os"].system(x)\n',
    '__import__("os").system(x)\n',
    'from importlib import import_module as load\nload("os").system(x)\n',
    'import os, sys\nif x:\n  import re, os.path\n  os.system(x)\n',
    'import os\n__import__("o" "s").system(x)\n',
    'import os\nrun = getattr(__import__("\\x6f\\x73"), "system")\nrun(x)\n',
    'import os, importlib\nimportlib.import_module("o" "s").system(x)\n',
    'import os\nfrom importlib import import_module as load\nload("o" "s").system(x)\n',
    'import \\\n  os\nos.\\\n  system(x)\n',
    'import os\n(os  # here\n .  # there\n system)(x)\n',
    'import six\nsix.moves.os.system(x)\nimport os\nos.system(x)\n',
    'try:\n  import os\nexcept ImportError: pass\nos.system(x)\n',
  ])('are told wherever a tree tells one: %s', async (text) => {
    const files = { 'demo/a.py': text };
    const everything = await inspectFiles(capabilitiesScanner, files, PYPI, 'everything');
    expect(JSON.stringify(everything)).toContain('processes');
    expect(await inspectFiles(capabilitiesScanner, files, PYPI)).toEqual(everything);
    const other = {
      'demo/a.py': text
        .replaceAll(/\bos\b/g, 'tempfile')
        .replaceAll('system', 'mktemp')
        .replaceAll('"o"', '"temp"')
        .replaceAll('"s"', '"file"')
        .replaceAll('\\x6f\\x73', '\\x74empfile'),
    };
    const told = await inspectFiles(weaknessesScanner, other, PYPI, 'everything');
    expect(JSON.stringify(told)).toContain('temporary-file-race');
    expect(await inspectFiles(weaknessesScanner, other, PYPI)).toEqual(told);
  });

  it.each([
    ['import ｏｓ\nos.ｓystem(x)\n', 'processes'],
    ['import signal\nsignal.alarm(1)\n', 'signals'],
    ['import os, \\\n  re, \\\n  signal\nsignal.alarm(1)\n', 'signals'],
    ['from signal import alarm\nalarm(1)\n', 'signals'],
    ['for name in all:\n  exec ("import " + name)\nsignal.alarm(1)\n', 'signals'],
    ['from six.moves import urllib\nurllib.request.urlopen(x)\n', 'network'],
    ['import six\nsix.moves.urllib.request.urlopen(x)\n', 'network'],
    ['import six\n(six.moves.\n\n  urllib.request.urlopen(x))\n', 'network'],
    ['from six import moves\ngetattr(moves, "urllib").request.urlopen(x)\n', 'network'],
    ['import sys\nsys.modules["signal"].alarm(1)\n', 'signals'],
  ])('of one that it brings in somehow: %s', async (text, power) => {
    const files = { 'demo/a.py': text };
    const everything = await inspectFiles(capabilitiesScanner, files, PYPI, 'everything');
    expect(JSON.stringify(everything)).toContain(power);
    expect(await inspectFiles(capabilitiesScanner, files, PYPI)).toEqual(everything);
  });

  it('are none where the name only stands in an import and before other members', () => {
    expect(system?.test('import os\n\ndef system():\n  return os.path.join(os.sep, x)\n')).toBe(false);
    expect(system?.test('  import re, os, sys  # all\nos.environ["system"]\n')).toBe(false);
    expect(system?.test('import os\r\nos.name\r\n')).toBe(false);
    expect(system?.test('import os\nos.name\nimport os as system\n')).toBe(true);
    expect(namingMember('.system')).toBeUndefined();
    expect(namingMember('eval')).toBeUndefined();
  });

  it('come of no module where no import names it', () => {
    const signal = importing('signal');
    expect(signal.test('def send(self, signal):\n  self.all = [signal.connect(x), signal]\n')).toBe(false);
    expect(signal.test('from a import signal\n')).toBe(true);
    expect(signal.test(`x = ${'1 + '.repeat(100)}signal\n`)).toBe(true);
  });

  it('are told in proportion to the length of a text', () => {
    for (const way of [
      'os',
      'os.a ',
      'os . a\n',
      'import os\n',
      'os.',
      '"os"',
      '\\\nos.a',
      `${' '.repeat(90)}os.a\n`,
    ]) {
      const begun = process.cpuUsage();
      const text = way.repeat(1_000_000 / way.length);
      system?.test(text);
      importing('os').test(text);
      expect(process.cpuUsage(begun).user, JSON.stringify(way)).toBeLessThan(3_000_000);
    }
  });
});
