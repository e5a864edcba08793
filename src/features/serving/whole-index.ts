/**
 * The index of an ecosystem that has one for all packages. Its clients learn from nothing else that a name is there: names
 * of which nothing is offered stand in it too, as records that lead to a refusal. A pinned snapshot shows only what it
 * offers; the floating one is made again when a snapshot, a state or upstream's list of names changed.
 */
import type { Ecosystem, ListedName, RefusedName, RootInput } from '../../ecosystems/contract.ts';
import { type Content, packageKey, stopOf } from '../snapshots/read.ts';
import { aboutRefusals } from './about-refusals.ts';
import { createRecent } from './caches.ts';
import { cooled, opensByAge } from './cooling.ts';
import type { ServingDeps } from './deps.ts';
import { type MadeDocument, madeDocument, type WantedDocument } from './documents.ts';
import { type Overlay, requestsKey } from './overlay.ts';
import { refusalOfName } from './refusing.ts';
import type { SnapshotsInMemory } from './snapshots-in-memory.ts';

/** Channels whose index is kept; one form of that of the public archive takes some 5 MB. */
const KEPT = 8;
/** Milliseconds for which upstream's list of names is not asked for again. */
const NAMES_MS = 60_000;
const MS_PER_HOUR = 3_600_000;

export interface WholeIndexAsk {
  readonly overlay: Overlay;
  readonly content: Content;
  readonly channel: string;
  readonly ecosystem: Ecosystem;
}

interface Kept {
  readonly of: string;
  /** Made when it is first asked for, and hashed then; `undefined` where there is no document of that key. */
  document(key: string): Promise<MadeDocument | undefined>;
  /** What the index leaves out beside what was stopped, by name and version: the name of what was. */
  heldUp(): Promise<ReadonlyMap<string, string>>;
}

export interface WholeIndex {
  /** A document of all packages, with refusals in it; `undefined` where there is none of that key. */
  document(ask: WholeIndexAsk, wanted: Pick<WantedDocument, 'key' | 'otherwise'>): Promise<MadeDocument | undefined>;
  /**
   * Name of the package that was stopped and that an offered release needs, where the index leaves that out for it: a file
   * is offered as long as the index does.
   */
  heldUpBy(
    ask: WholeIndexAsk,
    release: { readonly name: string; readonly version: string },
  ): Promise<string | undefined>;
}

export function createWholeIndex(
  deps: Pick<ServingDeps, 'clock' | 'log' | 'upstreamNames'>,
  memory: SnapshotsInMemory,
): WholeIndex {
  const kept = createRecent<string, Kept>(KEPT, () => 1);
  const listNames = createNames(deps);
  const indexOf = async (ask: WholeIndexAsk): Promise<Kept> => {
    const { names, revision } = await listNames(ask.ecosystem.id);
    const key = `${ask.channel}/${ask.ecosystem.id}`;
    const now = deps.clock.now();
    // What only has to grow old opens without anything that changes.
    const hour = opensByAge(ask.overlay, ask.channel) ? Math.floor(now.getTime() / MS_PER_HOUR) : 0;
    const of = `${ask.overlay.generation} ${revision} ${hour}`;
    const known = kept.get(key);
    const index =
      known?.of === of ? known : { of, ...madeFrom(ask, () => inputOf(ask, { listed: names, now }, memory)) };
    kept.set(key, index);
    return index;
  };
  return {
    async document(ask, { key, otherwise }) {
      const index = await indexOf(ask);
      const own = await index.document(key);
      return own ?? (otherwise === undefined ? undefined : await index.document(otherwise));
    },
    async heldUpBy(ask, { name, version }) {
      const { heldUp } = ask.ecosystem.protocol;
      const isStopped = [...ask.overlay.stops.keys()].some((key) => key.startsWith(packageKey(ask.ecosystem.id, '')));
      if (heldUp === undefined || !isStopped) return undefined;
      return (await (await indexOf(ask)).heldUp()).get(`${name} ${version}`);
    },
  };
}

/** What is made of one state of things, each once. What is not there, and what failed, is not remembered. */
function madeFrom({ ecosystem }: WholeIndexAsk, read: () => Promise<RootInput>): Omit<Kept, 'of'> {
  let input: Promise<RootInput> | undefined;
  const made = new Map<string, Promise<MadeDocument | undefined>>();
  let held: Promise<ReadonlyMap<string, string>> | undefined;
  const findHeld = async (): Promise<ReadonlyMap<string, string>> => {
    input ??= read();
    const found = ecosystem.protocol.heldUp?.(await input) ?? [];
    return new Map(found.map(({ name, version, by }) => [`${name} ${version}`, by]));
  };
  const make = async (key: string): Promise<MadeDocument | undefined> => {
    input ??= read();
    const documents = ecosystem.protocol.compileRoot({ ...(await input), only: new Set([key]) });
    const document = documents.find((one) => one.key === key);
    return document === undefined ? undefined : madeDocument(document);
  };
  return {
    async document(key) {
      const making = made.get(key) ?? make(key);
      made.set(key, making);
      try {
        const document = await making;
        if (document === undefined) made.delete(key);
        return document;
      } catch (error) {
        input = undefined;
        made.delete(key);
        throw error;
      }
    },
    async heldUp() {
      // A promise, so that many who ask at once after a change make it once.
      held ??= findHeld();
      try {
        return await held;
      } catch (error) {
        input = undefined;
        held = undefined;
        throw error;
      }
    },
  };
}

