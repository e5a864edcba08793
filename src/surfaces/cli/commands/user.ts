/** `pratique user`: who there is, with which roles. */
import type { Command } from 'commander';
import { z } from 'zod';
import { listPeople, type Person } from '../../../features/accounts/read.ts';
import type { CliHost } from '../app.ts';
import { collect } from '../arguments.ts';
import { table } from '../output.ts';
import { act, type Session } from '../session.ts';

const createOptions = z.object({
  role: z.array(z.string()).default([]),
  organisation: z.string().optional(),
  code: z.string().optional(),
});

export function registerUser(program: Command, host: CliHost): void {
  const user = program.command('user').description('people of this installation and their roles');
  user
    .command('create')
    .description('add a person; with --code, the first operator adds themself')
    .argument('<name>', 'letters, digits and . _ @ + -')
    .option('--role <role>', 'researcher, reviewer, provider, operator or auditor; may be repeated', collect)
    .option('--organisation <name>', 'the organisation a data provider acts for')
    .option('--code <code>', 'the one-time code that `pratique init` printed')
    .addHelpText('after', '\nExample: pratique user create vera --role reviewer --as olga')
    .action(act(host, 'user-create', z.tuple([z.string(), createOptions]), create));
  user
    .command('list')
    .description('everybody')
    .action(act(host, 'user-list', z.tuple([z.unknown()]), list));
  user
    .command('role')
    .description('set the roles of a person: in every channel, or with --channel in that one')
    .argument('<name>')
    .argument('<role...>', 'all roles the person has there from now on; none takes them away')
    .action(
      act(host, 'user-role', z.tuple([z.string(), z.array(z.string()), z.unknown()]), async (session, name, roles) => {
        const app = await session.app();
        const asked = { name, roles: roles.filter((role) => role !== 'none'), channel: session.askedChannel };
        return answerWith(await app.rooms.accounts.setRoles(await session.actor(), asked));
      }),
    );
}

async function create(session: Session, name: string, options: z.infer<typeof createOptions>) {
  const { accounts } = (await session.app()).rooms;
  if (options.code !== undefined) return answerWith(await accounts.claimFirstOperator({ name, code: options.code }));
  const { role: roles, organisation } = options;
  return answerWith(
    await accounts.add(await session.actor(), { name, roles, organisation, channel: session.askedChannel }),
  );
}

async function list(session: Session) {
  const people = await listPeople((await session.app()).db);
  const rows = people.map((one) => [one.name, rolesText(one), one.organisation ?? '']);
  return { json: { results: people }, text: table(['NAME', 'ROLES', 'ORGANISATION'], rows) };
}

function answerWith(person: Person) {
  return { json: { person }, text: `${person.name}: ${rolesText(person)}` };
}

/** `reviewer, researcher (tier2)`: a role without a channel holds in all. */
function rolesText({ roles, channelRoles }: Person): string {
  return [...roles, ...channelRoles.map(({ channel, role }) => `${role} (${channel})`)].join(', ') || 'none';
}
