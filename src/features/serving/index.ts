/** Serving: from a question of a package client to an answer, over snapshots in memory and the overlay. */

import type { SearchHit } from '../../domain/client-questions.ts';
import type { UpstreamRelease } from '../../domain/distribution.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { ClientIntent, Ecosystem } from '../../ecosystems/contract.ts';
import type { Content, StoredPackage } from '../snapshots/read.ts';
import { aboutRefusals, NOTHING_MISSING } from './about-refusals.ts';
import type { Answer, Question } from './answer.ts';
import { type AuditAnswer, answerAudit } from './audit.ts';
import { type BasedDocuments, createBasedDocuments } from './based-documents.ts';
import { cooled, firstAppeared, mayBeCooling } from './cooling.ts';
import type { ServingDeps } from './deps.ts';
import {
  closedDocuments,
  emptyRoot,
  madeAnswer,
  type PickedForm,
  passingBody,
  passingDocument,
  pickForm,
  refusedDocuments,
  type WantedDocument,
} from './documents.ts';
import { createEntrance, type Entrance, type Viewer } from './entrance.ts';
import { endedSubject, explain, type Subject, subjectIn } from './explaining.ts';
import { type FirstUse, firstUseNotes } from './first-uses.ts';
import { createLookup, type Lookup } from './lookups.ts';
import { createOverlayKeeper, type Overlay } from './overlay.ts';
import { partOf, uncompressed } from './parts.ts';
import { parsePin } from './pins.ts';
import { refusedNow } from './refused-now.ts';
import { refusalOf, refusalOfName } from './refusing.ts';
import { createSnapshotsInMemory, type SnapshotsInMemory } from './snapshots-in-memory.ts';
import { createWholeIndex, type WholeIndex } from './whole-index.ts';

export type { Encoding } from '../snapshots/read.ts';
export type { Answer, Question } from './answer.ts';
export type { AuditAnswer } from './audit.ts';
export type { PublicWord, ServingDeps } from './deps.ts';
export type { Viewer } from './entrance.ts';
export type { Admission, Asker } from './gates.ts';

export interface Serving extends Entrance {
  answer(question: Question): Promise<Answer>;
  /** Grows when anything that answers depend on changed; `undefined` while nothing may be served. */
  generation(): number | undefined;
  isChannel(name: string): boolean;
  isEcosystem(id: string): boolean;
  /** Why a release is not there, from each channel that refuses it and that the viewer may know of; for a page. */
  explainEverywhere(ask: Subject, viewer: Viewer): Promise<readonly Refusal[]>;
  /** What a request, denial or quarantine of this id is about, also of one that ended. */
  subjectOf(id: string, viewer: Viewer): Promise<Subject | undefined>;
  /** Whether a path is where clients send an audit. */
  isAudit(question: Pick<Question, 'ecosystem' | 'path'>): boolean;
  /** What a client's audit is answered. */
  audit(question: Pick<Question, 'ecosystem' | 'path'>, body: () => Promise<Uint8Array>): Promise<AuditAnswer>;
  /** Sees at once what was committed before the call. */
  refresh(): Promise<void>;
  /** Reads the overlay and keeps it fresh until `close`. */
  start(): Promise<void>;
  close(): void;
}

interface Room {
  readonly deps: ServingDeps;
  readonly memory: SnapshotsInMemory;
  readonly based: BasedDocuments;
  readonly lookup: Lookup;
  readonly wholeIndex: WholeIndex;
  readonly noteFirstUse: (ask: FirstUse, network: string) => void;
}

/** Everything that is known when an intent is answered. */
interface Scene {
  readonly overlay: Overlay;
  readonly content: Content;
  readonly ecosystem: Ecosystem;
  readonly question: Question;
}

/** What a search is answered as. */
const JSON_TYPE = 'application/json';

type IntentOf<K extends ClientIntent['kind']> = Extract<ClientIntent, { kind: K }>;

