/** The feeds room: lists from outside that scanners compare with. */
import { requireMay } from '../../domain/authority.ts';
import type { Actor } from '../../domain/people.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { ImportSource } from '../../platform/import-files/port.ts';
import type { Ledger } from '../../platform/ledger/port.ts';
import { readExploitChances, readKnownExploited } from './exploitation.ts';
import { textOf } from './feed-text.ts';
import { EVERY_ECOSYSTEM, type FeedKind } from './kinds.ts';
import { readPopularity } from './popularity.ts';
import { replaceChances, replaceExploited, replacePopularity, replaceTrustRoots, saveFeed } from './store.ts';
import { readTrustRoots } from './trust-root.ts';

export { FEED_KINDS, type FeedKind, isFeedKind } from './kinds.ts';

export interface FeedsDeps {
  readonly ledger: Ledger;
  /** Normal name; `undefined` for what can be no name. */
  normalise(ecosystem: EcosystemId, name: string): string | undefined;
}

export interface FeedImport {
  readonly kind: FeedKind;
  /** Feeds about CVE ids belong to every ecosystem, whatever stands here. */
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
      requireMay(actor, 'import-feed');
      const about = kind === 'popularity' ? ecosystem : EVERY_ECOSYSTEM;
      const text = await textOf(source, kind);
      const { records, save } = readFeed(kind, text, { ecosystem, normalise: (name) => deps.normalise(about, name) });
      await deps.ledger.change(actor, async ({ db, now, append }) => {
        await save(db);
        await saveFeed(db, { kind, ecosystem: about, source: source.name, records, importedAt: now });
        append({ kind: 'feed-imported', feed: `${kind}:${about}`, source: source.name, records });
      });
      return { records };
    },
  };
}

interface ReadFeed {
  readonly records: number;
  save(db: Queryable): Promise<void>;
}

interface About {
  readonly ecosystem: EcosystemId;
  normalise(name: string): string | undefined;
}

function readFeed(kind: FeedKind, text: string, { ecosystem, normalise }: About): ReadFeed {
  switch (kind) {
    case 'popularity': {
      const list = readPopularity(text, normalise);
      return { records: list.names.length, save: (db) => replacePopularity(db, ecosystem, list) };
    }
    case 'kev': {
      const flaws = readKnownExploited(text);
      return { records: flaws.length, save: (db) => replaceExploited(db, flaws) };
    }
    case 'epss': {
      const chances = readExploitChances(text);
      return { records: chances.length, save: (db) => replaceChances(db, chances) };
    }
    case 'trust-root': {
      const roots = readTrustRoots(text);
      return { records: roots.length, save: (db) => replaceTrustRoots(db, roots) };
    }
  }
}
