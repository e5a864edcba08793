import { describe, expect, it } from 'vitest';
import type { Evidence, Finding } from '../../domain/evidence.ts';
import { Problem } from '../../domain/problem.ts';
import type { Sandbox } from '../../platform/sandbox/port.ts';
import { faultOfEntry } from '../../scanners/licence-texts/entries.ts';
import { evaluatePolicyTask } from './evaluate.ts';
import type { PolicySubject } from './facts.ts';
import { createPolicy, DEFAULT_CASES, DEFAULT_POLICY } from './index.ts';

/** The same task in this process: what crosses the border is JSON here too. */
const sandbox: Sandbox = {
  run: async ({ input }) => {
    try {
      return { status: 'done', output: evaluatePolicyTask(JSON.parse(JSON.stringify(input))) };
    } catch (error) {
      return { status: 'failed', reason: String(error) };
    }
  },
  isolation: async () => ({ isolated: false, detail: 'in the same process' }),
  close: async () => {},
};
const dead: Sandbox = { ...sandbox, run: async () => ({ status: 'failed', reason: 'timed out' }) };
const policyOf = (text: string, how = sandbox) =>
  createPolicy({
    readText: async () => text,
    readCases: async () => DEFAULT_CASES,
    sandbox: how,
    faultOfLicence: faultOfEntry,
  });

const now = new Date('2026-01-31T00:00:00Z');
const evidence = (scanner: string, findings: readonly Finding[] = [], change: Partial<Evidence> = {}): Evidence => ({
  scanner,
  version: 1,
  status: 'completed',
  reason: null,
  findings,
  collectedAt: '2026-01-30T00:00:00Z',
  freshUntil: null,
  ...change,
});
const LICENSED: Finding = {
  ...{ kind: 'licence', severity: 'info', subject: 'pkg:pypi/wheelhouse@1.0', summary: 'MIT', location: undefined },
  data: { code: 'licence', state: 'known', expression: 'MIT', alternatives: [['MIT']] },
};
const CLEAN = [
  ...[evidence('vulnerabilities'), evidence('archive'), evidence('integrity')],
  evidence('licences', [LICENSED]),
];
const vulnerability = (data: Finding['data']): Finding => ({
  kind: 'vulnerability',
  severity: 'high',
  subject: 'pkg:pypi/wheelhouse@1.0',
  summary: 'A flaw',
  location: undefined,
  data,
});
function subject(all: readonly Evidence[], releasedAt: string | null = '2025-01-01T00:00:00Z'): PolicySubject {
  return {
    now,
    channel: {
      name: 'tre',
      tier: 3,
      mode: 'cleared',
      providers: [],
      windowSeconds: null,
      timezone: 'Europe/London',
      targets: [],
    },
    release: {
      purl: 'pkg:pypi/wheelhouse@1.0',
      ecosystem: 'pypi',
      name: 'wheelhouse',
      version: '1.0',
      role: 'root',
      extras: [],
      requiredBy: [],
      needs: [],
      targets: [],
      releasedAt,
      files: [],
      evidence: all,
    },
  };
}
const judge = async (one: PolicySubject, text = DEFAULT_POLICY) => (await policyOf(text).judge([one]))[0];

