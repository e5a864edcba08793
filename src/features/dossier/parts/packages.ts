/** The policy's evidence table: one row for each package of the tree, with the columns that were added to it. */
import type { VettedRelease } from '../../../domain/evidence.ts';
import type { Cell, PackageRow } from '../dossier.ts';
import {
  bytes,
  count,
  grouped,
  isDescription,
  numberAt,
  pointerTo,
  type Reading,
  type Told,
  textAt,
  textsAt,
} from './told.ts';

export function packagesOf(reading: Reading): readonly PackageRow[] {
  return reading.set.releases.map((release, at) => rowOf(release, { at, reading }));
}

/** How one release reads: what each scanner said of it, or that it did not look. */
class Of {
  private readonly reading: Reading;
  private readonly release: VettedRelease;

  constructor(reading: Reading, release: VettedRelease) {
    this.reading = reading;
    this.release = release;
  }

  /** What a scanner said, as a cell; a scanner that did not run to its end gives "could not check". */
  cell(scanner: string, tell: (told: readonly Told[]) => string | null, isShown: (told: Told) => boolean): Cell {
    const looked = this.reading.lookedAt.get(this.release)?.find(({ evidence }) => evidence.scanner === scanner);
    if (looked === undefined) return { text: null, evidence: [] };
    if (looked.evidence.status !== 'completed') return { text: null, evidence: [looked.at] };
    const told = (this.reading.toldOf.get(this.release) ?? []).filter((one) => one.scanner === scanner && isShown(one));
    return { text: tell(told), evidence: told.length === 0 ? [looked.at] : told.map((one) => one.at) };
  }
}

const anything = () => true;
const isClaim = ({ finding }: Told) => !isDescription(finding.severity);
const withCode = (code: string) => (told: Told) => textAt(told.finding.data, 'code') === code;

function rowOf(
  release: VettedRelease,
  { at, reading }: { readonly at: number; readonly reading: Reading },
): PackageRow {
  const of = new Of(reading, release);
  const { purl, name, version, role, releasedAt, files, verdict } = release;
  return {
    ...{ purl, name, version, role },
    path: reading.paths.get(purl) ?? [purl],
    published: releasedAt,
    downloads30Days: of.cell('popularity', (told) => figure(told, 'downloads30Days'), anything),
    downloads12Months: of.cell('popularity', (told) => figure(told, 'downloads12Months'), anything),
    flaws: of.cell('vulnerabilities', flawsInWords, anything),
    people: joined(
      of.cell('identity', peopleInWords, withCode('statement')),
      of.cell('accounts', accountsInWords, withCode('accounts')),
    ),
    here: of.cell('changes', hereInWords, withCode('compared')),
    licence: of.cell('licences', licenceInWords, ({ finding }) => typeof finding.data.expression === 'string'),
    atInstall: of.cell(
      'install-code',
      (told) => (told.length === 0 ? 'nothing found' : count(told.length, 'sign')),
      isClaim,
    ),
    opaque: of.cell('opaque-data', opaqueInWords, withCode('total')),
    provenance: of.cell('provenance', provenanceInWords, anything),
    files: files.map(({ filename, sha256, size }) => ({ filename, sha256, size })),
    outcome: verdict.outcome,
    evidence: [pointerTo(at)],
  };
}

function figure(told: readonly Told[], key: string): string {
  const [first] = told;
  if (first === undefined || first.finding.data.code === 'not-listed') return 'not on the list';
  const number = numberAt(first.finding.data, key);
  return number === null ? 'not given' : grouped(number);
}

function flawsInWords(told: readonly Told[]): string {
  if (told.length === 0) return 'none found';
  const ids = told.map(({ finding }) => textAt(finding.data, 'id') ?? finding.summary);
  return `${told.length}: ${ids.join(', ')}`;
}

/** Two cells as one; the second is left out where it says nothing. */
function joined(first: Cell, second: Cell): Cell {
  if (second.text === null) return first;
  return { text: `${first.text ?? 'not said'}; ${second.text}`, evidence: [...first.evidence, ...second.evidence] };
}

/** The accounts of the registry, beside the people whom the package itself names. */
function accountsInWords(told: readonly Told[]): string {
  const accounts = told.flatMap(({ finding }) => textsAt(finding.data, 'accounts'));
  return `accounts: ${named(accounts) || 'none'}`;
}

/** People that one cell names. */
const MOST_PEOPLE = 3;

function peopleInWords(told: readonly Told[]): string {
  const people = told.flatMap(({ finding }) => [
    ...namesIn(finding.data.authors),
    ...namesIn(finding.data.maintainers),
  ]);
  const names = [...new Set(people)];
  if (names.length === 0) return 'nobody named';
  return named(names);
}

function named(names: readonly string[]): string {
  const more = names.length > MOST_PEOPLE ? ` and ${names.length - MOST_PEOPLE} more` : '';
  return `${names.slice(0, MOST_PEOPLE).join(', ')}${more}`;
}

function namesIn(value: Told['finding']['data'][string] | undefined): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((person) => {
    if (typeof person !== 'object' || person === null || Array.isArray(person)) return [];
    const named = Object.entries(person).find(([key, text]) => key === 'name' && typeof text === 'string');
    const mailed = Object.entries(person).find(([key, text]) => key === 'email' && typeof text === 'string');
    const text = named?.[1] ?? mailed?.[1];
    return typeof text === 'string' ? [text] : [];
  });
}

function hereInWords(told: readonly Told[]): string {
  const [first] = told;
  if (first === undefined) return 'new here';
  if (first.finding.data.isCleared === true) return 'available already';
  const since = textAt(first.finding.data, 'since');
  return since === null ? 'new here' : `${since} is available`;
}

function opaqueInWords(told: readonly Told[]): string {
  const [first] = told;
  return first === undefined ? 'none' : bytes(numberAt(first.finding.data, 'bytes') ?? 0);
}

function licenceInWords([first]: readonly Told[]): string {
  const expression = first === undefined ? null : textAt(first.finding.data, 'expression');
  return expression === null || expression === '' ? (first?.finding.summary ?? 'none found') : expression;
}

function provenanceInWords(told: readonly Told[]): string {
  const [claim] = told.filter(isClaim);
  const [first] = claim === undefined ? told : [claim];
  if (first === undefined) return 'nothing found';
  return first.finding.data.code === 'absent' ? 'none, as of many packages' : first.finding.summary;
}
