/** `/account`, `/passkeys`, `/totp`, `/sessions`: how one signs in oneself. */
import { z } from 'zod';
import { actorName } from '../../../domain/people.ts';
import { requirePerson } from '../../../features/accounts/read.ts';
import { factorsOf, listSessions, mailAddressOf } from '../../../features/sign-in/read.ts';
import {
  callerOf,
  code,
  label,
  mailAddress,
  newPasskeyAnswer,
  passkeyQuestion,
  password,
  person,
  recoveryCodes,
  session,
  ticket,
  time,
} from '../account-fields.ts';
import { data, operation } from '../operation.ts';
import { noSessionCookie } from '../sessions-in-cookies.ts';

const passkey = z.object({
  id: z.string(),
  label: z.string(),
  addedAt: time,
  lastUsedAt: time.nullable(),
  backedUp: z.boolean().meta({ description: 'Whether it is copied between devices.' }),
});
const account = z
  .object({
    person,
    mail: z.object({ address: z.string(), isConfirmed: z.boolean(), isAbandoned: z.boolean() }).nullable(),
    password: z.boolean(),
    authenticatorApp: z.boolean(),
    recoveryCodesLeft: z.int(),
    passkeys: z.array(passkey),
    issuers: z.array(z.string()).meta({ description: 'Identity providers that are linked.' }),
  })
  .meta({ id: 'Account' });
const done = z.object({ done: z.literal(true) });
const DONE = { done: true as const };
const passkeyId = z.strictObject({ id: z.string().regex(/^[A-Za-z0-9_-]{1,2000}$/) });
const sessionId = z.strictObject({ session: z.string().regex(/^S-[0-9]{1,15}$/) });

