/** Whether a package can be installed from a channel, and if not, why. It has no rows of its own: it asks the other rooms. */
import type { UnavailableTarget } from '../../domain/evidence.ts';
import { isOffered, type ReleaseState } from '../../domain/states.ts';
import type { WantedTag } from '../../domain/tag.ts';
import { OPEN_STATES } from '../../domain/workflow.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { decisionsAbout } from '../decisions/read.ts';
import { clearedEntries, denials, entriesEver, isDenied } from '../lists/read.ts';
import { isQuarantined, listQuarantines } from '../quarantine/read.ts';
import { listRequests, type Request } from '../requests/read.ts';
import {
  activeStops,
  type HeldUp,
  heldUpBy,
  offeredReleases,
  packageKey,
  readSnapshot,
  rollbackReason,
  stoppedNeed,
  stopsByPackage,
} from '../snapshots/read.ts';
import { missingTags, tagRequirements } from '../tags/read.ts';
import { type AskedPackage, fits } from './asked.ts';
import { saidOfClosed, saidOfUnasked } from './by-mode.ts';
import { acceptedAs, byTarget } from './by-target.ts';
import { notListed } from './not-listed.ts';
import { openingOf, publishingOf } from './opening.ts';

export { type AskedPackage, fits, type ProjectFile, readAsked, readProject } from './asked.ts';
export { type Advisers, SUGGESTION_LIMITS, type Suggestion, suggestionsFor, type WayAnswer } from './suggest.ts';
export { type Stopping, type Touched, type TouchedEntry, touchedBy, touchedEntries } from './touched.ts';

/** Where the answers are kept. */
interface Kept {
  readonly db: Queryable;
  readonly blobs: Blobs;
  now(): Date;
}

/** The answer about one package or release. */
export interface Availability {
  /** As it was written. */
  readonly asked: string;
  readonly purl: string | null;
  readonly state: ReleaseState;
  readonly reason: string | null;
  /** Purls from a root to the release, where it is offered. */
  readonly path: readonly string[];
  /** The newest request for it. */
  readonly request: string | null;
  /** Of what is allowed: tags that the channel, or whoever checks, asks for and the release has not got. */
  readonly missing_tags: readonly string[];
  /** Where upstream lists no version that is asked for: some that it does list, oldest first. */
  readonly available_versions: readonly string[];
  /** Where it is offered: the targets of the channel that have it. */
  readonly targets: readonly string[];
  /** Of what was accepted and is offered: the targets of the channel that have none of it, and why. */
  readonly unavailable_targets: readonly UnavailableTarget[];
}

/** Where anybody reads why a package is not to be had from a channel: the path of its page. */
export function pageAbout(channel: string, { ecosystem, name, version }: AskedPackage): string {
  const release = version === null ? name : `${name}/${encodeURIComponent(version)}`;
  return `/b/${ecosystem.id}/${release}?channel=${channel}`;
}

/** What a state means for who wants to install: the words of a check's summary. */
export type Standing = 'allowed' | 'refused' | 'pending' | 'could_not_check';

export function standingOf(state: ReleaseState): Standing {
  switch (state) {
    case 'core':
    case 'accepted':
    case 'dependency':
      return 'allowed';
    case 'in-window':
    case 'in-review':
    case 'needs-answer':
      return 'pending';
    case 'not-requested':
    case 'rejected':
    case 'quarantined':
    case 'denied':
      return 'refused';
    case 'unknown':
      return 'could_not_check';
  }
}

export interface ProjectCheck {
  readonly summary: Readonly<Record<Standing | 'missing_tag', number>>;
  readonly results: readonly Availability[];
}

/** Every package of a project, in its order. `tags` are asked for beside those of the channel. */
export async function checkProject(
  kept: Kept,
  channel: string,
  asked: readonly AskedPackage[],
  tags: readonly WantedTag[] = [],
): Promise<ProjectCheck> {
  const wanted = [...(await tagRequirements(kept.db, channel)), ...tags];
  const results: Availability[] = [];
  for (const one of asked) results.push(await withTags(kept, one, await stateOf(kept, channel, one), wanted));
  const count = (standing: Standing) => results.filter(({ state }) => standingOf(state) === standing).length;
  return {
    summary: {
      allowed: count('allowed'),
      refused: count('refused'),
      pending: count('pending'),
      missing_tag: results.filter((one) => one.missing_tags.length > 0).length,
      could_not_check: count('could_not_check'),
    },
    results,
  };
}

