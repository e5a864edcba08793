/** Builds every room of a home and hands each what it needs: the one place that knows them all. */

import { readFile } from 'node:fs/promises';
import type { Channel } from '../domain/channel.ts';
import { type Digest, isDigest } from '../domain/digest.ts';
import type { FactKind } from '../domain/fact.ts';
import { SYSTEM } from '../domain/people.ts';
import { ECOSYSTEMS } from '../ecosystems/catalog.ts';
import type { Ecosystem } from '../ecosystems/contract.ts';
import { createAdvisories } from '../features/advisories/index.ts';
import { createAssessment } from '../features/assessment/index.ts';
import { createChannels } from '../features/channels/index.ts';
import { listChannels, requireChannel } from '../features/channels/read.ts';
import { createDecisions } from '../features/decisions/index.ts';
import { createDossiers } from '../features/dossier/index.ts';
import { keepDossier } from '../features/dossier/read.ts';
import { createFeeds } from '../features/feeds/index.ts';
import { exploitationOf, maliciousList, popularNames, trustRoots, yaraRules } from '../features/feeds/read.ts';
import { createImages, type StoppedBy } from '../features/images/index.ts';
import { createLists } from '../features/lists/index.ts';
import { clearedEntries, denials, isDenied } from '../features/lists/read.ts';
import { createNotices } from '../features/notices/index.ts';
import { createObjections } from '../features/objections/index.ts';
import { createPolicy, type FeedClock, type Policy } from '../features/policy/index.ts';
import { createQuarantine } from '../features/quarantine/index.ts';
import { isQuarantined, listQuarantines } from '../features/quarantine/read.ts';
import { createReports } from '../features/reports/index.ts';
import { createRequests } from '../features/requests/index.ts';
import { createSnapshots } from '../features/snapshots/index.ts';
import { offeredIn } from '../features/snapshots/read.ts';
import { createTags } from '../features/tags/index.ts';
import { askAgain } from '../features/vetting/ask-again.ts';
import { deriveAgain } from '../features/vetting/derived-files.ts';
import { createVetting, type StopOf, type VettingDeps, type VettingPolicy } from '../features/vetting/index.ts';
import { knownSigningKeys, knownUpstream, newestEvidenceOf, readEvidenceSet } from '../features/vetting/read.ts';
import { type ClearedEntry, findWorsened } from '../features/vetting/reexamine.ts';
import { networkOf } from '../platform/fetch/networks.ts';
import { decisionFact } from '../platform/ledger/history.ts';
import { createLedger } from '../platform/ledger/ledger.ts';
import type { Ledger, Reactions } from '../platform/ledger/port.ts';
import { verifier } from '../platform/signing/keys.ts';
import { SCANNERS } from '../scanners/catalog.ts';
import { COMPARISON_VERSION } from '../scanners/changed-lines/counterpart.ts';
import { PRINTER_VERSION } from '../scanners/copied-code/version.ts';
import { faultOfEntry } from '../scanners/licence-texts/entries.ts';
import { sourceSuffixes } from '../scanners/source/suffixes.ts';
import type { Rooms } from '../surfaces/cli/app.ts';
import { publicUrlOf } from './address.ts';
import { installationOf } from './assessing.ts';
import { auditOf } from './auditing.ts';
import { createClearedReleases, createOfferedNames } from './cleared-releases.ts';
import { createAdvisoriesTogether, createPopularityTogether } from './feeds-together.ts';
import type { Foundation } from './foundation.ts';
import { notBefore, reactionsOf } from './reactions.ts';
import { createRepublish } from './republish.ts';
import { importingInRoom } from './room.ts';
import { roomsOfPeople } from './rooms-of-people.ts';
import { checkRules } from './rule-check.ts';
import { noticesDeps } from './telling.ts';
import { createTrialMachines } from './trial-machines.ts';
import type { Upstreams } from './upstreams.ts';
import { VERSION } from './version.ts';

