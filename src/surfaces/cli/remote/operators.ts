/** `pratique channel`, `user` and `token` on a server elsewhere. */
import { z } from 'zod';
import { CHANNEL_MODES } from '../../../domain/channel.ts';
import { ROLES } from '../../../domain/people.ts';
import { Problem } from '../../../domain/problem.ts';
import {
  accessAnswer,
  accessArguments,
  channelAnswer,
  channelsAnswer,
  named,
  settingsOf,
  shownAnswer,
} from '../commands/channel.ts';
import { diagnosisAnswer, doctorOptions } from '../commands/operate.ts';
import {
  endedAnswer,
  madeAnswer,
  REPORTED,
  revokeOptions,
  secondsOf,
  createOptions as tokenOptions,
  tokensAnswer,
} from '../commands/token.ts';
import { invitationAnswer, peopleAnswer, personAnswer, createOptions as userOptions } from '../commands/user.ts';
import type { Remote } from './client.ts';
import { one, pathOf } from './fields.ts';
import type { RemoteWork } from './work.ts';

const channel = z.looseObject({
  name: z.string(),
  tier: z.int(),
  mode: z.enum(CHANNEL_MODES),
  providers: z.array(z.string()),
  windowSeconds: z.int().nullable(),
  timezone: z.string(),
  targets: z.array(z.object({ ecosystem: z.string(), id: z.string(), settings: z.record(z.string(), z.string()) })),
});
const practice = z.object({
  windowWorkingDays: z.int().nullable(),
  replyWorkingDays: z.int(),
  approvers: z.int(),
  undoSeconds: z.int().nullable(),
  workingDays: z.array(z.int()),
  holidays: z.array(z.object({ day: z.string(), name: z.string() })),
});
const clients = z.object({
  results: z.array(z.object({ ecosystem: z.string(), client: z.string(), text: z.string() })),
});
const access = z.object({
  access: z.array(z.object({ network: z.string().nullable(), token: z.boolean() })).nullable(),
});
const person = z.looseObject({
  name: z.string(),
  organisation: z.string().nullable(),
  roles: z.array(z.enum(ROLES)),
  channelRoles: z.array(z.object({ channel: z.string(), role: z.enum(ROLES) })),
});
const limit = z.array(z.string()).nullable();
const token = z.looseObject({
  id: z.string(),
  person: z.string(),
  label: z.string(),
  scope: z.object({ channels: limit, ecosystems: limit, actions: limit }),
  state: z.enum(['valid', 'expired', 'revoked']),
  expiresAt: z.string(),
  lastUsedOn: z.string().nullable(),
});

const state = z.enum(['ok', 'warning', 'failed']);
const check = { name: z.string(), state, detail: z.string() };
const diagnosis = z.object({
  checks: z.array(z.object({ ...check, next: z.string().nullable() })),
  sources: z.array(z.object({ ...check, ecosystem: z.string(), answers: z.boolean() })),
});

