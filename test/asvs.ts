/**
 * OWASP ASVS 5.0.0, chapters 6 to 10 and 16, levels 1 and 2: which test shows that a requirement is met, and what does not apply and
 * why. The words are ours; the requirements themselves stand in the standard under their ids.
 */

const SIGN_IN = 'src/features/sign-in/sign-in.spec.ts';
const HTTP = 'src/surfaces/api/sign-in.spec.ts';
const PASSKEYS = 'src/surfaces/api/passkeys.spec.ts';
const IDENTITIES = 'src/surfaces/api/identities.spec.ts';
const PROVIDER = 'src/features/sign-in/with-provider.spec.ts';
const TOKENS = 'src/features/tokens/tokens.spec.ts';
const AUTHORITY = 'src/domain/authority.spec.ts';
const ACCOUNTS = 'src/features/accounts/accounts.spec.ts';
const API = 'src/surfaces/api/api.spec.ts';
const FIELDS = 'src/surfaces/api/fields-seen.spec.ts';
const EVENTS = 'src/surfaces/api/security-log.spec.ts';
const EVENT_LINES = 'src/platform/log/security.spec.ts';
const LOG_LINES = 'src/platform/log/pino.spec.ts';
const REGISTRY = 'src/surfaces/registry/registry.spec.ts';

export interface Requirement {
  readonly id: string;
  readonly level: 1 | 2;
  /** What it asks of us, in our words. */
  readonly asks: string;
  readonly answer:
    | { readonly state: 'met'; readonly file: string; readonly test: string }
    | { readonly state: 'not applicable'; readonly why: string }
    /** Honest about what is still missing. */
    | { readonly state: 'planned'; readonly what: string };
}

type Row = readonly [id: string, level: 1 | 2, asks: string, file: string, test: string];

