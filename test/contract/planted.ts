/**
 * What planted packages show: one harmless example of every kind of finding that the scanners of an ecosystem declare, and
 * none of them once the package is cleaned. A new kind joins by one line in `TELLS`; a scanner that cannot find a kind in an
 * ecosystem says so in its contract (`ecosystems`, `emits`), and nothing else exempts it.
 */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Advisory } from '../../src/domain/advisory.ts';
import { FINDING_KINDS, type Finding, type FindingKind } from '../../src/domain/evidence.ts';
import type { RepositoryReader } from '../../src/domain/source-code.ts';
import type { VetOutcome } from '../../src/features/vetting/ask.ts';
import type { VettingDeps } from '../../src/features/vetting/deps.ts';
import { SCANNERS } from '../../src/scanners/catalog.ts';
import type { FeedState } from '../../src/scanners/contract.ts';
import { A_BUILD } from '../harness/sigstore.ts';
import type { World } from '../harness/vetting.ts';

/** What speaks against a release under each kind; what only describes it (a licence, a history) is no alarm. */
const speaks = ({ severity }: Finding) => severity !== 'info' && severity !== 'none';
const every = () => true;
const code = (...wanted: readonly string[]) => {
  return ({ data }: Finding) => wanted.includes(String(data['code']));
};
const TELLS: Readonly<Record<FindingKind, (finding: Finding) => boolean>> = {
  vulnerability: every,
  malicious: every,
  typosquat: every,
  weakness: every,
  secret: every,
  licence: speaks,
  'copied-code': every,
  'install-code': every,
  archive: speaks,
  provenance: speaks,
  'source-mismatch': speaks,
  identity: speaks,
  popularity: code('not-listed'),
  maintenance: speaks,
  tests: code('test-code'),
  'opaque-data': every,
  'unsatisfied-dependency': every,
  capability: (finding) => !code('compared')(finding),
  change: every,
  'system-requirement': every,
  installation: code('import-warning', 'import-failed'),
  'upstream-tests': speaks,
};

/** Both packages, vetted when they are asked for. */
interface Planted {
  readonly ecosystem: string;
  /** As the names of the tests call them. */
  readonly packages: string;
  /** Asked when a test runs: whether this machine can try what it vets, and what it would need. */
  readonly trials: { isMade(): boolean; readonly need: string };
  planted(): Promise<VetOutcome>;
  cleaned(): Promise<VetOutcome>;
}

/** The tests of an ecosystem in which some kinds are told by trials alone. */
export function itTellsEveryKind({ ecosystem, packages, trials, planted, cleaned }: Planted): void {
  it(`shows every kind of finding that scanners of ${packages} declare and that needs no trial`, async () => {
    const untried = declaredKinds(ecosystem, false);
    expect(toldKinds(findingsOf(await planted())).filter((kind) => untried.includes(kind))).toEqual(untried);
  });

  it(`shows every kind of finding that scanners of ${packages} declare`, async (context) => {
    context.skip(!trials.isMade(), trials.need);
    expect(toldKinds(findingsOf(await planted()))).toEqual(declaredKinds(ecosystem, true));
  });

  itTellsNoneOnceCleaned(cleaned);
}

function itTellsNoneOnceCleaned(cleaned: () => Promise<VetOutcome>): void {
  it('shows none of them once it is cleaned', async () => {
    expect(alarmsIn(findingsOf(await cleaned()))).toEqual([]);
  });
}

/** The kinds that scanners of an ecosystem declare; without a cage, those that need no trial. */
function declaredKinds(ecosystem: string, isTried: boolean): readonly FindingKind[] {
  const scanners = SCANNERS.filter(({ ecosystems }) => ecosystems === 'every' || ecosystems.includes(ecosystem));
  const declared = new Set(
    scanners
      .filter(({ looksAt }) => isTried || looksAt !== 'trial')
      .flatMap(({ emits }): readonly FindingKind[] => emits),
  );
  return FINDING_KINDS.filter((kind) => declared.has(kind));
}