export interface AllRooms extends Rooms {
  readonly ledger: Ledger;
  readonly reactions: Reactions;
  /** Holds newer feeds against everything that is cleared, and quarantines what got worse. Idempotent. */
  reexamine(): Promise<void>;
  /** Asks upstream again about what is cleared, the oldest answers first, a few packages at a time. */
  askAgain(everyHours: number): Promise<void>;
}

/** A package, whatever its version; the name in normal form. */
export interface Package {
  readonly ecosystem: string;
  readonly name: string;
}

/** The ecosystem of an id, or `undefined`. */
export function ecosystemOf(id: string): Ecosystem | undefined {
  return ECOSYSTEMS.find((one) => one.id === id);
}

/** Builds the rooms of a home. Nothing runs yet. */
export function createRooms(foundation: Foundation, upstreams: Upstreams): AllRooms {
  const { database, clock, heads } = foundation;
  const { db } = database;
  // The ledger writes a delivery for each reaction; the reactions call the rooms, which write to the ledger.
  let reactions: Reactions | undefined;
  const ledger = createLedger({
    db,
    clock,
    reactionsTo: (kind: FactKind) => Object.keys(reactions?.[kind] ?? {}),
    notBefore,
    afterAppend: (sequence) => heads.signIfDue(sequence),
  });
  const policy = createPolicy({
    readText: () => readFile(foundation.home.policy, 'utf8'),
    readCases: () => readFile(foundation.home.policyCases, 'utf8'),
    sandbox: foundation.sandbox,
    faultOfLicence: faultOfEntry,
  });
  const vetting = vettingDeps({ foundation, upstreams, ledger, policy });
  const rooms = buildRooms({ foundation, ledger, policy, vetting: createVetting(vetting) });
  const reexamine = (only?: Package) => quarantineWorsened(vetting, rooms, only);
  const republish = createRepublish({ db, blobs: foundation.blobs, snapshots: rooms.snapshots });
  reactions = reactionsOf({ rooms, republish, reexamine });
  const offered = createOfferedNames({ db, blobs: foundation.blobs });
  const again = async (everyHours: number) => {
    for (const [ecosystem, names] of await offered())
      await askAgain(vetting, { ecosystem, names: [...names], everyHours });
  };
  return { ...rooms, ledger, reactions, reexamine, askAgain: again };
}

interface Parts extends Pick<Rooms, 'policy' | 'vetting'> {
  readonly foundation: Foundation;
  readonly ledger: Ledger;
}

