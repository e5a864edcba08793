import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { itKeepsTheEcosystemContract } from '../../../test/contract/ecosystem.ts';
import type { IndexDocument, IndexInput } from '../contract.ts';
import { pypi } from './index.ts';

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const page = z.object({ files: z.array(z.object({ url: z.string() })) });

const file = (filename: string, digit: string) => ({
  filename,
  sha256: `sha256:${digit.repeat(64)}` as const,
  size: 1000,
  uploadedAt: '2025-01-01T00:00:00.5Z',
  requiresRuntime: '>=3.10,<4',
  yanked: false as const,
  metadataSha256: `sha256:${'e'.repeat(64)}` as const,
});

const PACKAGES: readonly IndexInput[] = [
  {
    name: 'foo-bar',
    channel: 'tier3',
    offered: [
      { version: '1.0', files: [file('foo_bar-1.0-py3-none-any.whl', 'a'), file('foo_bar-1.0.tar.gz', 'b')] },
      { version: '1!2.0+local.1', files: [file('foo_bar-1!2.0+local.1-cp312-cp312-manylinux_2_28_x86_64.whl', 'c')] },
    ],
    refused: [
      { version: '3.0', state: 'rejected', id: 'R-142', files: [file('foo_bar-3.0-py3-none-any.whl', 'd')] },
      { version: '4.0rc1', state: 'not-requested', id: '', files: [] },
    ],
  },
  {
    name: 'nothing',
    channel: 'tier3',
    offered: [],
    refused: [
      { version: '1.0', state: 'denied', id: 'D-1', files: [file('nothing-1.0.zip', 'a')] },
      { version: '2.0', state: 'unknown', id: '', files: [file('nothing-2.0-py2.py3-none-any.whl', 'b')] },
    ],
  },
  { name: 'bare', channel: 'tier3', offered: [], refused: [] },
];

function linksOf({ key, contentType, body }: IndexDocument): readonly string[] {
  const text = new TextDecoder().decode(body);
  const urls =
    contentType === JSON_TYPE
      ? page.parse(JSON.parse(text)).files.map(({ url }) => url)
      : [...text.matchAll(/href="([^"]*)"/g)].map(([, url = '']) => url);
  return urls.map((url) => new URL(url, `http://127.0.0.1/base/${key}`).pathname.slice('/base/'.length));
}

itKeepsTheEcosystemContract(pypi, {
  names: ['requests', 'Foo.Bar_baz', 'zope.interface', 'ruamel.yaml', 'Pillow', 'a', '3to2', 'a--b..c'],
  notNames: ['', '-a', 'a-', 'a b', 'ä', 'a/b', '../a', `${'a'.repeat(10_000)}-`],
  versions: ['1.0.dev1', '1.0a1', '1.0rc1', '1.0', '1.0+local.1', '1.0.post1', '1.1', '1.10', '1!0.1'],
  packages: PACKAGES,
  accepts: [
    undefined,
    '*/*',
    'text/html',
    `${JSON_TYPE}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01`,
    `${JSON_TYPE}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01`,
  ],
  links: linksOf,
});

