/** Before a request is filed: does the package exist, and could any target of the channel install it? */
import type { UpstreamPackage } from '../../domain/distribution.ts';
import { nearVersions } from '../../domain/near-versions.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { Ecosystem, VersionRules } from '../../ecosystems/contract.ts';
import type { Preflight } from './ask.ts';
import type { VettingDeps } from './deps.ts';

export interface PreflightAsk {
  readonly channel: string;
  readonly ecosystem: EcosystemId;
  readonly name: string;
  readonly version: string | null;
}

/** Answers from upstream's listing alone; nothing is stored and nothing large is fetched. */
export async function preflight(deps: VettingDeps, ask: PreflightAsk): Promise<Preflight> {
  const connected = deps.connected(ask.ecosystem);
  if (connected === undefined) return noSource(ask);
  const answer = await connected.reader.readPackage(ask.name);
  switch (answer.status) {
    case 'unreadable':
      return couldNotCheck(ask, answer);
    case 'unknown':
      return {
        status: 'refused',
        code: 'unknown-package',
        what: `There is no package ${ask.name} in ${connected.ecosystem.title}`,
        why: ['No configured source lists it', ...answer.warnings].join('; '),
        next: 'Check the spelling; names are compared in their normal form.',
      };
    case 'found':
      return installable(deps, { ask, listing: answer.package, ecosystem: connected.ecosystem });
  }
}

async function installable(
  deps: VettingDeps,
  {
    ask,
    listing,
    ecosystem,
  }: { readonly ask: PreflightAsk; readonly listing: UpstreamPackage; readonly ecosystem: Ecosystem },
): Promise<Preflight> {
  const channel = await deps.channel(ask.channel);
  const targets = channel.targets.filter(({ ecosystem }) => ecosystem === ask.ecosystem);
  const { allowSdists } = await deps.policy();
  const releases = listing.releases.filter((release) => ask.version === null || release.version === ask.version);
  if (releases.length === 0) return unknownVersion(ask, listing, ecosystem.versions);
  const fits = releases.some((release) =>
    targets.some(
      (target) => ecosystem.dependencies.choose(release.distributions, target, { allowSdists }) !== undefined,
    ),
  );
  if (fits) return { status: 'ok' };
  const which = ask.version === null ? ask.name : `${ask.name} ${ask.version}`;
  return {
    status: 'refused',
    code: 'no-wheel',
    what: `${which} has no wheel for any target of ${ask.channel}`,
    why: `Policy accepts wheels only, and the targets are ${targets.map((target) => target.id).join(', ')}`,
    next: 'Ask for a version that has wheels, ask the authors to publish some, or ask the operator for a target that fits.',
  };
}

function unknownVersion(
  { name, version }: PreflightAsk,
  { releases, warnings }: UpstreamPackage,
  rules: VersionRules,
): Preflight {
  const known = nearVersions(
    releases.map((release) => release.version),
    version,
    rules,
  );
  // What was listed and left out is a fault of the source, and a source that was silent may list more.
  const said = warnings.map(({ source, what }) => `source ${source}: ${what}`);
  const listed = known.length === 0 ? noRelease(said) : `Near it upstream lists ${known.join(', ')}`;
  return {
    status: 'refused',
    code: 'unknown-version',
    what:
      version === null
        ? `${name} has no release${said.length === 0 ? ' at all' : ' that can be used'}`
        : `${name} has no version ${version}`,
    why: [listed, ...said].join('; '),
    next: nextForVersion(version, said.length > 0),
  };
}

function noRelease(said: readonly string[]): string {
  return said.length === 0 ? 'Upstream lists no release' : 'Upstream lists no release that can be used';
}

function nextForVersion(version: string | null, isFaulty: boolean): string {
  if (version !== null) return 'Leave the version out to ask for the newest that policy prefers.';
  return isFaulty
    ? 'Tell who runs the source what it lists; another source that holds the package helps at once.'
    : 'Ask its authors, or look whether it is published under another name.';
}

/** Nothing outside failed: the operator has not said where such packages come from. */
function noSource({ name, ecosystem }: PreflightAsk): Preflight {
  return {
    status: 'refused',
    code: 'no-source',
    what: `${name} cannot be asked for here`,
    why: `no source is configured for ${ecosystem}`,
    next: `Ask the operator to name one: \`sources.${ecosystem}\` in pratique.yaml.`,
  };
}

function couldNotCheck(
  { name }: PreflightAsk,
  { reason, next }: { readonly reason: string; readonly next?: string },
): Preflight {
  return {
    status: 'refused',
    code: 'could-not-check',
    what: `${name} could not be looked up`,
    why: reason,
    next: next ?? 'Try again in a few minutes; `pratique doctor` shows which source does not answer.',
  };
}
