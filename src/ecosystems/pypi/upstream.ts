/** Reads PyPI-like upstreams: all configured sources as one, and every one that did not answer by name. */
import type { SourceWarning, UpstreamPackage } from '../../domain/distribution.ts';
import { noSourceFor, type Source, sourcesFor } from '../../domain/upstream.ts';
import type { UpstreamAnswer, UpstreamPowers, UpstreamReader } from '../contract.ts';
import { normaliseName } from './names.ts';
import { mergePages, type SourcePage } from './upstream-merge.ts';
import { createMetadataReader } from './upstream-metadata.ts';
import { createSourceReader, type SourceAnswer } from './upstream-source.ts';

/** One reader per process: it holds what it has parsed, within limits. */
export function createPypiUpstream(powers: UpstreamPowers): UpstreamReader {
  const reader = createSourceReader(powers);
  const inFlight = new Map<string, Promise<UpstreamAnswer>>();

  const readFrom = async (sources: readonly Source[], name: string): Promise<UpstreamAnswer> => {
    const answers = await Promise.all(
      sources.map(async (source) => ({ source: source.name, answer: await reader.read(source, name) })),
    );
    return combine(name, answers, powers.now());
  };

  return {
    readPackage: async (raw) => {
      const name = normaliseName(raw);
      if (name === undefined)
        return { status: 'unknown', warnings: [`${raw.slice(0, 80)} can be no name of a project`] };
      const sources = sourcesFor(powers, name);
      if (sources.length === 0) return { status: 'unreadable', ...noSourceFor(name) };
      const running = inFlight.get(name);
      if (running !== undefined) return running;
      const started = readFrom(sources, name).finally(() => inFlight.delete(name));
      inFlight.set(name, started);
      return started;
    },
    readMetadata: createMetadataReader(powers.fetch),
  };
}

/** Found where one source has it; unknown only where every source says so; otherwise it could not be found out. */
function combine(
  name: string,
  answers: readonly { readonly source: string; readonly answer: SourceAnswer }[],
  now: Date,
): UpstreamAnswer {
  const pages: SourcePage[] = [];
  const silent: SourceWarning[] = [];
  let bytes = 0;
  let status: UpstreamPackage['status'];
  for (const { source, answer } of answers) {
    switch (answer.status) {
      case 'found':
        pages.push({ source, page: answer.page });
        status ??= answer.page.status;
        bytes += answer.bytes;
        break;
      case 'failed':
        silent.push({ kind: 'no-answer', source, what: `did not answer about ${name}: ${answer.reason}` });
        break;
      case 'absent':
        break;
    }
  }
  if (pages.length === 0) {
    if (silent.length === 0) return { status: 'unknown', warnings: [] };
    return { status: 'unreadable', reason: silent.map((each) => `source ${each.source} ${each.what}`).join('; ') };
  }
  const { releases, warnings } = mergePages(name, pages);
  const found: UpstreamPackage = {
    ecosystem: 'pypi',
    name,
    releases,
    status,
    warnings: [...silent, ...warnings],
    readAt: now.toISOString(),
  };
  return { status: 'found', package: found, bytes };
}