describe('the simple API', () => {
  const route = pypi.protocol.route;

  it('answers with the real type where the latest is asked for, and with none that a client does not take', () => {
    const type = (accept: string, query?: string) => {
      const intent = route('simple/a/', accept, query);
      return intent.kind === 'index' ? intent.contentType : intent.kind;
    };
    expect(type('application/vnd.pypi.simple.latest+json')).toBe(JSON_TYPE);
    expect(type('image/png')).toBe('not-acceptable');
    expect(type(`${JSON_TYPE};q=0`)).toBe('not-acceptable');
    expect(type('text/html', `format=${encodeURIComponent(JSON_TYPE)}`)).toBe(JSON_TYPE);
    expect(type(`text/html;q=0.1, ${JSON_TYPE};q=0.9`)).toBe(JSON_TYPE);
  });

  it('redirects to the one address of a package', () => {
    expect(route('simple/Foo.Bar_baz/', undefined)).toEqual({ kind: 'redirect', to: 'simple/foo-bar-baz/' });
    expect(route('simple/foo', undefined)).toEqual({ kind: 'redirect', to: 'simple/foo/' });
    expect(route('simple', undefined)).toEqual({ kind: 'redirect', to: 'simple/' });
  });

  it('takes no path for a file but the one shape', () => {
    const hex = 'a'.repeat(60);
    expect(route(`packages/aa/aa/${hex}/a-1.0-py3-none-any.whl`, undefined).kind).toBe('file');
    expect(route(`packages/aa/aa/${hex}/a-1.0-py3-none-any.whl.metadata`, undefined).kind).toBe('metadata');
    for (const path of [
      `packages/aa/aa/${hex}b/a-1.0-py3-none-any.whl`,
      `packages/aaa/a/${hex}/a-1.0-py3-none-any.whl`,
      `packages/AA/aa/${hex}/a-1.0-py3-none-any.whl`,
      `packages/aa/aa/${hex}/a`,
      `packages/aa/aa/${hex}/x/a-1.0-py3-none-any.whl`,
    ])
      expect(route(path, undefined).kind, path).toBe('unsupported');
  });

  it('writes upload times as PEP 700 has them, and nothing of a name unescaped', () => {
    const [json, html] = pypi.protocol.compilePackage({
      name: 'x',
      channel: 'tier3',
      offered: [],
      refused: [
        {
          version: '1.0',
          state: 'not-requested',
          id: '"><script>',
          files: [file('x-1.0-py3-none-any.whl', 'a'), file('x-1.0"><script>-py3-none-any.whl', 'b')],
        },
      ],
    });
    expect(new TextDecoder().decode(json?.body)).toContain('"upload-time":"2025-01-01T00:00:00.500000Z"');
    expect(new TextDecoder().decode(html?.body)).not.toContain('<script>');
  });

  it.each([
    ['not-requested', '', 'odd-name'],
    ['not-requested', 'R-12', 'odd-name'],
    ['denied', 'D-1', 'x'],
    ['quarantined', 'Q-3', 'x'],
  ] as const)('says of a refused range why, in words that are a local version (PEP 440): %s %s', (state, id, name) => {
    const { offered = [] } = PACKAGES[0] ?? {};
    const refused = [{ version: '99.0', state, id, files: [file(`${name}-99.0-py3-none-any.whl`, 'd')] }];
    const [json] = pypi.protocol.compilePackage({ name, channel: 'tier3', offered, refused });
    const { files } = z
      .object({ files: z.array(z.object({ 'requires-python': z.string().optional() })) })
      .parse(JSON.parse(new TextDecoder().decode(json?.body)));
    const told = files.map((one) => one['requires-python']).filter((one) => one?.startsWith('==0+') === true);
    // A client that cannot read a `Requires-Python` takes the file to fit, and prints nothing of it.
    expect(told).toEqual([expect.stringMatching(/^==0\+[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*$/)]);
    expect(told[0]).toContain(name);
  });

  it('passes on what upstream says of the project (PEP 792), but no word that forbids the files beside it', () => {
    const status = (word: string, input: Partial<IndexInput>) => {
      const [json] = pypi.protocol.compilePackage({
        name: 'x',
        channel: 'tier3',
        offered: [],
        refused: [],
        ...input,
        status: { status: word, reason: 'see y' },
      });
      return z
        .object({ 'project-status': z.unknown().optional() })
        .parse(JSON.parse(new TextDecoder().decode(json?.body)))['project-status'];
    };
    const { offered = [] } = PACKAGES[0] ?? {};
    expect(status('deprecated', { offered })).toEqual({ status: 'deprecated', reason: 'see y' });
    expect(status('quarantined', { offered })).toBeUndefined();
    expect(status('quarantined', {})).toEqual({ status: 'quarantined', reason: 'see y' });
    expect(status('active', {})).toBeUndefined();
  });
});
