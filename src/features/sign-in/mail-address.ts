/** Mail addresses: a code that arrives there proves that one belongs to its person. */
import { type Actor, SYSTEM } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Change } from '../../platform/ledger/port.ts';
import type { Letter } from '../../platform/mail/port.ts';
import { attempt, paceLetters } from './attempts.ts';
import type { Caller, SignInDeps } from './deps.ts';
import { MAIL_CODE_S } from './limits.ts';
import { mailAddressOf } from './read.ts';
import { requireRecentProof } from './recent-proof.ts';
import { hashOf, hashOfCode, newCode } from './secrets.ts';
import { tables } from './store.ts';
import { dropTickets, issueTicket, readTicket } from './tickets.ts';

/** RFC 5321, 4.5.3.1. */
const LONGEST_ADDRESS_CHARACTERS = 254;
/** One at-sign, a name of plain characters, and a domain with a dot: what mail servers take without quoting. */
const ADDRESS =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$/;

/** Throws `not-an-address`. */
export function requireAddress(raw: string): string {
  const address = raw.trim();
  if (address.length <= LONGEST_ADDRESS_CHARACTERS && ADDRESS.test(address)) return address;
  throw new Problem({
    kind: 'usage',
    code: 'not-an-address',
    what: 'This is no mail address',
    next: 'Write it plainly: name@lab.example.',
  });
}

/** Sends a code to a new address; the old one holds until the code is shown. Throws `no-mail-server`, `too-many-attempts`. */
export async function askAddress(deps: SignInDeps, actor: Actor, raw: string): Promise<void> {
  const person = await requireRecentProof(deps, actor);
  const address = requireAddress(raw);
  const { outbox } = deps;
  if (outbox === undefined) throw noMailServer();
  await paceLetters(deps, person);
  await deps.ledger.change(actor, async ({ db, now, append }) => {
    const code = newCode();
    const hash = hashOfCode(code);
    await issueTicket(db, { kind: 'mail', person, data: { address }, seconds: MAIL_CODE_S, now, hash });
    const text = [
      `Somebody signed in as ${person} gave this address. If that was you, this code confirms it:`,
      '',
      `    ${code}`,
      '',
      'It is good once, for ten minutes. If it was not you, do nothing.',
    ];
    const letter = { key: `mail-address:${hash}`, to: address, subject: 'Confirm your address', text: text.join('\n') };
    await outbox.queue(db, letter);
    append({ kind: 'mail-address-asked', person });
  });
}

/** Throws `wrong-credentials` where the code is not the one that was sent. */
export async function confirmAddress(
  deps: SignInDeps,
  actor: Actor,
  { code, caller }: { readonly code: string; readonly caller: Caller },
): Promise<void> {
  const person = await requireRecentProof(deps, actor);
  await attempt(deps, { factor: 'mail-code', account: person, caller }, () =>
    deps.ledger.change(actor, async (change) => {
      const asked = { kind: 'mail', hash: hashOfCode(code), now: change.now } as const;
      const ticket = await readTicket(change.db, asked);
      const address = ticket?.data['address'];
      if (ticket?.person !== person || address === undefined) return undefined;
      await dropTickets(change.db, person, 'mail');
      await confirmWithin(deps, change, { person, address });
      return true;
    }),
  );
}

/**
 * The address counts from now on. The one before is told: notices go to the new one already, and whoever took an account
 * over would give their own (ASVS 6.3.7).
 */
export async function confirmWithin(
  { outbox }: Pick<SignInDeps, 'outbox'>,
  { db, now, append }: Change,
  { person, address }: { readonly person: string; readonly address: string },
): Promise<void> {
  const before = await mailAddressOf(db, person);
  if (before?.isConfirmed === true && !before.isAbandoned && before.address !== address)
    await outbox?.queue(db, farewell({ person, to: before.address, now }));
  const row = { address, confirmed_at: now, abandoned_at: null };
  await tables(db)
    .insertInto('mail_addresses')
    .values({ person, ...row })
    .onConflict((conflict) => conflict.column('person').doUpdateSet(row))
    .execute();
  append({ kind: 'mail-address-confirmed', person });
}

function farewell({ person, to, now }: { readonly person: string; readonly to: string; readonly now: Date }): Letter {
  const text = [
    `Another mail address was confirmed for ${person}. Nothing more is sent to this one.`,
    '',
    'If that was not you, tell an operator at once: somebody else may have your account.',
  ];
  const key = `mail-address-left:${hashOf(`${person} ${to} ${now.toISOString()}`)}`;
  return { key, to, subject: 'Your mail address was changed', text: text.join('\n') };
}

/** What is known of a mail domain: whether anybody takes mail for it. */
export type MailDomains = (domain: string) => Promise<'takes-mail' | 'abandoned' | 'could-not-check'>;

/** Looks whether the domains of confirmed addresses still take mail; one that does not is flagged, and its person told. */
export async function flagAbandoned({ db, ledger }: SignInDeps, look: MailDomains): Promise<void> {
  const rows = await tables(db).selectFrom('mail_addresses').selectAll().where('abandoned_at', 'is', null).execute();
  const domains = new Map<string, string[]>();
  for (const { person, address } of rows) {
    const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
    domains.set(domain, [...(domains.get(domain) ?? []), person]);
  }
  for (const [domain, people] of domains) {
    if ((await look(domain)) !== 'abandoned') continue;
    await ledger.change(SYSTEM, async ({ db: change, now, append }) => {
      const stamp = tables(change).updateTable('mail_addresses').set({ abandoned_at: now });
      await stamp.where('person', 'in', people).execute();
      for (const person of people) append({ kind: 'mail-domain-abandoned', person, domain });
    });
  }
}

function noMailServer(): Problem {
  return new Problem({
    kind: 'conflict',
    code: 'no-mail-server',
    what: 'No mail leaves this installation',
    why: 'the operator named no mail server',
    next: 'Notices are in the inbox; ask the operator about mail.',
  });
}
