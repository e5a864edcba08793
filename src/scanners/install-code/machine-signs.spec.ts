import { describe, expect, it } from 'vitest';
import { A_WHEEL, contentFile, findingsIn } from '../../../test/harness/content.ts';
import { DISGUISED_SIGNS } from './disguised-signs.ts';
import { installCodeScanner } from './index.ts';
import { MACHINE_SIGNS } from './machine-signs.ts';

const TARBALL = { ...A_WHEEL, ecosystem: 'npm', filename: 'demo-1.0.0.tgz' };
const SDIST = { ...A_WHEEL, filename: 'demo_pkg-1.0.tar.gz' };
const signsIn = async (path: string, text: string, subject = TARBALL) =>
  (await findingsIn(installCodeScanner, [contentFile(path, text)], subject)).map(({ data }) => data.sign);

/** Bytes of a file of nothing but what a pattern begins with. */
const LENGTH = 50_000;

describe('signs of what is done to the machine, and of what goes by another name', () => {
  it.each([...MACHINE_SIGNS, ...DISGUISED_SIGNS].map(({ sign, words, begins = words }) => ({ sign, words, begins })))(
    'reads a file of decoys of $sign ($words) in a moment',
    async ({ words, begins }) => {
      const [word = ''] = words.split(' ');
      const began = process.cpuUsage();
      for (const begin of begins.split(' ')) {
        for (const after of [' ', '("', ' = "', '" + "', '[x]('])
          await signsIn(
            'package/a.js',
            `${word}\n${`${begin}${after}`.repeat(LENGTH / (begin.length + after.length))}`,
          );
      }
      expect(process.cpuUsage(began).user / 1000 / begins.split(' ').length).toBeLessThan(1_500);
    },
  );

  it.each([
    ['ransom', 'for p in d.rglob("*"):\n  o.write(k.encrypt(p.read_bytes()))\n  os.remove(p)\n'],
    ['borrowed-program', 'def f(): os.system("rundll32 lib.dll,Start")\n'],
    [
      'fetched-program',
      'import requests, os\ndef f():\n  open(p, "wb").write(requests.get(u).content)\n  os.chmod(p, 0o755)\n',
    ],
    ['credential-theft', 'def f(): os.popen("netsh wlan show profile x key=clear")\n'],
    ['destruction', 'def f(): os.system("rm -rf /home/user")\n'],
    ['destruction', 'def f(): os.system("rd /s /q C:\\\\Users")\n'],
  ])('tells %s of %s', async (sign, text) => {
    expect(await signsIn('pkg/a.py', text, A_WHEEL)).toContain(sign);
  });

  it.each([
    'for p in d.rglob("*"):\n  o.write(k.encode(p.read_bytes()))\n  os.remove(p)\n',
    'def f(): os.system("rundll32 url.dll,FileProtocolHandler " + u)\n',
    'import requests, os\ndef f():\n  open(p, "wb").write(requests.get(u).content)\n  os.chmod(p, 0o644)\n',
    'def f(): os.system("netsh wlan show interfaces")\n',
    'def f(): os.system("rm -rf /home/user/project/build")\n',
    'import requests, os\ndef f():\n  open(p, "wb").write(requests.get(u).content)\n  os.system("clear")\n',
  ])('lets be %s', async (text) => {
    expect(await signsIn('pkg/a.py', text, A_WHEEL)).toEqual([]);
  });

  it.each([
    ['setup-command', 'setup(name="x", cmdclass={"install": Mine})\n'],
    ['setup-shell', 'import os\nos.system("powershell -File a.ps1")\n'],
    ['setup-shell', 'import subprocess\nsubprocess.call(["/tmp/a"])\n'],
  ])('tells %s of an install script: %s', async (sign, text) => {
    expect(await signsIn('setup.py', text, SDIST)).toContain(sign);
    expect(await signsIn('setup.py', text, A_WHEEL)).not.toContain(sign);
  });
});
