/** Facts about lists, for other rooms and surfaces. */
import type { VersionRules } from '../../ecosystems/contract.ts';
import type { Queryable, Transaction } from '../../platform/db/port.ts';
import {
  currentDenials,
  currentEntries,
  type DenialPage,
  type DenialRow,
  denialById,
  denialsAfter,
  type EntryFilter,
  type EntryPage,
  type EntryRow,
  entriesAfter,
  entryById,
  everyEntry,
  type ListName,
} from './store.ts';

export { type Change, historyOf } from './history.ts';
export { parseList } from './import/formats.ts';
export { type EntryReport, hygieneOf, type ListReport, namesToAsk } from './import/hygiene.ts';
export { type Wish, wishesOf } from './import/wishes.ts';
export { type ExportedEntry, writeNames, writeUkTre } from './import/write.ts';
export type { EntryFilter, ListName } from './store.ts';

/** A release that people (or policy, in an open channel) accepted. */
export interface ListEntry {
  readonly id: string;
  readonly channel: string;
  readonly ecosystem: string;
  readonly list: ListName;
  readonly name: string;
  readonly version: string;
  readonly extras: readonly string[];
  /** Digest of the evidence set it was accepted on. */
  readonly evidence: string;
  readonly decision: string;
  /** RFC 3339, UTC. */
  readonly addedAt: string;
}

export interface Denial {
  readonly id: string;
  /** `null` for the whole installation. */
  readonly channel: string | null;
  readonly ecosystem: string;
  readonly name: string;
  /** A range in the ecosystem's language; `null` for every version. */
  readonly versions: string | null;
  readonly reason: string;
  readonly createdBy: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
}

/** Core and extra entries in force. */
export async function clearedEntries(
  db: Queryable,
  channel: string,
  filter: Omit<EntryFilter, 'channel'> = {},
): Promise<readonly ListEntry[]> {
  return (await currentEntries(db, { ...filter, channel })).map(entryOf);
}

/** An entry, in force or not. */
export type EntryEver = ListEntry & { readonly removedAt: string | null; readonly removedReason: string | null };

/** Entries of a package in a channel, in force or not, newest first. */
export async function entriesEver(
  db: Queryable,
  about: { readonly channel: string; readonly ecosystem: string; readonly name: string },
): Promise<readonly EntryEver[]> {
  const rows = await everyEntry(db, { ...about, limit: MOST_ENTRIES_OF_ONE });
  return rows.map((row) => ({
    ...entryOf(row),
    removedAt: row.removed_at?.toISOString() ?? null,
    removedReason: row.removed_reason,
  }));
}

/** More releases of one package than a channel has had. */
const MOST_ENTRIES_OF_ONE = 1000;

/** A page of entries in force, by ecosystem, name and id. */
export async function pageOfEntries(db: Queryable, asked: EntryFilter & EntryPage): Promise<readonly ListEntry[]> {
  return (await entriesAfter(db, asked)).map(entryOf);
}

/** An entry in force. */
export async function findEntry(db: Queryable, id: string): Promise<ListEntry | undefined> {
  const row = await entryById(db, id);
  return row === undefined ? undefined : entryOf(row);
}

/** Holds an entry still until the transaction ends. */
export async function lockEntry(db: Transaction, id: string): Promise<void> {
  await entryById(db, id, true);
}

/** A denial in force. */
export async function findDenial(db: Queryable, id: string): Promise<Denial | undefined> {
  const row = await denialById(db, id);
  return row === undefined ? undefined : denialOf(row);
}

/** Holds a denial still until the transaction ends. */
export async function lockDenial(db: Transaction, id: string): Promise<void> {
  await denialById(db, id, true);
}

/** Denials in force that reach a channel; all of them without one. */
export async function denials(db: Queryable, channel?: string): Promise<readonly Denial[]> {
  const rows = await currentDenials(db);
  return rows.filter((row) => channel === undefined || row.channel === null || row.channel === channel).map(denialOf);
}

/** A page of the denials in force that reach a channel, oldest first. */
export async function pageOfDenials(db: Queryable, asked: DenialPage): Promise<readonly Denial[]> {
  return (await denialsAfter(db, asked)).map(denialOf);
}

export interface DenialQuestion {
  readonly channel: string;
  readonly ecosystem: string;
  readonly name: string;
  /** `null` asks about the package: then only a denial of every version counts. */
  readonly version: string | null;
}

/** The denial that stops a release, or `undefined`. Pure. A range that cannot be read stops every version. */
export function isDenied(
  all: readonly Denial[],
  asked: DenialQuestion,
  versions: Pick<VersionRules, 'satisfies'>,
): Denial | undefined {
  return all.find(
    (denial) =>
      denial.ecosystem === asked.ecosystem &&
      denial.name === asked.name &&
      (denial.channel === null || denial.channel === asked.channel) &&
      covers(denial.versions, asked.version, versions),
  );
}

function covers(range: string | null, version: string | null, versions: Pick<VersionRules, 'satisfies'>): boolean {
  if (range === null) return true;
  return version === null ? false : (versions.satisfies(version, range) ?? true);
}

export function entryOf(row: EntryRow): ListEntry {
  const { id, channel, ecosystem, list, name, version, extras, evidence, decision } = row;
  return {
    id,
    channel,
    ecosystem,
    list,
    name,
    version,
    extras,
    evidence,
    decision,
    addedAt: row.added_at.toISOString(),
  };
}

export function denialOf(row: DenialRow): Denial {
  const { id, channel, ecosystem, name, versions, reason } = row;
  const createdAt = row.created_at.toISOString();
  return { id, channel, ecosystem, name, versions, reason, createdBy: row.created_by, createdAt };
}
