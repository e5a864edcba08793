import { excerpt } from '../../domain/content.ts';
import { counted } from '../../domain/counted.ts';
import type { Finding, JsonValue, Severity } from '../../domain/evidence.ts';
import { purlOf } from '../../domain/purl.ts';
import type { VersionRules } from '../../ecosystems/contract.ts';
import type { ScanContext, Scanner, Subject } from '../contract.ts';
import { type History, historyOf } from './history.ts';

/** Days without a release after which nobody may be at home any more. */
const DORMANT_DAYS = 730;
/** Days for which a project is new: most malicious ones do not live as long. */
const NEW_DAYS = 90;
/** Share of yanked releases that says something about the care taken. */
const OFTEN_YANKED = 0.25;
/** Fewer releases than this say nothing as a share. */
const LEAST_FOR_SHARE = 4;
/** CPython versions that a release may say it supports. Source: PEP 596, 619, 664, 693, 719 and 745 (3.9 to 3.14). */
const PYTHONS = ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'];
/** Characters of the reason that upstream gives for a status. */
const MAX_REASON = 300;

/** How long a package has been there, how often it is released, and what its project says of its own state. */
export const maintenanceScanner: Scanner<'package'> = {
  id: 'maintenance',
  version: 5,
  looksAt: 'package',
  ecosystems: 'every',
  emits: ['maintenance'],
  // A listing is read anew for each vetting; a week is what a decision may lag behind.
  staleAfterHours: 168,
  sees: 'From the listing of the index: number, age, cadence and last date of releases, the share that was yanked, the interpreters the newest one supports, the status of the project (PEP 792: archived, deprecated, quarantined), and that the index does not know the name any more.',
  cannotSee:
    'Work that was not released, answers to issues, who does the work, successors under another name, and dates where the index gives none.',
  async scan(subject, context) {
    const { releases, name } = subject.package;
    if (releases.length === 0)
      return { status: 'failed', reason: `the index lists no releases of ${name}`, retryable: true };
    const history = historyOf(subject.package, context.ecosystem.versions, context.now);
    return { status: 'completed', findings: [figuresOf(subject, history, context), ...concerns(subject, history)] };
  },
};

interface Claim {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly data?: Finding['data'];
}

function claim(
  { package: { ecosystem, name } }: Subject<'package'>,
  { code, severity, summary, data }: Claim,
): Finding {
  const subject = purlOf({ ecosystem, name });
  return { kind: 'maintenance', severity, subject, summary, location: undefined, data: { code, ...data } };
}

function figuresOf(subject: Subject<'package'>, history: History, { ecosystem }: ScanContext): Finding {
  const { newest, ...figures } = history;
  const requires = newest?.distributions.find(({ requiresRuntime }) => requiresRuntime !== undefined)?.requiresRuntime;
  return claim(subject, {
    code: 'history',
    severity: 'info',
    summary: inWords(subject.package.name, history),
    data: {
      ...figures,
      newest: newest?.version ?? null,
      requiresRuntime: requires === undefined ? null : excerpt(requires),
      supports: ecosystem.id === 'pypi' ? supportedBy(requires, ecosystem.versions) : null,
      status: statusOf(subject),
    },
  });
}

function inWords(name: string, { releases, first, last, ageDays, daysSinceLast, medianGapDays }: History): string {
  const count = `${name} has ${releases} ${releases === 1 ? 'release' : 'releases'}`;
  if (first === null || last === null) return `${count}; the index does not say when they appeared`;
  return `${count}${cadenceOf(medianGapDays)}, the first ${ageDays} and the last ${daysSinceLast} days ago (${last.slice(0, 10)})`;
}

function cadenceOf(medianGapDays: number | null): string {
  if (medianGapDays === null) return '';
  if (medianGapDays === 0) return ', half of them on the day of the one before';
  return `, half of them ${counted(medianGapDays, 'day')} or less after the one before`;
}

/** Every CPython version of which some patch release lies in the range; `null` where none is stated or it is no range. */
function supportedBy(range: string | undefined, versions: VersionRules): JsonValue {
  if (range === undefined || versions.satisfies('3.0', range) === undefined) return null;
  return PYTHONS.filter((python) =>
    [`${python}.0`, `${python}.99`].some((one) => versions.satisfies(one, range) === true),
  );
}

function statusOf({ package: { status } }: Subject<'package'>): JsonValue {
  return status === undefined
    ? null
    : {
        status: excerpt(status.status),
        reason: status.reason === undefined ? null : excerpt(status.reason, MAX_REASON),
      };
}

/** What a person should see apart from the figures. */
function concerns(subject: Subject<'package'>, history: History): readonly Finding[] {
  const { name, status, goneSince } = subject.package;
  const { ageDays, daysSinceLast, releases, yanked, yankedShare } = history;
  const found: Claim[] = [];
  if (status !== undefined && status.status !== 'active') {
    const reason = status.reason === undefined ? '' : `: ${excerpt(status.reason, MAX_REASON)}`;
    // Source: PEP 792: a quarantined project is considered unsafe; the others are advice.
    const severity = status.status === 'quarantined' ? 'medium' : 'low';
    found.push({
      code: status.status === 'quarantined' ? 'quarantined-upstream' : 'status',
      severity,
      summary: `The index marks ${name} as ${excerpt(status.status, 40)}${reason}`,
    });
  }
  if (goneSince !== undefined)
    found.push({
      code: 'gone-upstream',
      severity: 'medium',
      summary: `The index does not know ${name} any more, since ${goneSince.slice(0, 10)}`,
    });
  if (daysSinceLast !== null && daysSinceLast > DORMANT_DAYS)
    found.push({ code: 'dormant', severity: 'low', summary: `${name} had no release for ${daysSinceLast} days` });
  if (ageDays !== null && ageDays < NEW_DAYS)
    found.push({
      code: 'new-project',
      severity: 'low',
      summary: `The first release of ${name} is ${ageDays} days old`,
    });
  if (releases >= LEAST_FOR_SHARE && yankedShare >= OFTEN_YANKED)
    found.push({
      code: 'often-yanked',
      severity: 'low',
      summary: `${yanked} of ${releases} releases of ${name} were yanked`,
    });
  return found.map((one) => claim(subject, one));
}