function buildRooms({ foundation, ledger, policy, vetting }: Parts): Rooms {
  const { database, clock, blobs, signer } = foundation;
  const { db } = database;
  const normalise = (id: string, name: string) => ecosystemOf(id)?.names.normalise(name);
  const admit = importingInRoom();
  const evidence = (digest: Digest) => readEvidenceSet(blobs, digest);
  const stops = (channel: string) => stopsIn(foundation, channel);
  const dossiers = createDossiers({
    ...{ db, blobs, productVersion: VERSION, stopsIn: stops },
    pinnedInLedger: async (decision) => (await decisionFact(db, decision))?.dossier ?? undefined,
  });
  const lists = createLists({ db, ledger, ecosystems: ECOSYSTEMS });
  return {
    policy,
    vetting,
    lists,
    images: createImages({
      ...{ db, ledger, blobs, signer, verifier, ecosystem: ecosystemOf, publicUrl: () => publicUrlOf(foundation) },
      now: () => clock.now(),
      stopsIn: stops,
    }),
    notices: createNotices(noticesDeps({ foundation, ledger, ecosystem: ecosystemOf })),
    ...roomsOfPeople(foundation, ledger),
    advisories: createAdvisories({ ledger, normalise, admit }),
    channels: createChannels({ ledger, targets: ECOSYSTEMS.map((one) => one.targets), network: networkOf }),
    decisions: createDecisions({
      ...{ db, ledger, clock, ecosystem: ecosystemOf, evidence, newestEvidence: newestEvidenceOf },
      keepDossier: (of) => keepDossier(blobs, of),
      deny: lists.denyWithin,
      removeEntry: lists.removeOfDecision,
    }),
    dossiers,
    assessment: createAssessment({ db, installation: installationOf(foundation, policy) }),
    audit: auditOf(foundation, { dossiers, stopsIn: stops }),
    feeds: createFeeds({ ledger, normalise, admit, checkRules: (sources) => checkRules(foundation.sandbox, sources) }),
    objections: createObjections({ db, ledger }),
    quarantine: createQuarantine({ db, ledger, ecosystems: ECOSYSTEMS }),
    reports: createReports({ ledger, ecosystem: ecosystemOf }),
    tags: createTags({ ledger, ecosystem: ecosystemOf }),
    requests: createRequests({
      ...{ db, ledger, clock, ecosystem: ecosystemOf, preflight: vetting.preflight },
      ecosystems: ECOSYSTEMS,
      newestWithin: vetting.newestWithin,
      offeredIn: (channel, which) => offeredVersions(foundation, channel, which),
    }),
    snapshots: createSnapshots({
      db,
      ledger,
      blobs,
      signer,
      verifier,
      ecosystem: ecosystemOf,
      evidence,
      upstreamListing: (ecosystem, name) => knownUpstream(db, ecosystem, name),
      signingKeys: (ecosystem) => knownSigningKeys(db, ecosystem),
      allowSdists: async () => (await policy.current()).settings.allowSdists,
      deriveAgain: (original) => deriveAgain({ sandbox: foundation.sandbox, blobs }, original),
    }),
  };
}

interface Around {
  readonly foundation: Foundation;
  readonly upstreams: Upstreams;
  readonly ledger: Ledger;
  readonly policy: Policy;
}

function vettingDeps({ foundation, upstreams, ledger, policy }: Around): VettingDeps {
  const { database, clock, blobs, signer, sandbox, cage, config, programs, repositories } = foundation;
  const { db } = database;
  const freshness = async (feed: FeedClock) => {
    const { staleAfterHours } = (await policy.current()).settings;
    return { now: clock.now(), staleAfterHours: staleAfterHours[feed] };
  };
  return {
    db,
    ledger,
    blobs,
    clock,
    sandbox,
    signer,
    repositories,
    sourceSuffixes,
    cage,
    testTools: config.trials.tools,
    trialMachine: createTrialMachines(programs),
    fetch: upstreams.fetch,
    scanners: SCANNERS,
    codePrinter: PRINTER_VERSION,
    fileComparer: COMPARISON_VERSION,
    connected: upstreams.connected,
    channel: (name) => requireChannel(db, name),
    policy: () => vettingPolicy(policy),
    stopped: (channel, ecosystem) => stoppedIn(foundation, channel, ecosystem),
    advisories: createAdvisoriesTogether(db, () => freshness('advisories')),
    popularNames: async (ecosystem) => popularNames(db, ecosystem, await freshness('popularity')),
    popularity: createPopularityTogether(db, () => freshness('popularity')),
    exploitation: async (cves) => exploitationOf(db, cves, await freshness('exploitation')),
    trustRoots: async () => trustRoots(db, await freshness('trustRoot')),
    maliciousList: async () => maliciousList(db, await freshness('malicious')),
    yaraRules: async () => yaraRules(db, await freshness('malicious')),
    clearedNames: (ecosystem) => clearedNames(foundation, ecosystem),
    clearedReleases: createClearedReleases({ db, blobs }),
  };
}

async function vettingPolicy(policy: Policy): Promise<VettingPolicy> {
  const { digest, settings } = await policy.current();
  const { coolDownDays, allowSdists, maxFileBytes, installProof, derivedWheels } = settings;
  return {
    digest,
    coolDownDays,
    allowSdists,
    maxFileBytes,
    installProof,
    derivedWheels,
    judge: (releases, channel: Channel, now) => policy.judge(releases.map((release) => ({ release, channel, now }))),
  };
}

