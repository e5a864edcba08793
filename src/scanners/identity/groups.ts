/** Whether a name stands for a person or a group: a team, a company, a university. Our own rule, plain enough to be said to people. */
import type { Person } from './person.ts';

/** Words of which one in a name makes it a group's. Names of companies of several words without such a word are not told from persons. */
const GROUP_WORDS: ReadonlySet<string> = new Set(
  'team teams developer developers contributor contributors maintainer maintainers authors community project projects foundation inc incorporated ltd limited llc gmbh corp corporation company group groups association society institute institut university universität université laboratory laboratories lab labs consortium committee council collective organisation organization org software services technologies department center centre agency'.split(
    ' ',
  ),
);

/** Mailboxes that several people read. */
const ROLE_MAILBOXES: ReadonlySet<string> = new Set(
  'admin contact dev developers hello info maintainers opensource oss packages packaging security support team'.split(
    ' ',
  ),
);
/** Hosts of mailing lists: whoever writes there writes to many. */
const LIST_HOST = /^(?:lists?\.|googlegroups\.com$|groups\.io$)/;

export type Who = 'person' | 'group' | 'unclear';

/**
 * A group by one of the words of its name, or by an address that writes to many; where only an address is given, by its mailbox
 * too. A name of one word alone may be a person's or a company's (`auth0`, `mrdoob`): with an address that one person reads it is
 * a person, else nobody can tell.
 */
export function whoIs({ name, email }: Person): Who {
  const at = email?.lastIndexOf('@') ?? -1;
  const [mailbox, host] = email === null || at === -1 ? ['', ''] : [email.slice(0, at), email.slice(at + 1)];
  if (LIST_HOST.test(host) || (name === null ? ROLE_MAILBOXES.has(mailbox) : isNameOfGroup(name))) return 'group';
  if (name === null || /\s/.test(name.trim())) return 'person';
  return host === '' || ROLE_MAILBOXES.has(mailbox) || holdsAsLabel(host, name) ? 'unclear' : 'person';
}

/** Whether a word of the name makes it a group's. */
export function isNameOfGroup(name: string): boolean {
  const words = name.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return words[0] === 'the' || words.some((word) => GROUP_WORDS.has(word));
}

/** Whether the host is called as the name is, as companies' are: `auth0.com`, `mail.auth0.com`. */
function holdsAsLabel(host: string, name: string): boolean {
  return host.split('.').slice(0, -1).includes(name.toLowerCase());
}
