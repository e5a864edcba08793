import { describe, expect, it } from 'vitest';
import { findingsIn } from '../../../test/harness/content.ts';
import { installCodeScanner } from './index.ts';

const NPM = { ecosystem: 'npm', name: 'demo', version: '1.0.0', filename: 'demo-1.0.0.tgz' };

const signsOf = async (text: string) =>
  (await findingsIn(installCodeScanner, { 'package/a.js': text }, NPM)).map(({ data }) => data.sign);

describe('talk in JavaScript', () => {
  it.each([
    'const request = require("got");\ngot.get("https://a.example/x");\n',
    'import http from "node:http";\nhttp.get("https://a.example/x");\n',
    'fetch("https://a.example/x");\n',
    'const h = require("\\x68ttps");\nh.get("https://a.example/x");\n',
    'const h = require("node:ht\\\ntps");\nh.get("https://a.example/x");\n',
  ])('is told of %s', async (text) => expect(await signsOf(text)).toContain('network-at-load'));

  it('is none where what is called as a module is only a variable', async () => {
    expect(await signsOf('let request = made();\nrequest.get("a");\nnet.connect(1);\n')).toEqual([]);
    // As something else in the same file has it read.
    expect(await signsOf('let request = made();\nrequest.get("a");\nfetch(b);\n')).toEqual(['network-at-load']);
  });
});
