import { describe, expect, it } from 'vitest';
import { withoutFeeds } from '../../../test/contract/package-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import { aTrial, UNTRIED } from '../../../test/contract/trial-samples.ts';
import type { Finding } from '../../domain/evidence.ts';
import type { TrialReport } from '../../domain/trial.ts';
import { installProofScanner } from './index.ts';

itKeepsTheScannerContract(installProofScanner, {
  context: withoutFeeds,
  judged: [{ title: 'a release that installs', subject: aTrial() }],
  unjudged: [
    { title: 'a machine without isolation', subject: UNTRIED },
    {
      title: 'an installation that pip refuses',
      subject: aTrial({ install: { status: 'refused', last: 'ERROR: no' } }),
    },
  ],
});

async function findings(change: Partial<TrialReport>): Promise<readonly Finding[]> {
  const outcome = await installProofScanner.scan(aTrial(change), withoutFeeds);
  return outcome.status === 'completed' ? outcome.findings : expect.fail(outcome.reason);
}

const codes = async (change: Partial<TrialReport>) => (await findings(change)).map(({ data }) => data.code);

describe('install proof', () => {
  it('is one line of information where everything went well, with versions compared as versions', async () => {
    expect(await findings({})).toMatchObject([
      {
        kind: 'installation',
        severity: 'info',
        data: {
          code: 'installed',
          target: 'cp312-manylinux_2_28_x86_64',
          wallMs: 2100,
          releases: ['needed 2.0.0', 'demo-pkg 1.0'],
        },
      },
    ]);
  });

  it('says that it imported and tested only where that began', async () => {
    const reason = 'its tests need pytest';
    const limit = { status: 'ended-at-limit', limit: 'time', last: '' } as const;
    for (const [change, words] of [
      [{}, 'MiB with its import and tests'],
      [{ tests: limit }, 'MiB with its import and tests'],
      [{ tests: { status: 'not-runnable', reason } }, 'MiB with its import; no tests were run'],
      [{ tests: { status: 'none', reason } }, 'MiB with its import; no tests were run'],
      [{ imports: limit, tests: { status: 'not-reached' } }, 'MiB with its import; no tests were run'],
      [{ imports: { status: 'not-reached' }, tests: { status: 'not-reached' } }, 'MiB; no tests were run'],
    ] as const) {
      const [first] = await findings(change);
      expect(first?.summary).toMatch(new RegExp(` ${words}$`));
    }
  });

  it('names what the client takes that was not resolved, and what it leaves', async () => {
    const resolved = [
      { name: 'demo-pkg', version: '1.0' },
      { name: 'needed', version: '3.0' },
    ];
    expect((await findings({ resolved }))[1]).toMatchObject({
      kind: 'unsatisfied-dependency',
      severity: 'medium',
      summary: expect.stringMatching(/takes needed 2.0.0 and does not take needed 3.0$/),
    });
  });

  it('tells a refused installation, a failing import and a limit apart', async () => {
    expect(
      await codes({ install: { status: 'refused', last: 'ERROR: x' }, imports: { status: 'not-reached' } }),
    ).toEqual(['not-installable']);
    const limit = { status: 'ended-at-limit', limit: 'memory', last: 'import demo_pkg' } as const;
    expect(await codes({ install: limit, imports: { status: 'not-reached' } })).toEqual(['install-at-limit']);
    expect(await codes({ imports: limit })).toEqual(['installed', 'import-at-limit']);
    const [wordless] = await findings({ install: { ...limit, limit: 'other' }, imports: { status: 'not-reached' } });
    expect(wordless?.summary).toBe('installing ended without saying what came of it');
    const error = 'ValueError: \u202eevil\n';
    const modules = [{ name: 'demo_pkg', error }];
    const [, failed] = await findings({ imports: { status: 'imported', modules, warnings: [] } });
    expect(failed).toMatchObject({ location: 'demo_pkg', data: { code: 'import-failed', error } });
    expect(failed?.summary).toContain('\\u{202e}evil');
  });

  it('names each missing library once, from compiled files and from what imports say', async () => {
    const modules = [
      { name: 'demo_pkg', error: 'ImportError: libGL.so.1: cannot open shared object file: No such file' },
    ];
    const missingLibraries = [
      { file: 'demo_pkg/a.so', library: 'libxml2.so.2' },
      { file: 'demo_pkg/b.so', library: 'libxml2.so.2' },
    ];
    const all = await findings({ imports: { status: 'imported', modules, warnings: [] }, missingLibraries });
    expect(all.filter(({ kind }) => kind === 'unsatisfied-dependency')).toMatchObject([
      { location: 'demo_pkg', data: { library: 'libGL.so.1' } },
      { location: 'demo_pkg/a.so', data: { library: 'libxml2.so.2', files: ['demo_pkg/a.so', 'demo_pkg/b.so'] } },
    ]);
  });
});
