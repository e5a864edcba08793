/** `pratique quarantine`: stops releases at once, pinned snapshots included. */
import type { Command } from 'commander';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import { touchedBy } from '../../../features/availability/read.ts';
import { findQuarantine, listQuarantines, type Quarantine } from '../../../features/quarantine/read.ts';
import type { CliHost } from '../app.ts';
import { type Answer, fields, table } from '../output.ts';
import { act } from '../session.ts';

export const scope = z.object({ versions: z.string().optional() });
export const reasoned = z.object({
  versions: z.string().optional(),
  reason: z.string(),
  advisory: z.string().optional(),
});

export function registerQuarantine(program: Command, host: CliHost): void {
  const quarantine = program.command('quarantine').description('stop releases at once, and release them again');
  registerReads(quarantine, host);
  quarantine
    .command('start')
    .description('stop a package, or a range of its versions, in every channel at once')
    .argument('<ecosystem>')
    .argument('<name>')
    .option('--versions <range>', "a range in the ecosystem's language (default: all)")
    .requiredOption('--reason <text>', 'why; researchers read it')
    .option('--advisory <id>', 'the advisory it is about')
    .addHelpText(
      'after',
      '\nExample: pratique quarantine start pypi netclient --versions "<2.2.3" --reason "Steals tokens." --as vera',
    )
    .action(
      act(
        host,
        'quarantine-start',
        z.tuple([z.string(), z.string(), reasoned]),
        async (session, ecosystem, name, options) => {
          const { versions, reason, advisory } = options;
          const { quarantine: room } = (await session.app()).rooms;
          const asked = { ecosystem, name, versions: versions ?? null, reason, advisory };
          const started = await room.start(await session.actor(), asked);
          await session.settle();
          return startedAnswer(started);
        },
      ),
    );
  quarantine
    .command('release')
    .description('release from quarantine; people only, with a reason')
    .argument('<id>')
    .requiredOption('--reason <text>', 'why it may be installed again')
    .action(
      act(
        host,
        'quarantine-release',
        z.tuple([z.string(), z.object({ reason: z.string() })]),
        async (session, id, options) => {
          const { quarantine: room } = (await session.app()).rooms;
          const ended = await room.end(await session.actor(), id, options.reason);
          await session.settle();
          return quarantineAnswer(ended);
        },
      ),
    );
}

function registerReads(quarantine: Command, host: CliHost): void {
  quarantine
    .command('list')
    .description('what is stopped')
    .option('--ended', 'also what was released')
    .action(
      act(host, 'quarantine-list', z.tuple([z.object({ ended: z.boolean().optional() })]), async (session, options) => {
        const results = await listQuarantines((await session.app()).db, { ended: options.ended === true });
        return quarantinesAnswer(results);
      }),
    );
  quarantine
    .command('show')
    .argument('<id>')
    .description('one quarantine')
    .action(
      act(host, 'quarantine-show', z.tuple([z.string(), z.unknown()]), async (session, id) => {
        const found = await findQuarantine((await session.app()).db, id);
        if (found !== undefined) return quarantineAnswer(found);
        const what = `There is no quarantine ${JSON.stringify(id.slice(0, 40))}`;
        throw new Problem({
          kind: 'not-found',
          code: 'unknown-quarantine',
          what,
          next: 'See `pratique quarantine list --ended`.',
        });
      }),
    );
  quarantine
    .command('rehearse')
    .description('what was accepted and a quarantine would touch, itself or through its tree; changes nothing')
    .argument('<ecosystem>')
    .argument('<name>')
    .option('--versions <range>', "a range in the ecosystem's language (default: all)")
    .action(
      act(
        host,
        'quarantine-rehearse',
        z.tuple([z.string(), z.string(), scope]),
        async (session, ecosystem, name, options) => {
          const app = await session.app();
          const asked = { ecosystem, name, versions: options.versions ?? null };
          const stopping = { ...app.rooms.quarantine.scopeOf(asked), channel: null };
          const { touches } = await touchedBy(app, stopping.ecosystem, stopping);
          return rehearsalAnswer(touches.map(({ purl: _purl, request: _request, ...entry }) => entry));
        },
      ),
    );
}

/** What is stopped. */
export function quarantinesAnswer(
  results: readonly Pick<Quarantine, 'id' | 'ecosystem' | 'name' | 'versions' | 'reason'>[],
): Answer {
  const rows = results.map((one) => [one.id, `${one.ecosystem} ${one.name}`, one.versions ?? 'all', one.reason]);
  return { json: { results }, text: table(['ID', 'PACKAGE', 'VERSIONS', 'REASON'], rows) };
}

interface Reached {
  readonly channel: string;
  readonly list: string;
  readonly name: string;
  readonly version: string;
  readonly decision: string;
}

/** Entries that a quarantine would reach. */
export function rehearsalAnswer(results: readonly Reached[]): Answer {
  if (results.length === 0) return { json: { results }, text: 'Nothing that was accepted holds it.' };
  const rows = results.map((one) => [one.channel, one.list, `${one.name} ${one.version}`, one.decision]);
  return { json: { results }, text: table(['CHANNEL', 'LIST', 'RELEASE', 'DECISION'], rows) };
}

type Shown = Pick<Quarantine, 'id' | 'ecosystem' | 'name' | 'versions' | 'reason' | 'startedAt' | 'endedAt'> & {
  /** `null` for those who may not read names. */
  readonly startedBy: string | null;
};

/** A quarantine that began at this moment, and what comes next. */
export function startedAnswer(quarantine: Shown): Answer {
  const { id, ecosystem, name, versions } = quarantine;
  const which = versions === null ? '' : ` --versions ${JSON.stringify(versions)}`;
  return {
    ...quarantineAnswer(quarantine),
    hints: [
      `pratique quarantine rehearse ${ecosystem} ${name}${which} shows what it stops`,
      `pratique quarantine release ${id} --reason TEXT ends it`,
    ],
  };
}

/** One quarantine. */
export function quarantineAnswer(quarantine: Shown): Answer {
  const { id, ecosystem, name, versions, reason, startedBy, startedAt, endedAt } = quarantine;
  const text = fields([
    ['quarantine', id],
    ['package', `${ecosystem} ${name} ${versions ?? '(all versions)'}`],
    ['reason', reason],
    ['started', startedBy === null ? startedAt : `${startedAt} by ${startedBy}`],
    ['released', endedAt ?? 'no'],
  ]);
  return { json: { quarantine }, text };
}
