/**
 * A lost password: a code by mail and a second factor set a new one. Never by mail alone, which whoever holds the domain can
 * read (OpenSSF AN-2.1; ASVS 6.4.3). Who has neither asks an operator for an invitation.
 */
import { SYSTEM } from '../../domain/people.ts';
import { findPerson } from '../accounts/read.ts';
import { attempt } from './attempts.ts';
import { useCode } from './authenticator-app.ts';
import type { Caller, SignInDeps } from './deps.ts';
import { MAIL_CODE_S } from './limits.ts';
import { mailAddressesOf } from './read.ts';
import { hashOfCode, newCode } from './secrets.ts';
import { endAll } from './sessions.ts';
import { dropTickets, hasTicket, issueTicket, readTicket } from './tickets.ts';
import { newHash, savePassword } from './with-password.ts';

/**
 * Sends a code where there is such a person with a confirmed address. The answer is the same for every name. While a code
 * is good no other one is sent: anybody can ask for it, and would flood its person or make the code that came worthless.
 */
export async function askRecovery(deps: SignInDeps, name: string): Promise<void> {
  const { outbox } = deps;
  await deps.ledger.change(SYSTEM, async ({ db, now, append }) => {
    const person = await findPerson(db, name);
    const to = (await mailAddressesOf(db, [name])).get(name);
    if (outbox === undefined || person?.disabledAt !== null || to === undefined) return;
    if (await hasTicket(db, { person: name, kind: 'recovery', now })) return;
    const code = newCode();
    const hash = hashOfCode(code);
    await issueTicket(db, { kind: 'recovery', person: name, data: {}, seconds: MAIL_CODE_S, now, hash });
    const text = [
      `Somebody wants to set a new password for ${name}. If that is you, this is the first of two codes it takes:`,
      '',
      `    ${code}`,
      '',
      'It is good once, for ten minutes. The second is one of your authenticator app, or a recovery code.',
      'If it was not you, do nothing: this code alone opens nothing.',
    ];
    await outbox.queue(db, { key: `recovery:${hash}`, to, subject: 'A new password', text: text.join('\n') });
    append({ kind: 'recovery-asked', person: name });
  });
}

/** Sets the new password; every session and token ends. Throws `wrong-credentials`, the same whichever code was wrong. */
export async function recover(
  deps: SignInDeps,
  asked: { readonly name: string; readonly mailCode: string; readonly code: string; readonly password: string },
  caller: Caller,
): Promise<void> {
  const { name, mailCode, code, password } = asked;
  const mailed = { kind: 'recovery', hash: hashOfCode(mailCode) } as const;
  const shown = await readTicket(deps.db, { ...mailed, now: deps.clock.now() });
  // Only who read the mail tries the second factor: what a stranger without it tries must not slow its person down there.
  const factor = shown?.person === name ? 'code' : 'recovery';
  await attempt(deps, { factor, account: name, caller }, async () => {
    const person = await findPerson(deps.db, name);
    if (shown?.person !== name || person?.disabledAt !== null) return undefined;
    // Before a code is used, which would be lost with a password that is refused; and only for who read the mail, since
    // words about the password would tell anybody else that there is such a name.
    const secret = await newHash(deps, name, password);
    return deps.ledger.change(SYSTEM, async (change) => {
      const ticket = await readTicket(change.db, { ...mailed, now: change.now });
      if (ticket?.person !== name) return undefined;
      if ((await useCode(deps, change, { person: name, code })) === undefined) return undefined;
      await dropTickets(change.db, name, 'recovery');
      await savePassword(change, name, secret);
      await endAll(change, { person: name, reason: 'the account was recovered' });
      await deps.endTokens(change, name);
      change.append({ kind: 'account-recovered', person: name });
      return true;
    });
  });
}
