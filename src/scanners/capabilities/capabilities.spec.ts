import { describe, expect, it } from 'vitest';
import { findingsIn, itKeepsTheContentScannerContract } from '../../../test/contract/content-scanner.ts';
import {
  CAPABILITY_ALARMS,
  CAPABILITY_LINES,
  CAPABILITY_LOOKALIKES,
  CAPABILITY_MISSED,
} from '../../../test/corpora/capabilities.ts';
import { FOURTH_CAPABILITIES, FOURTH_LOOKALIKES, FOURTH_MISSED } from '../../../test/corpora/capabilities-fourth.ts';
import {
  THIRD_ALARMS,
  THIRD_CAPABILITIES,
  THIRD_LOOKALIKES,
  THIRD_MISSED,
} from '../../../test/corpora/capabilities-third.ts';
import { capabilitiesScanner } from './index.ts';

/** An ELF header for x86_64, and nothing behind it. */
const ELF = new Uint8Array(64);
ELF.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
ELF[18] = 62;

const SAMPLES: Readonly<Record<string, readonly [string, string]>> = {
  network: ['a.py', 'import requests\n'],
  processes: ['a.py', 'from subprocess import run\n'],
  'file-writing': ['a.py', 'with open(p, "w") as f: f.write(x)\n'],
  'native-code': ['a.py', 'import ctypes\n'],
  'code-generation': ['a.py', 'exec(x)\n'],
  environment: ['a.py', 'import os\nhome = os.environ["HOME"]\n'],
  credentials: ['a.py', 'import keyring\n'],
  clipboard: ['a.py', 'import pyperclip as p\n'],
  threads: ['a.py', 'from concurrent import futures\nimport threading\n'],
  signals: ['a.py', 'import signal\n'],
};

itKeepsTheContentScannerContract(capabilitiesScanner, {
  found: Object.fromEntries([
    ...Object.entries(SAMPLES).map(([power, [path, text]]) => [power, { [`pkg/${path}`]: text }] as const),
    ...CAPABILITY_LINES.map(([power, path, text]) => [`${power}: ${text.trim()}`, { [`pkg/${path}`]: text }] as const),
  ]),
  clean: {
    'code that computes': {
      'pkg/a.py': 'import math\n"""import socket"""\n# exec(x)\nopen(p)\nre.compile(x)\nmodel.eval()\n',
    },
    'other files': { 'README.md': 'import socket\n', 'pkg/data.json': '{}' },
  },
  seeds: ['import os, subprocess', 'exec(x)', 'os.environ', '((((', 'a.b.c.d.e'],
});

describe('capabilities', () => {
  it.each(Object.entries(SAMPLES))('%s', async (power, [path, text]) => {
    const found = await findingsIn(capabilitiesScanner, { [`pkg/${path}`]: text });
    expect(found.map(({ data }) => data.capability)).toEqual([power]);
  });

  it.each([
    ['network', 'a.js', 'const https = require("node:https")\nhttps.get(u)'],
    ['processes', 'a.mjs', 'import { spawn } from "child_process"\nspawn(x)'],
    ['environment', 'a.js', 'const home = process.env.HOME'],
    ['network', 'a.R', 'download.file(u, f)'],
    ['processes', 'a.R', 'system("ls")'],
  ])('%s in %s', async (power, path, text) => {
    const found = await findingsIn(capabilitiesScanner, { [path]: text });
    expect(found.map(({ data }) => data.capability)).toContain(power);
  });

  it.each([...CAPABILITY_LINES, ...CAPABILITY_ALARMS, ...THIRD_CAPABILITIES, ...THIRD_ALARMS, ...FOURTH_CAPABILITIES])(
    'tells %s in %s: %j',
    async (power, path, text) => {
      const found = await findingsIn(capabilitiesScanner, { [`pkg/${path}`]: text });
      expect(found.map(({ data }) => data.capability)).toContain(power);
    },
  );

  it.each([
    ...CAPABILITY_LOOKALIKES,
    ...CAPABILITY_MISSED,
    ...THIRD_LOOKALIKES,
    ...THIRD_MISSED,
    ...FOURTH_LOOKALIKES,
    ...FOURTH_MISSED,
  ])('does not tell %s in %s: %j', async (power, path, text) => {
    const found = await findingsIn(capabilitiesScanner, { [`pkg/${path}`]: text });
    expect(found.map(({ data }) => data.capability)).not.toContain(power);
  });

  it('lists compiled files with their processor', async () => {
    const found = await findingsIn(capabilitiesScanner, { 'pkg/fast.so': ELF });
    expect(found).toMatchObject([
      {
        severity: 'info',
        data: {
          capability: 'native-code',
          binaryCount: 1,
          binaries: [{ path: 'pkg/fast.so', format: 'elf', machine: 'x86_64' }],
        },
      },
    ]);
  });

  it('shows a few places and stops counting where it is plain', async () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`pkg/m${at}.py`, 'import socket\n']));
    const [found] = await findingsIn(capabilitiesScanner, files);
    expect(found?.data).toMatchObject({ atLeast: true, count: 5 });
    expect(found?.data.examples).toHaveLength(5);
  });
});
