import { describe, expect, it } from 'vitest';
import { A_WHEEL, contentFile, findingsIn } from '../../../test/harness/content.ts';
import { installCodeScanner } from './index.ts';
import { THEFT_SIGNS } from './theft-signs.ts';

const TARBALL = { ...A_WHEEL, ecosystem: 'npm', filename: 'demo-1.0.0.tgz' };
const signsIn = async (path: string, text: string) =>
  (await findingsIn(installCodeScanner, [contentFile(path, text)], TARBALL)).map(({ data }) => data.sign);

/** Bytes of a file of nothing but what a pattern begins with. */
const LENGTH = 50_000;

describe('signs of what is taken, exchanged or spread', () => {
  it.each(THEFT_SIGNS.map(({ sign, words, begins = words }) => ({ sign, words, begins })))(
    'reads a file of decoys of $sign ($words) in a moment',
    async ({ words, begins }) => {
      const [word = ''] = words.split(' ');
      const began = process.cpuUsage();
      for (const begin of begins.split(' ')) {
        for (const after of [' ', '("https:', ' = ', ' install "'])
          await signsIn(
            'package/a.js',
            `${word}\n${`${begin}${after}`.repeat(LENGTH / (begin.length + after.length))}`,
          );
      }
      expect(process.cpuUsage(began).user / 1000 / begins.split(' ').length).toBeLessThan(1_000);
    },
  );

  it('tells a page that asks its own server from one that asks another', async () => {
    expect(await signsIn('package/a.js', 'fetch("/api/items");\n')).toEqual([]);
    expect(await signsIn('package/a.js', 'fetch("//a.example/items");\n')).toEqual(['network-at-load']);
    expect(await signsIn('package/a.js', 'fetch("https://a.example/items");\n')).toEqual(['network-at-load']);
  });

  it('takes a key of SSH for what an SSH client asks for, and not beside other stores', async () => {
    const client = 'import paramiko\ndef c(h): paramiko.SSHClient().connect(h, key_filename="~/.ssh/id_rsa")\n';
    const talks = 'import requests\ndef f(): requests.post(u, data=k)\n';
    expect(await signsIn('package/a.py', client + talks)).toEqual(['credential-store']);
    expect(await signsIn('package/a.py', `${client}${talks}p = "~/.aws/credentials"\n`)).toEqual([
      'credentials-and-network',
    ]);
  });

  it.each([
    ['99.0.0', true],
    ['9999.1.2', true],
    ['22.10.1', false],
    ['2024.1.0', false],
    ['20240105.0.0', false],
  ])('takes version %s of a package with an install script for one above all: %s', async (version, isAbove) => {
    const manifest = JSON.stringify({ name: 'demo', version, scripts: { install: 'node a.js' } });
    expect((await signsIn('package/package.json', manifest)).includes('version-above-all')).toBe(isAbove);
  });

  it('reads names in letters of another form as Python does', async () => {
    expect(await signsIn('package/a.py', '\u{1D41E}\u{1D431}\u{1D41E}\u{1D41C}("x = 1")\n')).toEqual([
      'obfuscated-code',
    ]);
    expect(await signsIn('package/a.py', 's = "\u{1D41B}\u{1D428}\u{1D425}\u{1D41D}"\n')).toEqual([]);
  });
});
