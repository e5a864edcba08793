/** Versions that are asked about and that upstream does not have. */
import { nearVersions } from '../../domain/near-versions.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { listedVersions } from '../vetting/read.ts';
import { type AskedPackage, fits } from './asked.ts';

export interface NotListed {
  readonly reason: string;
  /** The versions next to the one that is asked about, else the newest, and the newest of all; oldest first; trials only where there is nothing else. */
  readonly available: readonly string[];
}

/**
 * Says that upstream lists no version that is asked for. `undefined` where it lists one, or where nobody knows: the package was
 * never looked at, or a source did not answer then.
 */
export async function notListed(db: Queryable, asked: AskedPackage): Promise<NotListed | undefined> {
  const { ecosystem, name, version, range } = asked;
  if (version === null && range === undefined) return undefined;
  const listed = await listedVersions(db, ecosystem.id, name);
  if (listed === undefined || !listed.isWhole) return undefined;
  const { compare } = ecosystem.versions;
  if (listed.versions.some((one) => fits(asked, one) || (version !== null && compare(one, version) === 0)))
    return undefined;
  const available = nearVersions(listed.versions, version, ecosystem.versions);
  const lists = available.length === 0 ? 'it lists none' : `near it are ${available.join(', ')}`;
  const usable = listed.hasLeftOut ? ' that can be used' : '';
  const what = `no version ${version ?? `in ${range}`}${usable}`;
  return { reason: `upstream lists ${what} (asked ${listed.askedAt.toISOString()}); ${lists}`, available };
}
