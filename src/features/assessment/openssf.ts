/** OpenSSF Principles for Package Repository Security, v0.1: 32 capabilities in four tracks. The ids are ours. */
import { document, type Principle, running, test, track } from './principle.ts';

const SIGN_IN = 'src/features/sign-in/sign-in.spec.ts';
const PASSKEYS = 'src/surfaces/api/passkeys.spec.ts';
const TOKENS = 'src/features/tokens/tokens.spec.ts';
const HAS_APP = test(SIGN_IN, 'is asked for from then on, and proves two factors');
const HAS_PASSKEY = test(
  PASSKEYS,
  'is added, signs in without a name or a password, and proves what nothing else does',
);

const AUTHENTICATION = track('openssf', 'Authentication', [
  [
    'AN-1.1',
    1,
    'people confirm their mail address',
    [test(SIGN_IN, 'confirms the mail address that it was sent to'), running('mail-server')],
  ],
  [
    'AN-1.2',
    1,
    'how a lost account is recovered is documented',
    [document('docs/accounts.md'), test(SIGN_IN, 'is never by mail alone')],
  ],
  [
    'AN-1.3',
    1,
    'strong second factors: at least codes of an app, none by text message or mail',
    [HAS_APP, HAS_PASSKEY],
  ],
  [
    'AN-1.4',
    1,
    'critical changes of an account are told by mail',
    [
      test('src/features/notices/notices.spec.ts', 'keeps to what somebody wants, but for changes of the account'),
      running('mail-server'),
    ],
  ],
  [
    'AN-1.5',
    1,
    'guessing is slowed, on second factors too',
    [
      test(SIGN_IN, 'slow whoever guesses, tell the person, and never the person where they signed in before'),
      test(SIGN_IN, 'has failures of its own, which a right password does not clear'),
    ],
  ],
  [
    'AN-2.1',
    2,
    'mail domains that were given up are found',
    [test(SIGN_IN, 'sends nothing where the domain of the address was given up'), running('mail-domains-watched')],
  ],
  ['AN-2.2', 2, 'a second factor that cannot be given away to a false page', [HAS_PASSKEY]],
  [
    'AN-2.3',
    2,
    'a second factor is demanded for what is critical',
    [
      test('src/domain/authority.spec.ts', 'is asked for by name where too little was proved'),
      running('factor-demanded'),
    ],
  ],
  [
    'AN-2.4',
    2,
    'passwords that leaked are refused, also at sign-in',
    [test(SIGN_IN, 'that leaked since opens nothing until it is changed'), running('breached-passwords')],
  ],
  ['AN-3.1', 3, 'sign-in without a password', [HAS_PASSKEY]],
  [
    'AN-3.2',
    3,
    'a second factor is demanded of everybody who can change what is served',
    [running('factor-demanded'), running('deciders-have-second-factor')],
  ],
  [
    'AN-3.3',
    3,
    'what is critical takes a factor that cannot be given away',
    [
      test(PASSKEYS, 'steps an open session up, which gets a new cookie; the one before it ends'),
      running('passkeys-for-decisions'),
    ],
  ],
]);

const AUTHORIZATION = track('openssf', 'Authorization', [
  [
    'AZ-1.1',
    1,
    'keys of programs are limited to packages',
    [test(TOKENS, 'lets its holder act as its person, within its scope')],
    { gap: 'A token is limited to channels, ecosystems and actions, and not yet to single packages.' },
  ],
  [
    'AZ-1.2',
    1,
    'tokens begin with a prefix of their own',
    [test(TOKENS, 'has a prefix and a checksum, by which a scanner knows it and a typing mistake shows')],
  ],
  [
    'AZ-2.1',
    2,
    'roles: managing people is apart from deciding',
    [
      test(
        'src/features/accounts/accounts.spec.ts',
        'keeps managing people apart from deciding: nobody changes their own roles',
      ),
    ],
  ],
  [
    'AZ-3.1',
    3,
    'builds exchange their identity for a token of some minutes',
    [
      test(
        'src/surfaces/api/identities.spec.ts',
        'exchanges its identity for a token of some minutes, with the limits of its publisher',
      ),
    ],
  ],
  [
    'AZ-3.2',
    3,
    'scanners for secrets know the tokens, and an address revokes one that leaked',
    [test(TOKENS, 'comes from whoever reports it as leaked, once, with a fact for its person')],
  ],
  [
    'AZ-3.3',
    3,
    'provenance of builds is checked and passed on',
    [
      test('src/scanners/provenance/provenance.spec.ts', 'says who built an attested file'),
      test(
        'test/journeys/npm-signatures.spec.ts',
        'NP-12 has keys and attestations byte for byte, and signatures that hold for what is offered',
      ),
      running('trust-root-fresh'),
    ],
  ],
]);