/** One package, with the tags that its channel asks for. */
export async function availabilityOf(kept: Kept, channel: string, asked: AskedPackage): Promise<Availability> {
  const found = await stateOf(kept, channel, asked);
  return withTags(kept, asked, found, await tagRequirements(kept.db, channel));
}

type Found = Omit<Availability, 'missing_tags' | 'available_versions' | 'targets' | 'unavailable_targets'> & {
  readonly version?: string;
  readonly available?: readonly string[];
  readonly targets?: readonly string[];
  readonly unavailable?: readonly UnavailableTarget[];
};

async function withTags(
  { db, now }: Kept,
  { ecosystem, name }: AskedPackage,
  { version, available = [], targets = [], unavailable = [], ...said }: Found,
  wanted: readonly WantedTag[],
): Promise<Availability> {
  const found = { ...said, available_versions: available, targets, unavailable_targets: unavailable };
  if (version === undefined || standingOf(found.state) !== 'allowed') return { ...found, missing_tags: [] };
  const release = { ecosystem: ecosystem.id, name, version };
  return { ...found, missing_tags: await missingTags(db, release, wanted, now()) };
}

/** What stops wins over what is offered; then come the newest request and the newest decision. */
async function stateOf(kept: Kept, channel: string, asked: AskedPackage): Promise<Found> {
  const { ecosystem, name, version } = asked;
  const about = { channel, ecosystem: ecosystem.id, name };
  const all = await offeredReleases(kept, about);
  const offered = all.filter((one) => fits(asked, one.version));
  const known = version ?? offered.at(-1)?.version ?? (await clearedEntries(kept.db, channel, about)).at(-1)?.version;
  const stopped = await stopOf(kept, { ...about, version: known ?? null }, asked);
  const purl = offered.at(-1)?.purl ?? null;
  const requests = await listRequests(kept.db, { channel, ecosystem: ecosystem.id, name });
  const request = requests.at(-1)?.id ?? null;
  const base = { asked: asked.text, purl, request, path: [] };
  if (stopped !== undefined) return { ...base, ...stopped };
  const closed = await saidOfClosed(kept.db, channel);
  if (closed !== undefined) return { ...base, purl: null, ...closed };
  const best = offered.at(-1);
  if (best !== undefined) {
    const held = await stoppedNeed(kept, { channel, ecosystem, name, version: best.version });
    if (held !== undefined) return { ...base, state: held.stop.kind, reason: heldReason(name, held) };
    const root = best.state === 'dependency' ? await acceptedAs(kept, channel, best) : undefined;
    const state = root ?? best.state;
    const path = root === undefined ? best.why : [best.purl];
    const found = await byTarget(kept, channel, { asked, all, state });
    return { ...base, state, reason: null, path, version: best.version, ...found };
  }
  return {
    ...base,
    ...(await stateWithoutOffer(kept, { ...about, version: version ?? undefined, asked }, requests.at(-1))),
  };
}

/**
 * Of what requests got accepted, what is stopped by name: denied or quarantined. What is held up by something that it needs, or is not
 * published, only `sinceAccepted` tells, which asks about each by itself.
 */
