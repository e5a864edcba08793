/** `pratique tag`: what people say of releases for their teams, and which of it a channel asks for. */
import type { Command } from 'commander';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import { tagText, wantedTag } from '../../../domain/tag.ts';
import { readAsked } from '../../../features/availability/read.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import { pageOfTags, type Tag, type TagRequirement, tagRequirements } from '../../../features/tags/read.ts';
import type { CliHost } from '../app.ts';
import { parseMoment } from '../arguments.ts';
import { type Answer, fields, table } from '../output.ts';
import { act, type Session } from '../session.ts';

const MOST_LISTED = 1000;
const addOptions = z.object({ reason: z.string(), since: z.string().optional(), until: z.string().optional() });
export const tagAdded = z.tuple([z.string(), z.string(), addOptions]);
export const tagRemoved = z.tuple([z.string(), z.object({ reason: z.string() })]);
export const tagsListed = z.tuple([
  z.string().optional(),
  z.object({ tag: z.string().optional(), removed: z.boolean().optional() }),
]);
const requireOptions = z.object({
  criteria: z.string().optional(),
  lift: z.boolean().optional(),
  reason: z.string().optional(),
});
export const tagRequired = z.tuple([z.string().optional(), requireOptions]);

export function registerTag(program: Command, host: CliHost): void {
  const tag = program
    .command('tag')
    .description(
      'what people say of releases for their teams: code-reviewed, sde-approved; check misses what is asked for',
    );
  tag
    .command('add')
    .description('put a tag on, in your name and for your organisation; nothing more is offered for it')
    .argument('<tag>', 'a label: lower-case letters, digits and hyphens')
    .argument('<purl>', 'pkg:pypi/NAME@VERSION, or pkg:pypi/NAME for every version')
    .requiredOption('--reason <text>', 'what you looked at, and how')
    .option('--since <version>', 'only what changed since this version: it holds where that one has the tag')
    .option('--until <date>', 'when it ends by itself')
    .addHelpText(
      'after',
      '\nExample: pratique tag add code-reviewed pkg:pypi/conefit@2.0.14 --since 2.0.10 --reason "Read every change." --as rosa',
    )
    .action(act(host, 'tag-add', tagAdded, add));
  tag
    .command('remove')
    .description("take a tag off: one's own, or anybody's as reviewer or operator")
    .argument('<id>', 'as `tag list` shows it: G-1')
    .requiredOption('--reason <text>', 'why')
    .action(
      act(host, 'tag-remove', tagRemoved, async (session, id, { reason }) => {
        const removed = await (await session.app()).rooms.tags.remove(await session.actor(), id, reason);
        await session.settle();
        return tagAnswer(removed);
      }),
    );
  tag
    .command('list')
    .description('tags, oldest first')
    .argument('[purl]', 'of this package; of a release where a version is named')
    .option('--tag <tag>', 'only these: code-reviewed, code-reviewed@GENOMICS')
    .option('--removed', 'also what was taken off')
    .action(act(host, 'tag-list', tagsListed, list));
  tag
    .command('require')
    .description('what the channel asks for; with a tag: have check and why end with 7 where a release has not got it')
    .argument('[tag]', 'a label, by anybody, or LABEL@ORGANISATION')
    .option('--criteria <text>', 'what whoever puts the tag on says by it')
    .option('--lift', 'ask for it no longer; with --reason')
    .option('--reason <text>', 'why it is lifted')
    .addHelpText(
      'after',
      '\nExample: pratique tag require code-reviewed@GENOMICS --criteria "A member read every line." --channel tier3 --as vera',
    )
    .action(act(host, 'tag-require', tagRequired, require));
}

async function add(session: Session, label: string, purl: string, { until, ...said }: z.infer<typeof addOptions>) {
  const { tags } = (await session.app()).rooms;
  const ends = until === undefined ? undefined : parseMoment(until);
  const made = await tags.add(await session.actor(), { label, purl, ...said, until: ends });
  await session.settle();
  return tagAnswer(made);
}

async function list(session: Session, text: string | undefined, options: z.infer<typeof tagsListed>[1]) {
  const app = await session.app();
  const asked = text === undefined ? undefined : readAsked(text, app.ecosystems);
  const found = await pageOfTags(app.db, {
    removed: options.removed === true,
    package: asked === undefined ? undefined : { ecosystem: asked.ecosystem.id, name: asked.name },
    tag: options.tag === undefined ? undefined : wantedTag(options.tag),
    limit: MOST_LISTED,
  });
  return tagsAnswer(onVersion(found, asked?.version));
}

