/**
 * The index of an ecosystem that has one for all packages. Its clients learn from nothing else that a name is there: names
 * of which nothing is offered stand in it too, as records that lead to a refusal. A pinned snapshot shows only what it
 * offers; the floating one is made again when a snapshot, a state or upstream's list of names changed.
 */
import type { Ecosystem, ListedName, RefusedName, RootInput } from '../../ecosystems/contract.ts';
import { type Content, heldUpBy, packageKey, requestedState, stopOf } from '../snapshots/read.ts';
import { createRecent } from './caches.ts';
import type { ServingDeps } from './deps.ts';
import { type MadeDocument, madeDocument, type WantedDocument } from './documents.ts';
import { type Overlay, requestsKey } from './overlay.ts';
import type { SnapshotsInMemory } from './snapshots-in-memory.ts';

/** Channels whose index is kept; one form of that of the public archive takes some 5 MB. */
const KEPT = 8;
/** Milliseconds for which upstream's list of names is not asked for again. */
const NAMES_MS = 60_000;

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
    const of = `${ask.overlay.generation} ${revision}`;
    const known = kept.get(key);
    const index = known?.of === of ? known : { of, ...madeFrom(ask, () => inputOf(ask, names, memory)) };
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
  listed: readonly ListedName[],
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
  return { names: [], parts, refused: refusedNames(ask, listed, withdrawn), stopped };
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
function refusedNames(
  ask: WholeIndexAsk,
  listed: readonly ListedName[],
  withdrawn: readonly Withdrawn[],
): readonly RefusedName[] {
  const { overlay, ecosystem, channel } = ask;
  const versions = new Map<string, string | undefined>();
  for (const [key, [first]] of overlay.requests)
    if (first !== undefined && key === requestsKey(channel, ecosystem.id, first.name))
      versions.set(first.name, undefined);
  for (const { name, version } of listed) versions.set(name, version);
  const stopped = new Map(withdrawn.map(({ name, because }) => [name, because]));
  for (const name of stopped.keys()) if (!versions.has(name)) versions.set(name, undefined);
  return [...versions].map(([name, version]) => ({
    ...{ name, version },
    ...(stopped.get(name) ?? stateOf(ask, name, version)),
  }));
}

function stateOf(
  { overlay, content, ecosystem, channel }: WholeIndexAsk,
  name: string,
  version: string | undefined,
): Pick<RefusedName, 'state' | 'id'> {
  if (overlay.channels.get(channel)?.mode === 'closed') return { state: 'closed', id: '' };
  const stopsOf = (one: string) => overlay.stops.get(packageKey(ecosystem.id, one)) ?? [];
  const missing = content[ecosystem.id];
  const held = missing === undefined ? undefined : heldUpBy(missing, stopsOf, { name, version: undefined });
  const requests = overlay.requests.get(requestsKey(channel, ecosystem.id, name)) ?? [];
  const requested = requestedState(requests, version) ?? { state: 'not-requested', id: '' };
  // What came with another release may be asked for by itself meanwhile.
  const holds = held?.cameWith === undefined || requested.state === 'not-requested';
  const stop = stopOf(stopsOf(name), ecosystem.versions, { channel, version }) ?? (holds ? held?.stop : undefined);
  return stop === undefined ? requested : { state: stop.kind, id: stop.id };
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
  return one.name === other?.name && one.version === other.version;
}
