/** What the code of the tree is able to do: abilities, not judgements. */
import type { Ability } from '../dossier.ts';
import { type Reading, type Told, textAt } from './told.ts';
import { ABILITY_ORDER, abilityInWords } from './words.ts';

const SCANNER = 'capabilities';

/** Abilities of the tree, in the order in which people are told; each names every package that has it. */
export function abilitiesOf({ told }: Reading): readonly Ability[] {
  const byAbility = Map.groupBy(
    told.filter(({ scanner }) => scanner === SCANNER),
    ({ finding }) => textAt(finding.data, 'capability') ?? finding.summary,
  );
  return [...byAbility]
    .toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([id, findings]) => ({ id, text: abilityInWords(id), packages: packagesOf(findings) }));
}

/** Abilities that were looked for in every release and seen in none. */
export function unseenAbilities({ set, looked }: Reading, seen: readonly Ability[]): readonly string[] {
  const done = looked.filter(({ evidence }) => evidence.scanner === SCANNER && evidence.status === 'completed');
  if (done.length < set.releases.length) return [];
  return ABILITY_ORDER.filter((id) => !seen.some((one) => one.id === id)).map(abilityInWords);
}

function packagesOf(findings: readonly Told[]): Ability['packages'] {
  const byPurl = Map.groupBy(findings, ({ release }) => release.purl);
  return [...byPurl].map(([purl, of]) => ({ purl, evidence: of.map(({ at }) => at) }));
}

function rank(ability: string): number {
  const at = ABILITY_ORDER.indexOf(ability);
  return at === -1 ? ABILITY_ORDER.length : at;
}