/** The serving room. Nothing is read from the database while a question is answered, but for a pinned snapshot's first. */
export function createServing(deps: ServingDeps): Serving {
  const ecosystems = new Map(deps.ecosystems.map((ecosystem) => [ecosystem.id, ecosystem]));
  const keeper = createOverlayKeeper(deps);
  const memory = createSnapshotsInMemory(deps);
  const room: Room = {
    deps,
    memory,
    based: createBasedDocuments((digest) => memory.document(digest)),
    lookup: createLookup(deps),
    wholeIndex: createWholeIndex(deps, memory),
    noteFirstUse: firstUseNotes(deps),
  };
  const entrance = createEntrance(deps, keeper);
  return {
    async answer(question) {
      const overlay = keeper.trusted();
      if (overlay === undefined) return { kind: 'unavailable' };
      const ecosystem = ecosystems.get(question.ecosystem);
      if (ecosystem === undefined || !overlay.channels.has(question.channel))
        return { kind: 'not-found', what: 'no such channel or ecosystem' };
      const pin = parsePin(question.snapshot, deps.clock.now());
      if (pin === undefined) return { kind: 'bad-request', what: 'a snapshot is a number or a UTC time that is past' };
      const manifest = await room.memory.manifest(overlay, question.channel, pin);
      // A channel that was just made has no snapshot for a moment: it offers nothing, and says so.
      const content = manifest?.content ?? (pin.kind === 'current' ? {} : undefined);
      if (content === undefined) return { kind: 'not-found', what: 'no such snapshot' };
      return await answerIntent(room, { overlay, content, ecosystem, question });
    },
    generation: () => keeper.trusted()?.generation,
    isChannel: (name) => keeper.trusted()?.channels.has(name) ?? true,
    isEcosystem: (id) => ecosystems.has(id),
    ...entrance,
    async explainEverywhere(ask, viewer) {
      const overlay = keeper.trusted();
      const ecosystem = ecosystems.get(ask.ecosystem);
      if (overlay === undefined || ecosystem === undefined) return [];
      const scene = { overlay, ecosystem, room };
      const channels = entrance.channelsSeenBy(viewer, ecosystem.id);
      const refusals = await Promise.all(channels.map((channel) => explain(scene, ask, channel)));
      return refusals.filter((refusal) => refusal !== undefined);
    },
    async subjectOf(id, viewer) {
      const overlay = keeper.trusted();
      if (overlay === undefined) return undefined;
      const seen = new Set(entrance.channelsSeenBy(viewer));
      return subjectIn(overlay, id, seen) ?? (await endedSubject(deps.db, id, seen));
    },
    isAudit: ({ ecosystem, path }) => ecosystems.get(ecosystem)?.protocol.audit?.asks(path) === true,
    async audit({ ecosystem, path }, body) {
      const found = ecosystems.get(ecosystem);
      return found === undefined
        ? { status: 'not-a-question' }
        : await answerAudit(deps, { ecosystem: found, path, body });
    },
    refresh: () => keeper.refresh(),
    start: () => keeper.start(),
    close: () => keeper.close(),
  };
}

async function answerIntent(room: Room, scene: Scene): Promise<Answer> {
  const { question, ecosystem } = scene;
  const intent = ecosystem.protocol.route(question.path, question.accept, question.query);
  switch (intent.kind) {
    case 'index':
      return intent.name === undefined
        ? await answerRoot(room, scene, intent)
        : await answerIndex(room, scene, { ...intent, name: intent.name });
    case 'part':
      return partOf(ecosystem, await answerIndex(room, uncompressed(scene), intent.document));
    case 'file':
    case 'metadata':
      return await answerFile(room, scene, intent);
    case 'refused':
      return await answerRefused(room, scene, intent);
    case 'search':
      return await answerSearch(room, scene, intent);
    case 'redirect':
      return intent;
    case 'not-acceptable':
      return intent;
    case 'unsupported':
      return { kind: 'not-found', what: 'no such path' };
  }
}

