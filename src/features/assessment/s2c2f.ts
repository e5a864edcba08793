/** OpenSSF S2C2F v1.1: 25 practices. It judges an organisation: what only that can do is left to people. */
import { type Principle, running, test, track } from './principle.ts';

const REBUILDS = { gap: 'Nothing is rebuilt from its source.' };

export const S2C2F: readonly Principle[] = [
  ...track('s2c2f', 'Ingest', [
    [
      'ING-1',
      1,
      'packages come from where the organisation trusts',
      [
        test(
          'src/platform/fetch/fetch.spec.ts',
          'refuses unnamed hosts, inside addresses and metadata services that an index links to',
        ),
      ],
    ],
    [
      'ING-2',
      1,
      'a local copy of every file',
      [
        test(
          'src/surfaces/registry/registry.spec.ts',
          'offers exactly what can be downloaded, byte for byte, and refuses the rest',
        ),
      ],
    ],
    [
      'ING-3',
      3,
      'what is known to be malicious is denied',
      [
        test('src/features/vetting/malicious.spec.ts', 'turn on what was cleared before them'),
        running('malicious-fresh'),
      ],
    ],
    ['ING-4', 3, 'source code is mirrored', [], { gap: 'Source code is compared, and not kept.' }],
  ]),
  ...track('s2c2f', 'Scan', [
    [
      'SCA-1',
      1,
      'known vulnerabilities',
      [
        test(
          'src/scanners/vulnerabilities/vulnerabilities.spec.ts',
          'names the flaw with its score, the fixes and the nearest one upwards',
        ),
        running('advisories-fresh'),
      ],
    ],
    [
      'SCA-2',
      1,
      'licences',
      [
        test(
          'src/scanners/licences/licences.spec.ts',
          'is filled in from the licence file where it names a family or nothing, and never guessed',
        ),
      ],
    ],
    [
      'SCA-3',
      2,
      'what is at its end',
      [
        test('src/scanners/maintenance/maintenance.spec.ts', 'names what a person should see'),
        running('upstream-watched'),
      ],
    ],
    [
      'SCA-4',
      3,
      'malware',
      [
        test(
          'src/features/vetting/malicious.spec.ts',
          'match rules in the sandbox; the same bytes and rules are not matched again, other rules are',
        ),
        running('malicious-fresh'),
        running('isolated'),
      ],
    ],
    [
      'SCA-5',
      3,
      'code is reviewed before anything happens',
      [],
      { forPeople: 'Reviewers read code; how much of it, no program can tell.' },
    ],
  ]),
  ...track('s2c2f', 'Inventory', [
    [
      'INV-1',
      1,
      'what is used is counted',
      [],
      { gap: 'Offers and images are listed; who installed what is not counted.' },
    ],
    ['INV-2', 2, 'a plan for incidents', [], { forPeople: 'The plan is that of the organisation.' }],
  ]),
  ...track('s2c2f', 'Update', [
    [
      'UPD-1',
      1,
      'what is vulnerable is updated by hand',
      [
        test(
          'src/features/notices/notices.spec.ts',
          'tells of a quarantine in one mail: those who asked for what it touches by its name',
        ),
      ],
      { forPeople: 'Those who install do it; notices tell them.' },
    ],
    ['UPD-2', 2, 'updates come by themselves', [], { forPeople: 'It happens where the software is built.' }],
    ['UPD-3', 2, 'changes of code show vulnerabilities', [], { forPeople: 'It happens where the software is built.' }],
  ]),
  ...track('s2c2f', 'Audit', [
    [
      'AUD-1',
      3,
      'provenance',
      [
        test(
          'src/scanners/provenance/provenance.spec.ts',
          'reports what is false as high, and nothing beside it as proof',
        ),
        running('trust-root-fresh'),
      ],
    ],
    [
      'AUD-2',
      2,
      'what is used came the approved way',
      [
        test(
          'test/journeys/project.spec.ts',
          'is advised on, asked for as one bundle, decided together, and then can be installed',
        ),
      ],
    ],
    [
      'AUD-3',
      2,
      'integrity by hash and signature',
      [test('src/scanners/integrity/integrity.spec.ts', 'compares hash and size with the index')],
    ],
    ['AUD-4', 4, 'bills of materials are validated', [], { gap: 'None is compared with what it is about.' }],
  ]),
  ...track('s2c2f', 'Enforce', [
    [
      'ENF-1',
      2,
      'clients are set to the approved source',
      [
        test(
          'src/main/serve.spec.ts',
          'says where it listens, is ready, finishes an answer it has begun, and ends with 0',
        ),
      ],
    ],
    [
      'ENF-2',
      3,
      'only a curated source can be used',
      [
        test('test/journeys/pypi-clients.spec.ts', 'is refused a pin, and a range that holds nothing cleared'),
        running('cleared-channel'),
      ],
    ],
  ]),
  ...track('s2c2f', 'Rebuild', [
    ['REB-1', 4, 'rebuilt, or known to be reproducible', [], REBUILDS],
    ['REB-2', 4, 'what was rebuilt is signed', [], REBUILDS],
    ['REB-3', 4, 'bills of materials of what was rebuilt', [], REBUILDS],
    ['REB-4', 4, 'those are signed', [], REBUILDS],
  ]),
  ...track('s2c2f', 'Fix', [
    [
      'FIX-1',
      4,
      'a fix of one’s own, given upstream',
      [],
      { forPeople: 'The organisation makes it, and offers it by a source of its own.' },
    ],
  ]),
];
