/** What the notices room is handed: addresses, what snapshots hold, what a quarantine touches, and the way to webhooks. */
import type { Ecosystem } from '../ecosystems/contract.ts';
import { touchedEntries } from '../features/availability/read.ts';
import type { NoticesDeps } from '../features/notices/index.ts';
import { mailAddressesOf } from '../features/sign-in/read.ts';
import { offeredReleases } from '../features/snapshots/read.ts';
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
    affectedBy: async (stopped) => {
      const rules = ecosystem(stopped.ecosystem);
      const onUnread = (what: string, cause: unknown) =>
        log.warn('a notice is told without what cannot be read', { what, cause });
      return rules === undefined
        ? []
        : await touchedEntries({ db, blobs }, { ecosystem: rules, stopping: stopped, onUnread });
    },
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