const MET: readonly Row[] = [
  [
    '6.1.1',
    1,
    'how guessing is slowed, and that nobody can be locked out on purpose',
    SIGN_IN,
    'slow whoever guesses, tell the person, and never the person where they signed in before',
  ],
  ['6.1.2', 2, 'which words of the place and person make a poor password', SIGN_IN, 'is refused: %s'],
  [
    '6.1.3',
    2,
    'all ways to sign in, and how strong each is',
    IDENTITIES,
    'proves as much as it says that it asked for',
  ],
  ['6.2.1', 1, 'a least length', SIGN_IN, 'is refused: %s'],
  [
    '6.2.2',
    1,
    'people change their own password',
    SIGN_IN,
    'is changed only by somebody who shows the old one, and ends the other sessions',
  ],
  [
    '6.2.3',
    1,
    'a change takes the old password',
    SIGN_IN,
    'is changed only by somebody who shows the old one, and ends the other sessions',
  ],
  ['6.2.4', 1, 'common passwords are refused', SIGN_IN, 'is refused: %s'],
  [
    '6.2.5',
    1,
    'no rule about kinds of characters',
    SIGN_IN,
    'needs no capital, digit or sign, may hold spaces and any letters, and up to 128 characters',
  ],
  [
    '6.2.8',
    1,
    'compared exactly as it was typed',
    SIGN_IN,
    'is compared whole and as it was typed: nothing is cut, trimmed or folded',
  ],
  [
    '6.2.9',
    2,
    'long ones are allowed',
    SIGN_IN,
    'needs no capital, digit or sign, may hold spaces and any letters, and up to 128 characters',
  ],
  [
    '6.2.10',
    2,
    'it stays until it leaks or its person changes it',
    SIGN_IN,
    'that leaked since opens nothing until it is changed',
  ],
  ['6.2.11', 2, 'the words of 6.1.2 are used', SIGN_IN, 'is refused: %s'],
  ['6.2.12', 2, 'passwords that leaked are refused', SIGN_IN, 'that leaked since opens nothing until it is changed'],
  ['6.3.1', 1, 'guessing and stuffing are slowed', SIGN_IN, 'of one %s are slowed whatever names it tries'],
  ['6.3.2', 1, 'no account is there from the start', ACCOUNTS, 'lets the first operator claim the code once'],
  ['6.3.3', 2, 'several factors where they are needed', AUTHORITY, 'is asked for by name where too little was proved'],
  [
    '6.3.4',
    2,
    'no way in is weaker than it claims',
    TOKENS,
    'proves what its maker had proved for twelve hours, and after that one factor, which decides nothing',
  ],
  [
    '6.4.1',
    1,
    'codes that begin an account are random, short-lived and used once',
    SIGN_IN,
    'sets up an account once, and ends after three days',
  ],
  ['6.4.2', 1, 'no hints and no questions', SIGN_IN, 'is never by mail alone'],
  ['6.4.3', 2, 'a forgotten password is no way round the second factor', SIGN_IN, 'is never by mail alone'],
  [
    '6.4.4',
    2,
    'who lost every factor is proofed as at the beginning',
    SIGN_IN,
    'ends every earlier way in where it is used again',
  ],
  ['6.5.1', 2, 'codes are good once', SIGN_IN, 'takes each code once'],
  [
    '6.5.2',
    2,
    'recovery codes are kept so that they cannot be searched',
    SIGN_IN,
    'is replaced by a recovery code, once, and its person hears of it',
  ],
  [
    '6.5.3',
    2,
    'codes come from a generator for secrets',
    TOKENS,
    'has a prefix and a checksum, by which a scanner knows it and a typing mistake shows',
  ],
  [
    '6.5.4',
    2,
    'codes hold at least 20 bits',
    SIGN_IN,
    'is replaced by a recovery code, once, and its person hears of it',
  ],
  ['6.5.5', 2, 'codes end soon', SIGN_IN, 'takes the code of a clock one step off, and no older one'],
  [
    '6.6.2',
    2,
    'a code by mail belongs to the request that asked for it',
    SIGN_IN,
    'takes a code by mail and a second factor, ends every session, and is told',
  ],
  ['6.6.3', 2, 'codes cannot be guessed', SIGN_IN, 'has failures of its own, which a right password does not clear'],
  [
    '6.8.4',
    2,
    'how strongly a provider asked is read, and assumed low',
    IDENTITIES,
    'proves as much as it says that it asked for',
  ],
  [
    '7.1.1',
    2,
    'ends of sessions are written down',
    SIGN_IN,
    'ends when it is left alone, and at the latest after a working day',
  ],
  [
    '7.1.2',
    2,
    'how many sessions, and what may be done about them',
    SIGN_IN,
    'is listed with device and time, and ended one by one or all at once',
  ],
  ['7.2.1', 1, 'sessions are checked here, not in the browser', HTTP, 'is rotated at sign-in, listed, and ended'],
  [
    '7.2.2',
    1,
    'sessions are made anew, never fixed',
    SIGN_IN,
    'has a new secret after each sign-in, and the one before it ends',
  ],
  [
    '7.2.3',
    1,
    'their secrets cannot be guessed',
    HTTP,
    'is a cookie that scripts cannot read and other sites do not send; its secret stands nowhere else',
  ],
  [
    '7.2.4',
    1,
    'each sign-in makes a new secret',
    PASSKEYS,
    'steps an open session up, which gets a new cookie; the one before it ends',
  ],
  ['7.3.1', 2, 'an end without use', SIGN_IN, 'ends when it is left alone, and at the latest after a working day'],
  ['7.3.2', 2, 'an end in any case', SIGN_IN, 'ends when it is left alone, and at the latest after a working day'],
  ['7.4.1', 1, 'signing out ends the session here', HTTP, 'is rotated at sign-in, listed, and ended'],
  [
    '7.4.2',
    1,
    'closing an account ends its sessions',
    SIGN_IN,
    'of a closed account is refused from that moment on, as are its tokens and its password',
  ],
  [
    '7.4.3',
    2,
    'a changed factor can end the other sessions',
    SIGN_IN,
    'is changed only by somebody who shows the old one, and ends the other sessions',
  ],
  ['7.4.5', 2, 'operators end sessions of others', HTTP, 'that ended does not keep a browser from signing in'],
  [
    '7.5.1',
    2,
    'changes to how one signs in take a fresh proof',
    SIGN_IN,
    'that is older than ten minutes changes nothing about how its person signs in',
  ],
  [
    '7.5.2',
    2,
    'people see and end their sessions',
    SIGN_IN,
    'is listed with device and time, and ended one by one or all at once',
  ],
  [
    '7.6.2',
    2,
    'a session begins only when somebody asks for it',
    IDENTITIES,
    'refuses another state, another ticket, a code twice, and an error',
  ],
  [
    '8.1.1',
    1,
    'who may do what is written down in one table',
    AUTHORITY,
    'holds there, and neither elsewhere nor where no channel is in question',
  ],
  [
    '8.1.2',
    2,
    'which fields who may see and write is written down (docs/field-access.md)',
    FIELDS,
    'is written down in docs/field-access.md',
  ],
  ['8.2.1', 1, 'each function asks who may', API, 'refuses the wrong role with the problem of the room'],
  [
    '8.2.2',
    1,
    'each thing asks whose it is',
    TOKENS,
    'comes at once, from its person or an operator, and from nobody else',
  ],
  [
    '8.2.3',
    2,
    'each field is seen by those who may see it',
    FIELDS,
    'that holds what is confidential is seen by those who may see it, and by nobody else',
  ],
  ['8.3.1', 1, 'the rooms decide, not what calls them', ACCOUNTS, 'refuses the wrong role and says who could do it'],
  [
    '8.4.1',
    2,
    'one channel gives no rights in another',
    AUTHORITY,
    'holds there, and neither elsewhere nor where no channel is in question',
  ],
  ['9.1.1', 1, 'signed tokens are checked before they are believed', IDENTITIES, 'gets nothing for %s'],
  ['9.1.2', 1, 'only algorithms on a list, never none', IDENTITIES, 'gets nothing for %s'],
  ['9.2.3', 2, 'only tokens that are for us', IDENTITIES, 'gets nothing for %s'],
  [
    '10.1.1',
    2,
    'what the provider hands out never reaches the browser',
    IDENTITIES,
    'asks by authorization code and PKCE alone',
  ],
  [
    '10.1.2',
    2,
    'an answer counts only in the browser that asked',
    IDENTITIES,
    'refuses another state, another ticket, a code twice, and an error',
  ],
  [
    '10.2.1',
    2,
    'nobody can push their own answer on another',
    IDENTITIES,
    'refuses another state, another ticket, a code twice, and an error',
  ],
  [
    '10.5.2',
    2,
    'people are told apart by subject',
    IDENTITIES,
    'signs in by its subject, whatever name it gives later',
  ],
  [
    '6.8.1',
    2,
    'one provider cannot speak for the people of another',
    PROVIDER,
    'cannot speak for the people of another: neither by their subject, their name nor their mail address',
  ],
  [
    '6.8.2',
    2,
    'signatures of providers are always checked',
    PROVIDER,
    'without a signature, or with one that does not hold, signs nobody in, although the provider itself handed it over',
  ],
  [
    '7.1.3',
    2,
    'how sessions here and at a provider end is written down (docs/accounts.md)',
    PROVIDER,
    'ends here by its own clock and by signing out, and tells the provider nothing',
  ],
  [
    '7.6.1',
    2,
    'how long ago a provider may have asked its person',
    PROVIDER,
    'takes a proof there of the last twelve hours, which the provider must date',
  ],
  [
    '9.1.3',
    1,
    'keys come from the issuer that was written down, never from the token',
    PROVIDER,
    'is held against the keys of its provider and no others, whatever keys it brings along or points to',
  ],
  [
    '9.2.1',
    1,
    'tokens count within their time',
    PROVIDER,
    'counts within its time alone: not once it has ended, and not before it begins',
  ],
  [
    '9.2.2',
    2,
    'tokens of another kind are not taken',
    PROVIDER,
    'must be one: an access token or a token that signs out is none',
  ],
  [
    '10.2.2',
    2,
    'the answer of one provider is never taken for another’s',
    PROVIDER,
    'is not taken for another one: its answer names it, and comes to the page of the one that was asked',
  ],
  [
    '10.5.1',
    2,
    'an identity token answers the sign-in that was begun',
    PROVIDER,
    'answers the sign-in that was begun: one of an earlier sign-in, or without its nonce, is refused',
  ],
  [
    '10.5.3',
    2,
    'the description of another issuer is refused',
    PROVIDER,
    'is refused where its description names another issuer than the one that was written down',
  ],
  [
    '10.5.4',
    2,
    'only identity tokens for this client',
    PROVIDER,
    'for another client is refused, and one of another issuer',
  ],
  [
    '16.1.1',
    2,
    'what is logged, where, in which form and how long it is kept is written down (docs/security-log.md)',
    EVENTS,
    'are all described in docs/security-log.md',
  ],
  [
    '16.2.1',
    2,
    'when, where, who and what stand in each line',
    EVENTS,
    'were all written above, and every line has its time, kind and network',
  ],
  ['16.2.2', 2, 'times are in UTC', EVENT_LINES, 'is one line, with its time in UTC and the network that it came from'],
  [
    '16.2.3',
    2,
    'the lines go to one file, or to standard error, and nowhere else',
    EVENTS,
    'were all written above, and every line has its time, kind and network',
  ],
  ['16.2.4', 2, 'programs can read every line', LOG_LINES, 'writes JSON lines without secrets'],
  [
    '16.2.5',
    2,
    'no secret is logged, and of tokens and sessions their ids alone',
    EVENTS,
    'is written with whose account it was, and never with what was typed',
  ],
  [
    '16.3.1',
    2,
    'sign-ins that fail are logged; those that succeed stand in the ledger, with how they were proved',
    EVENTS,
    'is told apart by what failed: the second factor, or the ticket between two steps',
  ],
  [
    '16.3.2',
    2,
    'refused authorisations',
    EVENTS,
    'names who acted, by what, and what for; also where the caller hears that there is no such thing',
  ],
  [
    '16.3.3',
    2,
    'input that is refused, rates that are passed, pages of other sites',
    EVENTS,
    'is written where input is too large or malformed, by whoever refuses it',
  ],
  ['16.3.4', 2, 'unexpected errors', EVENTS, 'is written with the id under which the ordinary log has more'],
  [
    '16.4.1',
    2,
    'nothing in a value makes a line of its own',
    EVENT_LINES,
    'ends no line early and writes no sign that a terminal obeys, whatever is in it',
  ],
  ['16.5.1', 2, 'an unexpected error tells its caller nothing', API, 'tells the caller an id and nothing else'],
  [
    '16.5.2',
    2,
    'where upstream does not answer it is said that it could not be checked, and nothing half is kept',
    'src/features/vetting/vetting.spec.ts',
    'says that it could not check where upstream does not answer, and keeps nothing',
  ],
  [
    '16.5.3',
    2,
    'what cannot be confirmed is refused',
    REGISTRY,
    'quarantines at once, on pinned snapshots too, and fails closed when that cannot be confirmed',
  ],
];

