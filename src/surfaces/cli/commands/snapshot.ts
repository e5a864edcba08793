/** `pratique snapshot`: what clients are served. */
import type { Command } from 'commander';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import type { SnapshotCheck } from '../../../features/snapshots/index.ts';
import { readSnapshot, type SnapshotSummary, snapshotsOf } from '../../../features/snapshots/read.ts';
import type { CliHost } from '../app.ts';
import { EXIT } from '../exit-codes.ts';
import { type Answer, table } from '../output.ts';
import { act, type Session } from '../session.ts';
import { registerCarrying } from './snapshot-carry.ts';
import { numberOf } from './snapshot-number.ts';

/** What `snapshot rollback` is given. */
export const rollbackGiven = z.tuple([z.string(), z.object({ reason: z.string().optional() })]);

export function registerSnapshot(program: Command, host: CliHost): void {
  const snapshot = program.command('snapshot').description('what clients are served: numbered, signed, closed');
  snapshot
    .command('list')
    .description('newest first')
    .action(act(host, 'snapshot-list', z.tuple([z.unknown()]), list));
  snapshot
    .command('show')
    .description('the signed manifest')
    .argument('[number]', 'default: the current one')
    .action(act(host, 'snapshot-show', z.tuple([z.string().optional(), z.unknown()]), show));
  snapshot
    .command('verify')
    .description('signature, digests, and with --deep every byte')
    .argument('[number]', 'default: the current one')
    .option('--deep', 'read and hash the files too')
    .action(
      act(
        host,
        'snapshot-verify',
        z.tuple([z.string().optional(), z.object({ deep: z.boolean().optional() })]),
        verify,
      ),
    );
  registerCarrying(snapshot, host);
  snapshot
    .command('rollback')
    .description('publish anew what an older snapshot held; denials and quarantines in force still hold')
    .argument('<number>')
    .option('--reason <text>', 'why; `why` tells it of what the channel lacks since')
    .action(
      act(host, 'snapshot-rollback', rollbackGiven, async (session, text, { reason }) => {
        const { snapshots } = (await session.app()).rooms;
        const { number } = await snapshots.rollback(session.channel, numberOf(text), await session.actor(), reason);
        await session.settle();
        return rolledBackAnswer(session.channel, { number, held: text });
      }),
    );
}

export function rolledBackAnswer(
  channel: string,
  { number, held }: { readonly number: number; readonly held: string },
) {
  return { json: { channel, number }, text: `snapshot ${number} holds what ${held} held` };
}

async function list(session: Session) {
  const found = await snapshotsOf((await session.app()).db, session.channel);
  return snapshotsAnswer(session.channel, found);
}

/** Snapshots of a channel, newest first. */
export function snapshotsAnswer(
  channel: string,
  found: readonly Pick<SnapshotSummary, 'number' | 'publishedAt' | 'manifest'>[],
): Answer {
  const newest = found[0]?.number;
  const results = found.map((one) => ({ ...one, state: one.number === newest ? 'current' : 'past' }));
  const rows = results.map((one) => [String(one.number), one.state, one.publishedAt, one.manifest]);
  return {
    json: { channel, results },
    text: table(['NUMBER', 'STATE', 'PUBLISHED', 'MANIFEST'], rows),
  };
}

async function show(session: Session, text: string | undefined) {
  const app = await session.app();
  const manifest = await readSnapshot(
    app,
    session.channel,
    text === undefined ? 'current' : { number: numberOf(text) },
  );
  if (manifest !== undefined) return manifestAnswer(manifest);
  const what = `There is no such snapshot of ${session.channel}`;
  throw new Problem({ kind: 'not-found', code: 'unknown-snapshot', what, next: 'See `pratique snapshot list`.' });
}

/** The signed manifest. */
export function manifestAnswer(manifest: object): Answer {
  return { json: { manifest }, text: JSON.stringify(manifest, null, 2) };
}

async function verify(session: Session, text: string | undefined, options: { deep?: boolean | undefined }) {
  const { snapshots } = (await session.app()).rooms;
  const number = text === undefined ? undefined : numberOf(text);
  const check = await snapshots.verify(session.channel, number, options.deep === true);
  return checkAnswer(session.channel, check);
}

function of(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Whether a snapshot is whole. */
export function checkAnswer(channel: string, check: SnapshotCheck): Answer {
  const json = { channel, ...check };
  switch (check.status) {
    case 'whole':
      return {
        json,
        text: `snapshot ${check.number} is whole: signature confirmed, ${of(check.packages, 'package')}, ${of(check.files, 'file')}`,
      };
    case 'broken':
      return { json, text: `snapshot ${check.number} is broken:\n${check.problems.join('\n')}`, exit: EXIT.notAllowed };
  }
}
