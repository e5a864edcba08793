/** Whether a home can do its work now (contract, section 3): database, blobs, the snapshot of each channel, feeds. */
import { sql } from 'kysely';
import { canonicalBytes } from '../domain/canonical-json.ts';
import { listChannels } from '../features/channels/read.ts';
import { listFeeds } from '../features/feeds/read.ts';
import type { FeedClock } from '../features/policy/index.ts';
import { readSnapshot } from '../features/snapshots/read.ts';
import type { Database } from '../platform/db/port.ts';
import type { Rooms } from '../surfaces/cli/app.ts';
import type { Foundation } from './foundation.ts';

export interface Readiness {
  /** Empty where the home is ready. */
  readonly problems: readonly string[];
  /** Worth knowing, and no reason to be not ready. */
  readonly notes: readonly string[];
}

/** What of an opened home is looked at. */
export interface Looked {
  readonly foundation: Pick<Foundation, 'blobs'>;
  readonly db: Database;
  readonly rooms: Pick<Rooms, 'policy'>;
  now(): Date;
}

/** Written and read back. Always the same bytes: each time they are really written, and the store keeps one blob. */
const PROBE = canonicalBytes({ schema: 'pratique.probe/1', text: 'blobs can be written and read' });
const MS_PER_HOUR = 3_600_000;

/** Whether whoever asks may hear of a channel by name. */
type MayName = (channel: string) => boolean;

/** Asks everything; a question that fails is a problem, never an exception. */
export async function readinessOf(app: Looked, mayName: MayName = () => true): Promise<Readiness> {
  const problems: string[] = [];
  const note = (what: string) => (error: unknown) => {
    problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  };
  await probeBlobs(app).catch(note('blobs'));
  await sql`select 1`.execute(app.db).catch(note('database'));
  if (problems.some((one) => one.startsWith('database'))) return { problems, notes: [] };
  await channelProblems(app, mayName).then((found) => problems.push(...found), note('channels'));
  const feeds = await feedStates(app).catch((error: unknown) => {
    note('feeds')(error);
    return [];
  });
  problems.push(...feeds.filter(({ stale }) => stale).map(({ kind }) => `feed ${kind}: stale`));
  const isThere = feeds.some(({ kind }) => kind === 'advisories');
  return { problems, notes: isThere ? [] : ['feed advisories: not configured'] };
}

async function probeBlobs({ foundation }: Looked): Promise<void> {
  const { digest } = await foundation.blobs.put(PROBE);
  const read = await foundation.blobs.read(digest);
  if (!Buffer.from(PROBE).equals(read)) throw new Error('what was written is not what is read');
}

/** Every channel has a snapshot, and its manifest can be read. */
async function channelProblems({ db, foundation: { blobs } }: Looked, mayName: MayName): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { name } of await listChannels(db)) {
    const manifest = await readSnapshot({ db, blobs }, name).catch(() => undefined);
    if (manifest === undefined)
      problems.push(`${mayName(name) ? `channel ${name}` : 'a channel'}: its current snapshot cannot be read`);
  }
  return problems;
}

async function feedStates({ db, rooms, now }: Looked) {
  const { staleAfterHours } = (await rooms.policy.current()).settings;
  return (await listFeeds(db)).map(({ kind, importedAt }) => {
    const hours = (now().getTime() - importedAt.getTime()) / MS_PER_HOUR;
    return { kind, stale: hours > staleAfterHours[feedClock(kind)] };
  });
}

/** Which of policy's `stale_after_hours` a feed goes by. */
export function feedClock(kind: string): FeedClock {
  if (kind === 'advisories' || kind === 'popularity') return kind;
  if (kind === 'trust-root') return 'trustRoot';
  if (kind === 'malicious' || kind === 'yara') return 'malicious';
  return 'exploitation';
}