const GENERAL = track('openssf', 'General', [
  ['GC-1.1', 1, 'how weaknesses are reported, with safe harbour', [document('SECURITY.md'), running('contact')]],
  [
    'GC-1.2',
    1,
    'steps against names that look like others',
    [
      test(
        'src/scanners/lookalike/lookalike.spec.ts',
        'finds squats that were reported in public and whose targets are on the list',
      ),
      running('popularity-fresh'),
    ],
  ],
  [
    'GC-2.1',
    2,
    'a version is never replaced by other bytes',
    [
      test(
        'src/features/vetting/other-bytes.spec.ts',
        'is an alarm where other bytes were seen, and a greater one where they are cleared',
      ),
    ],
  ],
  [
    'GC-2.2',
    2,
    'a suspicious package is reported by page, command and API',
    [
      test(
        'src/surfaces/cli/remote/operators.spec.ts',
        'hears reports of what is suspicious, and says what came of them to who reported',
      ),
    ],
    { gap: 'There is a command and the API, and no page yet.' },
  ],
  [
    'GC-2.3',
    2,
    'malware is looked for',
    [
      test(
        'src/features/vetting/malicious.spec.ts',
        'find a file inside a wheel by its digest, the wheel by its own, and the package by name',
      ),
      running('malicious-fresh'),
    ],
  ],
  [
    'GC-2.4',
    2,
    'pages warn of known vulnerabilities in dependencies',
    [
      test(
        'src/features/dossier/dossier.spec.ts',
        'shows the path that brings a flaw in, what ends it, and what is free of it here',
      ),
      running('advisories-fresh'),
    ],
    { gap: 'The dossier warns those who decide; there is no page of a package for everybody yet.' },
  ],
  [
    'GC-3.1',
    3,
    'the infrastructure is reviewed from time to time',
    [],
    { forPeople: 'Whoever runs the installation reviews it, and keeps what was found.' },
  ],
  [
    'GC-3.2',
    3,
    'a transparency log of events',
    [
      test('src/platform/ledger/history.spec.ts', 'finds a chain that was computed anew, by the head that was signed'),
      running('ledger-whole'),
    ],
    { gap: 'Auditors, operators and reviewers read the ledger; there is no view of it for the public.' },
  ],
  ['GC-3.3', 3, 'advisories of malware that machines read', [], { gap: 'Nothing is published about what is found.' }],
]);

const CLIENTS = track('openssf', 'CLI tooling', [
  [
    'CL-1.1',
    1,
    'dependencies are installed pinned by hash or version',
    [test('test/journeys/pypi-clients.spec.ts', 'checks hashes of a lock file')],
  ],
  [
    'CL-2.1',
    2,
    'clients warn of known vulnerabilities',
    [
      test(
        'test/journeys/npm-clients.spec.ts',
        'NP-13 says what is known against an installed version, and that it could not check without advisories',
      ),
      running('advisories-fresh'),
    ],
    { gap: 'npm is answered; there is no address that tools for Python and R could ask.' },
  ],
  [
    'CL-3.1',
    3,
    'bills of materials are made',
    [
      test(
        'src/features/dossier/dossier.spec.ts',
        'has the graph, the hashes, and the flaw with what people decided about it',
      ),
    ],
    { gap: 'Of what is decided and of images, and not yet of a project that is checked.' },
  ],
  [
    'CL-3.2',
    3,
    'ways out of vulnerable versions',
    [
      test(
        'src/scanners/vulnerabilities/vulnerabilities.spec.ts',
        'names the flaw with its score, the fixes and the nearest one upwards',
      ),
    ],
    { gap: 'Evidence names the fix; `suggest` goes by what is cleared and changes no lock file.' },
  ],
  ['CL-3.3', 3, 'false alarms are fewer by what is reachable', [], { gap: 'Not looked at.' }],
]);

export const OPENSSF: readonly Principle[] = [...AUTHENTICATION, ...AUTHORIZATION, ...GENERAL, ...CLIENTS];
