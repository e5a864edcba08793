/** Reads R repositories: one index for all packages of a kind, read once and held until it may have changed. */
import type { UpstreamPackage, UpstreamRelease } from '../../domain/distribution.ts';
import { noSourceFor, type Source, sourcesFor } from '../../domain/upstream.ts';
import type { ListedName, UpstreamAnswer, UpstreamPowers, UpstreamReader } from '../contract.ts';
import { type BinaryTree, fileIn, treeId } from './files.ts';
import { normaliseName } from './names.ts';
import { profileOf } from './targets.ts';
import { type RepositoryAnswer, readRepository, readTree } from './upstream-repository.ts';

/** Milliseconds after which the indexes are asked for again; the fetch then mostly answers that nothing changed. */
const FRESH_MS = 5 * 60_000;
/** One that failed is asked again sooner. */
const FAILED_MS = 15_000;

/** Milliseconds for which the targets of channels are not asked for again: one tree asks for hundreds of packages. */
const TARGETS_MS = 2_000;

/** Reads the index of a source: of its source packages, or of one of its trees of built ones. */
type Read = (source: Source, tree?: BinaryTree) => Promise<RepositoryAnswer>;

/** One reader per process. */
export function createCranUpstream(powers: UpstreamPowers): UpstreamReader {
  const read = heldReads(powers);
  const trees = heldTrees(powers);
  return {
    async readPackage(raw) {
      const name = normaliseName(raw);
      if (name === undefined)
        return { status: 'unknown', warnings: [`${raw.slice(0, 80)} can be no name of a package`] };
      const sources = sourcesFor(powers, name).filter(({ kind }) => kind === 'index');
      if (sources.length === 0) return { status: 'unreadable', ...noSourceFor(name) };
      return await firstFound(name, sources, { read, trees: await trees(), now: powers.now() });
    },
    async readMetadata({ filename, metadata, source: sourceName }) {
      const source = powers.sources.find(({ name }) => name === sourceName);
      const file = fileIn(filename);
      if (metadata === undefined || source === undefined || file === undefined)
        return { unreadable: `${filename} has no record in an index` };
      const answer = await read(source, file.tree);
      if (answer.status === 'failed') return { unreadable: `The index of ${sourceName}: ${answer.reason}` };
      const text = answer.repository.recordText(file.name, file.version);
      return text === undefined ? { unreadable: `${sourceName} lists no ${filename} any more` } : { text };
    },
    async listNames() {
      const names = new Map<string, ListedName>();
      for (const source of powers.sources) {
        const answer = source.kind === 'index' && source.only === undefined ? await read(source) : undefined;
        if (answer?.status !== 'read') continue;
        for (const { name, version } of answer.repository.current.values())
          if (!names.has(name) && sourcesFor(powers, name).includes(source))
            names.set(name, { name, version, appearedAt: answer.repository.appearedAt(name) });
      }
      return [...names.values()];
    },
  };
}

function heldReads({ fetch, now }: UpstreamPowers): Read {
  const held = new Map<string, { readonly until: number; readonly answer: Promise<RepositoryAnswer> }>();
  return (source, tree) => {
    const key = `${source.name} ${tree === undefined ? '' : treeId(tree)}`;
    const at = now().getTime();
    const known = held.get(key);
    if (known !== undefined && at < known.until) return known.answer;
    const answer = tree === undefined ? readRepository(source, fetch) : readTree(source, tree, fetch);
    held.set(key, { until: at + FRESH_MS, answer });
    const again = () => held.set(key, { until: now().getTime() + FAILED_MS, answer });
    answer.then((one) => (one.status === 'failed' ? again() : undefined), again);
    return answer;
  };
}

/** The trees that some target installs from; others are nobody's here. */
function heldTrees({ targets, now }: UpstreamPowers): () => Promise<readonly BinaryTree[]> {
  let until = 0;
  let held: Promise<readonly BinaryTree[]> = Promise.resolve([]);
  const read = async () => {
    const trees = ((await targets?.()) ?? []).flatMap((target) =>
      target.ecosystem === 'cran' ? (profileOf(target).tree ?? []) : [],
    );
    return [...new Map(trees.map((tree) => [treeId(tree), tree])).values()];
  };
  return () => {
    const at = now().getTime();
    if (at >= until) {
      until = at + TARGETS_MS;
      held = read();
    }
    return held;
  };
}

interface Asking {
  readonly read: Read;
  readonly trees: readonly BinaryTree[];
  readonly now: Date;
}

/**
 * The first repository that has the name answers for all of it. One that does not answer is not passed over: a later one
 * may have another package of that name.
 */
async function firstFound(name: string, sources: readonly Source[], asking: Asking): Promise<UpstreamAnswer> {
  for (const source of sources) {
    const answers = await Promise.all([undefined, ...asking.trees].map((tree) => asking.read(source, tree)));
    const releases: UpstreamRelease[] = [];
    const warnings: string[] = [];
    let isCurrent = false;
    for (const answer of answers) {
      if (answer.status === 'failed')
        return { status: 'unreadable', reason: `source ${source.name} did not answer about ${name}: ${answer.reason}` };
      releases.push(...answer.repository.releases(name));
      isCurrent ||= answer.repository.current.has(name);
      warnings.push(...answer.warnings);
    }
    if (releases.length === 0) continue;
    const found: UpstreamPackage = {
      ecosystem: 'cran',
      name,
      releases: joined(releases),
      // What is taken from the archive's index stays in its archive ("CRAN Repository Policy", removal of packages).
      status: isCurrent ? undefined : { status: 'archived', reason: 'no index has a release of it any more' },
      warnings: warnings.map((what) => ({ kind: 'no-answer', source: source.name, what })),
      readAt: asking.now.toISOString(),
    };
    return { status: 'found', package: found };
  }
  return { status: 'unknown', warnings: [] };
}

/** Each release once, with the files that the indexes have of it. */
function joined(releases: readonly UpstreamRelease[]): readonly UpstreamRelease[] {
  return [...Map.groupBy(releases, ({ version }) => version)].map(([version, same]) => ({
    version,
    distributions: same.flatMap(({ distributions }) => distributions),
  }));
}
