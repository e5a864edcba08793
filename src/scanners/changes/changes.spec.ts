import { describe, expect, it } from 'vitest';
import { aScanContext } from '../../../test/contract/distribution-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import { finding } from '../../../test/harness/evidence-sample.ts';
import type { Finding, ScanOutcome } from '../../domain/evidence.ts';
import type { ReleaseInside, Subject } from '../contract.ts';
import { changesScanner } from './index.ts';

interface Inside {
  readonly can?: readonly string[];
  readonly signs?: readonly string[];
  readonly opaque?: number;
  readonly hidden?: readonly string[];
  readonly places?: number;
  readonly size?: number;
  readonly outcome?: ScanOutcome;
}

function inside({
  can = [],
  signs = [],
  opaque = 0,
  hidden = [],
  places = hidden.length,
  size = 1000,
  outcome,
}: Inside): ReleaseInside {
  const completed = (findings: readonly Finding[]): readonly ScanOutcome[] => [{ status: 'completed', findings }];
  const abilities = can.map((capability) =>
    finding({ kind: 'capability', summary: `can use ${capability}`, location: 'a.py:1', data: { capability } }),
  );
  const total = finding({ kind: 'opaque-data', summary: 'bytes', data: { code: 'total', bytes: opaque, places } });
  const named = hidden.map((code) =>
    finding({ kind: 'opaque-data', severity: 'low', summary: code, location: 'pkg/logo.png', data: { code } }),
  );
  return {
    files: [{ filename: 'mast-1.4-py3-none-any.whl', sha256: `sha256:${'a'.repeat(64)}`, size }],
    content: new Map([
      ['capabilities', outcome === undefined ? completed(abilities) : [outcome]],
      [
        'install-code',
        completed(
          signs.map((sign) => finding({ kind: 'install-code', severity: 'high', summary: sign, data: { sign } })),
        ),
      ],
      ['opaque-data', completed([total, ...named])],
    ]),
  };
}

function change(now: Inside, before: Inside | undefined): Subject<'change'> {
  return {
    kind: 'change',
    ...{ purl: 'pkg:pypi/mast@1.4', name: 'mast', version: '1.4', isCleared: false, now: inside(now) },
    before: before === undefined ? undefined : { version: '1.3', ...inside(before) },
  };
}

async function found(now: Inside, before: Inside | undefined): Promise<readonly Finding[]> {
  const outcome = await changesScanner.scan(change(now, before), aScanContext);
  if (outcome.status !== 'completed') throw new Error(outcome.reason);
  return outcome.findings;
}

const FAILED: ScanOutcome = { status: 'failed', reason: 'the child was killed', retryable: true };

itKeepsTheScannerContract(changesScanner, {
  context: aScanContext,
  judged: [
    { title: 'a release that gained something', subject: change({ can: ['network'] }, {}) },
    { title: 'a release that is new here', subject: change({ can: ['network'] }, undefined) },
  ],
  unjudged: [
    { title: 'a release that could not be looked into', subject: change({ outcome: FAILED }, {}) },
    { title: 'a release whose predecessor could not be looked into', subject: change({}, { outcome: FAILED }) },
  ],
});

describe('changes', () => {
  it('are told as abilities gained, with their place, and lost', async () => {
    const findings = await found({ can: ['network', 'threads'] }, { can: ['threads', 'clipboard'] });
    expect(findings).toMatchObject([
      { severity: 'info', data: { code: 'compared', since: '1.3', gained: ['network'], lost: ['clipboard'] } },
      { severity: 'medium', location: 'a.py:1', data: { code: 'gained', gained: 'network', since: '1.3' } },
    ]);
  });

  it('are none where both can do the same', async () => {
    const findings = await found({ can: ['network'], signs: ['x'] }, { can: ['network'], signs: ['x'] });
    expect(findings.map(({ data }) => data.code)).toEqual(['compared']);
    expect(findings[0]?.summary).toBe('Since 1.3: gained nothing, lost nothing');
  });

  it('are told of code that runs by itself, of unreadable data, and of size', async () => {
    const findings = await found({ signs: ['pth-file'], opaque: 60_000, size: 9000 }, { size: 1000 });
    expect(findings.map(({ kind, severity, data }) => [kind, severity, data.code])).toEqual([
      ['capability', 'info', 'compared'],
      ['install-code', 'high', 'new-sign'],
      ['opaque-data', 'low', 'grown'],
      ['capability', 'info', 'size'],
    ]);
  });

  it('are told of a new kind of unreadable data, however little, and of no kind that was there', async () => {
    const findings = await found({ hidden: ['pickle', 'trailing-data', 'trailing-data'] }, { hidden: ['pickle'] });
    expect(findings.slice(1)).toMatchObject([
      {
        kind: 'opaque-data',
        severity: 'low',
        location: 'pkg/logo.png',
        data: { code: 'new-kind', opaque: 'trailing-data' },
      },
    ]);
  });

  it('claim no new kind where the release before had more places than are named', async () => {
    const findings = await found({ hidden: ['trailing-data'] }, { hidden: ['pickle'], places: 51 });
    expect(findings).toHaveLength(1);
  });

  it('are not claimed against a release that nothing is known of', async () => {
    expect(await changesScanner.scan(change({ can: ['network'] }, { outcome: FAILED }), aScanContext)).toEqual({
      status: 'failed',
      reason: 'the abilities of mast 1.3 could not be read: the child was killed',
      retryable: true,
    });
    const [first] = await found({ can: ['network'] }, undefined);
    expect(first?.data).toMatchObject({ since: null, gained: [] });
  });
});
