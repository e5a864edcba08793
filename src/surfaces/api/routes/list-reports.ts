/** `/lists/{channel}/report`: what a list of another installation is made of. Nothing of it is accepted or recorded. */
import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import { type Actor, actorName } from '../../../domain/people.ts';
import { Problem } from '../../../domain/problem.ts';
import type { Ecosystem } from '../../../ecosystems/contract.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import { hygieneOf, namesToAsk, parseList, wishesOf } from '../../../features/lists/read.ts';
import { expandedList } from '../../../features/snapshots/read.ts';
import type { ApiApp } from '../app.ts';
import { createFairTurns, type FairTurns } from '../fair-turns.ts';
import { channelName, ecosystemId } from '../fields.ts';
import { data, operation } from '../operation.ts';

/** The largest known lists have 800 names and 20 kB; upstream is asked about each. */
const LARGEST_LIST_BYTES = 1024 * 1024;
const MOST_NAMES = 1000;

const entry = z.object({
  at: z.int().meta({ description: 'The line, or the place in the array, from 1.' }),
  text: z.string(),
  name: z.string().nullable(),
  range: z.string().nullable(),
  problems: z.array(
    z.enum([
      ...(['not-a-name', 'part-of-runtime', 'not-found', 'not-installable', 'could-not-check', 'duplicate'] as const),
      ...(['written-otherwise', 'revoked', 'unknown-range', 'newest-outside-range'] as const),
    ]),
  ),
  reason: z.string().nullable(),
  neededBy: z.array(z.string()).meta({ description: 'Entries that need it directly.' }),
  missing: z.array(z.string()).meta({ description: 'What it pulls in and the list lacks.' }),
  here: z.string().nullable().meta({ description: 'Its state, where the channel offers something of it.' }),
  wish: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('ask'), name: z.string(), version: z.string().nullable() }),
      z.object({ kind: z.literal('leave'), why: z.string() }),
    ])
    .meta({ description: 'What to ask for so that all of the list comes, and why the rest needs no request.' }),
});

/**
 * Each asks upstream hundreds of questions and takes minutes: two at once on a server, one of each person, and no more wait than
 * come to their turn while a client still listens.
 */
const TURNS = { atOnce: 2, waiting: { each: 2, all: 10 }, longestWaitMs: 120_000 } as const;
const turnsOf = new WeakMap<ApiApp, FairTurns>();

export const listReports = [
  operation({
    method: 'post',
    path: '/lists/{channel}/report',
    id: 'reportOnList',
    summary: 'Why each entry of a list is there, what nothing needs and what is missing. Accepts and records nothing',
    description:
      'Takes as long as upstream needs to answer for every name: minutes, for hundreds. One of each person is made at a time; others wait.',
    access: 'file-request',
    params: z.strictObject({ channel: channelName }),
    body: z.strictObject({
      ecosystem: ecosystemId,
      content: z
        .string()
        .min(1)
        .max(LARGEST_LIST_BYTES)
        .meta({ description: 'One name per line, or uk-tre/packages JSON.', examples: ['tidewater\nharbour\n'] }),
    }),
    bodyBytes: LARGEST_LIST_BYTES * 2,
    answer: z.object({
      channel: z.string(),
      ecosystem: z.string(),
      format: z.enum(['names', 'uk-tre']),
      results: z.array(entry),
      missing: z.array(z.object({ name: z.string(), neededBy: z.array(z.string()) })),
    }),
    problems: ['not-a-list', 'list-too-long', 'report-running', 'unknown-ecosystem'],
    async work({ app, actor, params: { channel }, body }) {
      requireMay(actor, 'file-request', { channel, ecosystem: body.ecosystem });
      await requireChannel(app.db, channel);
      const ecosystem = ecosystemOf(app, body.ecosystem);
      const { format, entries } = parseList(body.content);
      const names = namesToAsk(entries, ecosystem);
      if (names.length > MOST_NAMES) throw tooLong(names.length);
      const report = hygieneOf(
        entries,
        ecosystem,
        await outlinesOf(app, actor, { channel, ecosystem: ecosystem.id, names }),
      );
      const offered = (await expandedList(app, channel))?.entries.filter((one) => one.ecosystem === ecosystem.id);
      const here = new Map(offered?.map(({ name, state }) => [name, state]));
      const wishes = wishesOf(report.entries, new Set(here.keys()), ecosystem);
      const results = report.entries.map((one, at) => ({
        ...one,
        here: here.get(one.name ?? '') ?? null,
        wish: wishes[at] ?? { kind: 'leave', why: 'not-a-name' },
      }));
      return data({ channel, ecosystem: ecosystem.id, format, results, missing: report.missing });
    },
  }),
];

async function outlinesOf(app: ApiApp, actor: Actor, ask: Parameters<ApiApp['rooms']['vetting']['outlines']>[0]) {
  const turns = turnsOf.get(app) ?? createFairTurns(TURNS);
  turnsOf.set(app, turns);
  const outlined = await turns.take(actorName(actor), () => app.rooms.vetting.outlines(ask, () => undefined));
  if (outlined === undefined) throw tooManyReports();
  return outlined.done;
}

function ecosystemOf({ ecosystems }: ApiApp, asked: string): Ecosystem {
  const found = ecosystems.find(({ id }) => id === asked);
  if (found !== undefined) return found;
  throw new Problem({
    kind: 'usage',
    code: 'unknown-ecosystem',
    what: `There is no ecosystem ${JSON.stringify(asked.slice(0, 40))}`,
    next: `Known are ${ecosystems.map(({ id }) => id).join(', ')}.`,
  });
}

function tooLong(names: number): Problem {
  return new Problem({
    kind: 'usage',
    code: 'list-too-long',
    what: `The list has ${names} names, and a report is made of ${MOST_NAMES} at most`,
    next: 'Send it in parts, or read it on the machine: `pratique list import`.',
  });
}

function tooManyReports(): Problem {
  return new Problem({
    kind: 'too-often',
    code: 'report-running',
    what: 'Other lists are being reported on, and as many wait as may',
    why: `${TURNS.atOnce} are made at once, one of each person; ${TURNS.waiting.each} of a person and ${TURNS.waiting.all} of all wait, for ${TURNS.longestWaitMs / 60_000} minutes at most`,
    next: 'Try again in a minute.',
    retryAfterSeconds: 60,
  });
}