export async function stopsAmong(
  db: Queryable,
  requests: readonly (Asked & { readonly id: string })[],
  ecosystems: readonly Ecosystem[],
): Promise<ReadonlyMap<string, 'denied' | 'quarantined'>> {
  const accepted = requests.filter(({ state }) => state === 'accepted');
  if (accepted.length === 0) return new Map();
  const [allDenials, quarantines] = [await denials(db), await listQuarantines(db)];
  const isAbout =
    ({ ecosystem, name }: Asked) =>
    (one: { readonly ecosystem: string; readonly name: string }) =>
      one.ecosystem === ecosystem && one.name === name;
  const found = new Map<string, 'denied' | 'quarantined'>();
  for (const request of accepted) {
    const { id, channel, ecosystem, name } = request;
    const versions = ecosystems.find((one) => one.id === ecosystem)?.versions;
    if (versions === undefined || ![...allDenials, ...quarantines].some(isAbout(request))) continue;
    const version = request.version ?? (await clearedEntries(db, channel, { ecosystem, name })).at(-1)?.version ?? null;
    const release = { channel, ecosystem, name, version };
    if (isDenied(allDenials, release, versions) !== undefined) found.set(id, 'denied');
    else if (isQuarantined(quarantines, release, versions) !== undefined) found.set(id, 'quarantined');
  }
  return found;
}

/** A request, as far as it says what was accepted. */
type Asked = Pick<Request, 'channel' | 'ecosystem' | 'name' | 'version' | 'state'>;

/** What installs get of what a request got accepted. */
export interface Since {
  /** Why they do not get it: denied, quarantined, not published. `null` where they do, or it was not accepted. */
  readonly now: Pick<Availability, 'state' | 'reason'> | null;
  /** Where they do: the targets that have none of it, and why. */
  readonly unavailable: readonly UnavailableTarget[];
}

/** What became of what a request got accepted. */
export async function sinceAccepted(
  kept: Kept,
  { channel, ecosystem: id, name, version, state }: Asked,
  ecosystems: readonly Ecosystem[],
): Promise<Since> {
  const ecosystem = ecosystems.find((one) => one.id === id);
  if (state !== 'accepted' || ecosystem === undefined) return { now: null, unavailable: [] };
  const found = await stateOf(kept, channel, { ecosystem, name, extras: [], version, text: name });
  const now = isOffered(found.state) ? null : { state: found.state, reason: found.reason };
  return { now, unavailable: found.unavailable ?? [] };
}

interface About {
  readonly channel: string;
  readonly ecosystem: string;
  readonly name: string;
}

async function stopOf(kept: Kept, about: About & { readonly version: string | null }, { ecosystem }: AskedPackage) {
  const denied = isDenied(await denials(kept.db, about.channel), about, ecosystem.versions);
  if (denied !== undefined) return { state: 'denied' as const, reason: `${denied.id}: ${denied.reason}` };
  const all = await listQuarantines(kept.db);
  const id = isQuarantined(all, about, ecosystem.versions);
  if (id === undefined) return undefined;
  return { state: 'quarantined' as const, reason: `${id}: ${all.find((one) => one.id === id)?.reason ?? ''}` };
}

type AboutRelease = About & { readonly version: string | undefined };

async function stateWithoutOffer(
  kept: Kept,
  { asked, ...about }: AboutRelease & { readonly asked: AskedPackage },
  request: Request | undefined,
): Promise<Pick<Found, 'state' | 'reason' | 'available'> & { readonly request?: null }> {
  // A request for the package brings no version that there is not; what was decided stays what is said first.
  const missing = isUndecided(request, about.version) ? await notListed(kept.db, asked) : undefined;
  if (missing !== undefined) return { state: 'not-requested' as const, request: null, ...missing };
  switch (request?.state) {
    case undefined:
    case 'withdrawn': {
      // What came with another release is asked for by nobody, and is gone with what stopped that.
      const { held } = await lackOf(kept, about);
      if (held !== undefined) return { state: held.stop.kind, reason: heldReason(about.name, held) };
      return saidOfUnasked(kept.db, about);
    }
    case 'failed':
      return { state: 'unknown' as const, reason: request.failure };
    case 'in-window':
      return { state: 'in-window' as const, reason: await openingOf(kept, about) };
    case 'accepted': {
      const { held, rollback } = await lackOf(kept, about);
      if (held !== undefined) return { state: held.stop.kind, reason: heldReason(about.name, held) };
      const removed = await removedSince(kept, about, asked);
      if (removed !== undefined) return { state: 'not-requested' as const, reason: removed, request: null };
      const others = await othersAccepted(kept, about, asked);
      if (others !== undefined) {
        // The request is settled: it brings no other version, and is not what to look at. Nor is there one for what is nowhere.
        const reason = `what is accepted is ${others}`;
        const nowhere = await notListed(kept.db, asked);
        const found = nowhere === undefined ? { reason } : { ...nowhere, reason: `${reason}; ${nowhere.reason}` };
        return { state: 'not-requested' as const, request: null, ...found };
      }
      const why = rollback === undefined ? undefined : await rollbackText(kept, about.channel, rollback);
      const reason = `accepted, but not in the current snapshot: ${why ?? (await publishingOf(kept, about))}`;
      return { state: 'in-window' as const, reason };
    }
    case 'needs-answer':
      return { state: 'needs-answer' as const, reason: 'the reviewer asked the requester something' };
    case 'submitted':
    case 'in-review':
      return { state: 'in-review' as const, reason: 'it is being looked at' };
    case 'rejected':
    case 'overturned':
    case 'denied': {
      const decision = (await decisionsAbout(kept.db, about)).at(-1);
      return { state: 'rejected' as const, reason: decision?.concern ?? decision?.reason ?? null };
    }
  }
}

