/** Whether a name stands for a group: a team, a company, a university. Our own rule, plain enough to be said to people. */
import type { Person } from './claims.ts';

/** Words of which one in a name makes it a group's. Names of companies without such a word are not told from persons. */
const GROUP_WORDS: ReadonlySet<string> = new Set(
  'team teams developer developers contributor contributors maintainer maintainers authors community project projects foundation inc incorporated ltd limited llc gmbh corp corporation company group groups association society institute institut university universität université laboratory laboratories lab labs consortium committee council collective organisation organization org software technologies department center centre agency'.split(
    ' ',
  ),
);

/** Mailboxes that several people read; asked only where no name is given. */
const ROLE_MAILBOXES: ReadonlySet<string> = new Set(
  'admin contact dev developers hello info maintainers opensource oss packages packaging security support team'.split(
    ' ',
  ),
);
/** Hosts of mailing lists: whoever writes there writes to many. */
const LIST_HOST = /^(?:lists?\.|googlegroups\.com$|groups\.io$)/;

/** By one of its words, else, where only an address is given, by the mailbox. */
export function isGroup({ name, email }: Person): boolean {
  if (name !== null) {
    const words = name.toLowerCase().split(/[^\p{L}\p{N}]+/u);
    return words[0] === 'the' || words.some((word) => GROUP_WORDS.has(word));
  }
  const at = email?.lastIndexOf('@') ?? -1;
  if (email === null || at === -1) return false;
  return ROLE_MAILBOXES.has(email.slice(0, at)) || LIST_HOST.test(email.slice(at + 1));
}