/** The versions that a channel offers, oldest first, without those that are stopped. */
async function offeredVersions(foundation: Foundation, channel: string, which?: 'before-rollback') {
  const { database, blobs } = foundation;
  const offered = await offeredIn({ db: database.db, blobs }, channel, which);
  const stopped = new Map<string, StopOf>();
  return async (ecosystem: string, name: string): Promise<readonly string[]> => {
    const releases = (await offered(ecosystem, name))?.releases ?? [];
    const stopOf = stopped.get(ecosystem) ?? (await stoppedIn(foundation, channel, ecosystem));
    stopped.set(ecosystem, stopOf);
    const versions = releases.map(({ version }) => version).filter((version) => stopOf(name, version) === undefined);
    const rules = ecosystemOf(ecosystem)?.versions;
    return rules === undefined ? [] : versions.toSorted(rules.compare);
  };
}

/** Denials and quarantines as they are now. */
async function stoppedIn({ database }: Foundation, channel: string, id: string): Promise<StopOf> {
  const { versions } = ecosystemOf(id) ?? {};
  const denied = await denials(database.db, channel);
  const quarantined = await listQuarantines(database.db);
  return (name, version) => {
    if (versions === undefined) return 'its ecosystem is unknown';
    const release = { ecosystem: id, name, version };
    const denial = isDenied(denied, { channel, ...release }, versions);
    if (denial !== undefined) return `denied, ${denial.id}: ${denial.reason}; ask a reviewer about it`;
    const stop = isQuarantined(quarantined, release, versions);
    if (stop === undefined) return undefined;
    const reason = quarantined.find((one) => one.id === stop)?.reason ?? '';
    return `quarantined, ${stop}: ${reason}; ask a reviewer about it`;
  };
}

/** The id of what stops a release in a channel by now. */
async function stopsIn({ database: { db } }: Foundation, channel: string): Promise<StoppedBy> {
  const denied = await denials(db, channel);
  const quarantined = await listQuarantines(db);
  return (release) => {
    const versions = ecosystemOf(release.ecosystem)?.versions;
    if (versions === undefined) return 'unknown ecosystem';
    return isDenied(denied, { channel, ...release }, versions)?.id ?? isQuarantined(quarantined, release, versions);
  };
}

async function clearedNames({ database }: Foundation, ecosystem: string): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const { name: channel } of await listChannels(database.db))
    for (const { name } of await clearedEntries(database.db, channel, { ecosystem })) names.add(name);
  return [...names];
}

/** Automation may tighten: what policy refuses by now is stopped at once, and only a person releases it. */
async function quarantineWorsened(deps: VettingDeps, { quarantine }: Rooms, only?: Package): Promise<void> {
  const entries: ClearedEntry[] = [];
  for (const { name } of await listChannels(deps.db)) {
    for (const { channel, evidence } of await clearedEntries(deps.db, name))
      if (isDigest(evidence)) entries.push({ channel, evidence });
  }
  for (const { ecosystem, name, version, reasons, advisories } of await findWorsened(deps, entries, only)) {
    const versions = ecosystemOf(ecosystem)?.versions;
    const already = await listQuarantines(deps.db);
    if (versions === undefined || isQuarantined(already, { ecosystem, name, version }, versions) !== undefined)
      continue;
    const reason = reasons.map(({ text }) => text).join('; ');
    const scope = { ecosystem, name, versions: versions.exactly(version) };
    await quarantine.start(SYSTEM, { ...scope, reason, advisory: advisories[0] });
  }
}

/** Notes that somebody used a name in an open channel for the first time; vetting follows from it. */
export async function noteFirstUse(
  ledger: Ledger,
  ask: { readonly channel: string; readonly ecosystem: string; readonly name: string; readonly version: string | null },
): Promise<void> {
  await ledger.change(SYSTEM, async ({ append }) => append({ kind: 'first-use-seen', ...ask }));
}