async function answerRoot(room: Room, scene: Scene, intent: IntentOf<'index'>): Promise<Answer> {
  const { ecosystem, content, question } = scene;
  const wanted = wantedDocument(scene, intent);
  if (ecosystem.protocol.partsKey !== undefined && question.snapshot === undefined) {
    const made = await room.wholeIndex.document({ ...scene, channel: question.channel }, wanted);
    return made === undefined ? { kind: 'not-acceptable' } : madeAnswer(made, wanted);
  }
  const form = isClosed(scene) ? undefined : pickForm(content[ecosystem.id]?.root ?? [], wanted);
  if (form === undefined) {
    const empty = emptyRoot(ecosystem);
    const isThere = empty.some(({ key }) => key === intent.key);
    return isThere ? passingDocument(empty, wanted) : { kind: 'not-found', what: 'no such document here' };
  }
  return await storedDocument(room, form, wanted);
}

async function answerIndex(
  room: Room,
  scene: Scene,
  intent: IntentOf<'index'> & { readonly name: string },
): Promise<Answer> {
  const { overlay, ecosystem, question } = scene;
  const { name, version } = intent;
  const wanted = wantedDocument(scene, intent);
  const refusesHere = ecosystem.traits.nothingOffered === 'refusal';
  if (isClosed(scene))
    return refusesHere
      ? { kind: 'refused', refusal: await refuse(room, scene, { name, version }, undefined) }
      : passingDocument(closedDocuments(ecosystem, name, question.channel), wanted);
  const stored = await storedPackage(room, scene, name);
  const form = pickForm(stored?.documents ?? [], wanted);
  if (form !== undefined) return await storedDocument(room, form, wanted);
  if (refusesHere && version !== undefined && stored?.releases.some((one) => one.version === version) === true)
    return { kind: 'not-found', what: 'no such document of this release' };
  if (stored !== undefined && refusesHere)
    return { kind: 'refused', refusal: await refuse(room, scene, { name, version }, stored) };
  if (isReserved(room.deps, ecosystem.id, name)) return { kind: 'not-found', what: 'a reserved name that is not here' };
  const upstream = await askUpstream(room, scene, name);
  const missing = scene.content[ecosystem.id] ?? NOTHING_MISSING;
  const isLeftOut = missing.leftOut.some((one) => one.name === name);
  if (upstream.status === 'unknown' && !isLeftOut) return { kind: 'not-found', what: 'no such package' };
  if (upstream.status === 'found') tellFirstUse(room, scene, { name, version: null });
  if (!refusesHere)
    return passingDocument(
      refusedDocuments({ overlay, missing, channel: question.channel, ecosystem, name }, upstream),
      wanted,
    );
  const refusal = await unlessYoung(room, scene, await refuse(room, scene, { name, version }, undefined), version);
  return { kind: 'refused', refusal: upstream.status === 'found' ? refusal : unchecked(refusal) };
}

async function answerSearch(room: Room, scene: Scene, intent: IntentOf<'search'>): Promise<Answer> {
  const { ecosystem, content, question } = scene;
  const { text, from, size, names: key, contentType } = intent;
  const wanted = { ...question, key, contentType, encodings: ['identity'] as const, base: '' };
  const form = isClosed(scene) ? undefined : pickForm(content[ecosystem.id]?.root ?? [], wanted);
  const names = form === undefined ? '' : (await room.memory.document(form.digest)).toString();
  const found = names.split('\n').filter((name) => name !== '' && name.toLowerCase().includes(text));
  const hits: SearchHit[] = [];
  for (const name of found.slice(from, from + size)) {
    const releases = (await storedPackage(room, scene, name))?.releases ?? [];
    const [newest] = releases.toSorted((a, b) => ecosystem.versions.compare(b.version, a.version));
    if (newest !== undefined) hits.push({ name, version: newest.version });
  }
  const body = ecosystem.protocol.searchAnswer?.(hits, found.length) ?? new Uint8Array();
  return passingBody(JSON_TYPE, Buffer.from(body));
}

