import { expect, it } from 'vitest';
import { A_WHEEL, type ContentFiles, findingsIn } from '../../../test/harness/content.ts';
import { installCodeScanner } from './index.ts';

const ACTS = 'import requests\ndef go():\n  return requests.get("https://files.example/a")\n';
const BARE = 'Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.0\n';
const lone = async (files: ContentFiles) =>
  (await findingsIn(installCodeScanner, files, A_WHEEL)).filter(({ data }) => data.sign === 'lone-file');
const wheel = (metadata: string, code = ACTS) => ({
  'demo_pkg.py': code,
  'demo_pkg-1.0.dist-info/METADATA': metadata,
});

it.each([BARE, `${BARE}\n`, `${BARE}\nUNKNOWN\n`, `${BARE}Description: UNKNOWN\n`, BARE.replaceAll('\n', '\r\n')])(
  'tells a release of one file that talks, of which nothing says what it is for: %j',
  async (metadata) => {
    expect(await lone(wheel(metadata))).toMatchObject([{ severity: 'low', location: 'demo_pkg.py' }]);
  },
);

it('says nothing where there is a description, a second module, or a file that only computes', async () => {
  expect(await lone(wheel(`${BARE}\nFetches a page.\n`))).toEqual([]);
  expect(await lone(wheel(`${BARE}Description: Fetches a page.\n`))).toEqual([]);
  expect(await lone({ ...wheel(BARE), 'other.py': 'x = 1\n' })).toEqual([]);
  expect(await lone(wheel(BARE, 'def go(a):\n  return a + 1\n'))).toEqual([]);
  expect(await lone({ 'demo_pkg.py': ACTS })).toEqual([]);
});

it('counts no setup.py, and takes the metadata of a source distribution', async () => {
  const files = { 'demo-1.0/setup.py': 'x = 1\n', 'demo-1.0/demo.py': ACTS, 'demo-1.0/PKG-INFO': BARE };
  expect(await lone(files)).toHaveLength(1);
});
