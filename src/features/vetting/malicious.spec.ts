import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { type MadeDistribution, makeWheel } from '../../../test/harness/wheels.ts';
import type { MaliciousLookUp, RuleSources } from '../../domain/malicious.ts';
import { pypi } from '../../ecosystems/pypi/index.ts';
import type { ConfinedTask } from '../../platform/sandbox/port.ts';
import type { FeedState } from '../../scanners/contract.ts';
import { createVetting } from './index.ts';
import { createMalicious } from './malicious.ts';
import { findWorsened } from './reexamine.ts';

const IMPORTED_AT = '2026-01-01T00:00:00Z';
const PAYLOAD = 'MARK = "harmless-look-alike-7f3a"\n';
const sha256Of = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}` as const;

/** Tasks of the sandbox that unpack a whole distribution. */
const MEMBER_TASKS = new Set(['inspect-content', 'match-rules', 'digest-members', 'examine-archive', 'print-code']);

let bench: VettingBench;
beforeAll(async () => {
  bench = await openVettingBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.world.maliciousList = { status: 'not-configured' };
  bench.world.yaraRules = { status: 'not-configured' };
});

function list(entries: Partial<MaliciousLookUp>): FeedState<MaliciousLookUp> {
  const nothing = { namesFiles: false, packages: async () => [], files: async () => [] };
  return { status: 'ready', data: { ...nothing, ...entries }, importedAt: IMPORTED_AT };
}

function rules(text: string): FeedState<RuleSources> {
  const sources = [{ name: 'ours.yar', text }];
  return { status: 'ready', data: { digest: sha256Of(text), sources }, importedAt: IMPORTED_AT };
}
const rule = (marker: string) => `rule Marker { strings: $m = "${marker}" condition: $m }`;

async function offer(name: string): Promise<MadeDistribution> {
  const wheel = await makeWheel({
    name,
    version: '1.0',
    files: { [`${name}/__init__.py`]: PAYLOAD, [`${name}/b.py`]: 'x = 1\n' },
  });
  bench.upstream.add(wheel, { uploadedAt: '2025-06-01T00:00:00Z' });
  return wheel;
}

async function vet(name: string) {
  const outcome = await bench.vetting.vet({ channel: 'tier3', ecosystem: 'pypi', name, extras: [], version: '1.0' });
  if (outcome.status !== 'vetted') throw new Error(JSON.stringify(outcome));
  const of = (scanner: string) => outcome.set.releases[0]?.evidence.find((one) => one.scanner === scanner);
  return { outcome, listed: of('known-malicious'), matched: of('yara') };
}

describe('lists and rules in a vetting', () => {
  it('say that they are not there, and are never clean', async () => {
    await offer('calm');
    const { listed, matched } = await vet('calm');
    expect([listed?.status, matched?.status]).toEqual(['not-applicable', 'not-applicable']);
    expect(matched?.reason).toBe('no YARA rules imported');
  });

  it('find a file inside a wheel by its digest, the wheel by its own, and the package by name', async () => {
    const wheel = await offer('drop');
    const inside = sha256Of(PAYLOAD);
    bench.world.maliciousList = list({
      namesFiles: true,
      packages: async (_, name) =>
        name === 'drop'
          ? [
              { version: 'v1.0.0', note: 'taken over' },
              { version: '2.0', note: '' },
            ]
          : [],
      files: async (digests) =>
        digests.filter((one) => one === inside || one === wheel.sha256).map((sha256) => ({ sha256, note: 'seen' })),
    });
    const { listed } = await vet('drop');
    expect(listed?.findings.map(({ data, location }) => [data.code, location])).toEqual([
      ['listed-version', undefined],
      ['listed-distribution', undefined],
      ['listed-file', 'drop/__init__.py'],
    ]);
  });

  it('match rules in the sandbox; the same bytes and rules are not matched again, other rules are', async () => {
    await offer('tide');
    bench.world.yaraRules = rules(rule('harmless-look-alike-7f3a'));
    const first = await vet('tide');
    expect(first.matched).toMatchObject({
      status: 'completed',
      findings: [{ kind: 'malicious', location: 'tide/__init__.py', data: { rule: 'Marker', origin: 'ours.yar' } }],
    });
    const tasks: string[] = [];
    const watched = {
      ...bench.deps.sandbox,
      run: (task: ConfinedTask) => {
        tasks.push(task.task);
        return bench.deps.sandbox.run(task);
      },
    };
    const ask = (state: FeedState<RuleSources>) =>
      createMalicious(
        { ...bench.deps, sandbox: watched, yaraRules: async () => state },
        'pypi',
        pypi.versions,
      ).ruleMatches(askedOf(first.outcome));
    expect(await ask(bench.world.yaraRules)).toMatchObject({ status: 'looked', files: 5 });
    expect(tasks).toEqual([]);
    expect(await ask(rules(rule('something else')))).toMatchObject({ status: 'looked', found: [] });
    expect(tasks).toEqual(['match-rules']);
    expect(await ask(rules('rule broken {'))).toMatchObject({ status: 'failed' });
  });

  it('are asked about in the one unpacking of a file, and where that fails each alone, with the same answers', async () => {
    const about = list({
      namesFiles: true,
      files: async (digests) =>
        digests.filter((one) => one === sha256Of(PAYLOAD)).map((sha256) => ({ sha256, note: 'seen' })),
    });
    const vetted = async (name: string, isAloneOnly: boolean) => {
      await offer(name);
      const tasks: string[] = [];
      const sandbox = {
        ...bench.deps.sandbox,
        run: async (task: ConfinedTask) => {
          const along = z.object({ rules: z.unknown() }).safeParse(task.input);
          if (isAloneOnly && task.task === 'inspect-content' && along.success && along.data.rules !== undefined)
            return { status: 'failed', reason: 'it crashed' } as const;
          if (MEMBER_TASKS.has(task.task)) tasks.push(task.task);
          return bench.deps.sandbox.run(task);
        },
      };
      const [maliciousList, yaraRules] = [async () => about, async () => rules(rule('harmless-look-alike-7f3a'))];
      const vetting = createVetting({ ...bench.deps, sandbox, maliciousList, yaraRules });
      const outcome = await vetting.vet({ channel: 'tier3', ecosystem: 'pypi', name, extras: [], version: '1.0' });
      if (outcome.status !== 'vetted') throw new Error(JSON.stringify(outcome));
      const [release] = outcome.set.releases;
      const evidence = release?.evidence.filter(({ status }) => status === 'completed') ?? [];
      const said = evidence.map(({ scanner, findings }) => [
        scanner,
        findings.map(({ data, location }) => ({ data, location })),
      ]);
      return { tasks, said: JSON.stringify(said).replaceAll(name, 'it') };
    };
    const together = await vetted('brook', false);
    const alone = await vetted('creek', true);
    expect(together.tasks).toEqual(['inspect-content']);
    expect(alone.tasks.toSorted()).toEqual(['digest-members', 'inspect-content', 'match-rules']);
    expect(together.said).toContain('"location":"it/__init__.py"');
    expect(together.said).toBe(alone.said);
  });

  it('turn on what was cleared before them', async () => {
    await offer('wave');
    const { outcome } = await vet('wave');
    const { digest } = await bench.deps.blobs.put(new TextEncoder().encode(JSON.stringify(outcome.set)));
    const judged: string[] = [];
    const deps = {
      ...bench.deps,
      policy: async () => ({
        ...(await bench.deps.policy()),
        judge: async (
          releases: readonly {
            readonly evidence: readonly { readonly findings: readonly { kind: string; summary: string }[] }[];
          }[],
        ) =>
          releases.map(({ evidence }) => {
            const reasons = evidence.flatMap(({ findings }) => findings.filter(({ kind }) => kind === 'malicious'));
            judged.push(...reasons.map(({ summary }) => summary));
            const worst = reasons.length > 0 ? ('refuse' as const) : ('admit' as const);
            return {
              outcome: worst,
              reasons: reasons.map(({ summary }) => ({
                rule: 'malware',
                outcome: worst,
                text: summary,
                needs: 'exception' as const,
              })),
            };
          }),
      }),
    };
    expect(await findWorsened(deps, [{ channel: 'tier3', evidence: digest }])).toEqual([]);
    bench.world.yaraRules = rules(rule('harmless-look-alike'));
    expect(await findWorsened(deps, [{ channel: 'tier3', evidence: digest }])).toMatchObject([
      { name: 'wave', version: '1.0' },
    ]);
    expect(judged).toEqual(['a file matches the YARA rule Marker of ours.yar']);
  });
});

function askedOf(outcome: Awaited<ReturnType<typeof vet>>['outcome']) {
  const [release] = outcome.set.releases;
  const [file] = release?.files ?? [];
  if (release === undefined || file === undefined) throw new Error('no file');
  return {
    name: release.name,
    version: release.version,
    filename: file.filename,
    sha256: file.sha256,
    size: file.size,
  };
}