async function require(session: Session, text: string | undefined, options: z.infer<typeof requireOptions>) {
  const { db, rooms } = await session.app();
  const { channel } = session;
  await requireChannel(db, channel);
  const change = changeAsked(text, options);
  if (change.kind === 'require')
    await rooms.tags.require(await session.actor(), { channel, tag: change.tag, criteria: change.criteria });
  if (change.kind === 'lift') {
    const { id } = inForce(await tagRequirements(db, channel), channel, change.tag);
    await rooms.tags.lift(await session.actor(), id, change.reason);
  }
  if (change.kind !== 'show') await session.settle();
  return requirementsAnswer(channel, await tagRequirements(db, channel));
}

type ChangeAsked =
  | { readonly kind: 'show' }
  | { readonly kind: 'require'; readonly tag: string; readonly criteria: string }
  | { readonly kind: 'lift'; readonly tag: string; readonly reason: string };

/** What `tag require` is to do. Throws `which-change` where it is not said, or said by halves. */
export function changeAsked(tag: string | undefined, asked: z.infer<typeof requireOptions>): ChangeAsked {
  const { criteria, lift = false, reason } = asked;
  if (tag === undefined && criteria === undefined && !lift && reason === undefined) return { kind: 'show' };
  if (tag !== undefined && lift && reason !== undefined && criteria === undefined) return { kind: 'lift', tag, reason };
  if (tag !== undefined && !lift && criteria !== undefined && reason === undefined)
    return { kind: 'require', tag, criteria };
  throw new Problem({
    kind: 'usage',
    code: 'which-change',
    what: 'It is not said what is to change',
    next: 'Name a tag, with --criteria TEXT to ask for it, or with --lift --reason TEXT to ask for it no longer.',
  });
}

/** Throws `unknown-requirement`. */
export function inForce<R extends { readonly id: string; readonly label: string; readonly team: string | null }>(
  all: readonly R[],
  channel: string,
  text: string,
): R {
  const wanted = tagText(wantedTag(text));
  const found = all.find((one) => tagText(one) === wanted);
  if (found !== undefined) return found;
  const what = `Channel ${channel} does not ask for ${wanted}`;
  throw new Problem({ kind: 'not-found', code: 'unknown-requirement', what, next: 'See `pratique tag require`.' });
}

/** Those that say something of the version; all where none is named. */
export function onVersion<T extends Pick<Tag, 'version'>>(all: readonly T[], version: string | null | undefined) {
  return all.filter((one) => typeof version !== 'string' || one.version === null || one.version === version);
}

/** What is tagged. */
export function tagsAnswer(results: readonly Tag[]): Answer {
  const rows = results.map((one) => [one.id, tagText(one), packageText(one), one.taggedBy, endText(one), one.reason]);
  return { json: { results }, text: table(['ID', 'TAG', 'PACKAGE', 'BY', 'UNTIL', 'REASON'], rows) };
}

/** One tag. */
export function tagAnswer(tag: Tag): Answer {
  const text = fields([
    ['tag', `${tag.id}: ${tagText(tag)}`],
    ['package', packageText(tag)],
    ['reason', tag.reason],
    ['by', `${tag.taggedBy}, ${tag.taggedAt}`],
    ['until', endText(tag)],
    ...(tag.removedAt === null ? [] : [['taken off', `${tag.removedAt}: ${tag.removedReason ?? ''}`] as const]),
  ]);
  return { json: { tag }, text };
}

/** What a channel asks for. */
export function requirementsAnswer(
  channel: string,
  results: readonly Pick<TagRequirement, 'id' | 'label' | 'team' | 'criteria'>[],
): Answer {
  const rows = results.map((one) => [one.id, tagText(one), one.criteria]);
  const text = results.length === 0 ? `${channel} asks for no tag.` : table(['ID', 'TAG', 'WHAT IT SAYS'], rows);
  return { json: { channel, results }, text };
}

function packageText({ ecosystem, name, version, since }: Tag): string {
  const step = since === null ? '' : ` (what changed since ${since})`;
  return `${ecosystem} ${name} ${version ?? '(all versions)'}${step}`;
}

function endText({ until, removedAt }: Tag): string {
  if (removedAt !== null) return 'taken off';
  return until ?? '-';
}
