/** What could change the decision: every rule of the policy that spoke, then findings that claim something, weightiest first. */
import type { Finding, VerdictReason } from '../../../domain/evidence.ts';
import type { Concern } from '../dossier.ts';
import { isDescription, pointerTo, type Reading, type Told, textAt } from './told.ts';
import { sourceOf } from './words.ts';

/** "Would it change the decision?", in this order. */
const ORDER: readonly Concern['weight'][] = [
  'refuse',
  'critical',
  'high',
  'unknown',
  'review',
  'medium',
  'low',
  'info',
  'none',
];
/** Pointers of one concern; the evidence itself lists the rest. */
const MOST_POINTERS = 50;

export function concernsOf(reading: Reading): readonly Concern[] {
  const found = reading.told.filter(({ finding }) => !isDescription(finding.severity));
  const spoken = [...spokenRules(reading)];
  const texts = textsByPurl(spoken);
  const all = [
    ...spoken.map((one) => byPolicy(one, found)),
    ...groupsOf(found.filter((one) => !isSpokenOf(one, texts))).map(byFinding),
  ];
  return all.toSorted((a, b) => ORDER.indexOf(a.weight) - ORDER.indexOf(b.weight) || b.places - a.places);
}

interface Spoken {
  readonly reason: VerdictReason;
  readonly releases: readonly { readonly purl: string; readonly at: string; readonly text: string }[];
}

/** Rules that said more than "admit"; one that says the same of several packages is one concern. */
function spokenRules({ set }: Reading): Iterable<Spoken> {
  const spoken = new Map<string, { reason: VerdictReason; releases: { purl: string; at: string; text: string }[] }>();
  for (const [index, { purl, name, version, verdict }] of set.releases.entries())
    for (const [at, reason] of verdict.reasons.entries()) {
      if (reason.outcome === 'admit') continue;
      const general = reason.text.replace(`${name} ${version}`, '').trim();
      const key = `${reason.rule} ${reason.outcome} ${general}`;
      const known = spoken.get(key) ?? { reason, releases: [] };
      known.releases.push({ purl, at: `${pointerTo(index)}/verdict/reasons/${at}`, text: reason.text });
      spoken.set(key, known);
    }
  return spoken.values();
}

function byPolicy({ reason, releases }: Spoken, found: readonly Told[]): Concern {
  const texts = textsByPurl([{ reason, releases }]);
  const behind = found.filter((one) => isSpokenOf(one, texts));
  const [first, ...more] = releases;
  const others = more.length === 0 ? '' : ` The same holds for ${more.length} more.`;
  return {
    text: `${ended(first?.text ?? reason.text)}${others}`,
    purls: releases.map(({ purl }) => purl),
    weight: reason.outcome === 'refuse' ? 'refuse' : 'review',
    about: reason.rule,
    source: `rule "${reason.rule}" of the policy`,
    needs: reason.needs,
    places: releases.length,
    evidence: [...releases.map(({ at }) => at), ...behind.map(({ at }) => at)].slice(0, MOST_POINTERS),
  };
}

function textsByPurl(spoken: readonly Spoken[]): ReadonlyMap<string, readonly string[]> {
  const texts = new Map<string, string[]>();
  for (const { releases } of spoken)
    for (const { purl, text } of releases) texts.set(purl, [...(texts.get(purl) ?? []), text]);
  return texts;
}

/** A reason that names the advisory or repeats the words of a finding is about that finding. */
function isSpokenOf({ release, finding }: Told, texts: ReadonlyMap<string, readonly string[]>): boolean {
  const id = textAt(finding.data, 'id');
  return (texts.get(release.purl) ?? []).some(
    (text) => (id !== null && id !== '' && text.includes(id)) || text.includes(finding.summary),
  );
}

/** The same claim over many places and packages is one concern. */
function groupsOf(found: readonly Told[]): readonly (readonly Told[])[] {
  const groups = Map.groupBy(found, ({ scanner, finding }) =>
    [scanner, finding.kind, finding.severity, codeOf(finding)].join(' '),
  );
  return [...groups.values()];
}

function codeOf({ data, summary }: Finding): string {
  return textAt(data, 'id') ?? textAt(data, 'rule') ?? textAt(data, 'sign') ?? textAt(data, 'code') ?? summary;
}

function byFinding(group: readonly Told[]): Concern {
  const [first] = group;
  if (first === undefined) throw new RangeError('an empty group');
  const { finding, scanner } = first;
  const same = group.every((one) => one.finding.summary === finding.summary);
  const rest = group.length - 1;
  const others = rest === 0 || same ? '' : ` And ${rest} more of this kind.`;
  return {
    text: `${begun(finding.summary, first.release.name)}${others}`,
    purls: [...new Set(group.map(({ release }) => release.purl))],
    weight: finding.severity,
    about: finding.kind,
    source: sourceOf(scanner),
    needs: 'nothing',
    places: group.length,
    evidence: group.map(({ at }) => at).slice(0, MOST_POINTERS),
  };
}

function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** With a capital letter, unless it begins with the name of the package. */
function begun(text: string, name: string): string {
  return ended(text.startsWith(name) ? text : text.charAt(0).toUpperCase() + text.slice(1));
}