/** Nobody could be asked whether it exists: what somebody said of it before still counts. */
function unchecked(refusal: Refusal): Refusal {
  if (refusal.id !== undefined) return refusal;
  return { ...refusal, state: 'unknown', version: undefined, near: undefined };
}

function wantedDocument({ question, ecosystem }: Scene, intent: IntentOf<'index'>): WantedDocument {
  const { key, otherwise, contentType } = intent;
  const { encodings, server, prefix } = question;
  return { key, otherwise, contentType, encodings, server, base: `${server}/${prefix}/${ecosystem.id}/` };
}

async function storedDocument(room: Room, form: PickedForm, wanted: WantedDocument): Promise<Answer> {
  const { digest, encoding, etag, hasBase } = form;
  const body = hasBase ? await room.based.body(digest, encoding, wanted) : await room.memory.document(digest);
  return { kind: 'document', contentType: wanted.contentType, encoding, etag, body, passing: false };
}

async function answerFile(room: Room, scene: Scene, intent: IntentOf<'file' | 'metadata'>): Promise<Answer> {
  const { ecosystem, question } = scene;
  const { name, filename } = intent;
  const stored = await storedPackage(room, scene, name);
  const file = isClosed(scene) ? undefined : stored?.files.find((one) => one.filename === filename);
  const version = file?.version ?? ecosystem.protocol.versionOf(filename, name);
  const wanted = { channel: question.channel, ecosystem, name, version };
  const stop = await refusedNow(room, scene, wanted, stored);
  if (stop !== undefined) return { kind: 'refused', refusal: stop };
  if (file === undefined) {
    const exists = stored !== undefined || isClosed(scene) || (await existsUpstream(room, scene, name));
    if (!exists) return { kind: 'not-found', what: 'no such package' };
    tellFirstUse(room, scene, { name, version: version ?? null });
    const refusal = await refuse(room, scene, { name, version }, stored);
    return { kind: 'refused', refusal: await unlessYoung(room, scene, refusal, version) };
  }
  if (intent.digestHex !== undefined && file.sha256 !== `sha256:${intent.digestHex}`) {
    // A lock file made elsewhere has the upstream host's path, of the same shape: it is led to ours.
    const to = ecosystem.protocol.filePath({ ...file, name }) + (intent.kind === 'metadata' ? '.metadata' : '');
    return { kind: 'redirect', to };
  }
  if (intent.kind === 'file')
    return {
      ...{ kind: 'file', digest: file.sha256, size: file.size, contentType: 'application/octet-stream' },
      headers: ecosystem.protocol.fileHeaders?.(filename),
    };
  if (file.metadata === null) return { kind: 'not-found', what: 'no metadata of this file' };
  return {
    kind: 'file',
    digest: file.metadata.sha256,
    size: file.metadata.size,
    contentType: 'text/plain; charset=utf-8',
  };
}

async function answerRefused(room: Room, scene: Scene, intent: IntentOf<'refused'>): Promise<Answer> {
  const { ecosystem, question } = scene;
  const { name, filename } = intent;
  const stored = await storedPackage(room, scene, name);
  const version = ecosystem.protocol.versionOf(filename, name);
  const wanted = { channel: question.channel, ecosystem, name, version };
  const file = isClosed(scene) ? undefined : stored?.files.find((one) => one.filename === filename);
  // It was cleared since the client read the index.
  const stop = file === undefined ? undefined : await refusedNow(room, scene, wanted, stored);
  if (file !== undefined && stop === undefined)
    return { kind: 'redirect', to: ecosystem.protocol.filePath({ ...file, name }) };
  if (stop !== undefined) return { kind: 'refused', refusal: stop };
  const isNameAlone = version === undefined && stored === undefined;
  const said = isNameAlone ? await refuseName(room, scene, name) : await refuse(room, scene, { name, version }, stored);
  const refusal = await unlessYoung(room, scene, said, version);
  return { kind: 'refused', refusal: intent.state === 'unknown' ? unchecked(refusal) : refusal };
}