export const accountOperations = [
  operation({
    method: 'get',
    path: '/account',
    id: 'showAccount',
    summary: 'Who I am here, and the ways in which I can sign in',
    access: 'oneself',
    answer: account,
    async work({ app, actor }) {
      const name = actorName(actor);
      const found = await requirePerson(app.db, name);
      const mail = (await mailAddressOf(app.db, name)) ?? null;
      return data({ person: found, mail, ...(await factorsOf(app.db, name)) });
    },
  }),
  operation({
    method: 'put',
    path: '/account/password',
    id: 'changePassword',
    summary: 'Set or change my password; my other sessions end',
    access: 'oneself',
    body: z.strictObject({ current: password.optional(), password }),
    answer: done,
    problems: ['prove-again', 'wrong-credentials', 'password-guessable'],
    async work({ app, actor, body, from }) {
      const { current } = body;
      const caller = callerOf(from, actor);
      await app.rooms.signIn.changePassword(actor, { password: body.password, current, caller });
      return data(DONE);
    },
  }),
  operation({
    method: 'post',
    path: '/account/mail',
    id: 'askMailAddress',
    summary: 'Give a new mail address: a code goes there',
    access: 'oneself',
    body: z.strictObject({ address: mailAddress }),
    answer: done,
    status: 202,
    problems: ['prove-again', 'not-an-address', 'no-mail-server'],
    async work({ app, actor, body }) {
      await app.rooms.signIn.askAddress(actor, body.address);
      return data(DONE);
    },
  }),
  operation({
    method: 'post',
    path: '/account/mail/confirm',
    id: 'confirmMailAddress',
    summary: 'Confirm the address with the code that arrived there',
    access: 'oneself',
    body: z.strictObject({ code }),
    answer: done,
    problems: ['prove-again', 'wrong-credentials', 'too-many-attempts'],
    async work({ app, actor, body, from }) {
      await app.rooms.signIn.confirmAddress(actor, { ...body, caller: callerOf(from, actor) });
      return data(DONE);
    },
  }),
  operation({
    method: 'post',
    path: '/passkeys/options',
    id: 'beginPasskey',
    summary: 'What to ask the browser for, to add a passkey',
    access: 'oneself',
    answersSecret: true,
    answer: passkeyQuestion,
    problems: ['prove-again', 'too-many-passkeys'],
    async work({ app, actor, from }) {
      const { ticket: secret, options } = await app.rooms.signIn.beginAddingPasskey(actor, from);
      return data({ ticket: secret, options: { ...options } });
    },
  }),
  operation({
    method: 'post',
    path: '/passkeys',
    id: 'addPasskey',
    summary: "Add a passkey from the browser's answer; the first second factor brings recovery codes",
    access: 'oneself',
    answersSecret: true,
    body: z.strictObject({ ticket, label, response: newPasskeyAnswer }),
    answer: z.object({ recoveryCodes }),
    status: 201,
    problems: ['prove-again', 'bad-passkey'],
    work: async ({ app, actor, body, from }) =>
      data({ recoveryCodes: await app.rooms.signIn.addPasskey(actor, { ...body, site: from }) }),
  }),
  operation({
    method: 'put',
    path: '/passkeys/{id}',
    id: 'renamePasskey',
    summary: 'Give one of my passkeys another name',
    access: 'oneself',
    params: passkeyId,
    body: z.strictObject({ label }),
    answer: done,
    problems: ['prove-again', 'unknown-passkey'],
    async work({ app, actor, params, body }) {
      await app.rooms.signIn.renamePasskey(actor, { ...params, ...body });
      return data(DONE);
    },
  }),
  operation({
    method: 'delete',
    path: '/passkeys/{id}',
    id: 'removePasskey',
    summary: 'Remove one of my passkeys; the last one of somebody who needs it stays',
    access: 'oneself',
    params: passkeyId,
    answer: done,
    problems: ['prove-again', 'unknown-passkey', 'last-factor'],
    async work({ app, actor, params }) {
      await app.rooms.signIn.removePasskey(actor, params.id);
      return data(DONE);
    },
  }),
  operation({
    method: 'post',
    path: '/totp',
    id: 'beginAuthenticatorApp',
    summary: 'Begin to add an authenticator app: its secret, which is shown once',
    access: 'oneself',
    answersSecret: true,
    answer: z.object({ secret: z.string(), uri: z.string() }),
    problems: ['prove-again', 'app-there'],
    work: async ({ app, actor }) => data(await app.rooms.signIn.beginApp(actor)),
  }),
  operation({
    method: 'post',
    path: '/totp/confirm',
    id: 'confirmAuthenticatorApp',
    summary: 'Show a code of the app: it counts from now on. Answers recovery codes',
    access: 'oneself',
    answersSecret: true,
    body: z.strictObject({ code }),
    answer: z.object({ recoveryCodes }),
    problems: ['prove-again', 'wrong-code'],
    work: async ({ app, actor, body }) => data({ recoveryCodes: await app.rooms.signIn.confirmApp(actor, body.code) }),
  }),
  operation({
    method: 'delete',
    path: '/totp',
    id: 'removeAuthenticatorApp',
    summary: 'Remove my authenticator app',
    access: 'oneself',
    answer: done,
    problems: ['prove-again', 'last-factor'],
    async work({ app, actor }) {
      await app.rooms.signIn.removeApp(actor);
      return data(DONE);
    },
  }),
  operation({
    method: 'post',
    path: '/recovery-codes',
    id: 'renewRecoveryCodes',
    summary: 'New recovery codes; the old ones end',
    access: 'oneself',
    answersSecret: true,
    answer: z.object({ recoveryCodes }),
    problems: ['prove-again'],
    work: async ({ app, actor }) => data({ recoveryCodes: await app.rooms.signIn.renewRecoveryCodes(actor) }),
  }),
  operation({
    method: 'get',
    path: '/sessions',
    id: 'listSessions',
    summary: 'My sessions, the newest first, and which one this is',
    access: 'oneself',
    answer: z.object({ current: z.string().nullable(), results: z.array(session) }),
    async work({ app, actor, from }) {
      const results = await listSessions(app.db, actorName(actor), app.now());
      return data({ current: callerOf(from, actor).session ?? null, results });
    },
  }),
  operation({
    method: 'delete',
    path: '/sessions',
    id: 'endOtherSessions',
    summary: 'End all my sessions but this one',
    access: 'oneself',
    answer: z.object({ ended: z.int() }),
    work: async ({ app, actor }) => data({ ended: await app.rooms.signIn.endOtherSessions(actor) }),
  }),
  operation({
    method: 'delete',
    path: '/sessions/{session}',
    id: 'endSession',
    summary: "End a session: one of mine, or (operators) anybody's; the one that asks signs out",
    access: 'oneself',
    params: sessionId,
    answer: done,
    problems: ['unknown-session'],
    async work({ app, actor, params, from }) {
      await app.rooms.signIn.endSession(actor, params.session);
      const isOwn = callerOf(from, actor).session === params.session;
      return data(DONE, isOwn ? noSessionCookie(from) : {});
    },
  }),
];
