import { describe, expect, it } from 'vitest';
import { aDistribution } from '../../../test/contract/distribution-samples.ts';
import { withoutFeeds } from '../../../test/contract/package-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import { systemRequirementsScanner } from './index.ts';

const { examination } = aDistribution().file;
function holding(metadata: string | null) {
  if (examination.status !== 'done') throw new Error('the sample could not be examined');
  return aDistribution({ examination: { status: 'done', result: { ...examination.result, metadata } } });
}
const HEAD = 'Package: demo\nVersion: 1.0\n';

async function findings(fields: string) {
  const outcome = await systemRequirementsScanner.scan(holding(`${HEAD}${fields}`), withoutFeeds);
  if (outcome.status !== 'completed') throw new Error(outcome.reason);
  return outcome.findings.map(({ severity, data }) => `${severity} ${String(data.code)}: ${String(data.words)}`);
}

itKeepsTheScannerContract(systemRequirementsScanner, {
  context: withoutFeeds,
  judged: [
    { title: 'a package that needs nothing', subject: holding(HEAD) },
    { title: 'long words', subject: holding(`${HEAD}SystemRequirements: ${'x, '.repeat(200_000)}\n`) },
    { title: 'direction characters', subject: holding(`${HEAD}SystemRequirements: a\u202eb\n`) },
  ],
  unjudged: [
    {
      title: 'a file that could not be examined',
      subject: aDistribution({ examination: { status: 'failed', reason: 'it ran out of memory' } }),
    },
    { title: 'a file without metadata', subject: holding(null) },
  ],
});

describe('system requirements', () => {
  it('are repeated in the words of the package', async () => {
    expect(
      await findings('SystemRequirements: GNU make, libcurl: libcurl-devel (rpm) or\n  libcurl4-openssl-dev (deb)\n'),
    ).toEqual(['low stated: GNU make, libcurl: libcurl-devel (rpm) or libcurl4-openssl-dev (deb)']);
    expect(await findings('')).toEqual([]);
  });

  it('are compilers, where source code is to be compiled and was not yet', async () => {
    expect(await findings('NeedsCompilation: yes\n')).toEqual(['info compiles: yes']);
    expect(await findings('NeedsCompilation: no\n')).toEqual([]);
    expect(await findings('NeedsCompilation: yes\nBuilt: R 4.4.1; x; y; windows\n')).toEqual([]);
  });

  it('are a kind of system, where a package is for one alone', async () => {
    expect(await findings('OS_type: windows\n')).toEqual(['low one-system: windows']);
    expect(await findings('OS_type: unix\n')).toEqual(['info one-system: unix']);
  });
});
