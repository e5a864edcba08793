/** Facts of the advisories room. */
import type { Advisory } from '../../domain/advisory.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { FeedState } from '../../scanners/contract.ts';
import { mergeAliases } from './merge.ts';
import { type AdvisoryImport, findDocuments, findImports, findNamed, findPackagesOf } from './store.ts';

export type { AdvisoryImport } from './store.ts';

const MS_PER_HOUR = 3_600_000;

/** When advisories count, and what time it is. */
export interface Freshness {
  readonly now: Date;
  /** Policy's `stale_after_hours.advisories`. */
  readonly staleAfterHours: number;
}

async function importState(
  db: Queryable,
  ecosystem: EcosystemId,
  { now, staleAfterHours }: Freshness,
): Promise<FeedState<null>> {
  const imported = (await findImports(db)).find((one) => one.ecosystem === ecosystem);
  if (imported === undefined) return { status: 'not-configured' };
  const importedAt = imported.importedAt.toISOString();
  if (now.getTime() - imported.importedAt.getTime() > staleAfterHours * MS_PER_HOUR)
    return { status: 'stale', importedAt };
  return { status: 'ready', data: null, importedAt };
}

/**
 * The advisories about packages (normal names), of those that have any, aliases merged, withdrawn ones left out: one question for
 * all, and two more for each that records speak of.
 */
export async function advisoriesAbout(
  db: Queryable,
  ecosystem: EcosystemId,
  names: readonly string[],
  freshness: Freshness,
): Promise<FeedState<ReadonlyMap<string, readonly Advisory[]>>> {
  const state = await importState(db, ecosystem, freshness);
  if (state.status !== 'ready') return state;
  const found = new Map<string, readonly Advisory[]>();
  for (const name of await findNamed(db, ecosystem, names)) found.set(name, await listAdvisories(db, ecosystem, name));
  return { ...state, data: found };
}

/** The same list for showing, whatever its age. */
export async function listAdvisories(
  db: Queryable,
  ecosystem: EcosystemId,
  name: string,
): Promise<readonly Advisory[]> {
  return mergeAliases(await findDocuments(db, ecosystem, name), ecosystem, name);
}

/** The packages that changed records speak of, their aliases included: what must be examined again. */
export function affectedBy(
  db: Queryable,
  changedIds: readonly string[],
): Promise<readonly { readonly ecosystem: EcosystemId; readonly name: string }[]> {
  return findPackagesOf(db, changedIds);
}

/** What was imported last, for each ecosystem. */
export function listAdvisoryImports(db: Queryable): Promise<readonly AdvisoryImport[]> {
  return findImports(db);
}
