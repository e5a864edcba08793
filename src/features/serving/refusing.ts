/** Why a release is not served, in one place for indexes, files and pages: one pure function over what is known. */
import type { Refusal, RefusalState } from '../../domain/refusal.ts';
import { isOffered } from '../../domain/states.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import { packageKey, requestedState, requestFor, type StoredPackage, stopOf } from '../snapshots/read.ts';
import type { ServingDeps } from './deps.ts';
import { type Overlay, requestsKey } from './overlay.ts';

/** A release that somebody asks for. */
export interface Wanted {
  readonly channel: string;
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly version: string | undefined;
}

/** The denial or quarantine that holds for a release, as a refusal; `undefined` where none does. */
export function stopped(overlay: Overlay, wanted: Wanted, offered: StoredPackage | undefined): Refusal | undefined {
  const stop = stopFor(overlay, wanted);
  if (stop === undefined) return undefined;
  return {
    ...about(wanted),
    state: stop.kind,
    id: stop.id,
    at: stop.since,
    advisory: stop.advisory ?? undefined,
    alternative: alternative(overlay, wanted, offered),
  };
}

/** Why a release that no snapshot offers is not there. */
export function refusalOf(
  { overlay, deps }: { readonly overlay: Overlay; readonly deps: Pick<ServingDeps, 'nearName'> },
  wanted: Wanted,
  offered: StoredPackage | undefined,
): Refusal {
  const stop = stopped(overlay, wanted, offered);
  if (stop !== undefined) return stop;
  const mode = overlay.channels.get(wanted.channel)?.mode;
  if (mode === 'closed') return { ...about(wanted), state: 'closed', id: undefined };
  const requests = overlay.requests.get(requestsKey(wanted.channel, wanted.ecosystem.id, wanted.name)) ?? [];
  const request = requestFor(requests, wanted.version);
  const state = stateOf(requests, wanted.version) ?? (mode === 'open' ? 'in-review' : 'not-requested');
  const near = state === 'not-requested' ? deps.nearName?.(wanted.ecosystem.id, wanted.name) : undefined;
  return {
    ...about(wanted),
    state,
    id: state === 'not-requested' ? undefined : request?.id,
    at: state === 'in-window' && request !== undefined ? overlay.closingTimes.get(request.id) : request?.filedAt,
    reason: state === 'rejected' && request !== undefined ? overlay.reasons.get(request.id) : undefined,
    alternative: alternative(overlay, wanted, offered),
    near,
  };
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
