/** Facts about requests, for other rooms and surfaces. */
import { Problem } from '../../domain/problem.ts';
import type { RequestState } from '../../domain/workflow.ts';
import type { Queryable, Transaction } from '../../platform/db/port.ts';
import { type Bundle, bundleOf, bundleRows, findBundleRow, requestsIn } from './bundle-store.ts';
import {
  countRequesters as askingFor,
  findRow,
  LARGEST_PAGE,
  messagesOf,
  type RequestFilter,
  type RequestRow,
  findEcosystems as requestedEcosystems,
  requestersOf,
  rowsOf,
} from './store.ts';

export { REQUEST_STATES, type RequestState } from '../../domain/workflow.ts';
export type { Bundle } from './bundle-store.ts';
export { type Draft, draftsOf, findDraft } from './draft-store.ts';
export { type Move, movesOf, moveText } from './moves.ts';
export type { RequestFilter } from './store.ts';
/** How many people still ask for each of these requests. */
export { askingFor, requestedEcosystems };

/** A request as it stands. Times are RFC 3339, UTC. */
export interface Request {
  readonly id: string;
  readonly number: number;
  readonly channel: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string | null;
  readonly extras: readonly string[];
  readonly state: RequestState;
  readonly filedBy: string;
  readonly filedAt: string;
  readonly movedAt: string;
  /** Digest and verdict of the newest evidence set. */
  readonly evidence: string | null;
  readonly verdict: string | null;
  /** Why evidence could not be collected. */
  readonly failure: string | null;
  readonly answersRequest: string | null;
  readonly answersConcern: string | null;
}

export interface Requester {
  readonly person: string;
  readonly q1: string;
  readonly q2: string;
  readonly q3: string;
  readonly project: string | null;
  readonly contact: string | null;
  readonly joinedAt: string;
  readonly withdrawnAt: string | null;
}

export interface Message {
  readonly at: string;
  readonly person: string;
  readonly kind: 'question' | 'answer';
  readonly text: string;
}

export type RequestDetails = Request & {
  readonly requesters: readonly Requester[];
  readonly messages: readonly Message[];
};

/** By number, a page at a time: `after` is the number of the last one seen. */
export async function listRequests(db: Queryable, filter: RequestFilter = {}): Promise<readonly Request[]> {
  return (await rowsOf(db, filter)).map(requestOf);
}

export async function findRequest(db: Queryable, id: string): Promise<Request | undefined> {
  const row = await findRow(db, id);
  return row === undefined ? undefined : requestOf(row);
}

/** Holds a request still until the transaction ends, so that it is not withdrawn while it is decided. */
export async function lockRequest(db: Transaction, id: string): Promise<void> {
  await findRow(db, id, true);
}

/** Throws `unknown-request`. */
export async function showRequest(db: Queryable, id: string): Promise<RequestDetails> {
  const request = await findRequest(db, id);
  if (request === undefined) throw unknownRequest(id);
  const requesters = (await requestersOf(db, id)).map(({ joined_at, withdrawn_at, person, ...said }) => ({
    person,
    q1: said.q1,
    q2: said.q2,
    q3: said.q3,
    project: said.project,
    contact: said.contact,
    joinedAt: joined_at.toISOString(),
    withdrawnAt: withdrawn_at?.toISOString() ?? null,
  }));
  const messages = (await messagesOf(db, id)).map(({ at, person, kind, text }) => ({
    at: at.toISOString(),
    person,
    kind,
    text,
  }));
  return { ...request, requesters, messages };
}

/** The requests of a bundle, by number. Throws `unknown-bundle`. */
export async function showBundle(
  db: Queryable,
  id: string,
): Promise<Bundle & { readonly requests: readonly Request[] }> {
  const row = await findBundleRow(db, id);
  if (row === undefined)
    throw new Problem({
      kind: 'not-found',
      code: 'unknown-bundle',
      what: `There is no bundle ${JSON.stringify(id.slice(0, 40))}`,
      next: 'See `pratique request list --bundles`.',
    });
  const requests = await rowsOf(db, { ids: await requestsIn(db, id) });
  return { ...bundleOf(row), requests: requests.map(requestOf) };
}

/** By number, a page at a time. */
export async function listBundles(
  db: Queryable,
  filter: { readonly channel?: string | undefined; readonly after?: number | undefined; readonly limit?: number } = {},
): Promise<readonly Bundle[]> {
  return (await bundleRows(db, { ...filter, limit: filter.limit ?? LARGEST_PAGE })).map(bundleOf);
}

export function unknownRequest(id: string): Problem {
  return new Problem({
    kind: 'not-found',
    code: 'unknown-request',
    what: `There is no request ${JSON.stringify(id.slice(0, 40))}`,
    next: 'See `pratique request list`.',
  });
}

export function requestOf(row: RequestRow): Request {
  const { id, number, channel, ecosystem, name, version, extras, state, evidence, verdict, failure } = row;
  return {
    id,
    number,
    channel,
    ecosystem,
    name,
    version,
    extras,
    state,
    evidence,
    verdict,
    failure,
    filedBy: row.filed_by,
    filedAt: row.filed_at.toISOString(),
    movedAt: row.moved_at.toISOString(),
    answersRequest: row.answers_request,
    answersConcern: row.answers_concern,
  };
}