async function inputOf(
  ask: WholeIndexAsk,
  { listed, now }: { readonly listed: readonly ListedName[]; readonly now: Date },
  memory: SnapshotsInMemory,
): Promise<RootInput> {
  const { protocol, id } = ask.ecosystem;
  const isClosed = ask.overlay.channels.get(ask.channel)?.mode === 'closed';
  const root = isClosed ? [] : (ask.content[id]?.root ?? []);
  const joined = root.find(({ key }) => key === protocol.partsKey);
  const form = joined?.forms.find(({ encoding }) => encoding === 'identity');
  const parts = form === undefined ? [] : [await memory.document(form.digest)];
  const withdrawn = isClosed ? [] : await withdrawnFrom(ask, memory);
  const stopped = new Map(withdrawn.map(({ name, versions }) => [name, versions]));
  return { names: [], parts, refused: await refusedNames(ask, { listed, withdrawn, now }, memory), stopped };
}

/** Releases of one package that the snapshot offers and that were denied or quarantined since. */
interface Withdrawn {
  readonly name: string;
  readonly versions: ReadonlySet<string>;
  /** What stopped the newest of them: why nothing is offered where none is left, and why what needs it is not. */
  readonly because: Pick<RefusedName, 'state' | 'id'>;
}

/** A stop counts from its own moment, not from the next snapshot on. */
async function withdrawnFrom(ask: WholeIndexAsk, memory: SnapshotsInMemory): Promise<readonly Withdrawn[]> {
  const { overlay, ecosystem, channel, content } = ask;
  const names = new Set(
    [...overlay.stops].flatMap(([key, [first]]) =>
      first !== undefined && key === packageKey(ecosystem.id, first.name) ? [first.name] : [],
    ),
  );
  const withdrawn = await Promise.all(
    [...names].map(async (name): Promise<readonly Withdrawn[]> => {
      const offered = (await memory.package(content[ecosystem.id], name))?.releases ?? [];
      const stops = overlay.stops.get(packageKey(ecosystem.id, name)) ?? [];
      const stopped = offered
        .map(({ version }) => ({ version, stop: stopOf(stops, ecosystem.versions, { channel, version }) }))
        .flatMap(({ version, stop }) => (stop === undefined ? [] : [{ version, stop }]))
        .toSorted((a, b) => ecosystem.versions.compare(b.version, a.version));
      const [newest] = stopped;
      if (newest === undefined) return [];
      const { kind: state, id } = newest.stop;
      return [{ name, versions: new Set(stopped.map(({ version }) => version)), because: { state, id } }];
    }),
  );
  return withdrawn.flat();
}

/** Every name that upstream has or somebody here spoke about; what is offered stands for itself. */
async function refusedNames(
  ask: WholeIndexAsk,
  {
    listed,
    withdrawn,
    now,
  }: { readonly listed: readonly ListedName[]; readonly withdrawn: readonly Withdrawn[]; readonly now: Date },
  memory: SnapshotsInMemory,
): Promise<readonly RefusedName[]> {
  const { overlay, ecosystem, channel } = ask;
  const known = new Map<string, Partial<ListedName>>();
  for (const [key, [first]] of overlay.requests)
    if (first !== undefined && key === requestsKey(channel, ecosystem.id, first.name)) known.set(first.name, {});
  for (const one of listed) known.set(one.name, one);
  const stopped = new Map(withdrawn.map(({ name, because }) => [name, because]));
  for (const name of stopped.keys()) if (!known.has(name)) known.set(name, {});
  const names: RefusedName[] = [];
  for (const [name, { version, appearedAt }] of known) {
    const wanted = { channel, ecosystem, name, version };
    const said = refusalOfName(await aboutRefusals({ deps: {}, memory }, ask, wanted), wanted);
    const { state, id } = stopped.get(name) ?? cooled({ overlay, now }, said, { version, appearedAt });
    names.push({ name, version, state, id: id ?? '' });
  }
  return names;
}

/** Upstream's names; while it does not answer, those that it had. */
function createNames({ clock, log, upstreamNames }: Pick<ServingDeps, 'clock' | 'log' | 'upstreamNames'>) {
  const lists = new Map<string, { until: number; names: readonly ListedName[]; revision: number }>();
  return async (ecosystem: string): Promise<{ readonly names: readonly ListedName[]; readonly revision: number }> => {
    const now = clock.now().getTime();
    const known = lists.get(ecosystem) ?? { until: 0, names: [], revision: 0 };
    if (upstreamNames === undefined || now < known.until) return known;
    lists.set(ecosystem, { ...known, until: now + NAMES_MS });
    try {
      const names = await upstreamNames(ecosystem);
      const isSame = names.length === known.names.length && names.every((one, at) => isEqual(one, known.names[at]));
      if (names.length === 0 || isSame) return known;
      const next = { until: now + NAMES_MS, names, revision: known.revision + 1 };
      lists.set(ecosystem, next);
      return next;
    } catch (error) {
      log.warn('the names of an upstream could not be listed', { ecosystem, error: String(error) });
      return known;
    }
  };
}

function isEqual(one: ListedName, other: ListedName | undefined): boolean {
  return one.name === other?.name && one.version === other.version && one.appearedAt === other.appearedAt;
}
