import { describe, expect, it } from 'vitest';
import { parseIndexPage } from './simple-index.ts';

const SHA = 'a'.repeat(64);
const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const url = 'https://upstream.example/simple/made-here/';

function parse(body: unknown, contentType = JSON_TYPE) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return parseIndexPage({ body: new TextEncoder().encode(text), contentType, url }, (name) => name === 'made-here');
}

function page(files: readonly unknown[], more: Record<string, unknown> = {}) {
  return { meta: { 'api-version': '1.4' }, name: 'made-here', files, ...more };
}

describe('the JSON index', () => {
  it('reads every field that matters', () => {
    const file = {
      filename: 'made_here-1.0-py3-none-any.whl',
      url: '../../files/made_here-1.0-py3-none-any.whl#x',
      hashes: { sha256: SHA.toUpperCase() },
      size: 12,
      'upload-time': '2024-01-01T02:00:00+02:00',
      'requires-python': '>=3.8',
      yanked: true,
      'core-metadata': { sha256: SHA },
      provenance: 'https://upstream.example/provenance',
    };
    const status = { status: 'archived', reason: 'finished' };
    expect(parse(page([file], { 'project-status': status }), `${JSON_TYPE}; charset=utf-8`)).toEqual({
      status: 'read',
      page: {
        files: [
          {
            filename: file.filename,
            url: 'https://upstream.example/files/made_here-1.0-py3-none-any.whl',
            sha256: `sha256:${SHA}`,
            size: 12,
            uploadedAt: '2024-01-01T00:00:00.000Z',
            requiresRuntime: '>=3.8',
            yanked: '',
            metadata: {
              url: 'https://upstream.example/files/made_here-1.0-py3-none-any.whl.metadata',
              sha256: `sha256:${SHA}`,
            },
            provenanceUrl: 'https://upstream.example/provenance',
          },
        ],
        status,
        warnings: [],
      },
    });
  });

  it.each([
    ['a size that is none', { size: -1 }],
    ['a hash that is none', { hashes: { sha256: 'xyz' } }],
    ['no hashes', { hashes: undefined }],
    ['a name with a path', { filename: '../../etc/passwd' }],
    ['a link to a file of ours', { url: 'file:///etc/passwd' }],
    ['a metadata hash that is none', { 'core-metadata': { sha256: '1' } }],
  ])('leaves out a file with %s and says so', (_what, wrong) => {
    const answer = parse(page([{ filename: 'a-1.whl', url: 'a-1.whl', hashes: {}, ...wrong }]));
    if (answer.status !== 'read') throw new Error(answer.reason);
    expect(answer.page.files).toEqual([]);
    expect(answer.page.warnings).toHaveLength(1);
  });

  it('takes an upload time that is none as no time', () => {
    const answer = parse(page([{ filename: 'a-1.whl', url: 'a-1.whl', hashes: {}, 'upload-time': 'yesterday' }]));
    expect(answer.status === 'read' && answer.page.files[0]?.uploadedAt).toBeUndefined();
    expect(answer.status === 'read' && answer.page.files).toHaveLength(1);
  });

  it.each([
    ['junk', '{"meta":', /no simple index/],
    ['another project', { meta: { 'api-version': '1.0' }, name: 'other', files: [] }, /another project/],
    ['a later major version', { meta: { 'api-version': '2.0' }, files: [] }, /has version 2.0/],
  ])('does not believe %s', (_what, body, words) => {
    const answer = parse(body);
    expect(answer.status === 'unreadable' && answer.reason).toMatch(words);
  });

  it('does not read a page of another content type', () => {
    const answer = parse(page([]), 'application/octet-stream');
    expect(answer.status === 'unreadable' && answer.reason).toContain('application/octet-stream');
  });
});

describe('the HTML index', () => {
  const html = (text: string) => parse(text, 'text/html; charset=utf-8');
  const filesOf = (text: string) => {
    const answer = html(text);
    if (answer.status !== 'read') throw new Error(answer.reason);
    return answer.page.files;
  };

  it('reads links with their attributes, however they are written', () => {
    const [file, second] = filesOf(`<!DOCTYPE html><html><head>
      <meta name="pypi:repository-version" content="1.0"><base href="https://files.upstream.example/x/"></head>
      <!-- <a href="hidden-1.0-py3-none-any.whl">no</a> -->
      <A HREF='made_here-1.0+local-py3-none-any.whl#sha256=${SHA}' data-requires-python="&gt;=3.8&#44;&lt;4" data-yanked
         data-core-metadata=sha256=${SHA} data-upload-time="2024-01-01T00:00:00.5Z">text</a><a href=made_here-2.0.tar.gz>x`);
    expect(file).toMatchObject({
      filename: 'made_here-1.0+local-py3-none-any.whl',
      url: 'https://files.upstream.example/x/made_here-1.0+local-py3-none-any.whl',
      sha256: `sha256:${SHA}`,
      requiresRuntime: '>=3.8,<4',
      yanked: '',
      uploadedAt: '2024-01-01T00:00:00.5Z',
      metadata: { sha256: `sha256:${SHA}` },
    });
    expect(second).toMatchObject({ filename: 'made_here-2.0.tar.gz', sha256: undefined, yanked: false });
  });

  it('drops credentials and links that lead nowhere', () => {
    expect(
      filesOf(
        '<a href="https://a:b@files.upstream.example/x-1.tar.gz"></a><a href="javascript:x"></a><a href="../">up</a>',
      ),
    ).toEqual([expect.objectContaining({ url: 'https://files.upstream.example/x-1.tar.gz' })]);
  });

  it('reads hostile pages in time that grows with their length', () => {
    for (const text of [
      '<a '.repeat(300_000),
      '<a x="'.repeat(200_000),
      '<!--'.repeat(200_000),
      `<a ${' '.repeat(500_000)}`,
    ])
      expect(filesOf(text)).toEqual([]);
  });
});
