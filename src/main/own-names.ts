/** Names that are the operator's own, in the one form in which names are compared: what is written otherwise would match nothing. */
import { Problem } from '../domain/problem.ts';
import type { Source } from '../domain/upstream.ts';
import type { Ecosystem } from '../ecosystems/contract.ts';
import { type Config, configuredSources } from './config.ts';

/** Own names of one ecosystem, normal form; a pattern ends in `*`. */
export interface OwnNames {
  /** The sources as configured, with `only` in normal form; `undefined` where the ecosystem is not named. */
  readonly sources: 'discover' | readonly Source[] | undefined;
  readonly reserved: readonly string[];
}

/**
 * Own names by ecosystem. Throws `bad-config` for what can match no name and for an ecosystem that there is not: a rule
 * that holds for nothing would let an internal name fall through to a public index (dependency confusion).
 */
export function ownNames(config: Config, ecosystems: readonly Ecosystem[]): ReadonlyMap<string, OwnNames> {
  const unknown = Object.keys(config.reserved_names).find((id) => !ecosystems.some((one) => one.id === id));
  if (unknown !== undefined) throw badConfig(`reserved_names.${unknown}: there is no ecosystem of this name`);
  return new Map(ecosystems.map((one) => [one.id, ownNamesOf(config, one)]));
}

function ownNamesOf(config: Config, ecosystem: Ecosystem): OwnNames {
  const { id } = ecosystem;
  const reserved = (config.reserved_names[id] ?? []).map((text) => normal(ecosystem, text, `reserved_names.${id}`));
  const configured = configuredSources(config, id);
  if (configured === undefined || configured === 'discover') return { sources: configured, reserved };
  const sources = configured.map((source) => ({
    ...source,
    only: source.only?.map((text) => normal(ecosystem, text, `sources.${id} ${source.name} only`)),
  }));
  return { sources, reserved };
}

/** A letter stands for what `*` leaves open: a beginning such as `internal-` is no name by itself. */
const ANY = 'x';

function normal({ names }: Ecosystem, pattern: string, setting: string): string {
  const open = pattern.endsWith('*');
  const whole = names.normalise(open ? `${pattern.slice(0, -1)}${ANY}` : pattern);
  if (whole === undefined)
    throw badConfig(
      `${setting}: ${JSON.stringify(pattern.slice(0, 80))} is no name, and no beginning of one before a *`,
    );
  return open ? `${whole.slice(0, -ANY.length)}*` : whole;
}

function badConfig(why: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'bad-config',
    what: 'pratique.yaml cannot be used',
    why,
    next: 'Correct that setting: a name that cannot match would protect nothing.',
  });
}
