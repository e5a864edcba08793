/** Facts about tags, for other rooms and surfaces. */
import { hasTag, type TagOn, tagText, type WantedTag } from '../../domain/tag.ts';
import type { Queryable, Transaction } from '../../platform/db/port.ts';
import {
  findRequirementRow,
  findTagRow,
  type RequirementRow,
  requirementRows,
  type TagPage,
  type TagRow,
  tagRowsAfter,
  tagRowsOf,
} from './store.ts';

export type { TagPage } from './store.ts';

/** What somebody says of a package or a release. Times are RFC 3339, UTC. */
export interface Tag extends TagOn {
  readonly id: string;
  readonly ecosystem: string;
  readonly name: string;
  /** What they looked at, and how. */
  readonly reason: string;
  readonly taggedBy: string;
  readonly taggedAt: string;
  readonly removedBy: string | null;
  readonly removedReason: string | null;
  readonly removedAt: string | null;
}

/** A tag that a channel asks of what is installed from it. */
export interface TagRequirement extends WantedTag {
  readonly id: string;
  readonly channel: string;
  /** What whoever puts the tag on says by it. */
  readonly criteria: string;
  readonly requiredBy: string;
  readonly requiredAt: string;
  readonly liftedBy: string | null;
  readonly liftedReason: string | null;
  readonly liftedAt: string | null;
}

/** A page of tags, oldest first. */
export async function pageOfTags(db: Queryable, asked: TagPage): Promise<readonly Tag[]> {
  return (await tagRowsAfter(db, asked)).map(tagOf);
}

export async function findTag(db: Queryable, id: string): Promise<Tag | undefined> {
  const row = await findTagRow(db, id);
  return row === undefined ? undefined : tagOf(row);
}

/** Holds a tag still until the transaction ends. */
export async function lockTag(db: Transaction, id: string): Promise<void> {
  await findTagRow(db, id, true);
}

/** What a channel asks for now, oldest first; of every channel where none is named. */
export async function tagRequirements(db: Queryable, channel?: string): Promise<readonly TagRequirement[]> {
  return (await requirementRows(db, channel)).map(requirementOf);
}

export async function findTagRequirement(db: Queryable, id: string): Promise<TagRequirement | undefined> {
  const row = await findRequirementRow(db, id);
  return row === undefined ? undefined : requirementOf(row);
}

/** Holds a requirement still until the transaction ends. */
export async function lockTagRequirement(db: Transaction, id: string): Promise<void> {
  await findRequirementRow(db, id, true);
}

/** Those of the wanted tags that a release has not got, as they are written: `code-reviewed@GENOMICS`. */
export async function missingTags(
  db: Queryable,
  { ecosystem, name, version }: { readonly ecosystem: string; readonly name: string; readonly version: string },
  wanted: readonly WantedTag[],
  now: Date,
): Promise<readonly string[]> {
  if (wanted.length === 0) return [];
  const tags = (await tagRowsOf(db, ecosystem, name)).map(tagOf);
  return [...new Set(wanted.filter((one) => !hasTag(tags, one, version, now)).map(tagText))];
}

export function tagOf(row: TagRow): Tag {
  const { id, label, ecosystem, name, version, since, team, reason } = row;
  return {
    ...{ id, label, ecosystem, name, version, since, team, reason },
    ...{ taggedBy: row.tagged_by, taggedAt: row.tagged_at.toISOString(), until: row.until?.toISOString() ?? null },
    ...{ removedBy: row.removed_by, removedReason: row.removed_reason },
    removedAt: row.removed_at?.toISOString() ?? null,
  };
}

export function requirementOf(row: RequirementRow): TagRequirement {
  const { id, channel, label, team, criteria } = row;
  return {
    ...{ id, channel, label, team, criteria },
    ...{ requiredBy: row.required_by, requiredAt: row.required_at.toISOString() },
    ...{ liftedBy: row.lifted_by, liftedReason: row.lifted_reason, liftedAt: row.lifted_at?.toISOString() ?? null },
  };
}
