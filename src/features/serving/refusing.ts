/** Why a release is not served, in one place for indexes, files and pages: one pure function over what is known. */

import { parsePurl } from '../../domain/purl.ts';
import type { Refusal, RefusalState } from '../../domain/refusal.ts';
import { isOffered } from '../../domain/states.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import {
  heldUpBy,
  type Missing,
  packageKey,
  type RequestState,
  requestedState,
  requestFor,
  type Stop,
  type StoredPackage,
  stopOf,
} from '../snapshots/read.ts';
import type { ServingDeps } from './deps.ts';
import { type Overlay, requestsKey } from './overlay.ts';

/** A release that somebody asks for. */
export interface Wanted {
  readonly channel: string;
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly version: string | undefined;
}

/** Everything that a refusal is made from beside the release. */
export interface Scene {
  readonly overlay: Overlay;
  /** What the snapshot leaves out. */
  readonly missing: Missing;
  /** What the channel offered of the package before it was rolled back. */
  readonly beforeRollback: StoredPackage | undefined;
  readonly deps: Pick<ServingDeps, 'nearName'>;
}

/** The denial or quarantine that holds for a release, as a refusal; `undefined` where none does. */
export function stopped(overlay: Overlay, wanted: Wanted, offered: StoredPackage | undefined): Refusal | undefined {
  const stop = stopFor(overlay, wanted);
  if (stop === undefined) return undefined;
  const neededBy = parentOf(wanted, offered);
  return {
    ...about(wanted),
    ...told(stop),
    neededBy,
    // Another release of what is stopped is the client's to find; what works of a parent is not known here.
    alternative: neededBy === undefined ? alternative(overlay, wanted, offered) : undefined,
  };
}

/** The same for a release that is offered and needs what was stopped, where the index leaves it out for that. */
export function heldUpNow(
  overlay: Overlay,
  wanted: Wanted & { readonly version: string },
  by: { readonly name: string; readonly stored: StoredPackage | undefined },
): Refusal | undefined {
  const { channel, ecosystem, name, version } = wanted;
  const { versions } = ecosystem;
  const newestFirst = (by.stored?.releases ?? []).toSorted((a, b) => versions.compare(b.version, a.version));
  for (const release of newestFirst) {
    const stop = stopFor(overlay, { channel, ecosystem, name: by.name, version: release.version });
    if (stop === undefined) continue;
    const what = { channel, ecosystem: ecosystem.id, name: by.name, version: release.version };
    return { ...what, ...told(stop), neededBy: { name, version } };
  }
  return undefined;
}

function told({ kind, id, since, advisory }: Stop) {
  return { state: kind, id, at: since, advisory: advisory ?? undefined };
}

/** The release that brought a dependency into the snapshot; `undefined` for what was itself asked for. */
function parentOf({ version }: Wanted, offered: StoredPackage | undefined): Refusal['neededBy'] {
  const release = offered?.releases.find((one) => one.version === version);
  const parent = release?.state === 'dependency' ? parsePurl(release.why.at(-2) ?? '') : undefined;
  return parent?.version === undefined ? undefined : { name: parent.name, version: parent.version };
}

/** What a release that is left out for something in the tree it came with answers: the state of that, and who needs it. */
function heldUp({ overlay, missing }: Scene, wanted: Wanted, offered: StoredPackage | undefined): Refusal | undefined {
  const { ecosystem, channel } = wanted;
  const held = heldUpBy(missing, (name) => overlay.stops.get(packageKey(ecosystem.id, name)) ?? [], wanted);
  if (held === undefined) return undefined;
  const own = { name: wanted.name, version: held.version };
  return {
    ...{ channel, ecosystem: ecosystem.id, ...held.by, ...told(held.stop) },
    neededBy: held.cameWith ?? own,
    brought: held.cameWith === undefined ? undefined : own,
    alternative: alternative(overlay, wanted, offered),
  };
}

/** Why a release that no snapshot offers is not there. */
export function refusalOf(scene: Scene, wanted: Wanted, offered: StoredPackage | undefined): Refusal {
  const { overlay } = scene;
  const held = heldUp(scene, wanted, offered);
  const stop = stopped(overlay, wanted, offered) ?? (held?.brought === undefined ? held : undefined);
  if (stop !== undefined) return stop;
  if (overlay.channels.get(wanted.channel)?.mode === 'closed')
    return { ...about(wanted), state: 'closed', id: undefined };
  const requests = overlay.requests.get(requestsKey(wanted.channel, wanted.ecosystem.id, wanted.name)) ?? [];
  const request = requestFor(requests, wanted.version);
  const asked = stateOf(requests, wanted.version);
  if (asked === undefined || asked === 'not-requested') {
    const accepted = acceptedMeanwhile(scene, wanted, offered);
    if (accepted !== undefined)
      return { ...accepted, id: request?.id, alternative: alternative(overlay, wanted, offered) };
    // What came with another release may be asked for by itself, and then that is what is told.
    if (held !== undefined) return held;
  }
  return asRequested(scene, wanted, { offered, request, asked });
}

