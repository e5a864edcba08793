import type { Finding, FindingKind, ScanOutcome, Severity } from '../../domain/evidence.ts';
import type { ReleaseInside, Scanner, Subject } from '../contract.ts';

/** Abilities that a release hardly gains without a reason worth hearing. */
const WEIGHTY: ReadonlySet<string> = new Set([
  'network',
  'processes',
  'native-code',
  'code-generation',
  'credentials',
  'clipboard',
]);
/** A size that changed by less than this part says nothing. */
const NOTABLE_SIZE = 0.25;
/** Bytes by which unreadable data may grow without a word. */
const NOTABLE_OPAQUE = 10_000;

/** What a release can do, runs and carries that the release cleared before it did not. */
export const changesScanner: Scanner<'change'> = {
  id: 'changes',
  version: 2,
  looksAt: 'change',
  ecosystems: 'every',
  emits: ['capability', 'install-code', 'opaque-data'],
  // The comparison is with what was cleared when this release was vetted, and stays that.
  staleAfterHours: null,
  sees: 'What changed since the release that was cleared before: abilities gained and lost, code that newly runs by itself or hides, compiled files, unreadable data that grew or is of a new kind, and the size of the files.',
  cannotSee:
    'Which lines changed (`changed-lines`) and why, new uses of an ability that was there before, and changes where no other release of the package is cleared.',
  async scan(subject) {
    const { name, now, before, isCleared } = subject;
    if (before === undefined) {
      const summary = isCleared
        ? `This version of ${name} is cleared here`
        : `No other version of ${name} is cleared here`;
      return { status: 'completed', findings: [compared(subject, { summary, gained: [], lost: [] })] };
    }
    const [is, was] = [abilitiesIn(now), abilitiesIn(before)];
    if (is === undefined || was === undefined) {
      const which = is === undefined ? subject.version : before.version;
      const reason = `the abilities of ${name} ${which} could not be read: ${whyNot(is === undefined ? now : before)}`;
      return { status: 'failed', reason, retryable: true };
    }
    const gained = [...is.keys()].filter((ability) => !was.has(ability));
    const lost = [...was.keys()].filter((ability) => !is.has(ability));
    const summary = `Since ${before.version}: ${inWords('gained', gained)}, ${inWords('lost', lost)}`;
    return {
      status: 'completed',
      findings: [
        compared(subject, { summary, gained, lost }),
        ...gained.map((ability) => gainedFinding(subject, before.version, { ability, first: is.get(ability) })),
        ...newSigns(subject, before),
        ...newOpaque(subject, before),
        ...grownOpaque(subject, before),
        ...otherDifferences(subject, before),
      ],
    };
  },
};

interface Claim {
  readonly kind?: FindingKind;
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly location?: string | undefined;
  readonly data?: Finding['data'];
}

function finding({ purl }: Subject<'change'>, { kind = 'capability', code, data, ...claim }: Claim): Finding {
  return { kind, subject: purl, location: undefined, ...claim, data: { code, ...data } };
}

