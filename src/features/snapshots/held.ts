/** The entries that are not offered as they were accepted, from one publishing to the next. */
import type { Digest } from '../../domain/digest.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import { type AroundAsk, type Held, heldBytes, parseHeld, resolveAround } from './around.ts';
import type { LeftOut, Lost } from './content.ts';
import type { Member } from './expanded.ts';
import type { CountedTree, Shelf } from './shelf.ts';
import type { ListEntry } from './store.ts';
import type { Trees } from './trees.ts';

/** By id of the entry, the blob with what became of it. */
export type HeldDigests = Readonly<Record<string, Digest>>;

/** What became of entries at the last publishing. */
export async function readHeld(blobs: Blobs, digests: HeldDigests): Promise<readonly Held[]> {
  const held: Held[] = [];
  for (const at of Object.values(digests)) held.push(parseHeld(await blobs.read(at)));
  return held;
}

export interface HeldAsk extends Omit<AroundAsk, 'releases'> {
  readonly shelf: Shelf;
  readonly trees: Trees;
  readonly before: readonly Held[];
  readonly entries: readonly ListEntry[];
  /** Why each entry is not offered as it was accepted. */
  readonly stopped: readonly LeftOut[];
  readonly stopsChanged: ReadonlySet<string>;
}

export interface HeldNow {
  readonly digests: HeldDigests;
  readonly leftOut: readonly LeftOut[];
  readonly lost: readonly Lost[];
}

/**
 * Says of each stopped entry what is offered instead, and counts that into the shelf. An answer is a function of what whole
 * entries offer and of the stops, never of other answers: publishing step by step gives what publishing at once gives.
 */
export async function holdStopped(ask: HeldAsk): Promise<HeldNow> {
  const { before, shelf } = ask;
  const old = new Map(before.map((one) => [one.entry.id, one]));
  const counted = treesByName(before);
  const changed = new Set([...shelf.touched, ...ask.stopsChanged]);
  const around: AroundAsk = { ...ask, releases: (name) => shelf.releases(name, counted.get(name)) };
  const now: Held[] = [];
  for (const stopped of ask.stopped) {
    const known = old.get(stopped.entry);
    const entry = ask.entries.find(({ id }) => id === stopped.entry);
    if (entry === undefined) continue;
    const isSame =
      known !== undefined &&
      known.entry.evidence === entry.evidence &&
      known.entry.list === entry.list &&
      !known.asked.some((name) => changed.has(name));
    now.push(isSame ? known : await resolveAround(around, await memberOf(ask, entry), stopped));
  }
  for (const one of now) await replace(shelf, old.get(one.entry.id), one);
  const kept = new Set(now.map(({ entry }) => entry.id));
  for (const one of before) if (!kept.has(one.entry.id)) await replace(shelf, one, undefined);
  return await storeHeld(ask.blobs, now);
}

/** Trees that are counted already, by the packages in them. */
function treesByName(held: readonly Held[]): ReadonlyMap<string, readonly CountedTree[]> {
  const byName = new Map<string, CountedTree[]>();
  for (const { entry, tree } of held)
    for (const name of tree?.names ?? [])
      if (tree !== null) byName.set(name, [...(byName.get(name) ?? []), { entry, tree }]);
  return byName;
}

async function memberOf({ trees }: HeldAsk, entry: ListEntry): Promise<Member> {
  return { entry, tree: await trees.tree(entry.evidence) };
}

/** Counts what is new before what goes: what both hold was never gone. */
async function replace(shelf: Shelf, before: Held | undefined, after: Held | undefined): Promise<void> {
  if (before === after) return;
  if (after !== undefined && after.tree !== null) await shelf.count({ entry: after.entry, tree: after.tree }, 1);
  if (before !== undefined && before.tree !== null) await shelf.count({ entry: before.entry, tree: before.tree }, -1);
}

/** Of several trees that lost a release the first by this is told of, in whatever order they were accepted: the same lists give the same bytes. */
function orderOf({ cameWith, because, id }: Lost): string {
  return JSON.stringify([cameWith.name, cameWith.version, because, id]);
}

async function storeHeld(blobs: Blobs, held: readonly Held[]): Promise<HeldNow> {
  const digests: Record<string, Digest> = {};
  const leftOut: LeftOut[] = [];
  const lost = new Map<string, Lost>();
  for (const one of held) {
    digests[one.entry.id] = (await blobs.put(heldBytes(one))).digest;
    if (one.leftOut !== null) leftOut.push(one.leftOut);
    for (const release of one.lost) {
      const key = `${release.name} ${release.version}`;
      const known = lost.get(key);
      if (known === undefined || orderOf(release) < orderOf(known)) lost.set(key, release);
    }
  }
  const byKey = [...lost].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, release]) => release);
  return { digests, leftOut: leftOut.toSorted((a, b) => (a.entry < b.entry ? -1 : 1)), lost: byKey };
}