/**
 * Of a package of which nothing is offered, where a client cannot name the release that it wants (R): what is said of the
 * release that upstream lists, else of any other one. `wanted` has the version of that release.
 */
export function refusalOfName(scene: Scene, wanted: Wanted): Refusal {
  const listed = refusalOf(scene, wanted, undefined);
  if (listed.id !== undefined) return listed;
  const any = refusalOf(scene, { ...wanted, version: undefined }, undefined);
  return any.id === undefined ? listed : any;
}

interface Standing {
  readonly offered: StoredPackage | undefined;
  readonly request: RequestState | undefined;
  readonly asked: RefusalState | undefined;
}

/** What the request says, or that there is none. */
function asRequested({ overlay, deps }: Scene, wanted: Wanted, { offered, request, asked }: Standing): Refusal {
  const { ecosystem, name, version, channel } = wanted;
  const state = asked ?? (overlay.channels.get(channel)?.mode === 'open' ? 'in-review' : 'not-requested');
  const word = state === 'rejected' && request !== undefined ? overlay.reasons.get(request.id) : undefined;
  const by = version === undefined ? undefined : word?.heldUpBy;
  return {
    ...about(wanted),
    ...by,
    neededBy: by === undefined || version === undefined ? undefined : { name, version },
    state,
    id: state === 'not-requested' ? undefined : request?.id,
    at: state === 'in-window' && request !== undefined ? overlay.closingTimes.get(request.id) : request?.filedAt,
    reason: word?.reason,
    alternative: alternative(overlay, wanted, offered),
    near: state === 'not-requested' ? deps.nearName?.(ecosystem.id, name) : undefined,
  };
}

/** The release that is accepted and that the current snapshot, one of before, does not hold. */
function acceptedMeanwhile({ overlay, beforeRollback }: Scene, wanted: Wanted, offered: StoredPackage | undefined) {
  const { channel, ecosystem, name } = wanted;
  const there = new Set((offered?.releases ?? []).map(({ version }) => version));
  const before = (beforeRollback?.releases ?? []).map(({ version }) => version);
  const accepted = overlay.acceptedMeanwhile.get(requestsKey(channel, ecosystem.id, name)) ?? [];
  // What came as a dependency before what was accepted by itself: of several, the last is named.
  const missing = [...before.toSorted(ecosystem.versions.compare), ...accepted].filter(
    (version) => !there.has(version) && stopFor(overlay, { ...wanted, version }) === undefined,
  );
  const version =
    // Where nothing of the package is offered, whichever release a client asks for: the accepted one is what helps.
    wanted.version === undefined || there.size === 0 ? missing.at(-1) : missing.find((one) => one === wanted.version);
  return version === undefined ? undefined : { ...about({ ...wanted, version }), state: 'rolled-back' as const };
}

function stateOf(requests: Parameters<typeof requestFor>[0], version: string | undefined): RefusalState | undefined {
  if (requestFor(requests, version)?.state === 'overturned') return 'overturned';
  const state = requestedState(requests, version)?.state;
  return state === undefined || isOffered(state) ? undefined : state;
}

function stopFor(overlay: Overlay, { channel, ecosystem, name, version }: Wanted) {
  const stops = overlay.stops.get(packageKey(ecosystem.id, name));
  return stops === undefined ? undefined : stopOf(stops, ecosystem.versions, { channel, version });
}

/** The newest release that works now. */
function alternative(overlay: Overlay, wanted: Wanted, offered: StoredPackage | undefined): string | undefined {
  return (offered?.releases ?? [])
    .map((release) => release.version)
    .filter((version) => version !== wanted.version && stopFor(overlay, { ...wanted, version }) === undefined)
    .toSorted((a, b) => wanted.ecosystem.versions.compare(b, a))[0];
}

function about({ channel, ecosystem, name, version }: Wanted) {
  return { channel, ecosystem: ecosystem.id, name, version };
}
