/** `/sign-in`: how a browser gets a session. */
import { z } from 'zod';
import type { StartedSession } from '../../../features/sign-in/index.ts';
import {
  callerOf,
  code,
  mailAddress,
  passkeyAnswer,
  passkeyQuestion,
  password,
  person,
  personName,
  startedSession,
  ticket,
} from '../account-fields.ts';
import type { From, Reply } from '../operation.ts';
import { data, operation } from '../operation.ts';
import { sessionCookie } from '../sessions-in-cookies.ts';

const providerName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);
const signedIn = z.object({ session: startedSession });
const step = z.object({
  step: z.enum(['done', 'second-factor']),
  session: startedSession.nullable().meta({ description: 'Where it is done: the cookie comes with it.' }),
  ticket: ticket.nullable().meta({ description: 'Where a second factor is asked for: for `/sign-in/code`.' }),
});

/** The secret goes into the cookie and nowhere else. */
function begun(session: StartedSession, from: From): Reply<{ session: StartedSession }> {
  return data({ session }, sessionCookie(session, from));
}

export const signIn = [
  operation({
    method: 'get',
    path: '/sign-in',
    id: 'showSignIn',
    summary: 'The ways to sign in here',
    access: 'public',
    answer: z.object({ providers: z.array(z.string()).meta({ description: 'Names of identity providers.' }) }),
    work: async ({ app }) => data({ providers: [...app.rooms.signIn.providers] }),
  }),
  operation({
    method: 'post',
    path: '/sign-in/oidc/{provider}',
    id: 'beginProviderSignIn',
    summary: 'Where the browser goes to sign in by an identity provider; it comes back to `/sign-in/oidc/{provider}`',
    access: 'public',
    answersSecret: true,
    params: z.strictObject({ provider: providerName }),
    query: z.strictObject({
      recent: z
        .enum(['true', 'false'])
        .default('false')
        .meta({ description: 'The provider asks anew, as changes to how one signs in take.' }),
    }),
    answer: z.object({ ticket, address: z.string() }),
    problems: ['unknown-provider', 'provider-away', 'too-many-attempts'],
    async work({ app, params, query, from, actorIfAny }) {
      const asked = { provider: params.provider, recent: query.recent === 'true', site: from };
      return data(await app.rooms.signIn.beginProvider(asked, callerOf(from, actorIfAny)));
    },
  }),
  operation({
    method: 'post',
    path: '/sign-in/oidc',
    id: 'signInWithProvider',
    summary: 'Sign in with what the identity provider sent the browser back with',
    access: 'public',
    answersSecret: true,
    body: z.strictObject({
      ticket,
      provider: providerName
        .optional()
        .meta({ description: 'Whose page the browser came back to, the last part of its address.' }),
      query: z
        .string()
        .min(1)
        .max(8000)
        .meta({ examples: ['?code=...&state=...'] }),
    }),
    answer: signedIn,
    problems: ['wrong-credentials', 'sign-in-refused', 'no-account', 'last-operator', 'provider-away'],
    work: async ({ app, body, from, actorIfAny }) =>
      begun(
        await app.rooms.signIn.withProvider(
          { ...body, provider: body.provider, site: from },
          callerOf(from, actorIfAny),
        ),
        from,
      ),
  }),
  operation({
    method: 'post',
    path: '/sign-in/password',
    id: 'signInWithPassword',
    summary: 'Sign in with name and password; whoever has a second factor is asked for it',
    access: 'public',
    answersSecret: true,
    body: z.strictObject({ name: personName, password }),
    answer: step,
    problems: ['wrong-credentials', 'too-many-attempts', 'password-breached'],
    async work({ app, body, from, actorIfAny }) {
      const done = await app.rooms.signIn.withPassword(body, callerOf(from, actorIfAny));
      if (done.step === 'second-factor') return data({ ...done, session: null });
      const { session } = done;
      return data({ step: done.step, session, ticket: null }, sessionCookie(session, from));
    },
  }),
  operation({
    method: 'post',
    path: '/sign-in/code',
    id: 'signInWithCode',
    summary: 'The second factor: a code of an authenticator app, or a recovery code',
    access: 'public',
    answersSecret: true,
    body: z.strictObject({ ticket, code }),
    answer: signedIn,
    problems: ['wrong-credentials', 'too-many-attempts'],
    work: async ({ app, body, from, actorIfAny }) =>
      begun(await app.rooms.signIn.withCode(body, callerOf(from, actorIfAny)), from),
  }),
  operation({
    method: 'post',
    path: '/sign-in/passkey/options',
    id: 'beginPasskeySignIn',
    summary: 'What to ask the browser for, to sign in with a passkey; no name is needed',
    access: 'public',
    answersSecret: true,
    answer: passkeyQuestion,
    problems: ['too-many-attempts'],
    async work({ app, from, actorIfAny }) {
      const { ticket: secret, options } = await app.rooms.signIn.beginPasskey(from, callerOf(from, actorIfAny));
      return data({ ticket: secret, options: { ...options } });
    },
  }),
  operation({
    method: 'post',
    path: '/sign-in/passkey',
    id: 'signInWithPasskey',
    summary: "Sign in with the browser's answer; with a session, this steps it up",
    access: 'public',
    answersSecret: true,
    body: z.strictObject({ ticket, response: passkeyAnswer }),
    answer: signedIn,
    problems: ['wrong-credentials'],
    work: async ({ app, body, from, actorIfAny }) =>
      begun(await app.rooms.signIn.withPasskey({ ...body, site: from }, callerOf(from, actorIfAny)), from),
  }),
  operation({
    method: 'post',
    path: '/sign-in/first-operator',
    id: 'claimFirstOperator',
    summary: 'Become the first operator, with the one-time code that `pratique init` printed',
    access: 'public',
    answersSecret: true,
    body: z.strictObject({ name: personName, code }),
    answer: z.object({ person, invitation: code }),
    status: 201,
    problems: ['wrong-code', 'person-exists'],
    async work({ app, body }) {
      const made = await app.rooms.accounts.claimFirstOperator(body);
      return data({ person: made, invitation: await app.rooms.signIn.inviteFirst(made.name) });
    },
  }),
  operation({
    method: 'post',
    path: '/invitations/accept',
    id: 'acceptInvitation',
    summary: 'Set a password with the code of an invitation, and sign in; earlier ways to sign in end',
    access: 'public',
    answersSecret: true,
    body: z.strictObject({ name: personName, code, password }),
    answer: signedIn,
    problems: ['wrong-credentials', 'too-many-attempts', 'password-guessable'],
    work: async ({ app, body, from, actorIfAny }) =>
      begun(await app.rooms.signIn.acceptInvitation(body, callerOf(from, actorIfAny)), from),
  }),
  operation({
    method: 'post',
    path: '/invitations',
    id: 'invitePerson',
    summary: 'Invite somebody to set up how they sign in; where all their ways are lost, to do so anew',
    access: 'manage-people',
    answersSecret: true,
    body: z.strictObject({ name: personName, mail: mailAddress.optional() }),
    answer: z.object({
      sentTo: mailAddress.nullable().meta({ description: 'Where the code went by mail.' }),
      code: code.nullable().meta({ description: 'The code, to be handed over, where no mail leaves.' }),
    }),
    status: 201,
    problems: ['unknown-person', 'not-an-address'],
    async work({ app, actor, body }) {
      const invitation = await app.rooms.signIn.invite(actor, body);
      return data({ sentTo: null, code: null, ...invitation });
    },
  }),
  operation({
    method: 'post',
    path: '/recovery',
    id: 'askRecovery',
    summary: 'Ask for a code by mail, to set a new password; the answer is the same for every name',
    access: 'public',
    answersSecret: true,
    body: z.strictObject({ name: personName }),
    answer: z.object({ asked: z.literal(true) }),
    status: 202,
    async work({ app, body }) {
      await app.rooms.signIn.askRecovery(body.name);
      return data({ asked: true as const });
    },
  }),
  operation({
    method: 'post',
    path: '/recovery/complete',
    id: 'recoverAccount',
    summary: 'Set a new password with the code that came by mail and a second factor or recovery code',
    access: 'public',
    answersSecret: true,
    body: z.strictObject({ name: personName, mailCode: code, code, password }),
    answer: z.object({ recovered: z.literal(true) }),
    problems: ['wrong-credentials', 'too-many-attempts', 'password-guessable'],
    async work({ app, body, from, actorIfAny }) {
      await app.rooms.signIn.recover(body, callerOf(from, actorIfAny));
      return data({ recovered: true as const });
    },
  }),
];
