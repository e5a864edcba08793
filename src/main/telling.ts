/** What the notices room is handed: addresses, what snapshots hold, what a quarantine touches, and the way to webhooks. */
import { isDigest } from '../domain/digest.ts';
import type { VettedRelease } from '../domain/evidence.ts';
import type { Ecosystem } from '../ecosystems/contract.ts';
import { listChannels } from '../features/channels/read.ts';
import { findDecision } from '../features/decisions/read.ts';
import { clearedEntries } from '../features/lists/read.ts';
import type { Affected, NoticesDeps, Stopping } from '../features/notices/index.ts';
import { isQuarantined } from '../features/quarantine/read.ts';
import { mailAddressesOf } from '../features/sign-in/read.ts';
import { offeredReleases } from '../features/snapshots/read.ts';
import { readEvidenceSet } from '../features/vetting/read.ts';
import type { Ledger } from '../platform/ledger/port.ts';
import { publicUrlOf } from './address.ts';
import type { Foundation } from './foundation.ts';
import { readWebhooks } from './webhooks.ts';

interface Telling {
  readonly foundation: Foundation;
  readonly ledger: Ledger;
  ecosystem(id: string): Ecosystem | undefined;
}

/** Builds what notices are made with; nothing is read yet. */
export function noticesDeps({ foundation, ledger, ecosystem }: Telling): NoticesDeps {
  const { database, blobs, config, outbox, poster, clock, log } = foundation;
  const { db } = database;
  let hooks: ReturnType<typeof readWebhooks> | undefined;
  return {
    db,
    ledger,
    outbox,
    publicUrl: () => publicUrlOf(foundation),
    addressesOf: mailAddressesOf,
    affectedBy: (stopped) => affectedBy(foundation, ecosystem, stopped),
    isOffered: async ({ channel, ecosystem: id, name, version }) => {
      const offered = await offeredReleases({ db, blobs }, { channel, ecosystem: id, name });
      return offered.some((one) => one.version === version);
    },
    install: ({ ecosystem: id, name, version }) => ecosystem(id)?.installCommand({ name, version }) ?? '',
    webhooks: {
      ...{ db, ledger, poster, now: () => clock.now() },
      hooks: () => {
        hooks ??= readWebhooks(config.webhooks);
        return hooks;
      },
      onFailure: (failure) => log.warn('a webhook was not called', failure),
    },
  };
}

/** Every cleared release whose own or whose tree's release is stopped, by the evidence that it was cleared on. */
async function affectedBy(
  { database, blobs }: Foundation,
  ecosystemOf: Telling['ecosystem'],
  { ecosystem, name, versions, channel: only }: Stopping,
): Promise<readonly Affected[]> {
  const { db } = database;
  const rules = ecosystemOf(ecosystem)?.versions;
  if (rules === undefined) return [];
  const stopped = [{ id: '', ecosystem, name, versions, endedAt: null }];
  const holds = (releases: readonly VettedRelease[]) =>
    releases.some((release) => isQuarantined(stopped, release, rules) !== undefined);
  const affected: Affected[] = [];
  const channels = (await listChannels(db)).filter(({ name: one }) => only === null || one === only);
  for (const { name: channel } of channels)
    for (const entry of await clearedEntries(db, channel, { ecosystem })) {
      if (!isDigest(entry.evidence) || !holds((await readEvidenceSet(blobs, entry.evidence)).releases)) continue;
      const request = (await findDecision(db, entry.decision))?.request ?? null;
      affected.push({ channel, name: entry.name, version: entry.version, request });
    }
  return affected;
}
