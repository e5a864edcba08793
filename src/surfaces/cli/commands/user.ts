/** `pratique user`: who there is, with which roles. */
import type { Command } from 'commander';
import { z } from 'zod';
import { listPeople, type Person } from '../../../features/accounts/read.ts';
import type { CliHost } from '../app.ts';
import { collect } from '../arguments.ts';
import { type Answer, table } from '../output.ts';
import { act, type Session } from '../session.ts';

export const createOptions = z.object({
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
    .option(
      '--organisation <name>',
      'the organisation they act for: a data provider objects for it, and tags are put on in its name',
    )
    .option('--code <code>', 'the one-time code that `pratique init` printed')
    .addHelpText('after', '\nExample: pratique user create vera --role reviewer --as olga')
    .action(act(host, 'user-create', z.tuple([z.string(), createOptions]), create));
  registerAccess(user, host);
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
        return personAnswer(await app.rooms.accounts.setRoles(await session.actor(), asked));
      }),
    );
}

/** Whether somebody gets in at all. */
function registerAccess(user: Command, host: CliHost): void {
  user
    .command('invite')
    .description(
      'make the code with which a person sets up how they sign in; where all ways are lost, anew (docs/accounts.md)',
    )
    .argument('<name>')
    .option('--mail <address>', 'send it there, and nowhere else')
    .action(act(host, 'user-invite', z.tuple([z.string(), z.object({ mail: z.string().optional() })]), invite));
  user
    .command('close')
    .description('close an account: its sessions and tokens are refused from now on')
    .argument('<name>')
    .requiredOption('--reason <text>', 'why')
    .action(
      act(
        host,
        'user-close',
        z.tuple([z.string(), z.object({ reason: z.string() })]),
        async (session, name, options) => {
          const { accounts } = (await session.app()).rooms;
          return personAnswer(await accounts.disable(await session.actor(), name, options.reason));
        },
      ),
    );
  user
    .command('open')
    .description('open a closed account again')
    .argument('<name>')
    .action(
      act(host, 'user-open', z.tuple([z.string(), z.unknown()]), async (session, name) => {
        const { accounts } = (await session.app()).rooms;
        return personAnswer(await accounts.enable(await session.actor(), name));
      }),
    );
}

async function create(session: Session, name: string, options: z.infer<typeof createOptions>) {
  const { accounts } = (await session.app()).rooms;
  if (options.code !== undefined) return personAnswer(await accounts.claimFirstOperator({ name, code: options.code }));
  const { role: roles, organisation } = options;
  return personAnswer(
    await accounts.add(await session.actor(), { name, roles, organisation, channel: session.askedChannel }),
  );
}

async function invite(session: Session, name: string, { mail }: { readonly mail?: string | undefined }) {
  const { signIn } = (await session.app()).rooms;
  const invitation = await signIn.invite(await session.actor(), { name, mail });
  return invitationAnswer(name, invitation);
}

/** Where the code went, or the code. */
export function invitationAnswer(
  name: string,
  invitation: { readonly sentTo: string } | { readonly code: string },
): Answer {
  if ('sentTo' in invitation) return { json: { invitation }, text: `sent to ${invitation.sentTo}` };
  const hints = [`Hand it to ${name} yourself: it is good once, for three days, and not shown again.`];
  return { json: { invitation }, text: invitation.code, hints };
}

async function list(session: Session) {
  return peopleAnswer(await listPeople((await session.app()).db));
}

type Shown = Pick<Person, 'name' | 'organisation' | 'roles' | 'channelRoles'>;

export function peopleAnswer(people: readonly Shown[]): Answer {
  const rows = people.map((one) => [one.name, rolesText(one), one.organisation ?? '']);
  return { json: { results: people }, text: table(['NAME', 'ROLES', 'ORGANISATION'], rows) };
}

export function personAnswer(person: Shown): Answer {
  return { json: { person }, text: `${person.name}: ${rolesText(person)}` };
}

/** `reviewer, researcher (tier2)`: a role without a channel holds in all. */
function rolesText({ roles, channelRoles }: Shown): string {
  return [...roles, ...channelRoles.map(({ channel, role }) => `${role} (${channel})`)].join(', ') || 'none';
}
