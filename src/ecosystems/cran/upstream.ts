/** Reads R repositories: one index for all packages, read once and held until it may have changed. */
import type { UpstreamPackage } from '../../domain/distribution.ts';
import { type Source, sourcesFor } from '../../domain/upstream.ts';
import type { ListedName, UpstreamAnswer, UpstreamPowers, UpstreamReader } from '../contract.ts';
import { normaliseName } from './names.ts';
import { releaseIn } from './record.ts';
import { type RepositoryAnswer, readRepository } from './upstream-repository.ts';

/** Milliseconds after which the indexes are asked for again; the fetch then mostly answers that nothing changed. */
const FRESH_MS = 5 * 60_000;
/** One that failed is asked again sooner. */
const FAILED_MS = 15_000;

interface Held {
  readonly until: number;
  readonly answer: Promise<RepositoryAnswer>;
}

/** One reader per process. */
export function createCranUpstream(powers: UpstreamPowers): UpstreamReader {
  const held = new Map<string, Held>();
  const read = (source: Source): Promise<RepositoryAnswer> => {
    const now = powers.now().getTime();
    const known = held.get(source.name);
    if (known !== undefined && now < known.until) return known.answer;
    const answer = readRepository(source, powers.fetch);
    held.set(source.name, { until: now + FRESH_MS, answer });
    const again = () => held.set(source.name, { until: powers.now().getTime() + FAILED_MS, answer });
    answer.then((one) => (one.status === 'failed' ? again() : undefined), again);
    return answer;
  };
  return {
    async readPackage(raw) {
      const name = normaliseName(raw);
      if (name === undefined)
        return { status: 'unknown', warnings: [`${raw.slice(0, 80)} can be no name of a package`] };
      const sources = sourcesFor(powers, name).filter(({ kind }) => kind === 'index');
      if (sources.length === 0)
        return { status: 'unreadable', reason: `No source is configured for ${name}; name one in the configuration` };
      return await firstFound(name, sources, { read, now: powers.now() });
    },
    async readMetadata({ filename, metadata, source: sourceName }) {
      const source = powers.sources.find(({ name }) => name === sourceName);
      const release = releaseIn(filename);
      if (metadata === undefined || source === undefined || release === undefined)
        return { unreadable: `${filename} has no record in an index` };
      const answer = await read(source);
      if (answer.status === 'failed') return { unreadable: `The index of ${sourceName}: ${answer.reason}` };
      const text = answer.repository.recordText(release.name, release.version);
      return text === undefined ? { unreadable: `${sourceName} lists no ${filename} any more` } : { text };
    },
    async listNames() {
      const names = new Map<string, ListedName>();
      for (const source of powers.sources) {
        const answer = source.kind === 'index' && source.only === undefined ? await read(source) : undefined;
        if (answer?.status !== 'read') continue;
        for (const { name, version } of answer.repository.current.values())
          if (!names.has(name) && sourcesFor(powers, name).includes(source)) names.set(name, { name, version });
      }
      return [...names.values()];
    },
  };
}

interface Asking {
  read(source: Source): Promise<RepositoryAnswer>;
  readonly now: Date;
}

/**
 * The first repository that has the name answers for all of it. One that does not answer is not passed over: a later one
 * may have another package of that name.
 */
async function firstFound(name: string, sources: readonly Source[], { read, now }: Asking): Promise<UpstreamAnswer> {
  for (const source of sources) {
    const answer = await read(source);
    if (answer.status === 'failed')
      return { status: 'unreadable', reason: `source ${source.name} did not answer about ${name}: ${answer.reason}` };
    const releases = answer.repository.releases(name);
    if (releases.length === 0) continue;
    const found: UpstreamPackage = {
      ecosystem: 'cran',
      name,
      releases,
      status: undefined,
      warnings: answer.warnings.map((what) => ({ source: source.name, what })),
      readAt: now.toISOString(),
    };
    return { status: 'found', package: found };
  }
  return { status: 'unknown', warnings: [] };
}
