/** Why a release is not there, for a page: from every channel that whoever asks may know of. */
import type { Refusal } from '../../domain/refusal.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { findEndedStop } from '../snapshots/read.ts';
import { aboutRefusals } from './about-refusals.ts';
import type { Overlay } from './overlay.ts';
import { refusedNow } from './refused-now.ts';
import { refusalOf } from './refusing.ts';

/** A release, or a package where no version is named. */
export interface Subject {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string | undefined;
  /** The one channel that it is about, where it is about one. */
  readonly channel?: string | undefined;
  /** When the denial or quarantine that was asked for by its id ended: RFC 3339, UTC. */
  readonly endedAt?: string | undefined;
}

interface Explaining {
  readonly overlay: Overlay;
  readonly ecosystem: Ecosystem;
  readonly room: Parameters<typeof aboutRefusals>[0] & Parameters<typeof refusedNow>[0];
}

/** The refusal of one channel; `undefined` where it offers the release, or has no snapshot yet. */
export async function explain(
  { overlay, ecosystem, room }: Explaining,
  { name, version }: Subject,
  channel: string,
): Promise<Refusal | undefined> {
  const content = overlay.current.get(channel)?.content;
  if (content === undefined) return undefined;
  const stored = await room.memory.package(content[ecosystem.id], name);
  const wanted = { channel, ecosystem, name, version };
  const offered = stored?.releases.some((one) => [undefined, one.version].includes(version)) ?? false;
  const scene = { overlay, content };
  if (offered) return await refusedNow(room, scene, wanted, stored);
  return refusalOf(await aboutRefusals(room, scene, wanted), wanted, stored);
}

/** What a request, denial or quarantine of this id is about; `undefined` where its channel is not to be known of. */
export function subjectIn(overlay: Overlay, id: string, seen: ReadonlySet<string>): Subject | undefined {
  const request = [...overlay.requests.values()].flat().find((one) => one.id === id);
  if (request !== undefined)
    return seen.has(request.channel) ? { ...request, version: request.version ?? undefined } : undefined;
  const stop = [...overlay.stops.values()].flat().find((one) => one.id === id);
  if (stop === undefined || (stop.channel !== null && !seen.has(stop.channel))) return undefined;
  return { ecosystem: stop.ecosystem, name: stop.name, version: undefined, channel: stop.channel ?? undefined };
}

/** The same of one that ended: clients printed its id, and what they printed still leads somewhere. */
export async function endedSubject(db: Queryable, id: string, seen: ReadonlySet<string>): Promise<Subject | undefined> {
  const stop = await findEndedStop(db, id);
  if (stop === undefined || (stop.channel !== null && !seen.has(stop.channel))) return undefined;
  return { ...stop, version: undefined, channel: stop.channel ?? undefined };
}