describe('policy', () => {
  it('passes its own table of cases', async () => {
    const results = await policyOf(DEFAULT_POLICY).test();
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
    expect(results.length).toBeGreaterThan(10);
  });

  it('says so when a policy no longer does what its cases expect', async () => {
    const results = await policyOf(DEFAULT_POLICY.replaceAll('7.0', '9.0')).test();
    expect(results.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual(['7.0 is refused']);
  });

  it('admits a clean release and fills figures into reasons', async () => {
    expect(await judge(subject(CLEAN))).toEqual({ outcome: 'admit', reasons: [] });
    const flaw = vulnerability({ id: 'PYSEC-1', aliases: [], state: 'scored', cvss: 9.8, vector: '', fixed: ['1.1'] });
    const verdict = await judge(subject([...CLEAN.slice(1), evidence('vulnerabilities', [flaw])]));
    expect(verdict?.outcome).toBe('refuse');
    expect(verdict?.reasons[0]).toEqual({
      rule: 'vulnerability-high',
      outcome: 'refuse',
      needs: 'exception',
      text: 'wheelhouse 1.0 has known vulnerabilities scored 7.0 or higher: PYSEC-1 (CVSS 9.8, fixed in 1.1)',
    });
  });

  it('takes a vulnerability without score as unknown, not as harmless', async () => {
    const flaw = vulnerability({ id: 'PYSEC-1', aliases: [], state: 'unknown', cvss: null, vector: null, fixed: [] });
    const verdict = await judge(subject([...CLEAN.slice(1), evidence('vulnerabilities', [flaw])]));
    expect(verdict?.reasons.map(({ rule }) => rule)).toEqual(['vulnerability-unknown']);
  });

  it.each([
    ['missing', CLEAN.slice(1)],
    ['failed', [...CLEAN.slice(1), evidence('vulnerabilities', [], { status: 'failed', reason: 'no advisories' })]],
    ['not applicable', [...CLEAN.slice(1), evidence('vulnerabilities', [], { status: 'not-applicable', reason: 'x' })]],
    ['stale', [...CLEAN.slice(1), evidence('vulnerabilities', [], { freshUntil: '2026-01-30T23:00:00Z' })]],
  ])('never admits with a required check %s, even where no rule says so', async (_, all) => {
    expect((await judge(subject(all)))?.outcome).toBe('review');
    const silent = 'version: 1\nrules:\n  - {id: none, when: "false", outcome: review, needs: note, reason: never}\n';
    expect((await judge(subject(all), silent))?.outcome).toBe('review');
  });

  it('sends a rule that throws, and a policy that cannot run, to review', async () => {
    const throws =
      'version: 1\nrules:\n  - {id: throws, when: "vulnerabilities[3].scored", outcome: refuse, needs: note, reason: x}\n';
    const verdict = await judge(subject(CLEAN), throws);
    expect(verdict?.outcome).toBe('review');
    expect(verdict?.reasons[0]?.text).toContain('throws could not be evaluated');
    const [hung] = await policyOf(DEFAULT_POLICY, dead).judge([subject(CLEAN)]);
    expect(hung?.reasons[0]?.text).toContain('timed out');
    expect(hung?.outcome).toBe('review');
  });

  it('has rules for npm packages that must work without scripts, once the "#" is taken away', async () => {
    const [before = '', commented = ''] = DEFAULT_POLICY.split('  # - id: install-script');
    const text = `${before}  - id: install-script${commented.replaceAll(/^ {2}# /gm, '  ')}`;
    const policy = policyOf(text);
    const found = (scanner: string, kind: Finding['kind'], data: Finding['data']) => {
      const finding: Finding = { kind, severity: 'low', subject: 'x', summary: `${scanner} says`, location: 'x', data };
      return evidence(scanner, [finding]);
    };
    const script = found('install-code', 'install-code', { sign: 'lifecycle-script' });
    const broken = found('install-proof', 'installation', { code: 'import-failed' });
    const judged = async (more: readonly Evidence[], ecosystem: string) => {
      const one = subject([...CLEAN, ...more]);
      const release = { ...one.release, ecosystem, purl: one.release.purl.replace('pypi', ecosystem) };
      const [verdict] = await policy.judge([{ ...one, release }]);
      return [verdict?.outcome, verdict?.reasons.map(({ rule }) => rule)];
    };
    expect(await judged([script], 'npm')).toEqual(['review', ['install-script']]);
    expect(await judged([script, broken], 'npm')).toEqual(['refuse', ['needs-install-script', 'install-script']]);
    expect(await judged([broken], 'pypi')).toEqual(['admit', []]);
    expect(await judged([], 'npm')).toEqual(['admit', []]);
  });

  it('has rules for what could not be checked of provenance and source, once the "#" is taken away', async () => {
    const [before = '', commented = ''] = DEFAULT_POLICY.split('  # - id: provenance-unchecked');
    const [opted = ''] = commented.split('  # Not in force: for channels');
    const uncommented = opted
      .split('\n')
      .filter((line) => !line.startsWith('  # Not in force'))
      .map((line) => line.replace(/^ {2}# /, '  '));
    const policy = `${before}  - id: provenance-unchecked${uncommented.join('\n')}`;
    const cases = `
- name: what was checked is admitted
  facts: {}
  expect: { outcome: admit, rules: [] }
- name: source that could not be checked goes to review
  facts: { source: { state: could not check, text: no git hosts are allowed } }
  expect: { outcome: review, rules: [source-unchecked] }
- name: what has no source to compare with is admitted
  facts: { source: { state: not applicable, text: "" } }
  expect: { outcome: admit, rules: [] }
- name: neither could be checked
  facts:
    source: { state: could not check, text: no tag }
    provenance: { state: could not check, repositories: [], workflows: [], issuers: [], changes: [], text: no root }
  expect: { outcome: review, rules: [provenance-unchecked, source-unchecked] }
`;
    const deps = { readText: async () => policy, readCases: async () => cases, sandbox, faultOfLicence: faultOfEntry };
    for (const { name, passed, got } of await createPolicy(deps).test())
      expect({ name, passed, got: passed ? undefined : got }).toEqual({ name, passed: true, got: undefined });
    const unchecked = evidence('source', [], { status: 'failed', reason: 'no git hosts are allowed' });
    const [verdict] = await createPolicy(deps).judge([
      subject([...CLEAN, evidence('provenance', [], { status: 'not-applicable' }), unchecked]),
    ]);
    expect(verdict?.reasons).toMatchObject([
      { rule: 'source-unchecked', text: expect.stringContaining('no git hosts') },
    ]);
  });

  it('looks at releases without upload time, and at young ones', async () => {
    expect((await judge(subject(CLEAN, null)))?.reasons[0]?.rule).toBe('no-upload-time');
    expect((await judge(subject(CLEAN, '2026-01-29T00:00:00Z')))?.reasons[0]?.rule).toBe('young');
    expect((await judge(subject(CLEAN, '2026-02-20T00:00:00Z')))?.reasons[0]?.rule).toBe('young');
  });

  it('gives rules what is known of exploitation, and never takes "no list" for "no"', async () => {
    const rule = { id: 'exploited', outcome: 'refuse', needs: 'exception', reason: 'x' };
    const text = JSON.stringify({
      version: 1,
      rules: [{ ...rule, when: 'vulnerabilities.exists(v, v.exploited == "yes" || v.epss > 0.5)' }],
    });
    const data = { id: 'PYSEC-1', aliases: [], state: 'scored', cvss: 5, vector: '', fixed: [] };
    const outcomes = [
      { knownExploited: true },
      { epss: 0.9 },
      { knownExploited: false, epss: null },
      { knownExploited: 'stale' },
      {},
    ];
    const verdicts = outcomes.map((one) =>
      judge(subject([...CLEAN.slice(1), evidence('vulnerabilities', [vulnerability({ ...data, ...one })])]), text),
    );
    expect((await Promise.all(verdicts)).map((one) => one?.outcome)).toEqual([
      'refuse',
      'refuse',
      'admit',
      'admit',
      'admit',
    ]);
    const { facts } = await policyOf(text).explain(
      subject([evidence('vulnerabilities', [vulnerability({ ...data, knownExploited: 'not configured' })])]),
    );
    expect(facts.vulnerabilities[0]).toMatchObject({ exploited: 'not configured', epss: -1 });
  });

  it('admits in spite of checks that are not required and could not be made', async () => {
    const unmade = evidence('lookalike', [], { status: 'failed', reason: 'no popularity list imported' });
    expect((await judge(subject([...CLEAN, unmade])))?.outcome).toBe('admit');
    const required = DEFAULT_POLICY.replace('[vulnerabilities, archive, integrity]', '[lookalike]');
    expect((await judge(subject([...CLEAN, unmade]), required))?.outcome).toBe('review');
  });

  it.each(['install-code', 'known-malicious', 'yara'])(
    'never admits a release over whose files a check failed: %s',
    async (check) => {
      const failed = evidence(check, [], { status: 'failed', reason: 'a file is too large to be looked at' });
      const verdict = await judge(subject([...CLEAN, failed]));
      expect(verdict).toMatchObject({ outcome: 'review', reasons: [{ rule: 'could-not-check' }] });
      expect(verdict?.reasons[0]?.text).toContain(`${check} (a file is too large to be looked at)`);
      const none = evidence(check, [], { status: 'not-applicable', reason: 'nothing imported' });
      expect((await judge(subject([...CLEAN, none])))?.outcome).toBe('admit');
    },
  );

  it('explains every rule with the values it saw', async () => {
    const { rules, facts } = await policyOf(DEFAULT_POLICY).explain(subject(CLEAN, '2026-01-29T00:00:00Z'));
    expect(facts.age_days).toBe(2);
    expect(rules.filter(({ state }) => state === 'matched').map(({ rule }) => rule)).toEqual(['young']);
    expect(rules.length).toBeGreaterThan(8);
  });

  it.each([
    ['an unknown variable', 'age_dayz > 1.0'],
    ['an unknown field', 'vulnerabilities.exists(v, v.cvs > 1.0)'],
    ['a rule that is no condition', 'age_days'],
    ['a syntax error', 'age_days >'],
    ['deep nesting', `${'('.repeat(60)}true${')'.repeat(60)}`],
    ['a huge rule', Array.from({ length: 200 }, () => 'yanked').join(' || ')],
    [
      'lists inside lists inside lists',
      'findings.all(a, findings.all(b, findings.all(c, a.kind == b.kind && b.kind == c.kind)))',
    ],
  ])('refuses a policy with %s', async (_, when) => {
    const rule = { id: 'broken', when, outcome: 'review', needs: 'note', reason: 'x' };
    const text = JSON.stringify({ version: 1, rules: [rule] });
    await expect(policyOf(text).current()).rejects.toThrow(Problem);
  });

  it('refuses misspelt settings, doubled rules, unknown figures and alias bombs', async () => {
    const rule = { id: 'a', when: 'yanked', outcome: 'review', needs: 'note', reason: 'x' };
    for (const broken of [
      { version: 1, settings: { cooldown: 1 }, rules: [rule] },
      { version: 1, rules: [rule, rule] },
      { version: 1, rules: [{ ...rule, reason: '{nothing}' }] },
      { version: 1, rules: [] },
    ])
      await expect(policyOf(JSON.stringify(broken)).current()).rejects.toThrow('policy.yaml');
    await expect(policyOf('a: &a [1]\nb: *a\n').current()).rejects.toThrow('policy.yaml');
  });

  it.each([
    ['deny', 'GPL-3-only', 'GPL-3-only is no id of the SPDX licence list'],
    ['deny', 'APGL-*', 'no licence of the SPDX list begins with APGL-'],
    ['deny', 'AGPL', 'AGPL is no id of the SPDX licence list (AGPL-*?)'],
    ['allow', 'Apache2.0', 'Apache2.0 is no id of the SPDX licence list (Apache-2.0?)'],
    ['deny', 'GPL-3.0', 'GPL-3.0 is not used any more: write GPL-3.0-only, or GPL-3.0-* for every form of it'],
    ['allow', 'GPL-2.0-only WITH Clastpath-exception-2.0', 'is no id'],
    ['allow', 'GPL-2.0-only WITH Clast*', 'no exception begins like'],
  ])('refuses a list to %s %s, for it would stand for nothing', async (list, entry, why) => {
    const text = `${DEFAULT_POLICY}`.replace(`${list}: []`, `${list}: [MIT, "${entry}"]`);
    await expect(policyOf(text).test()).rejects.toThrow(Problem);
    const fault = `settings.licences.${list}: `;
    const read = policyOf(text).current();
    await expect(read).rejects.toMatchObject({ code: 'policy-invalid', why: expect.stringContaining(why) });
    await expect(read).rejects.toMatchObject({ why: expect.stringMatching(new RegExp(`^${fault}[^\n]*$`)) });
  });

  it('takes ids in any case, with an exception, of your own, and their beginnings', async () => {
    const fine = [
      'mit',
      'GPL-*',
      'GPL-3.0*',
      'Apache-2.0+',
      'GPL-2.0-only WITH Classpath-exception-2.0',
      'LicenseRef-*',
      'LicenseRef-haven',
    ];
    const { settings } = await policyOf(DEFAULT_POLICY.replace('deny: []', `deny: ${JSON.stringify(fine)}`)).current();
    expect(settings.licences.deny).toEqual(fine);
  });
});
