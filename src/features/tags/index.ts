/** The tags room: people say for their team what they looked at; channels say which of it they ask for. */
import { requireMay, requireMaySomewhere, requireReach } from '../../domain/authority.ts';
import { freeText } from '../../domain/free-text.ts';
import { type Actor, actorName } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import { parsePurl } from '../../domain/purl.ts';
import { tagLabel, tagText, wantedTag } from '../../domain/tag.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Change, Ledger } from '../../platform/ledger/port.ts';
import { requireChannel } from '../channels/read.ts';
import { requirementOf, type Tag, type TagRequirement, tagOf } from './read.ts';
import {
  findRequirementRow,
  findTagRow,
  insertRequirement,
  insertTag,
  liftRow,
  nextRequirementId,
  nextTagId,
  removeTagRow,
} from './store.ts';

export interface TagsDeps {
  readonly ledger: Ledger;
  ecosystem(id: string): Ecosystem | undefined;
}

export interface NewTag {
  readonly label: string;
  /** A package, or a release of it. */
  readonly purl: string;
  /** Only what changed since this version was looked at. */
  readonly since?: string | undefined;
  readonly until?: Date | undefined;
  readonly reason: string;
}

export interface Tags {
  /**
   * Puts a tag on, in the name of who acts and of their organisation. Throws `not-a-tag`, `not-a-purl`, `not-a-step` and
   * `already-over`.
   */
  add(actor: Actor, tag: NewTag): Promise<Tag>;
  /** Takes one off: one's own, or anybody's as reviewer or operator. Throws `unknown-tag`. */
  remove(actor: Actor, id: string, reason: string): Promise<Tag>;
  /** From now on `check` and `why` miss it in the channel: `label`, or `label@TEAM`. Throws `not-a-tag`, `already-required`. */
  require(actor: Actor, asked: { channel: string; tag: string; criteria: string }): Promise<TagRequirement>;
  /** Throws `unknown-requirement`. */
  lift(actor: Actor, id: string, reason: string): Promise<TagRequirement>;
}

export function createTags(deps: TagsDeps): Tags {
  return {
    async add(actor, asked) {
      requireMaySomewhere(actor, 'add-tag');
      const about = releaseOf(deps, asked);
      requireReach(actor, 'add-tag', about);
      const label = tagLabel(asked.label);
      const reason = freeText('The reason (--reason)', asked.reason);
      return deps.ledger.change(actor, (change) =>
        added(change, actor, { ...about, label, reason, until: asked.until }),
      );
    },
    async remove(actor, id, text) {
      requireMaySomewhere(actor, 'add-tag');
      const reason = freeText('The reason (--reason)', text);
      return deps.ledger.change(actor, async ({ db, now, append }) => {
        const found = await findTagRow(db, id);
        if (found !== undefined && found.tagged_by !== actorName(actor)) requireMay(actor, 'remove-tag', found);
        if (found !== undefined) requireReach(actor, 'add-tag', found);
        const row = await removeTagRow(db, id, { by: actorName(actor), reason, at: now });
        if (row === undefined) throw unknown('tag', id, 'pratique tag list');
        const { label, ecosystem, name, version } = row;
        append({ kind: 'tag-removed', tag: id, label, ecosystem, name, version, reason });
        return tagOf(row);
      });
    },
    async require(actor, { channel, tag, criteria: text }) {
      requireMay(actor, 'require-tag', { channel });
      const { label, team } = wantedTag(tag);
      const criteria = freeText('What it says (--criteria)', text);
      return deps.ledger.change(actor, async ({ db, now, append }) => {
        await requireChannel(db, channel);
        const open = { lifted_by: null, lifted_reason: null, lifted_at: null };
        const by = { required_by: actorName(actor), required_at: now };
        const row = { id: await nextRequirementId(db), channel, label, team, criteria, ...by, ...open };
        if (!(await insertRequirement(db, row))) throw alreadyRequired(channel, tagText({ label, team }));
        append({ kind: 'tag-required', requirement: row.id, channel, label, team, criteria });
        return requirementOf(row);
      });
    },
    async lift(actor, id, text) {
      requireMaySomewhere(actor, 'require-tag');
      const reason = freeText('The reason (--reason)', text);
      return deps.ledger.change(actor, async ({ db, now, append }) => {
        const found = await findRequirementRow(db, id);
        if (found !== undefined) requireMay(actor, 'require-tag', found);
        const row = await liftRow(db, id, { by: actorName(actor), reason, at: now });
        if (row === undefined) throw unknown('requirement', id, 'pratique tag require');
        const { channel, label, team } = row;
        append({ kind: 'tag-requirement-lifted', requirement: id, channel, label, team, reason });
        return requirementOf(row);
      });
    },
  };
}

interface TaggedRelease {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string | null;
  readonly since: string | null;
}

interface Adding extends TaggedRelease {
  readonly label: string;
  readonly reason: string;
  readonly until: Date | undefined;
}

async function added({ db, now, append }: Change, actor: Actor, { until: ends, ...said }: Adding): Promise<Tag> {
  const until = ends ?? null;
  if (until !== null && until <= now)
    throw usage('already-over', 'The tag would have ended already', 'Give a later day with --until, or none.');
  // For whom somebody speaks is what operators know of them, never what they say of themselves.
  const team = actor.kind === 'person' ? actor.organisation : null;
  const open = { removed_by: null, removed_reason: null, removed_at: null };
  const row = { id: await nextTagId(db), ...said, team, until, tagged_by: actorName(actor), tagged_at: now, ...open };
  await insertTag(db, row);
  append({ kind: 'tag-added', tag: row.id, ...said, team, until: until?.toISOString() ?? null });
  return tagOf(row);
}

/** In the normal forms of its ecosystem. */
function releaseOf(deps: TagsDeps, { purl: text, since: from }: Pick<NewTag, 'purl' | 'since'>): TaggedRelease {
  const purl = parsePurl(text);
  const ecosystem = deps.ecosystem(purl?.ecosystem ?? '');
  const name = ecosystem?.names.normalise(purl?.name ?? '');
  const version = purl?.version === undefined ? null : ecosystem?.versions.normalise(purl.version);
  if (ecosystem === undefined || name === undefined || version === undefined)
    throw usage(
      'not-a-purl',
      `${JSON.stringify(text.slice(0, 120))} names no package of an ecosystem here`,
      'Write it as pkg:pypi/NAME or pkg:pypi/NAME@VERSION.',
    );
  if (from === undefined) return { ecosystem: ecosystem.id, name, version, since: null };
  const since = ecosystem.versions.normalise(from);
  if (since === undefined || version === null || since === version)
    throw usage(
      'not-a-step',
      'A step leads from one version to another',
      `Name the other version in the purl and this one with --since: pkg:${ecosystem.id}/${name}@2.0.14 --since 2.0.10`,
    );
  return { ecosystem: ecosystem.id, name, version, since };
}

export function unknown(what: 'tag' | 'requirement', id: string, next: string): Problem {
  return new Problem({
    kind: 'not-found',
    code: `unknown-${what}`,
    what: `There is no ${what} ${JSON.stringify(id.slice(0, 40))} in force`,
    next: `See \`${next}\`.`,
  });
}

function alreadyRequired(channel: string, tag: string): Problem {
  const what = `Channel ${channel} asks for ${tag} already`;
  return new Problem({ kind: 'conflict', code: 'already-required', what, next: 'See `pratique tag require`.' });
}

function usage(code: string, what: string, next: string): Problem {
  return new Problem({ kind: 'usage', code, what, next });
}
