/** Whose move a request is, since when, and when it is due: what a channel promises. */
import { calendarOf } from '../../domain/practice.ts';
import type { RequestState } from '../../domain/workflow.ts';
import { addWorkingTime, MS_PER_DAY } from '../../domain/working-time.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { listChannels, practiceOf } from '../channels/read.ts';
import { finalDecisionsOf } from '../decisions/read.ts';
import { listWindows } from '../objections/read.ts';

/** What of a request its move is told by. */
interface Moved {
  readonly id: string;
  readonly channel: string;
  readonly state: RequestState;
  /** RFC 3339, UTC. */
  readonly movedAt: string;
}

export interface Move {
  /** `system` while evidence is collected; `nobody` where the request has ended. */
  readonly whose: 'system' | 'reviewer' | 'requester' | 'provider' | 'nobody';
  /** RFC 3339, UTC. */
  readonly since: string;
  /** When a reviewer is to have moved, or when the objection window closes; `null` where nothing is promised. */
  readonly due: string | null;
  readonly isLate: boolean;
}

const WHOSE = {
  submitted: 'system',
  failed: 'reviewer',
  'in-review': 'reviewer',
  'needs-answer': 'requester',
  'in-window': 'provider',
  accepted: 'nobody',
  rejected: 'nobody',
  overturned: 'nobody',
  withdrawn: 'nobody',
  denied: 'nobody',
} as const;

/** By the id of the request. A few questions to the database, however many requests. */
export async function movesOf(
  db: Queryable,
  requests: readonly Moved[],
  now: Date,
): Promise<ReadonlyMap<string, Move>> {
  const promised = await promises(db, requests);
  const closings = await closingsOf(
    db,
    requests.filter(({ state }) => state === 'in-window'),
  );
  return new Map(
    requests.map((request) => {
      const whose = WHOSE[request.state];
      const since = request.movedAt;
      const due = whose === 'provider' ? (closings.get(request.id) ?? null) : dueOf(request, promised);
      return [request.id, { whose, since, due, isLate: due !== null && due < now.toISOString() }];
    }),
  );
}

type Promises = ReadonlyMap<string, (since: Date) => Date>;

/** A request that waits for its evidence waits for its reviewer already: the promise counts from when it was filed. */
function dueOf({ state, channel, movedAt }: Moved, promised: Promises): string | null {
  if (state !== 'submitted' && WHOSE[state] !== 'reviewer') return null;
  return promised.get(channel)?.(new Date(movedAt)).toISOString() ?? null;
}

async function promises(db: Queryable, requests: readonly Moved[]): Promise<Promises> {
  const names = new Set(requests.map(({ channel }) => channel));
  const found = new Map<string, (since: Date) => Date>();
  for (const channel of await listChannels(db)) {
    if (!names.has(channel.name)) continue;
    const practice = await practiceOf(db, channel.name);
    const calendar = calendarOf(channel, practice);
    found.set(channel.name, (since) => addWorkingTime(since, practice.replyWorkingDays * MS_PER_DAY, calendar));
  }
  return found;
}

async function closingsOf(db: Queryable, requests: readonly Moved[]): Promise<ReadonlyMap<string, string>> {
  const decisions = await finalDecisionsOf(
    db,
    requests.map(({ id }) => id),
  );
  const requestOf = new Map(decisions.map((one) => [one.id, one.request]));
  const windows = await listWindows(db, { decisions: [...requestOf.keys()] });
  return new Map(
    windows.flatMap(({ decision, closesAt }) => {
      const request = requestOf.get(decision) ?? null;
      return request === null || closesAt === null ? [] : [[request, closesAt]];
    }),
  );
}

/** `with the reviewer since 2026-11-20, due 2026-11-25`. */
export function moveText({ whose, since, due, isLate }: Move): string {
  if (whose === 'nobody') return `nobody has to do anything, since ${since.slice(0, 10)}`;
  const who =
    whose === 'system' ? 'evidence is collected' : `with the ${whose === 'provider' ? 'data provider' : whose}`;
  const until = due === null ? '' : `, ${isLate ? 'was due' : 'due'} ${due.slice(0, 16)}Z`;
  return `${who} since ${since.slice(0, 10)}${until}`;
}
