/** The feeds room: lists from outside that scanners compare with. */
import type { Actor } from '../../domain/people.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { ImportSource } from '../../platform/import-files/port.ts';
import type { Ledger } from '../../platform/ledger/port.ts';
import type { FeedKind } from './kinds.ts';
import { readPopularity } from './popularity.ts';
import { replacePopularNames, saveFeed } from './store.ts';

export { FEED_KINDS, type FeedKind, isFeedKind } from './kinds.ts';

export interface FeedsDeps {
  readonly ledger: Ledger;
  /** Normal name; `undefined` for what can be no name. */
  normalise(ecosystem: EcosystemId, name: string): string | undefined;
}

export interface FeedImport {
  readonly kind: FeedKind;
  readonly ecosystem: EcosystemId;
  readonly source: ImportSource;
  readonly actor: Actor;
}

export interface Feeds {
  /** Takes the place of the list before, whole or not at all. Throws `feed-unusable`, `import-unreadable`. */
  importFrom(feed: FeedImport): Promise<{ readonly records: number }>;
}

export function createFeeds(deps: FeedsDeps): Feeds {
  return {
    async importFrom({ kind, ecosystem, source, actor }) {
      const names = readPopularity(await textOf(source), (name) => deps.normalise(ecosystem, name));
      const records = names.length;
      await deps.ledger.change(actor, async ({ db, now, append }) => {
        await replacePopularNames(db, ecosystem, names);
        await saveFeed(db, { kind, ecosystem, source: source.name, records, importedAt: now });
        append({ kind: 'feed-imported', feed: `${kind}:${ecosystem}`, source: source.name, records });
      });
      return { records };
    },
  };
}

async function textOf(source: ImportSource): Promise<string> {
  const parts: string[] = [];
  for await (const { bytes } of source.files()) parts.push(new TextDecoder().decode(bytes));
  return parts.join('\n');
}
