/** The advisories room: takes in what is known to be wrong with packages. */
import { requireMay } from '../../domain/authority.ts';
import type { Actor } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { Admit, ImportSource } from '../../platform/import-files/port.ts';
import type { Ledger } from '../../platform/ledger/port.ts';
import { recordsOf } from './decode.ts';
import { type AdvisoryDocument, readRecord } from './record.ts';
import { saveAdvisories, saveImport } from './store.ts';

export interface AdvisoriesDeps {
  readonly ledger: Ledger;
  readonly admit: Admit;
  /** Normal name of a package; `undefined` for what can be no name, or for an ecosystem that is not here. */
  normalise(ecosystem: EcosystemId, name: string): string | undefined;
}

export interface ImportSummary {
  readonly source: string;
  /** Records read. */
  readonly records: number;
  /** Ids that are new or newer than before. */
  readonly changed: readonly string[];
  /** Records that are not about any ecosystem here. */
  readonly elsewhere: number;
  readonly withdrawn: number;
  readonly ecosystems: readonly { readonly ecosystem: EcosystemId; readonly records: number }[];
  /** Only where `skipBad` was asked for; otherwise one bad record refuses the whole import. */
  readonly bad: readonly { readonly id: string; readonly why: string }[];
  /** Package names that their ecosystem here cannot have (`a b`, or no such ecosystem): nothing is known by them. */
  readonly unusableNames: readonly { readonly id: string; readonly name: string }[];
}

export interface Advisories {
  /**
   * Imports OSV records, all or none. Throws `import-unreadable`, `import-unusable`, `import-empty`, or `bad-records`
   * naming them; `skipBad` imports the others and reports the bad ones.
   */
  importFrom(
    source: ImportSource,
    options: { readonly actor: Actor; readonly skipBad?: boolean },
  ): Promise<ImportSummary>;
}

/** Bad records that a message names one by one. */
const NAMED_BAD = 20;

export function createAdvisories(deps: AdvisoriesDeps): Advisories {
  return {
    async importFrom(source, { actor, skipBad = false }) {
      requireMay(actor, 'import-feed');
      const { documents, bad, unusableNames } = await readAll(source, deps);
      if (bad.length > 0 && !skipBad) throw badRecords(source, bad);
      if (documents.size === 0) throw empty(source);
      const all = [...documents.values()];
      const counts = countsOf(all);
      const changed = await deps.ledger.change(actor, async ({ db, now, append }) => {
        const ids = await saveAdvisories(db, all, now);
        for (const [ecosystem, records] of counts)
          await saveImport(db, { ecosystem, source: source.name, records, importedAt: now });
        append({ kind: 'advisories-imported', source: source.name, records: all.length, changed: ids.length });
        return ids;
      });
      return {
        source: source.name,
        records: all.length,
        changed,
        elsewhere: all.filter(({ packages }) => packages.length === 0).length,
        withdrawn: all.filter(({ withdrawn }) => withdrawn).length,
        ecosystems: [...counts].map(([ecosystem, records]) => ({ ecosystem, records })),
        bad,
        unusableNames,
      };
    },
  };
}

async function readAll(source: ImportSource, deps: AdvisoriesDeps) {
  const documents = new Map<string, AdvisoryDocument>();
  const bad: { id: string; why: string }[] = [];
  const unusableNames: { id: string; name: string }[] = [];
  for await (const { origin, value } of recordsOf(source.files(), deps)) {
    const read = readRecord(value, origin, deps.normalise);
    if (read.status === 'bad') {
      bad.push({ id: read.id, why: read.why });
      continue;
    }
    const { document } = read;
    unusableNames.push(...read.unusableNames.map((name) => ({ id: document.id, name })));
    const before = documents.get(document.id);
    if (before === undefined || before.modified <= document.modified) documents.set(document.id, document);
  }
  return { documents, bad, unusableNames };
}

function countsOf(documents: readonly AdvisoryDocument[]): ReadonlyMap<EcosystemId, number> {
  const counts = new Map<EcosystemId, number>();
  for (const { packages } of documents)
    for (const ecosystem of new Set(packages.map((one) => one.ecosystem)))
      counts.set(ecosystem, (counts.get(ecosystem) ?? 0) + 1);
  return new Map([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function badRecords(source: ImportSource, bad: readonly { readonly id: string; readonly why: string }[]): Problem {
  const named = bad.slice(0, NAMED_BAD).map(({ id, why }) => `${id} (${why})`);
  const more = bad.length > NAMED_BAD ? `, and ${bad.length - NAMED_BAD} more` : '';
  return new Problem({
    kind: 'could-not-check',
    code: 'bad-records',
    what: `${source.name} holds ${bad.length} records that are not OSV records; nothing was imported`,
    why: `${named.join(', ')}${more}`,
    next: 'Correct the export, or import the others with --skip-bad.',
  });
}

function empty(source: ImportSource): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'import-empty',
    what: `${source.name} holds no OSV records; nothing was imported`,
    next: 'Name a .json, .jsonl, .jsonl.gz or .zip file, or a folder of them.',
  });
}