/** Whether no request, or one that is not settled, is all there is about a version; a request for that very version speaks for itself. */
function isUndecided(request: Request | undefined, version: string | undefined): boolean {
  if (request === undefined) return true;
  const isUnsettled = request.state === 'withdrawn' || OPEN_STATES.some((state) => state === request.state);
  return isUnsettled && (version === undefined || request.version !== version);
}

/** The versions that are accepted where what is asked for is none of them; `undefined` where it is, or none is. */
async function othersAccepted({ db }: Kept, { channel, ecosystem, name }: About, asked: AskedPackage) {
  const versions = (await clearedEntries(db, channel, { ecosystem, name })).map((entry) => entry.version);
  return versions.length === 0 || versions.some((one) => fits(asked, one)) ? undefined : versions.join(', ');
}

/** What took an accepted release off its list, where it was on it and is no more; before that, it has yet to come onto it. */
async function removedSince({ db }: Kept, { channel, ecosystem, name }: About, asked: AskedPackage) {
  const entries = await entriesEver(db, { channel, ecosystem, name });
  const own = entries.filter(({ version }) => fits(asked, version));
  const [last] = own;
  if (last === undefined || own.some(({ removedAt }) => removedAt === null)) return undefined;
  return `${last.id} ${last.version} was taken off the ${last.list} list: ${last.removedReason ?? ''}`;
}

/** `the channel was rolled back to 3: pandas 3 broke the nightly runs`. */
async function rollbackText(
  { db }: Kept,
  channel: string,
  { number, to }: { readonly number: number; readonly to: number },
): Promise<string> {
  const reason = await rollbackReason(db, channel, number);
  return `the channel was rolled back to ${to}${reason === undefined ? '' : `: ${reason}`}`;
}

/** Why the current snapshot of a channel lacks what was accepted, or came with that. */
async function lackOf(kept: Kept, { channel, ecosystem, name, version }: AboutRelease) {
  const manifest = await readSnapshot(kept, channel);
  const content = manifest?.content[ecosystem];
  const stops = stopsByPackage(await activeStops(kept.db));
  const stopsOf = (one: string) => stops.get(packageKey(ecosystem, one)) ?? [];
  const held = content === undefined ? undefined : heldUpBy(content, stopsOf, { name, version });
  const to = manifest?.rolledBackTo ?? null;
  return { held, rollback: manifest === undefined || to === null ? undefined : { number: manifest.number, to } };
}

/** `Q-7 stopped wood 1.0.0, which app 1.0.0 needs; it brought gear 1.0.0`. */
function heldReason(name: string, { version, by, stop, cameWith }: HeldUp): string {
  const needs = cameWith === undefined ? `${name} ${version} needs` : `${cameWith.name} ${cameWith.version} needs`;
  const brought = cameWith === undefined ? '' : `; it brought ${name} ${version}`;
  return `${stop.id} stopped ${by.name} ${by.version}, which ${needs}${brought}`;
}