const ISSUES_TOKENS = 'Pratique is no authorization server: its tokens are its own, and it takes no others.';

const NOT_APPLICABLE: readonly (readonly [ids: readonly string[], why: string])[] = [
  [['6.6.1'], 'No factor goes by telephone.'],
  [['6.8.3'], 'SAML is not spoken.'],
  [['9.2.4'], 'Pratique signs no tokens for several audiences.'],
  [['10.3.1', '10.3.2', '10.3.3', '10.3.4'], 'Access tokens of others are not taken.'],
  [
    ['10.4.1', '10.4.2', '10.4.3', '10.4.4', '10.4.5', '10.4.6', '10.4.7', '10.4.8', '10.4.9', '10.4.10', '10.4.11'],
    ISSUES_TOKENS,
  ],
  [['10.5.5'], 'Back-channel logout is not offered.'],
  [['10.6.1', '10.6.2'], ISSUES_TOKENS],
  [['10.7.1', '10.7.2', '10.7.3'], ISSUES_TOKENS],
];

const PLANNED: readonly (readonly [id: string, level: 1 | 2, what: string])[] = [
  ['6.2.6', 1, 'Fields of the sign-in page hide what is typed: comes with the pages.'],
  ['6.2.7', 1, 'Pasting and managers work on the sign-in page: comes with the pages; the API takes whatever is sent.'],
  ['7.4.4', 2, 'Signing out is at hand on every page: comes with the pages.'],
  [
    '16.4.2',
    2,
    'Only its operator reads the security log; that nobody changes it takes a collector elsewhere, as docs/security-log.md says.',
  ],
  [
    '16.4.3',
    2,
    'Lines go to standard error for a collector of the operator; Pratique itself sends them to no other system.',
  ],
];