export const operatorWorks: Readonly<Record<string, RemoteWork>> = {
  async doctor({ remote }, given) {
    const [{ deep, fix, sources }] = z.tuple([doctorOptions]).parse(given);
    if (deep === true || fix !== undefined) throw onTheMachine();
    const query = { sources: sources === true ? 'true' : undefined };
    return diagnosisAnswer({
      ...(await remote.ask(diagnosis, { method: 'GET', path: '/doctor', query })),
      retried: null,
    });
  },
  async 'channel-create'({ remote }, given) {
    const [name, options] = named.parse(given);
    const body = { ...(await settingsOf(options)), name };
    const made = await remote.ask(channel, { method: 'POST', path: '/channels', body });
    return channelAnswer(made, await practiceOf(remote, name), await accessOf(remote, name));
  },
  async 'channel-change'({ remote }, given) {
    const [name, options] = named.parse(given);
    const path = pathOf('channels', name);
    const { etag: match } = await remote.read(channel, path);
    const changed = await remote.ask(channel, { method: 'PUT', path, body: await settingsOf(options), match });
    return channelAnswer(changed, await practiceOf(remote, name), await accessOf(remote, name));
  },
  'channel-list': async ({ remote }) => channelsAnswer(await remote.list(channel, '/channels')),
  async 'channel-show'({ session, remote }, given) {
    const [name = session.channel] = z.tuple([z.string().optional(), z.unknown()]).parse(given);
    const { value } = await remote.read(channel, pathOf('channels', name));
    const { results } = (await remote.read(clients, pathOf('channels', name, 'clients'))).value;
    const how = { practice: await practiceOf(remote, name), access: await accessOf(remote, name) };
    return shownAnswer(value, how, results);
  },
  async 'channel-access'({ session, remote }, given) {
    const [name = session.channel, { allow, reason = '' }] = accessArguments.parse(given);
    const path = pathOf('channels', name, 'access');
    const { value, etag: match } = await remote.read(access, path);
    if (allow === undefined) return accessAnswer(name, value.access);
    const call = { method: 'PUT', path, body: { allow, reason }, match } as const;
    return accessAnswer(name, (await remote.ask(access, call)).access);
  },
  async 'user-create'({ session, remote }, given) {
    const [name, { code, role: roles, organisation }] = z.tuple([z.string(), userOptions]).parse(given);
    if (code !== undefined) {
      const claimed = z.object({ person });
      const call = { method: 'POST', path: '/sign-in/first-operator', body: { name, code } } as const;
      return personAnswer((await remote.ask(claimed, call)).person);
    }
    const body = { name, roles, organisation, channel: session.askedChannel };
    return personAnswer(await remote.ask(person, { method: 'POST', path: '/users', body }));
  },
  'user-list': async ({ remote }) => peopleAnswer(await remote.list(person, '/users')),
  async 'user-role'({ session, remote }, given) {
    const [name, all] = z.tuple([z.string(), z.array(z.string()), z.unknown()]).parse(given);
    const body = { roles: all.filter((role) => role !== 'none'), channel: session.askedChannel };
    const { etag: match } = await remote.read(person, pathOf('users', name));
    const path = pathOf('users', name, 'roles');
    return personAnswer(await remote.ask(person, { method: 'PUT', path, body, match }));
  },
  async 'user-invite'({ remote }, given) {
    const [name, { mail }] = z.tuple([z.string(), z.object({ mail: z.string().optional() })]).parse(given);
    const made = z.object({ sentTo: z.string().nullable(), code: z.string().nullable() });
    const { sentTo, code } = await remote.ask(made, { method: 'POST', path: '/invitations', body: { name, mail } });
    return invitationAnswer(name, sentTo === null ? { code: code ?? '' } : { sentTo });
  },
  async 'user-close'({ remote }, given) {
    const [name, { reason }] = z.tuple([z.string(), z.object({ reason: z.string() })]).parse(given);
    const path = pathOf('users', name, 'close');
    return personAnswer(await remote.ask(person, { method: 'POST', path, body: { reason } }));
  },
  async 'user-open'({ remote }, given) {
    const [name] = one.parse(given);
    return personAnswer(await remote.ask(person, { method: 'POST', path: pathOf('users', name, 'open') }));
  },
  async 'token-create'({ session, remote }, given) {
    const [{ label, ecosystem: ecosystems, action: actions, expires }] = z.tuple([tokenOptions]).parse(given);
    const channels = session.askedChannel === undefined ? undefined : [session.askedChannel];
    const body = { label, scope: { channels, ecosystems, actions }, seconds: secondsOf(expires) };
    return madeAnswer(
      await remote.ask(z.object({ token: z.string(), listing: token }), { method: 'POST', path: '/tokens', body }),
    );
  },
  'token-list': async ({ remote }) => tokensAnswer(await remote.list(token, '/tokens')),
  async 'token-revoke'({ remote }, given) {
    const [id, { leaked }] = z.tuple([z.string().optional(), revokeOptions]).parse(given);
    if (leaked === undefined)
      return endedAnswer(await remote.ask(token, { method: 'DELETE', path: pathOf('tokens', id ?? '') }));
    const path = '/tokens/revoke-leaked';
    await remote.ask(z.object({ reported: z.literal(true) }), { method: 'POST', path, body: { token: leaked } });
    return REPORTED;
  },
};

function onTheMachine(): Problem {
  return new Problem({
    kind: 'usage',
    code: 'home-only',
    what: 'On a server elsewhere, doctor looks and changes nothing',
    next: '--deep and --fix: on the machine that holds the home.',
  });
}

const accessOf = async (remote: Remote, name: string) =>
  (await remote.read(access, pathOf('channels', name, 'access'))).value.access;

const practiceOf = async (remote: Remote, name: string) =>
  (await remote.read(practice, pathOf('channels', name, 'practice'))).value;
