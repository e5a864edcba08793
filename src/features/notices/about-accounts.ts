/** What people are told of their own accounts (OpenSSF AN-1.4; ASVS 6.3.7): every change, at once, whoever made it. */
import type { AccountFact } from '../../domain/account-fact.ts';
import type { Fact } from '../../domain/fact.ts';
import { moment, type Words } from './wording.ts';

/** What concerns nobody but the ledger, or is told elsewhere. */
type Untold = 'person-added' | 'roles-changed' | 'signed-in';
type Told = Exclude<AccountFact, { readonly kind: Untold }>;
type ToldOf<K extends Told['kind']> = Extract<Told, { readonly kind: K }>;

const NOT_YOU = 'If that was not you, sign in, end all other sessions, change your password, and tell an operator.';

function about(subject: string, ...lines: readonly string[]): Words {
  return { subject, lines: [...lines, NOT_YOU] };
}

const ACCOUNT_WORDS: { readonly [K in Told['kind']]: (fact: ToldOf<K>) => Words } = {
  'token-created': ({ token, expiresAt }) =>
    about(`New token ${token}`, `It acts in your name until ${moment(expiresAt)}.`),
  'token-revoked': ({ token, reason }) =>
    reason === 'leaked'
      ? about(`Token ${token} was leaked and has ended`, 'Somebody who had it reported it. Look where it was kept.')
      : about(`Token ${token} has ended`, 'It was revoked.'),
  'person-disabled': () => about('Your account was closed', 'An operator closed it.'),
  'person-enabled': () => about('Your account is open again', 'An operator opened it.'),
  'person-invited': ({ again }) =>
    again
      ? about(
          'You were invited to set up your sign-in anew',
          'Once the invitation is used, every earlier way to sign in ends. Until then nothing has changed.',
        )
      : about('You were invited', 'The invitation is used once, to set up how you sign in.'),
  'invitation-accepted': ({ again }) =>
    about(
      'Your sign-in was set up',
      again ? 'An invitation was used; every earlier way to sign in has ended.' : 'An invitation was used.',
    ),
  'mail-address-asked': () => about('A new mail address was given', 'This one holds until the new one is confirmed.'),
  'mail-address-confirmed': () => about('Your mail address was confirmed', 'Notices go to it from now on.'),
  'mail-domain-abandoned': ({ domain }) =>
    about('Your mail address takes no mail any more', `Nothing is sent to ${domain}. Give another address.`),
  'password-changed': () => about('Your password was changed', 'Other sessions have ended.'),
  'authenticator-app-added': () => about('An authenticator app was added', 'Its codes are asked for from now on.'),
  'authenticator-app-removed': () => about('Your authenticator app was removed', 'Its codes open nothing any more.'),
  'recovery-codes-made': () => about('New recovery codes', 'Earlier ones have ended.'),
  'recovery-code-used': ({ left }) => about('A recovery code was used', `${left} are left.`),
  'passkey-added': () => about('A passkey was added', 'It signs in by itself.'),
  'passkey-renamed': () => about('A passkey was renamed', 'It works as before.'),
  'passkey-removed': () => about('A passkey was removed', 'It opens nothing any more.'),
  'recovery-asked': () => about('A new password was asked for', 'Nothing has changed yet.'),
  'account-recovered': () =>
    about('Your account was recovered', 'A new password was set, and every session has ended.'),
  'identity-linked': () => about('A way to sign in was linked', 'An identity provider signs you in from now on.'),
  'sessions-ended': ({ sessions }) => about(`${sessions} of your sessions ended`, 'They were ended before their time.'),
  'sign-in-slowed': ({ failures }) =>
    about(
      `${failures} failed attempts to sign in`,
      'Somebody gives your name and a wrong proof. Each makes the wait longer.',
    ),
};

/** Kinds of facts that are told at once, whatever somebody wishes: who took an account over would turn them off first. */
export const ACCOUNT_NOTICES: ReadonlySet<string> = new Set(Object.keys(ACCOUNT_WORDS));

/** Whom a fact about an account concerns, and in which words; `undefined` for other facts. */
export function accountNotice(fact: Fact): { readonly person: string; readonly words: Words } | undefined {
  return isTold(fact) ? { person: fact.person, words: wordsOf({ kind: fact.kind, fact }) } : undefined;
}

function isTold(fact: Fact): fact is Told {
  return ACCOUNT_NOTICES.has(fact.kind);
}

function wordsOf<K extends Told['kind']>({ kind, fact }: { readonly kind: K; readonly fact: ToldOf<K> }): Words {
  return ACCOUNT_WORDS[kind](fact);
}
