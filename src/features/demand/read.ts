/** Facts about refused installs, for other rooms and surfaces. */
import { OPEN_STATES } from '../../domain/workflow.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { listRequests } from '../requests/read.ts';
import { type RefusedSum, sums } from './store.ts';

export type { RefusedSum } from './store.ts';

/** More than these on one page helps nobody. */
const LARGEST_PAGE = 200;

/** Packages that people tried to install and nobody has asked for, most wanted first: ready to be requests. */
export async function wanted(db: Queryable, channel: string, limit = LARGEST_PAGE): Promise<readonly RefusedSum[]> {
  const found = await sums(db, { channel, limit: Math.min(limit, LARGEST_PAGE) });
  const open = await listRequests(db, { channel, states: OPEN_STATES, names: found.map(({ name }) => name) });
  const asked = new Set(open.map(({ ecosystem, name }) => `${ecosystem}/${name}`));
  return found.filter(({ ecosystem, name }) => !asked.has(`${ecosystem}/${name}`));
}
