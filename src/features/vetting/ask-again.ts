/** What is cleared stays under watch: upstream is asked again what it says of it by now, a few packages at a time. */
import type { UpstreamChange, UpstreamPackage } from '../../domain/distribution.ts';
import { SYSTEM } from '../../domain/people.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { UpstreamReader } from '../../ecosystems/contract.ts';
import type { VettingDeps } from './deps.ts';
import { changesBetween } from './upstream-changes.ts';
import { askedBefore, findUpstreamPackage, markAsked, saveUpstreamPackage } from './upstream-store.ts';

/** Packages of one ecosystem in one turn: an index is asked no faster than a careful person would ask it. */
const MOST_IN_A_TURN = 50;
/** Answers in a row that are none, or that know no name: the source is ill, and nothing is concluded from it. */
const MOST_BAD_IN_A_ROW = 3;

type AgainDeps = Pick<VettingDeps, 'clearedReleases' | 'clock' | 'connected' | 'db' | 'ledger'>;

export interface AskAgain {
  readonly ecosystem: EcosystemId;
  /** Packages that some channel offers, dependencies too; normal form. */
  readonly names: readonly string[];
  /** What was read within so many hours is not asked again. */
  readonly everyHours: number;
}

type Answer = Awaited<ReturnType<UpstreamReader['readPackage']>>;

/**
 * Reads the oldest listings of what is cleared again and appends `upstream-changed` where they say something else of a
 * cleared version. A source that answers badly several times running is left alone until the next turn.
 */
export async function askAgain(deps: AgainDeps, { ecosystem, names, everyHours }: AskAgain): Promise<void> {
  const reader = deps.connected(ecosystem)?.reader;
  if (reader === undefined || names.length === 0) return;
  const before = new Date(deps.clock.now().getTime() - everyHours * 3_600_000);
  const gone: UpstreamPackage[] = [];
  let knowsAName = false;
  let badInARow = 0;
  for (const name of await askedBefore(deps.db, { ecosystem, names, before, limit: MOST_IN_A_TURN })) {
    // Before the answer: a package that cannot be read must not keep its place at the head of every turn.
    await markAsked(deps.db, { ecosystem, name, at: deps.clock.now() });
    const known = await findUpstreamPackage(deps.db, ecosystem, name);
    const answer = await reader.readPackage(name);
    if (isSilent(answer)) {
      badInARow += 1;
    } else if (answer.status === 'unknown') {
      badInARow += 1;
      if (known !== undefined) gone.push(known);
    } else if (answer.status === 'found') {
      badInARow = 0;
      knowsAName = true;
      await note(deps, known, answer.package);
    }
    if (badInARow === MOST_BAD_IN_A_ROW) return;
  }
  const lost = new Set(gone.map(({ name }) => name));
  const others = names.filter((name) => !lost.has(name));
  // Believed only of a source that knows other names: where all of a turn are gone, some are asked about that were not due.
  if (lost.size === 0 || !(knowsAName || (await knowsAnyOf(reader, others)))) return;
  const readAt = deps.clock.now().toISOString();
  for (const known of gone) await note(deps, known, { ...known, goneSince: known.goneSince ?? readAt, readAt });
}

async function knowsAnyOf(reader: UpstreamReader, names: readonly string[]): Promise<boolean> {
  for (const name of names.slice(0, MOST_BAD_IN_A_ROW)) {
    const answer = await reader.readPackage(name);
    if (answer.status === 'found' && !isSilent(answer)) return true;
  }
  return false;
}

/** A source that did not answer beside others: what the others know is not all. */
function isSilent(answer: Answer): boolean {
  switch (answer.status) {
    case 'unreadable':
      return true;
    case 'unknown':
      return answer.warnings.length > 0;
    case 'found':
      return answer.package.warnings.some(({ kind }) => kind === 'no-answer');
  }
}

async function note(deps: AgainDeps, before: UpstreamPackage | undefined, now: UpstreamPackage): Promise<void> {
  if (before === undefined) return saveUpstreamPackage(deps.db, now);
  const { ecosystem, name } = now;
  const cleared = new Set((await deps.clearedReleases(ecosystem, name)).map(({ version }) => version));
  const changes: readonly UpstreamChange[] = changesBetween(before, now, cleared);
  if (changes.length === 0) return saveUpstreamPackage(deps.db, now);
  await deps.ledger.change(SYSTEM, async ({ db, append }) => {
    await saveUpstreamPackage(db, now);
    append({ kind: 'upstream-changed', ecosystem, name, changes });
  });
}