/** Kinds under which something speaks against a release. */
function toldKinds(findings: readonly Finding[]): readonly FindingKind[] {
  return FINDING_KINDS.filter((kind) => findings.some((one) => one.kind === kind && TELLS[kind](one)));
}

/** What speaks against a release that nothing was planted in. */
function alarmsIn(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((one) => TELLS[one.kind](one));
}

function findingsOf(outcome: VetOutcome): readonly Finding[] {
  if (outcome.status !== 'vetted') return expect.fail(JSON.stringify(outcome));
  return outcome.set.releases.flatMap(({ evidence }) => evidence.flatMap(({ findings }) => findings));
}

export const ready = <T>(data: T): FeedState<T> => ({ status: 'ready', data, importedAt: '2026-01-01T00:00:00Z' });

/** Stands in a planted file alone: what the operator's rule matches. */
export const MARKER = 'harmless-look-alike-4d1c';

/** Where the attested build says that it took its source from. */
export const REPOSITORY = A_BUILD.repository;

/** Letters that no compression shortens: nobody can read what they stand for. */
export function unreadable(): string {
  return Array.from({ length: 3_000 }, (_, at) => createHash('sha512').update(`block ${at}`).digest('base64')).join('');
}

function advisoryOf(ecosystem: string, name: string): Advisory {
  return {
    ...{ id: 'TEST-2026-9', aliases: [], ecosystem, name, summary: 'a made-up flaw' },
    malicious: false,
    severity: {
      state: 'scored',
      score: 9.8,
      vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
      system: 'CVSS_V3',
    },
    ranges: [{ events: [{ at: 'introduced', version: '0' }] }],
    versions: [],
    published: undefined,
    modified: '2026-01-01T00:00:00Z',
  };
}

/** One repository that holds these files; the planted package says that it comes from there too. */
function repositoryOf(files: Readonly<Record<string, string>>): RepositoryReader {
  return {
    allowsAny: true,
    allows: () => true,
    tags: async () => ({
      status: 'found',
      value: ['v1.0', 'v1.0.0'].map((name) => ({ name, commit: A_BUILD.commit })),
    }),
    filesAt: async () => ({
      status: 'found',
      value: Object.entries(files).map(([path, text]) => ({
        ...{ path, size: text.length, isVersionFile: false },
        sha256: createHash('sha256').update(text).digest('hex'),
      })),
    }),
  };
}

/** A world in which an advisory, a rule and a repository speak against the planted package, and nothing against the other. */
export function plantedWorld(
  ecosystem: string,
  planted: string,
  source: Readonly<Record<string, string>>,
): Pick<World, 'advisories' | 'yaraRules' | 'repositories'> {
  return {
    advisories: (name) => ready(name === planted ? [advisoryOf(ecosystem, planted)] : []),
    yaraRules: ready({
      digest: `sha256:${'1'.repeat(64)}`,
      sources: [{ name: 'ours.yar', text: `rule Marker { strings: $m = "${MARKER}" condition: $m }` }],
    }),
    repositories: repositoryOf(source),
  };
}

/** Rank and downloads of what is popular. */
const POPULAR = { rank: 3, outOf: 10, days30: 5, months12: null, versions: [] };

/** What was cleared and what is popular: an earlier release of the planted package, and the name that it looks like. */
export function plantedLists(
  before: { readonly name: string; readonly version: string },
  vetted: VetOutcome,
  { lookedLike, cleaned }: { readonly lookedLike: string; readonly cleaned: string },
): Pick<VettingDeps, 'clearedReleases' | 'popularNames' | 'popularity'> {
  const { name, version } = before;
  const files = vetted.status === 'vetted' ? (vetted.set.releases[0]?.files ?? []) : [];
  return {
    clearedReleases: async (_, asked) => (asked === name ? [{ version, metadata: undefined, files }] : []),
    popularNames: async () => ready([lookedLike, cleaned]),
    popularity: async (_, asked) => ready(asked === cleaned ? POPULAR : undefined),
  };
}
