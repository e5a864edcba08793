/**
 * Tags: what people say of a release, or of the step from one version to another, for their team (OWASP packman, control 16;
 * steps as in cargo-vet's delta audits). They change nothing that a channel offers: `check` and `why` miss them.
 */
import { LONGEST_NAME_CHARACTERS, oneLine } from './free-text.ts';
import { Problem } from './problem.ts';

/** A tag that is asked for: `code-reviewed` by anybody, or `code-reviewed@GENOMICS` by somebody of that organisation. */
export interface WantedTag {
  readonly label: string;
  readonly team: string | null;
}

/** What of a tag says whether it is on a version. Versions in normal form; times in RFC 3339, UTC. */
export interface TagOn extends WantedTag {
  /** `null`: on every version of the package. */
  readonly version: string | null;
  /** Only what changed since this version was looked at: it holds where this one has the tag too. */
  readonly since: string | null;
  readonly until: string | null;
}

/** Labels stand on command lines and in file names: short, and of one spelling. */
const LABEL = /^[a-z0-9](?:-?[a-z0-9])*$/;
const LONGEST_LABEL_CHARACTERS = 40;

/** Throws `not-a-tag` for what is no label. */
export function tagLabel(text: string): string {
  if (LABEL.test(text) && text.length <= LONGEST_LABEL_CHARACTERS) return text;
  throw new Problem({
    kind: 'usage',
    code: 'not-a-tag',
    what: `${JSON.stringify(text.slice(0, 80))} is no tag`,
    next: `Use at most ${LONGEST_LABEL_CHARACTERS} lower-case letters, digits and single hyphens: code-reviewed. A team follows an @: code-reviewed@GENOMICS.`,
  });
}

/** Reads `label` or `label@TEAM`. Throws `not-a-tag`. */
export function wantedTag(text: string): WantedTag {
  const at = text.indexOf('@');
  if (at === -1) return { label: tagLabel(text), team: null };
  const team = oneLine('The team', text.slice(at + 1), LONGEST_NAME_CHARACTERS);
  return { label: tagLabel(text.slice(0, at)), team };
}

/** `label` or `label@TEAM`. */
export function tagText({ label, team }: WantedTag): string {
  return team === null ? label : `${label}@${team}`;
}

/** Whether a version has a tag at a moment, among the tags of its package: said of it, of all, or step by step up to it. */
export function hasTag(tags: readonly TagOn[], wanted: WantedTag, version: string, now: Date): boolean {
  const fitting = tags.filter(
    ({ label, team, until }) =>
      label === wanted.label &&
      (wanted.team === null || team === wanted.team) &&
      (until === null || Date.parse(until) > now.getTime()),
  );
  const tagged = new Set(fitting.flatMap((one) => (one.since === null && one.version !== null ? [one.version] : [])));
  if (fitting.some((one) => one.since === null && one.version === null)) return true;
  // What is added to a set while it is walked is walked too, once: a circle ends, and a long chain costs its length.
  const steps = Map.groupBy(fitting, ({ since }) => since);
  for (const from of tagged) for (const { version: to } of steps.get(from) ?? []) if (to !== null) tagged.add(to);
  return tagged.has(version);
}
