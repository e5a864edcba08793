/** OWASP packman: 17 controls, by the tier that first asks for each; tier 1 asks for none. */
import { document, type Principle, running, test, track } from './principle.ts';

const SIGN_IN = 'src/features/sign-in/sign-in.spec.ts';

export const PACKMAN: readonly Principle[] = track('packman', 'Controls', [
  [
    'PM-1',
    2,
    'strong sign-in: long passwords, slowed guessing, changes told, short sessions',
    [
      test(SIGN_IN, 'slow whoever guesses, tell the person, and never the person where they signed in before'),
      test(SIGN_IN, 'is shorter for whoever decides'),
      test(SIGN_IN, 'is refused: %s'),
    ],
  ],
  [
    'PM-2',
    2,
    'a second factor to publish',
    [
      test('src/domain/authority.spec.ts', 'is asked for by name where too little was proved'),
      running('factor-demanded'),
    ],
  ],
  ['PM-3', 2, 'contacts for security, and a way that answers', [document('SECURITY.md'), running('contact')]],
  [
    'PM-4',
    2,
    'authors can flag a release',
    [
      test('src/features/vetting/ask-again.spec.ts', 'tells what changed in cleared versions, once'),
      running('upstream-watched'),
    ],
  ],
  [
    'PM-5',
    2,
    'a package is tied to its source code',
    [
      test('src/scanners/source/source.spec.ts', 'says which tag the files equal, and has nothing to add where all do'),
      running('source-hosts'),
    ],
  ],
  [
    'PM-6',
    2,
    'no credentials are published',
    [
      test('src/scanners/secrets/index.spec.ts', 'never repeats a secret whole, and says where it stands'),
      test(
        'src/features/tokens/tokens.spec.ts',
        'comes from whoever reports it as leaked, once, with a fact for its person',
      ),
    ],
  ],
  [
    'PM-7',
    2,
    'updates are told',
    [
      test(
        'src/features/notices/notices.spec.ts',
        'follows a request to the day it can be installed, each event once for each person',
      ),
    ],
  ],
  [
    'PM-8',
    3,
    'code is signed, and signatures are checked and passed on',
    [
      test(
        'src/features/vetting/npm-provenance.spec.ts',
        'has the signature of the registry verified with the keys that it publishes',
      ),
      test(
        'test/journeys/npm-signatures.spec.ts',
        'NP-12 has keys and attestations byte for byte, and signatures that hold for what is offered',
      ),
    ],
  ],
  [
    'PM-9',
    3,
    'integrity is verified',
    [
      test('src/features/snapshots/snapshots.spec.ts', 'sees that a signature or a document was changed'),
      test('src/scanners/integrity/integrity.spec.ts', 'compares hash and size with the index'),
    ],
  ],
  [
    'PM-10',
    3,
    'code is analysed',
    [test('src/scanners/weaknesses/weaknesses.spec.ts', 'names the line, its number and the CWE'), running('isolated')],
  ],
  [
    'PM-11',
    3,
    'dependencies are analysed, and those concerned are told',
    [
      test(
        'src/features/dossier/dossier.spec.ts',
        'shows the path that brings a flaw in, what ends it, and what is free of it here',
      ),
      running('advisories-fresh'),
    ],
  ],
  [
    'PM-12',
    3,
    'installing runs no code',
    [
      test('test/journeys/pypi-clients.spec.ts', 'installs with --only-binary :all:'),
      test(
        'src/features/policy/policy.spec.ts',
        'has rules for npm packages that must work without scripts, once the "#" is taken away',
      ),
      running('wheels-only'),
    ],
    { gap: 'R builds source packages, and the rules on scripts of npm are off until an operator turns them on.' },
  ],
  [
    'PM-13',
    3,
    'nothing is collected about whoever installs',
    [
      test(
        'src/surfaces/api/fields-seen.spec.ts',
        'of refused installs says how many, and has no place for whose they were',
      ),
    ],
  ],
  ['PM-14', 3, 'a guide to roles and succession in a project', [], { gap: 'There is no such guide.' }],
  ['PM-15', 3, 'roles are reviewed', [], { gap: 'No review of roles is asked for, and none ends by itself.' }],
  [
    'PM-16',
    null,
    'whoever uses libraries tags them, and builds use tagged ones alone',
    [
      test('src/features/tags/tags.spec.ts', 'is asked for once, by reviewers and operators, until it is lifted'),
      running('tags-required'),
    ],
  ],
  [
    'PM-17',
    null,
    'a command tells what is known against a library',
    [
      test(
        'src/features/availability/availability.spec.ts',
        'names what stopped the tree that it came with, until that ends',
      ),
    ],
  ],
]);
