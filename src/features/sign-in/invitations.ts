/** Invitations: how somebody whom an operator added, or whose ways in are all lost, sets up a way to sign in. */
import { requireMay } from '../../domain/authority.ts';
import { type Actor, SYSTEM } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { findPerson, requirePerson } from '../accounts/read.ts';
import { attempt } from './attempts.ts';
import type { Caller, SignInDeps, StartedSession } from './deps.ts';
import { INVITATION_S } from './limits.ts';
import { confirmWithin, requireAddress } from './mail-address.ts';
import { factorsOf } from './read.ts';
import { hashOfCode, newCode } from './secrets.ts';
import { endAll, startSession } from './sessions.ts';
import { tables } from './store.ts';
import { dropTickets, issueTicket, readTicket, takeTicket } from './tickets.ts';
import { newHash, savePassword } from './with-password.ts';

/** How an invitation reaches its person: by mail, or as a code that the operator hands over. */
export type Invitation = { readonly sentTo: string } | { readonly code: string };

/**
 * Makes the code with which somebody sets up a way to sign in; a newer one replaces it. Where they have ways already, all of
 * those end when it is used: the operator has made sure who is asking (docs/accounts.md). With an address and a mail server
 * it goes there and nowhere else, which proves that the address is theirs.
 */
export async function invite(
  deps: SignInDeps,
  actor: Actor,
  { name, mail }: { readonly name: string; readonly mail?: string | undefined },
): Promise<Invitation> {
  requireMay(actor, 'manage-people');
  const address = mail === undefined ? undefined : requireAddress(mail);
  return deps.ledger.change(actor, async (change) => {
    const person = await requirePerson(change.db, name);
    const { password, passkeys } = await factorsOf(change.db, person.name);
    const again = password || passkeys.length > 0;
    const code = await issueInvitation(change, person.name, address);
    change.append({ kind: 'person-invited', person: person.name, again });
    if (address === undefined || deps.outbox === undefined) return { code };
    await deps.outbox.queue(change.db, letter({ name: person.name, address, code }));
    return { sentTo: address };
  });
}

/** For the first operator, whose one-time code was just claimed. */
export async function inviteFirst(deps: SignInDeps, name: string): Promise<string> {
  return deps.ledger.change(SYSTEM, async (change) => {
    change.append({ kind: 'person-invited', person: name, again: false });
    return issueInvitation(change, name, undefined);
  });
}

async function issueInvitation({ db, now }: Change, person: string, address: string | undefined): Promise<string> {
  const code = newCode();
  const data = address === undefined ? {} : { address };
  await issueTicket(db, { kind: 'invitation', person, data, seconds: INVITATION_S, now, hash: hashOfCode(code) });
  return code;
}

function letter({ name, address, code }: { readonly name: string; readonly address: string; readonly code: string }) {
  const text = [
    `Somebody who runs Pratique invites you. Your name there is ${name}, and this code sets up how you sign in:`,
    '',
    `    ${code}`,
    '',
    'It is good once, for three days. If you do not expect this, do nothing: nothing happens without the code.',
  ];
  return { key: `invitation:${hashOfCode(code)}`, to: address, subject: 'Your account', text: text.join('\n') };
}

/**
 * Sets the password and starts a first session; a code that came by mail confirms the address. Throws `wrong-credentials`,
 * `too-many-attempts` and what the password is refused for.
 */
export async function acceptInvitation(
  deps: SignInDeps,
  asked: { readonly name: string; readonly code: string; readonly password: string },
  caller: Caller,
): Promise<StartedSession> {
  const { name, code, password } = asked;
  const hash = hashOfCode(code);
  await attempt(deps, { factor: 'invitation', account: name, caller }, async () => {
    const ticket = await readTicket(deps.db, { kind: 'invitation', hash, now: deps.clock.now() });
    const person = await findPerson(deps.db, name);
    return ticket?.person === name && person?.disabledAt === null ? true : undefined;
  });
  const secret = await newHash(deps, name, password);
  return deps.ledger.change(SYSTEM, async (change) => {
    // Taken, not read: who accepts at the same moment waits here, and then finds it gone.
    const ticket = await takeTicket(change.db, { kind: 'invitation', hash, now: change.now });
    if (ticket === undefined) throw usedMeanwhile();
    for (const kind of ['invitation', 'second-factor', 'recovery', 'mail'] as const)
      await dropTickets(change.db, name, kind);
    const again = await dropFactors(change, name);
    await deps.endTokens(change, name);
    await savePassword(change, name, secret);
    const address = ticket.data['address'];
    if (address !== undefined) await confirmWithin(deps, change, { person: name, address });
    change.append({ kind: 'invitation-accepted', person: name, again });
    return startSession(change, { person: name, method: 'invitation', strength: 'single', caller });
  });
}

/** Every earlier way in ends, with every session: whoever had them may not be their person any more. */
async function dropFactors(change: Change, person: string): Promise<boolean> {
  const { db } = change;
  const { password, passkeys } = await factorsOf(db, person);
  for (const table of ['passwords', 'authenticator_apps', 'recovery_codes', 'passkeys', 'identities'] as const)
    await tables(db).deleteFrom(table).where('person', '=', person).execute();
  await endAll(change, { person, reason: 'the ways to sign in were set up anew' });
  return password || passkeys.length > 0;
}

function usedMeanwhile(): Problem {
  return new Problem({
    kind: 'conflict',
    code: 'code-used',
    what: 'This code was used meanwhile',
    next: 'Sign in, or ask an operator for a new one.',
  });
}