interface Comparison {
  readonly summary: string;
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

function compared(subject: Subject<'change'>, { summary, gained, lost }: Comparison): Finding {
  const { before, isCleared } = subject;
  return finding(subject, {
    code: 'compared',
    severity: 'info',
    summary,
    data: { since: before?.version ?? null, isCleared, gained, lost },
  });
}

/** Each ability with the first place that has it; `undefined` where a file could not be looked into, or there is none. */
function abilitiesIn(inside: ReleaseInside): ReadonlyMap<string, Finding> | undefined {
  const findings = findingsOf(inside, 'capabilities');
  if (findings === undefined) return undefined;
  const abilities = new Map<string, Finding>();
  for (const one of findings) {
    const { capability } = one.data;
    if (typeof capability === 'string' && !abilities.has(capability)) abilities.set(capability, one);
  }
  return abilities;
}

function findingsOf({ content }: ReleaseInside, scanner: string): readonly Finding[] | undefined {
  const outcomes = content.get(scanner) ?? [];
  if (outcomes.length === 0 || outcomes.some(({ status }) => status !== 'completed')) return undefined;
  return outcomes.flatMap((outcome) => (outcome.status === 'completed' ? outcome.findings : []));
}

function whyNot({ files, content }: ReleaseInside): string {
  if (files.length === 0) return 'none of its files are kept here';
  const failed = (content.get('capabilities') ?? []).find(
    (one): one is Exclude<ScanOutcome, { status: 'completed' }> => one.status !== 'completed',
  );
  return failed?.reason ?? 'there is no outcome';
}

function inWords(what: string, abilities: readonly string[]): string {
  return `${what} ${abilities.length === 0 ? 'nothing' : abilities.map(plain).join(', ')}`;
}

function plain(ability: string): string {
  return ability.replaceAll('-', ' ');
}

function gainedFinding(
  subject: Subject<'change'>,
  since: string,
  { ability, first }: { readonly ability: string; readonly first: Finding | undefined },
): Finding {
  return finding(subject, {
    code: 'gained',
    severity: WEIGHTY.has(ability) ? 'medium' : 'low',
    summary: `${subject.name} ${subject.version} can use ${plain(ability)}, which ${since} could not`,
    location: first?.location,
    data: { gained: ability, since },
  });
}

/** Code that runs by itself or hides, of a kind that the release before did not have. */
function newSigns(
  subject: Subject<'change'>,
  before: ReleaseInside & { readonly version: string },
): readonly Finding[] {
  const [now, then] = [findingsOf(subject.now, 'install-code'), findingsOf(before, 'install-code')];
  if (now === undefined || then === undefined) return [];
  const known = new Set(then.map(({ data }) => data.sign));
  const fresh = new Map(now.filter(({ data }) => !known.has(data.sign)).map((one) => [one.data.sign, one]));
  const since = before.version;
  return [...fresh.values()].map((one) =>
    newSince(subject, one, { kind: 'install-code', code: 'new-sign', data: { sign: one.data.sign ?? null, since } }),
  );
}

/** Unreadable data worth a look, of a kind that the release before did not have, however little it is. */
function newOpaque(
  subject: Subject<'change'>,
  before: ReleaseInside & { readonly version: string },
): readonly Finding[] {
  const [now, then] = [findingsOf(subject.now, 'opaque-data'), findingsOf(before, 'opaque-data')];
  // The total stands beside the places that are named; of those left out each may be of any kind.
  if (now === undefined || then === undefined || then.some(({ data }) => Number(data.places) >= then.length)) return [];
  const known = new Set(['total', ...then.map(({ data }) => data.code)]);
  const fresh = new Map(
    now
      .filter(({ severity, data }) => severity !== 'info' && !known.has(data.code))
      .toReversed()
      .map((one) => [one.data.code, one]),
  );
  const since = before.version;
  return [...fresh.values()].map((one) =>
    newSince(subject, one, { kind: 'opaque-data', code: 'new-kind', data: { opaque: one.data.code ?? null, since } }),
  );
}

/** What another scanner found in this release, as something that the release before did not have. */
function newSince(
  subject: Subject<'change'>,
  { severity, summary, location }: Finding,
  claim: Pick<Claim, 'kind' | 'code'> & { readonly data: { readonly since: string } & Finding['data'] },
): Finding {
  return finding(subject, { ...claim, severity, summary: `New since ${claim.data.since}: ${summary}`, location });
}

function grownOpaque(
  subject: Subject<'change'>,
  before: ReleaseInside & { readonly version: string },
): readonly Finding[] {
  const [now, then] = [opaqueBytes(subject.now), opaqueBytes(before)];
  if (now === undefined || then === undefined || now - then < NOTABLE_OPAQUE) return [];
  return [
    finding(subject, {
      kind: 'opaque-data',
      code: 'grown',
      severity: 'low',
      summary: `${now} bytes cannot be read as code, text or a known format; ${then} bytes in ${before.version}`,
      data: { bytes: now, before: then, since: before.version },
    }),
  ];
}

/** Of the file that carries most: wheels for several systems repeat each other. */
function opaqueBytes({ content }: ReleaseInside): number | undefined {
  const outcomes = content.get('opaque-data') ?? [];
  if (outcomes.length === 0 || outcomes.some(({ status }) => status !== 'completed')) return undefined;
  return Math.max(...outcomes.map((outcome) => totalOf(outcome)));
}

function totalOf(outcome: ScanOutcome): number {
  if (outcome.status !== 'completed') return 0;
  const total = outcome.findings.find(({ data }) => data.code === 'total')?.data.bytes;
  return typeof total === 'number' ? total : 0;
}

/** Figures that only describe: compiled files, and the largest file as it is packed. */
function otherDifferences(
  subject: Subject<'change'>,
  before: ReleaseInside & { readonly version: string },
): readonly Finding[] {
  const since = before.version;
  const found: Claim[] = [];
  const [compiled, compiledBefore] = [compiledFiles(subject.now), compiledFiles(before)];
  if (compiled !== compiledBefore)
    found.push({
      code: 'compiled-files',
      severity: 'info',
      summary: `${compiled} compiled files; ${compiledBefore} in ${since}`,
      data: { count: compiled, before: compiledBefore, since },
    });
  const [size, sizeBefore] = [largest(subject.now), largest(before)];
  if (Math.abs(size - sizeBefore) > sizeBefore * NOTABLE_SIZE)
    found.push({
      code: 'size',
      severity: 'info',
      summary: `Its largest file has ${size} bytes; ${sizeBefore} in ${since}`,
      data: { bytes: size, before: sizeBefore, since },
    });
  return found.map((one) => finding(subject, one));
}

/** Of the file that has most of them. */
function compiledFiles({ content }: ReleaseInside): number {
  return Math.max(0, ...(content.get('capabilities') ?? []).map(countIn));
}

function countIn(outcome: ScanOutcome): number {
  if (outcome.status !== 'completed') return 0;
  const count = outcome.findings.find(({ data }) => data.capability === 'native-code')?.data.binaryCount;
  return typeof count === 'number' ? count : 0;
}

function largest({ files }: ReleaseInside): number {
  return Math.max(0, ...files.map(({ size }) => size));
}