/** By id. */
export const REQUIREMENTS: readonly Requirement[] = [
  ...MET.map(([id, level, asks, file, test]) => ({ id, level, asks, answer: { state: 'met', file, test } as const })),
  ...NOT_APPLICABLE.flatMap(([ids, why]) =>
    ids.map((id) => ({ id, level: 2 as const, asks: '', answer: { state: 'not applicable', why } as const })),
  ),
  ...PLANNED.map(([id, level, what]) => ({ id, level, asks: '', answer: { state: 'planned', what } as const })),
].toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));

/** `docs/asvs.md`. */
export function asvsDocument(): string {
  const counts = (state: string) => REQUIREMENTS.filter(({ answer }) => answer.state === state).length;
  const rows = REQUIREMENTS.map(({ id, asks, answer }) => {
    if (answer.state === 'met') return `| ${id} | met | ${asks} | \`${answer.file}\`: ${answer.test} |`;
    return `| ${id} | ${answer.state} | ${answer.state === 'planned' ? answer.what : answer.why} | |`;
  });
  return [
    '# OWASP ASVS 5.0.0, chapters 6 to 10 and 16, levels 1 and 2',
    '',
    'Written by `test/asvs.spec.ts` (WRITE_DOCS=1) from `test/asvs.ts`; the spec fails where a named test is not there. What a',
    'requirement asks is said in our words; its own stand in the standard (OWASP, CC BY-SA 4.0).',
    '',
    `${counts('met')} met by a named test, ${counts('not applicable')} not applicable, ${counts('planned')} without a test yet.`,
    '',
    '| id | state | what | test |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