/** What a client asks for that learns from one index of all packages what is there: by its name alone, and of this here first. */
async function refuseName(room: Room, scene: Scene, name: string): Promise<Refusal> {
  const { ecosystem, question } = scene;
  const releases = await releasesUpstream(room, scene, name);
  if (releases.length > 0) tellFirstUse(room, scene, { name, version: null });
  const [newest] = releases.map(({ version }) => version).toSorted((a, b) => ecosystem.versions.compare(b, a));
  const wanted = { channel: question.channel, ecosystem, name, version: newest };
  return refusalOfName(await aboutRefusals(room, scene, wanted), wanted);
}

async function refuse(
  room: Room,
  scene: Scene,
  release: { readonly name: string; readonly version: string | undefined },
  stored: StoredPackage | undefined,
): Promise<Refusal> {
  const wanted = { channel: scene.question.channel, ecosystem: scene.ecosystem, ...release };
  return refusalOf(await aboutRefusals(room, scene, wanted), wanted, stored);
}

/** Of a release that is only too young, when it opens; without a version, when the first one of a package does. */
async function unlessYoung(room: Room, scene: Scene, refusal: Refusal, version: string | undefined): Promise<Refusal> {
  const { overlay } = scene;
  if (!mayBeCooling(overlay, refusal)) return refusal;
  const releases = await releasesUpstream(room, scene, refusal.name);
  const appearedAt = firstAppeared(releases.filter((one) => version === undefined || one.version === version));
  return cooled({ overlay, now: room.deps.clock.now() }, refusal, { version, appearedAt });
}

/** None of a name that is ours alone, of a channel that serves nothing, or where nobody could be asked. */
async function releasesUpstream(room: Room, scene: Scene, name: string): Promise<readonly UpstreamRelease[]> {
  if (isClosed(scene) || isReserved(room.deps, scene.ecosystem.id, name)) return [];
  const upstream = await askUpstream(room, scene, name);
  return upstream.status === 'found' ? upstream.package.releases : [];
}

function storedPackage(room: Room, { content, ecosystem }: Scene, name: string): Promise<StoredPackage | undefined> {
  return room.memory.package(content[ecosystem.id], name);
}

function isClosed({ overlay, question }: Scene): boolean {
  return overlay.channels.get(question.channel)?.mode === 'closed';
}

/** A name that could not be checked is treated as one that exists: 404 would let a client look elsewhere. */
async function existsUpstream(room: Room, scene: Scene, name: string): Promise<boolean> {
  if (isReserved(room.deps, scene.ecosystem.id, name)) return false;
  return (await askUpstream(room, scene, name)).status !== 'unknown';
}

function askUpstream(room: Room, { ecosystem, question: { channel, network } }: Scene, name: string) {
  return room.lookup({ channel, ecosystem: ecosystem.id, name, network });
}

/** Whether a name is ours alone: whole, or by a prefix that the operator ended in `*`. */
function isReserved(deps: ServingDeps, ecosystem: string, name: string): boolean {
  return (deps.reserved[ecosystem] ?? []).some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
}

function tellFirstUse(
  room: Room,
  { overlay, question, ecosystem }: Scene,
  ask: { readonly name: string; readonly version: string | null },
): void {
  if (overlay.channels.get(question.channel)?.mode !== 'open' || question.snapshot !== undefined) return;
  room.noteFirstUse({ channel: question.channel, ecosystem: ecosystem.id, ...ask }, question.network);
}
