// Who may import whom. Each comment says what to do instead.
const PLUGIN_NPM = [
  'zod',
  '@zip[.]js/zip[.]js',
  'tar',
  'yaml',
  'ae-cvss-calculator',
  'semver',
  '@npmcli/arborist',
  'lru-cache',
  'diff',
  'smol-toml',
  '@sigstore/[a-z-]+',
].map((name) => `node_modules/${name}/`);
const nodeBuiltins = (...names) => names.map((name) => `^(node:)?${name}(/|$)`);
const NETWORK = nodeBuiltins('http', 'https', 'http2', 'net', 'tls', 'dgram', 'dns');
const PROCESS = nodeBuiltins('child_process', 'worker_threads', 'cluster', 'vm', 'inspector');
const FRONT_DOORS = ['ecosystems', 'scanners', 'features', 'platform', 'surfaces'].map(
  (room) => `^src/${room}/[^/]+/index[.]ts$`,
);
const DUMPING = ['util', 'utils', 'helper', 'helpers', 'common', 'shared', 'misc', 'lib', 'types', 'manager'].flatMap(
  (name) => [`^src/${name}/`, `^src/.*/${name}/`, `^src/${name}[.]ts$`, `^src/.*/${name}[.]ts$`],
);
const SPEC = '[.]spec[.]ts$';
const rule = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    // shape of the whole graph
    rule('no-cycles', 'Two modules that need each other are one module, or hide a third.', {}, { circular: true }),
    rule(
      'no-dumping-grounds',
      'Name the module after what it is for, beside the thing that needs it.',
      {},
      { path: DUMPING },
    ),
    rule(
      'no-inner-barrels',
      'index.ts is a front door only; inside, import the file you mean.',
      {},
      { path: '^src/.*/index[.]ts$', pathNot: FRONT_DOORS },
    ),
    // the layers
    rule(
      'domain-is-pure',
      'No I/O, no clock, no framework: pass the value in.',
      { path: '^src/domain/', pathNot: SPEC },
      { pathNot: '^src/domain/' },
    ),
    rule(
      'plugins-see-only-their-contract',
      'A plug-in gets everything else from its context argument.',
      { path: '^src/(ecosystems|scanners)/([^/]+)/', pathNot: SPEC },
      {
        path: '^src/',
        pathNot: [
          '^src/$1/$2/',
          '^src/(ecosystems|scanners)/contract[.]ts$',
          // No ecosystem itself: formats of archives, for the ecosystems that pack in them (scripts/checks/plugins.mjs).
          '^src/ecosystems/archives/',
          // No scanners themselves: what several scanners read (scripts/checks/plugins.mjs).
          '^src/scanners/(syntax|licence-texts|attestation)/',
          '^src/domain/',
        ],
      },
    ),
    rule(
      'plugins-need-little',
      'A plug-in parses and reports; it has no use for other libraries.',
      { path: '^src/(ecosystems|scanners)/([^/]+)/', pathNot: SPEC },
      { path: 'node_modules/', pathNot: PLUGIN_NPM },
    ),
    rule(
      'plugins-arrive-by-injection',
      'Only main reads the catalogues; everyone else is handed contract-typed values.',
      { path: '^src/', pathNot: ['^src/main/', '^src/(ecosystems|scanners)/', SPEC] },
      { path: '^src/(ecosystems|scanners)/', pathNot: '/contract[.]ts$' },
    ),
    rule(
      'features-are-islands',
      'Need a fact from another room? Its read.ts. Want something to happen there? Append to the ledger.',
      { path: '^src/features/([^/]+)/', pathNot: SPEC },
      { path: '^src/features/', pathNot: ['^src/features/$1/', '^src/features/[^/]+/read[.]ts$'] },
    ),
    rule(
      'features-see-ports-not-adapters',
      'Depend on platform/<x>/port.ts; main supplies the adapter.',
      { path: '^src/features/', pathNot: SPEC },
      { path: '^src/(platform|surfaces|main)/', pathNot: '^src/platform/[^/]+/port[.]ts$' },
    ),
    rule(
      'surfaces-are-thin',
      'A surface translates a protocol to one feature call: no adapters, no other surface.',
      { path: '^src/surfaces/([^/]+)/', pathNot: SPEC },
      {
        path: '^src/(platform|surfaces|scanners|main)/',
        pathNot: [
          '^src/platform/[^/]+/port[.]ts$',
          '^src/surfaces/$1/',
          '^src/surfaces/pages/(page-headers|refusal-page)[.]ts$',
        ],
      },
    ),
    rule(
      'surfaces-use-front-doors',
      'Import a room through its index.ts or read.ts.',
      { path: '^src/surfaces/', pathNot: SPEC },
      { path: '^src/features/', pathNot: '^src/features/[^/]+/(index|read)[.]ts$' },
    ),
    rule(
      'platform-knows-no-product',
      'Adapters implement ports; they never call up.',
      { path: '^src/platform/([^/]+)/', pathNot: SPEC },
      {
        path: '^src/',
        pathNot: [
          '^src/platform/$1/',
          '^src/platform/[^/]+/port[.]ts$',
          '^src/platform/db/migrate[.]ts$',
          '^src/domain/',
        ],
      },
    ),
    rule(
      'nothing-imports-main',
      'main is where wiring ends, not a service locator.',
      { path: '^src/', pathNot: ['^src/main/', SPEC] },
      { path: '^src/main/' },
    ),
    rule(
      'migrations-stand-alone',
      'A migration must mean the same in five years.',
      { path: '^migrations/' },
      { path: '^src/' },
    ),
    // dangerous powers have one home
    rule(
      'network-has-one-home',
      'Outbound goes through platform/fetch (hosts the operator named, size and time limits); git through platform/git; identity providers through platform/oidc.',
      {
        path: '^src/',
        pathNot: ['^src/platform/(fetch|oidc)/', '^src/main/', '^src/surfaces/(registry|pages|api)/', SPEC],
      },
      { path: [...NETWORK, 'node_modules/(undici|got|axios|node-fetch|openid-client|jose)/'] },
    ),
    rule(
      'mail-has-one-home',
      'Letters are queued with an Outbox (platform/mail/port.ts); only platform/mail talks to a mail server.',
      { path: '^src/', pathNot: ['^src/platform/mail/', SPEC] },
      { path: 'node_modules/nodemailer/' },
    ),
    rule(
      'processes-have-one-home',
      'Only platform/sandbox may start a process or thread; platform/db supervises PostgreSQL.',
      { path: '^src/', pathNot: ['^src/platform/(sandbox|db)/', '^src/main/', SPEC] },
      { path: PROCESS },
    ),
    rule(
      'git-arrives-by-injection',
      'Only main opens platform/git; everyone else is handed a RepositoryReader (src/domain/source-code.ts).',
      { path: '^src/', pathNot: ['^src/platform/git/', '^src/main/', SPEC] },
      { path: '^src/platform/git/' },
    ),
    rule(
      'files-have-few-homes',
      'Bytes go through platform/blobs; configuration is read once in main.',
      {
        path: '^src/',
        pathNot: [
          '^src/platform/',
          '^src/main/',
          '^src/surfaces/cli/',
          '^src/ecosystems/[^/]+/archive[^/]*[.]ts$',
          '^src/ecosystems/archives/source[.]ts$',
          SPEC,
        ],
      },
      { path: nodeBuiltins('fs') },
    ),
    // our own supply chain
    rule(
      'no-unlisted-dependency',
      'Add it to package.json, or do without.',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'undetermined'] },
    ),
    rule('no-unresolvable', 'This import leads nowhere.', {}, { couldNotResolve: true }),
    rule('no-deprecated', 'Find its successor.', {}, { dependencyTypes: ['deprecated'] }),
    rule(
      'not-to-dev-dep',
      'Shipped code may not need a development dependency.',
      { path: '^src/', pathNot: SPEC },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    ),
    rule(
      'not-to-tests',
      'Production code never imports tests.',
      { path: '^src/', pathNot: SPEC },
      { path: ['^test/', SPEC] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
