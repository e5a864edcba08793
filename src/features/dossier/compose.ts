/** Composes a dossier: a pure function of one evidence set and one request. The same input gives the same bytes. */
import type { Digest } from '../../domain/digest.ts';
import type { EvidenceSet, VettedRelease } from '../../domain/evidence.ts';
import { wordsOfPassedOver } from '../../domain/passed-over.ts';
import { type AskedFor, COMPOSER_VERSION, type Dossier, type Statement } from './dossier.ts';
import { abilitiesOf, unseenAbilities } from './parts/abilities.ts';
import { changesOf } from './parts/changes.ts';
import { checksThatDoNotApply, cleanChecks, describingChecks, uncheckedChecks } from './parts/checks.ts';
import { concernsOf } from './parts/concerns.ts';
import { flawsOf } from './parts/flaws.ts';
import { guideOf } from './parts/guide.ts';
import { packagesOf } from './parts/packages.ts';
import { risksOf } from './parts/risks.ts';
import { bytes, count, type Reading, readSet, textAt } from './parts/told.ts';

export interface DossierInput {
  readonly set: EvidenceSet;
  /** Digest of the set's canonical JSON. The digest of the policy in force stands in the set. */
  readonly evidence: Digest;
  /** `null` where nobody asked: `pratique vet`. */
  readonly request: AskedFor | null;
}

export function composeDossier({ set, evidence, request }: DossierInput): Dossier {
  const reading = readSet(set);
  const abilities = abilitiesOf(reading);
  const { root } = reading;
  return {
    schema: 'pratique.dossier/1',
    composer: COMPOSER_VERSION,
    evidence,
    policy: set.policy,
    collectedAt: set.collectedAt,
    channel: set.channel,
    ecosystem: set.ecosystem,
    root: root.purl,
    name: root.name,
    version: root.version,
    request,
    verdict: set.verdict.outcome,
    short: inShort(reading),
    abilities,
    unseenAbilities: unseenAbilities(reading, abilities),
    concerns: concernsOf(reading),
    clean: cleanChecks(reading),
    described: describingChecks(reading),
    unchecked: uncheckedChecks(reading),
    notApplicable: checksThatDoNotApply(reading),
    purpose: purposeOf(reading),
    use: useOf(reading),
    risks: risksOf(reading, abilities),
    changes: changesOf(reading),
    flaws: flawsOf(reading),
    packages: packagesOf(reading),
    guide: guideOf(reading),
    remarks: remarksOf(set),
  };
}

/** What it is, and what accepting it would open. */
function inShort(reading: Reading): readonly Statement[] {
  const { root, set, told } = reading;
  const names = new Set(set.releases.map(({ name }) => name)).size;
  const size = set.releases.flatMap(({ files }) => files).reduce((sum, file) => sum + file.size, 0);
  const compared = told.filter(({ scanner, finding }) => scanner === 'changes' && finding.data.code === 'compared');
  const cleared = compared.filter(({ finding }) => finding.data.isCleared === true);
  const brings = names === 1 ? 'It needs no other package.' : `It needs ${count(names - 1, 'other package')}.`;
  const versions = names === set.releases.length ? '' : ` in ${count(set.releases.length, 'version')}`;
  const here = compared.length < set.releases.length ? '' : ` ${hereAlready(cleared.length, set.releases.length)}`;
  return [
    ...purposeOf(reading),
    ...notTaken(set),
    {
      text: `Accepting ${root.name} ${root.version} makes ${count(names, 'package')}${versions} available in ${set.channel}: ${bytes(size)} of files. ${brings}${otherVersions(set, root)}${here}`,
      evidence: compared.map(({ at }) => at),
    },
  ];
}

/** Not every target can take the version that is asked for: what the others take is the same package, and no other one. */
function otherVersions({ releases }: EvidenceSet, { name, version }: VettedRelease): string {
  const others = releases
    .filter((one) => one.role === 'root' && one.name === name && one.version !== version)
    .map((one) => one.version);
  return others.length === 0 ? '' : ` Where ${version} does not fit, ${name} ${others.join(', ')} is taken.`;
}

/** Whoever named no version gets the newest that can be had, and is told where that is not the newest there is. */
function notTaken({ passedOver }: EvidenceSet): readonly Statement[] {
  if (passedOver === undefined) return [];
  return [{ text: `The newer ${wordsOfPassedOver(passedOver)}.`, evidence: [] }];
}

/** How many of the packages are there already, in this very version. */
function hereAlready(cleared: number, all: number): string {
  if (cleared === 0) return all === 1 ? 'It is not available here yet.' : 'None of them is available here yet.';
  if (cleared === all) return all === 1 ? 'It is available here already.' : 'All of them are available here already.';
  return `${cleared} of them ${cleared === 1 ? 'is' : 'are'} available here already.`;
}

/** What the package says it is for, in its own words. */
function purposeOf({ root, told }: Reading): readonly Statement[] {
  const said = told.find(
    ({ release, scanner, finding }) => release === root && scanner === 'identity' && finding.data.code === 'statement',
  );
  const words = said === undefined ? null : textAt(said.finding.data, 'summary');
  if (said === undefined || words === null) return [];
  return [{ text: `${root.name} says of itself: "${words}"`, evidence: [said.at] }];
}

/** What is known of how widely it is used and how it is looked after. */
function useOf({ root, told, looked }: Reading): readonly Statement[] {
  const known = told.filter(
    ({ release, scanner }) => release === root && (scanner === 'popularity' || scanner === 'maintenance'),
  );
  const gaps = looked.filter(
    ({ release, evidence }) =>
      release === root &&
      (evidence.scanner === 'popularity' || evidence.scanner === 'maintenance') &&
      evidence.status !== 'completed',
  );
  return [
    ...known.map(({ finding, at }) => ({ text: finding.summary, evidence: [at] })),
    ...gaps.map(({ evidence, at }) => ({
      text: `Could not check ${evidence.scanner}: ${evidence.reason ?? 'no reason given'}`,
      evidence: [at],
    })),
  ];
}

function remarksOf({ warnings, unavailableTargets, alternative }: EvidenceSet): readonly string[] {
  return [
    ...warnings,
    ...unavailableTargets.map(({ target, reason }) => `Not available for ${target}: ${reason}`),
    ...(alternative === null ? [] : [`Without ${alternative.without.join(', ')}: ${alternative.reason}`]),
  ];
}
