/** The feeds room: lists from outside that scanners compare with. */
import { requireMay } from '../../domain/authority.ts';
import type { Actor } from '../../domain/people.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { Admit, ImportSource } from '../../platform/import-files/port.ts';
import type { Ledger } from '../../platform/ledger/port.ts';
import { readBreached } from './breached.ts';
import { replaceBreached } from './breached-store.ts';
import { readExploitChances, readKnownExploited } from './exploitation.ts';
import { type FeedFile, feedFiles } from './feed-text.ts';
import { EVERY_ECOSYSTEM, type FeedKind } from './kinds.ts';
import { readMalicious } from './malicious.ts';
import { replaceMalicious, replaceRules } from './malicious-store.ts';
import { readPopularity } from './popularity.ts';
import { replaceChances, replaceExploited, replacePopularity, replaceTrustRoots, saveFeed } from './store.ts';
import { readTrustRoots } from './trust-root.ts';
import { type CheckRules, readYara } from './yara.ts';

export { FEED_KINDS, type FeedKind, isFeedKind } from './kinds.ts';

export interface FeedsDeps {
  readonly ledger: Ledger;
  readonly admit: Admit;
  /** Normal name; `undefined` for what can be no name. */
  normalise(ecosystem: EcosystemId, name: string): string | undefined;
  /** Compiles YARA rules where they are run, and says what is wrong with them. */
  readonly checkRules: CheckRules;
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
      const files = await feedFiles(source, kind, deps.admit);
      const { records, save } = await readFeed(kind, files, { ...deps, ecosystem });
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

interface About extends Omit<FeedsDeps, 'ledger' | 'admit'> {
  readonly ecosystem: EcosystemId;
}

async function readFeed(kind: FeedKind, files: readonly FeedFile[], about: About): Promise<ReadFeed> {
  const text = files.map((file) => file.text).join('\n');
  const { ecosystem } = about;
  switch (kind) {
    case 'popularity': {
      const list = readPopularity(text, (name) => about.normalise(ecosystem, name));
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
    case 'malicious': {
      const list = readMalicious(text, about.normalise);
      return { records: list.files.length + list.packages.length, save: (db) => replaceMalicious(db, list) };
    }
    case 'breached-passwords': {
      const prints = readBreached(text);
      return { records: prints.length, save: (db) => replaceBreached(db, prints) };
    }
    case 'yara': {
      const { sources, count } = await readYara(files, about.checkRules);
      return { records: count, save: (db) => replaceRules(db, sources) };
    }
  }
}
