/** The way to upstream: which sources, through which fetch, read by which ecosystem. Found out when first needed. */
import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Problem } from '../domain/problem.ts';
import type { Source } from '../domain/upstream.ts';
import type { Ecosystem, UpstreamReader } from '../ecosystems/contract.ts';
import { listChannels } from '../features/channels/read.ts';
import type { ConnectedEcosystem } from '../features/vetting/index.ts';
import { type HostCredentials, parseNetrc } from '../platform/fetch/netrc.ts';
import type { Fetch } from '../platform/fetch/port.ts';
import type { Programs } from '../platform/sandbox/port.ts';
import type { Foundation } from './foundation.ts';
import { type OwnNames, ownNames } from './own-names.ts';
import { readingInRoom } from './room.ts';
import { VERSION } from './version.ts';

/** What is known about the sources of one ecosystem. */
export interface EcosystemSources {
  readonly ecosystem: string;
  readonly sources: readonly Source[];
  /** Why there are none, where asking the client failed. */
  readonly problem: string | undefined;
}

export interface Upstreams {
  /** Reserved names of an ecosystem, normal form. */
  reserved(ecosystem: string): readonly string[];
  readonly fetch: Fetch;
  /** Ecosystems that the configuration names. */
  connected(ecosystem: string): ConnectedEcosystem | undefined;
  /** Asks now, where it was not asked before. */
  sources(): Promise<readonly EcosystemSources[]>;
  /** A reader that asks this source alone, whatever names it holds: what the others say is no word of it. */
  readerOf(ecosystem: string, source: Source): Promise<UpstreamReader | undefined>;
  close(): Promise<void>;
}

interface Opened {
  readonly found: readonly EcosystemSources[];
  readonly fetch: Fetch & { close(): Promise<void> };
  readonly readers: ReadonlyMap<string, UpstreamReader>;
  readonly readerOf: (ecosystem: string, sources: readonly Source[]) => UpstreamReader | undefined;
}

/** Steps that spread retries: finer than any pause. */
const RANDOM_STEPS = 2 ** 32;

/** Nothing is asked until something is read: most commands need no upstream, and asking pip takes a second. */
export function createUpstreams(foundation: Foundation, ecosystems: readonly Ecosystem[]): Upstreams {
  const own = ownNames(foundation.config, ecosystems);
  let opening: Promise<Opened> | undefined;
  let found: readonly EcosystemSources[] = [];
  const opened = (): Promise<Opened> => {
    opening ??= open(foundation, ecosystems, own).then((one) => {
      found = one.found;
      return one;
    });
    return opening;
  };
  return {
    fetch: {
      document: async (url, options) => (await opened()).fetch.document(url, options),
      range: async (url, from, to, options) => (await opened()).fetch.range(url, from, to, options),
      download: async (url, options) => (await opened()).fetch.download(url, options),
    },
    connected(id) {
      const ecosystem = ecosystems.find((one) => one.id === id);
      if (ecosystem === undefined || own.get(id)?.sources === undefined) return undefined;
      const caFileOf = (name: string) =>
        found.find((one) => one.ecosystem === id)?.sources.find((source) => source.name === name)?.caFile;
      return { ecosystem, reader: lazyReader(id, opened), caFileOf };
    },
    reserved: (id) => own.get(id)?.reserved ?? [],
    sources: async () => (await opened()).found,
    readerOf: async (id, source) => (await opened()).readerOf(id, [{ ...source, only: undefined }]),
    close: async () => {
      await opening?.then(
        (one) => one.fetch.close(),
        () => undefined,
      );
    },
  };
}

/** A client that cannot be asked means that nothing can be read, which is an answer and not a crash. */
function lazyReader(id: string, opened: () => Promise<Opened>): UpstreamReader {
  const reader = async (): Promise<UpstreamReader | { readonly problem: string }> => {
    const { found, readers } = await opened();
    const problem = found.find((one) => one.ecosystem === id)?.problem;
    return readers.get(id) ?? { problem: problem ?? `no source is configured for ${id}` };
  };
  return {
    async readPackage(name) {
      const one = await reader();
      return 'problem' in one ? { status: 'unreadable', reason: one.problem } : one.readPackage(name);
    },
    async readMetadata(distribution) {
      const one = await reader();
      return 'problem' in one ? { unreadable: one.problem } : one.readMetadata(distribution);
    },
    async listNames() {
      const one = await reader();
      return 'problem' in one ? [] : ((await one.listNames?.()) ?? []);
    },
    async signingKeys() {
      const one = await reader();
      return 'problem' in one ? undefined : await one.signingKeys?.();
    },
  };
}

async function open(
  foundation: Foundation,
  ecosystems: readonly Ecosystem[],
  own: ReadonlyMap<string, OwnNames>,
): Promise<Opened> {
  const { config, clock, home, programs, environment, database } = foundation;
  const now = () => clock.now();
  const found = await Promise.all(ecosystems.flatMap((one) => sourcesOf(own, one, programs)));
  // The HTTP client is a third of the time a command takes to start, and most commands ask nobody.
  const { createFetch } = await import('../platform/fetch/index.ts');
  const plain = createFetch({
    sources: found.flatMap(({ sources }) => sources),
    alsoAllow: config.also_allow,
    proxies: environment.proxies,
    credentials: await netrcIn(environment.netrc),
    version: VERSION,
    now,
    random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS,
    cacheFolder: home.cache,
  });
  const fetch = readingInRoom(plain);
  const targets = async () => (await listChannels(database.db)).flatMap((channel) => channel.targets);
  const readerOf = (id: string, sources: readonly Source[]) =>
    ecosystems
      .find((one) => one.id === id)
      ?.upstream({ sources, reserved: own.get(id)?.reserved ?? [], fetch, now, targets });
  const readers = new Map<string, UpstreamReader>();
  for (const { ecosystem: id, sources } of found) {
    const reader = sources.length > 0 ? readerOf(id, sources) : undefined;
    if (reader !== undefined) readers.set(id, reader);
  }
  return { found, fetch, readers, readerOf };
}

/** Credentials by host; none where there is no such file or this account may not read it. */
async function netrcIn(file: string): Promise<ReadonlyMap<string, HostCredentials>> {
  return parseNetrc(await readFile(file, 'utf8').catch(() => ''));
}

/** None for an ecosystem that the configuration does not name. */
function sourcesOf(
  own: ReadonlyMap<string, OwnNames>,
  { id, sources }: Ecosystem,
  programs: Programs,
): Promise<EcosystemSources>[] {
  const configured = own.get(id)?.sources;
  if (configured === undefined) return [];
  if (configured !== 'discover') return [Promise.resolve({ ecosystem: id, sources: configured, problem: undefined })];
  return [
    sources
      .discover((command, args) => answerOf(programs, command, args))
      .then(
        (discovered) => ({ ecosystem: id, sources: discovered, problem: undefined }),
        (error: unknown) => ({
          ecosystem: id,
          sources: [],
          problem: error instanceof Error ? error.message : String(error),
        }),
      ),
  ];
}

async function answerOf(programs: Programs, command: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await programs.run(command, args);
  if (code === 0) return stdout;
  const why = stderr.trim().split('\n').at(-1) ?? '';
  throw new Problem({ kind: 'could-not-check', code: 'program-failed', what: `${command} ended with ${code}`, why });
}
