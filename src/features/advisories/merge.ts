import type { Advisory, AdvisorySeverity } from '../../domain/advisory.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import { highestOf, scoreCvss } from './cvss.ts';
import type { AdvisoryDocument } from './record.ts';

/** Prefixes of the databases that belong to an ecosystem: their ids are shown first. */
const OWN_PREFIXES: Readonly<Record<EcosystemId, readonly string[]>> = {
  pypi: ['PYSEC-'],
  npm: ['GHSA-'],
  cran: ['RSEC-'],
};

/**
 * The advisories about one package: records that name each other as aliases are one flaw. A version is affected where
 * any of them says so; the severity is the highest score any of them carries, unknown only where none carries one.
 */
export function mergeAliases(
  documents: readonly AdvisoryDocument[],
  ecosystem: EcosystemId,
  name: string,
): readonly Advisory[] {
  const groups = groupByAlias(documents.filter(({ withdrawn }) => !withdrawn));
  const merged = groups.flatMap((group) => advisoryOf(group, ecosystem, name));
  return merged.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Union-find over ids: records are in one group where a chain of aliases leads from one to the other. */
function groupByAlias(documents: readonly AdvisoryDocument[]): readonly (readonly AdvisoryDocument[])[] {
  const parents = new Map<string, string>();
  const find = (id: string): string => {
    let root = id;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
    if (root !== id) parents.set(id, root);
    return root;
  };
  for (const { id, aliases } of documents) {
    for (const alias of aliases) {
      const [a, b] = [find(id), find(alias)];
      if (a !== b) parents.set(a, b);
    }
  }
  return [...Map.groupBy(documents, ({ id }) => find(id)).values()];
}

function advisoryOf(group: readonly AdvisoryDocument[], ecosystem: EcosystemId, name: string): readonly Advisory[] {
  const about = group.map((document) => ({
    document,
    packages: document.packages.filter((one) => one.ecosystem === ecosystem && one.name === name),
  }));
  const packages = about.flatMap((one) => one.packages);
  if (packages.length === 0) return [];
  const speaking = about.filter((one) => one.packages.length > 0).map(({ document }) => document);
  const own = OWN_PREFIXES[ecosystem] ?? [];
  const ids = speaking.map(({ id }) => id).toSorted();
  const id = ids.find((one) => own.some((prefix) => one.startsWith(prefix))) ?? ids[0] ?? '';
  const others = new Set(group.flatMap((document) => [document.id, ...document.aliases]));
  others.delete(id);
  const shown = speaking.find((document) => document.id === id);
  const published = group.flatMap((document) => document.published ?? []).toSorted()[0];
  return [
    {
      id,
      aliases: [...others].toSorted(),
      ecosystem,
      name,
      summary: shown?.summary || (group.find(({ summary }) => summary !== '')?.summary ?? ''),
      malicious: group.some(({ malicious }) => malicious),
      severity: severityOf(group, packages),
      ranges: packages.flatMap(({ ranges }) => ranges.map((events) => ({ events }))),
      versions: [...new Set(packages.flatMap(({ versions }) => versions))],
      published,
      modified:
        group
          .map(({ modified }) => modified)
          .toSorted()
          .at(-1) ?? '',
    },
  ];
}

function severityOf(group: readonly AdvisoryDocument[], packages: AdvisoryDocument['packages']): AdvisorySeverity {
  const stated = [...group, ...packages].flatMap(({ severity }) => severity);
  const vectors = stated.filter(({ type }) => type.startsWith('CVSS_'));
  const highest = highestOf(vectors.map(({ score }) => scoreCvss(score)));
  if (highest !== undefined) return highest;
  const word = group.find((document) => document.word !== null)?.word;
  const said = word === undefined || word === null ? '' : `; its source calls it ${word.slice(0, 40)}`;
  return { state: 'unknown', reason: `no record carries a CVSS vector${said}` };
}
