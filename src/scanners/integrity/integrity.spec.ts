import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aDistribution, aScanContext, METADATA } from '../../../test/contract/distribution-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import type { Subject } from '../contract.ts';
import { integrityScanner } from './index.ts';

const honest = aDistribution({ sidecar: METADATA });
const otherHash = aDistribution({ sha256: `sha256:${'b'.repeat(64)}` });
const otherSize = aDistribution({ size: 7 });
const otherSidecar = aDistribution({ sidecar: `${METADATA}Requires-Dist: evil\n` });
const unread = aDistribution({ sidecar: METADATA, examination: { status: 'failed', reason: 'it hung' } });

async function codes(subject: Subject<'distribution'>): Promise<readonly unknown[]> {
  const outcome = await integrityScanner.scan(subject, aScanContext);
  return outcome.status === 'completed' ? outcome.findings.map(({ data }) => data.code) : [outcome.status];
}

itKeepsTheScannerContract(integrityScanner, {
  context: aScanContext,
  judged: [
    { title: 'an honest file', subject: honest },
    { title: 'a file with another hash', subject: otherHash },
    { title: 'a file with another sidecar', subject: otherSidecar },
  ],
  unjudged: [{ title: 'a sidecar without the metadata to compare it with', subject: unread }],
});

describe('integrity scanner', () => {
  it('compares hash and size with the index', async () => {
    expect(await codes(honest)).toEqual([]);
    expect(await codes(otherHash)).toEqual(['index-sha256']);
    expect(await codes(otherSize)).toEqual(['index-size']);
  });

  it('says where the index gives nothing to compare with', async () => {
    const silent = { ...honest, distribution: { ...honest.distribution, sha256: undefined, size: undefined } };
    expect(await codes(silent)).toEqual(['no-index-hash']);
  });

  it('compares the metadata that is served with the metadata inside', async () => {
    expect(await codes(otherSidecar)).toEqual(['sidecar-differs']);
    const digest: `sha256:${string}` = `sha256:${createHash('sha256').update(METADATA).digest('hex')}`;
    const stated = (sha256: `sha256:${string}`): Subject<'distribution'> => ({
      ...honest,
      distribution: { ...honest.distribution, metadata: { url: 'https://upstream.example/m', sha256 } },
    });
    expect(await codes(stated(digest))).toEqual([]);
    expect(await codes(stated(`sha256:${'c'.repeat(64)}`))).toEqual(['sidecar-sha256']);
    expect(await codes(unread)).toEqual(['failed']);
  });

  it('compares the Python that the index asks for with the one that the file asks for', async () => {
    const inside = (requires: string) => `${METADATA.trimEnd()}\n${requires}\n\nText.\nRequires-Python: >=9\n`;
    const result = { problems: [], entries: 4, unpackedBytes: 5678, buildRequires: null };
    const both = (requires: string, listed: string | undefined, filename = 'demo_pkg-1.0-py3-none-any.whl') => {
      const subject = aDistribution({
        examination: { status: 'done', result: { ...result, metadata: inside(requires) } },
      });
      return codes({ ...subject, distribution: { ...subject.distribution, filename, requiresRuntime: listed } });
    };
    for (const [same, listed] of [
      ['Requires-Python: >=3.8', '>=3.8'],
      ['Requires-Python: >=3.8, <4', '<4.0,>=3.8.0'],
      ['Requires-Python: not a range', 'not  a range'],
      // A page that says nothing is no contradiction: plain ones never do.
      ['Requires-Python: >=3.8', undefined],
      ['Summary: x', undefined],
    ] as const)
      expect(await both(same, listed)).toEqual([]);
    for (const [other, listed] of [
      ['Requires-Python: >=3.8', '>=3.9'],
      ['Requires-Python: >=3.8', '>=3.8,<4'],
      ['Requires-Python: ~=3.8.0', '~=3.8'],
      ['Requires-Python: ==3.8.*', '==3.8'],
      ['Requires-Python: not a range', '>=3.8'],
      ['Requires-Python: >=3.8\nRequires-Python: >=3.9', '>=3.8'],
      ['Summary: x', '>=3.8'],
    ] as const)
      expect([other, await both(other, listed)]).toEqual([other, ['runtime-differs']]);
    const subject = aDistribution({
      examination: { status: 'done', result: { ...result, metadata: inside('Requires-Python: >=3.8') } },
    });
    const listed = { ...subject.distribution, requiresRuntime: '>=3.9' };
    expect(await integrityScanner.scan({ ...subject, distribution: listed }, aScanContext)).toMatchObject({
      findings: [
        {
          kind: 'archive',
          severity: 'info',
          summary: 'The index asks for Python >=3.9, the metadata inside for >=3.8',
        },
      ],
    });
    // Source distributions of an older form have no such field.
    expect(await both('Summary: x', '>=3.8', 'demo-pkg-1.0.tar.gz')).toEqual([]);
    expect(await both('Requires-Python: >=3.9', '>=3.8', 'demo-pkg-1.0.tar.gz')).toEqual(['runtime-differs']);
  });
});
