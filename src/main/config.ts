/** `pratique.yaml`: what the operator may set, its defaults, and the commented text that `init` writes. */
import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { ROLES } from '../domain/people.ts';
import { Problem } from '../domain/problem.ts';
import type { Source } from '../domain/upstream.ts';
import { ECOSYSTEMS } from '../ecosystems/catalog.ts';

/** A configuration is a page or two; more is a mistake, and YAML aliases could make a small file a huge value. */
const MAX_ALIASES = 10;

const source = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'small letters, digits and hyphens'),
  kind: z.enum(['index', 'find-links']).default('index'),
  url: z.string().regex(/^(?:https?|file):/, 'an address that starts with http:, https: or file:'),
  only: z.array(z.string()).optional(),
  ca_file: z.string().optional(),
  proxy: z.string().optional(),
});

/** What tells of passwords, as little as it is, goes over no line in the clear. */
const OVER_TLS_OR_HERE = /^(?:https:\/\/|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])[:/])/;
const upstreams = z.union([z.literal('discover'), z.array(source)]);

/**
 * How long ago an identity provider may have asked its person when it signs them in (ASVS 7.6.1), where the operator says
 * nothing else: as long as NIST lets a session of AAL3 last (SP 800-63B-4, 2.3.3).
 */
const OLDEST_PROVIDER_PROOF_HOURS = 12;

const shortName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'small letters, digits and hyphens');
const issuer = z
  .url()
  .regex(/^https:\/\/|^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])[:/]/, 'https, or http on this machine')
  .refine(isBareAddress, 'an address without a name, a query or a fragment: as the provider writes its issuer');

const identityProvider = z
  .strictObject({
    name: shortName,
    issuer,
    client_id: z.string(),
    client_secret_file: z.string().nullable().default(null),
    scopes: z.string().default('openid profile email'),
    shared_redirect: z.boolean().default(false),
    longest_since_asked_hours: z.number().positive().max(720).nullable().default(OLDEST_PROVIDER_PROOF_HOURS),
    name_claim: z.string().default('preferred_username'),
    roles_claim: z.string().default('groups'),
    roles: z.record(z.string(), z.enum(ROLES)).default({}),
    says_operators: z.boolean().default(false),
    multi: z.array(z.string()).default(['mfa']),
    phishing_resistant: z.array(z.string()).default([]),
  })
  .refine(({ roles, says_operators }) => says_operators || !Object.values(roles).includes('operator'), {
    path: ['roles'],
    error: 'map to operator only with says_operators: true, since whoever keeps those groups then runs everything',
  });

const publisher = z.strictObject({
  name: shortName,
  issuer,
  audience: z.string().min(1),
  claims: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  person: z.string(),
  channels: z.array(z.string()).nullable().default(null),
  ecosystems: z.array(z.string()).nullable().default(null),
  actions: z.array(z.string()).nullable().default(null),
  minutes: z.int().min(1).max(60).default(15),
});

const schema = z.strictObject({
  server: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(8650),
      public_url: z.url().nullable().default(null),
      contact: z.string().nullable().default(null),
      work: z.enum(['beside', 'inside', 'elsewhere']).default('beside'),
    })
    .prefault({}),
  serving: z
    .strictObject({
      hot_files_mib: z.int().min(0).max(65_536).default(64),
      audits_per_minute_and_address: z.int().min(1).default(120),
      nginx_files: z
        .string()
        .regex(/^(?:\/[A-Za-z0-9_-]+)+\/$/, 'a path that begins and ends with a slash')
        .nullable()
        .default(null),
    })
    .prefault({}),
  api: z
    .strictObject({
      calls_per_minute: z.int().min(1).default(600),
      calls_per_minute_and_address: z.int().min(1).default(3000),
      origins: z.array(z.string().regex(/^https?:\/\/[^/*]+$/, 'an origin: https://pages.example')).default([]),
      trusted_proxies: z.array(z.union([z.ipv4(), z.ipv6()])).default([]),
    })
    .prefault({}),
  sign_in: z
    .strictObject({
      totp_suffices: z.boolean().default(false),
      check_mail_domains: z.boolean().default(false),
      breached_passwords: z
        .strictObject({
          range_url: z
            .url({ protocol: /^https?$/ })
            .refine((url) => OVER_TLS_OR_HERE.test(url), 'it is asked over TLS, but for one on this machine')
            .nullable()
            .default(null),
          when_away: z.enum(['list', 'refuse']).default('list'),
        })
        .prefault({}),
      providers: z
        .array(identityProvider)
        .refine(
          (all) => new Set(all.map(({ name }) => name)).size === all.length,
          'each provider has a name of its own',
        )
        .default([]),
      publishers: z.array(publisher).default([]),
    })
    .prefault({}),
  database: z.strictObject({ url: z.string().nullable().default(null) }).prefault({}),
  sources: z
    .record(z.string(), upstreams)
    .default(Object.fromEntries(ECOSYSTEMS.map(({ id }) => [id, 'discover' as const]))),
  also_allow: z.array(z.url()).default([]),
  reserved_names: z.record(z.string(), z.array(z.string())).default({}),
  lookups: z.strictObject({ on_miss: z.boolean().default(true) }).prefault({}),
  feeds: z
    .strictObject({
      advisories: z
        .strictObject({ url: z.string().nullable().default(null), every_hours: z.number().positive().default(6) })
        .prefault({}),
    })
    .prefault({}),
  watch: z.strictObject({ upstream_every_hours: z.number().min(1).nullable().default(24) }).prefault({}),
  mail: z
    .strictObject({
      host: z.string().nullable().default(null),
      port: z.int().min(1).max(65_535).default(587),
      security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
      user: z.string().nullable().default(null),
      password_file: z.string().nullable().default(null),
      ca_file: z.string().nullable().default(null),
      from: z
        .string()
        .regex(/^[^<>@\r\n]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/, 'an address, or Name <address>')
        .nullable()
        .default(null),
    })
    .refine(({ host, from }) => host === null || from !== null, {
      path: ['from'],
      error: 'is needed where mail.host is set',
    })
    .prefault({}),
  notices: z
    .strictObject({
      digest_at: z
        .string()
        .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time of day as 07:00')
        .default('07:00'),
      timezone: z
        .string()
        .refine((zone) => isTimeZone(zone), 'a time zone as Europe/London')
        .default('UTC'),
    })
    .prefault({}),
  webhooks: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'small letters, digits and hyphens'),
        url: z.url({ protocol: /^https?$/ }),
        secret_file: z.string(),
        kinds: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  git: z
    .strictObject({ hosts: z.array(z.string()).default([]), ca_file: z.string().nullable().default(null) })
    .prefault({}),
  sandbox: z.strictObject({ when_not_isolated: z.enum(['refuse', 'run']).default('refuse') }).prefault({}),
  trials: z.strictObject({ tools: z.string().startsWith('/').nullable().default(null) }).prefault({}),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
      security: z.enum(['file', 'stderr']).default('file'),
    })
    .prefault({}),
});

/** OpenID Connect Discovery 1.0, 3: an issuer has neither a query nor a fragment; and a password in it would be shown. */
function isBareAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { username, password } = new URL(address);
  return username === '' && password === '' && !/[?#]/.test(address);
}

function isTimeZone(zone: string): boolean {
  // As good as always: and then no formatter is made, whose first one costs the process 7 MB (domain/working-time.ts).
  if (zone === 'UTC' || Intl.supportedValuesOf('timeZone').includes(zone)) return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The configuration, every default filled in. Sizes in bytes, names as in the file. */
export type Config = z.infer<typeof schema>;

/** Reads a configuration. Throws `bad-config` with the line of YAML or the path of the setting. */
export async function readConfig(file: string): Promise<Config> {
  return parseConfig(await readFile(file, 'utf8'), file);
}

/** The configuration in a text; `file` is for messages. */
export function parseConfig(text: string, file: string): Config {
  const document = parseDocument(text, { prettyErrors: true });
  const syntax = document.errors[0];
  if (syntax !== undefined) throw badConfig(file, syntax.message.split('\n')[0] ?? '');
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badConfig(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`);
}

function badConfig(file: string, why: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'bad-config',
    what: `${file} cannot be used`,
    why,
    next: 'Correct that setting. A fresh file with every default comes from `pratique init` in an empty folder.',
  });
}

/** The sources that the operator wrote down for an ecosystem; `discover` where its client is to be asked; none where not named. */
export function configuredSources(config: Config, ecosystem: string): 'discover' | readonly Source[] | undefined {
  const named = config.sources[ecosystem];
  if (named === undefined || named === 'discover') return named;
  return named.map(({ name, kind, url, only, ca_file, proxy }) => ({ name, kind, url, only, caFile: ca_file, proxy }));
}

/** What `init` writes: every setting with its default, so that nothing has to be looked up elsewhere. */
export const CONFIG_TEXT = `# Pratique: settings of this installation. Every value below is the default. Restart \`pratique serve\` after a change.

server:
  host: 127.0.0.1        # the address to listen on; put a reverse proxy with TLS in front of it for other machines
  port: 8650             # 0 picks a free port
  public_url: null       # how researchers reach this server, for the addresses in refusals; null: as the request came in
  contact: null          # whom to write to, shown on refusal pages and in security.txt: mailto:... or an address
  work: beside           # vetting and publishing: in a thread beside the one that answers, inside it (less memory), or elsewhere (\`pratique work\`)

serving:
  hot_files_mib: 64      # memory for files that are asked for again and again, in MiB; 0 keeps none
  audits_per_minute_and_address: 120   # npm audit and the like; more are told to wait (429)
  nginx_files: null      # the internal location of an nginx in front that sends the files itself: docs/operations.md

api:
  calls_per_minute: 600                # by one person, with all their sessions and tokens
  calls_per_minute_and_address: 3000   # from one address, whoever calls
  origins: []                          # pages of these origins may call with a bearer token: https://pages.example
  trusted_proxies: []                  # addresses of proxies in front, whose X-Forwarded-For is believed

sign_in:
  totp_suffices: false       # true: a code of an authenticator app is enough where a passkey is asked for (operators, tier 3 and 4)
  check_mail_domains: false  # true: look daily whether the domains of people's mail addresses still take mail (asks the DNS)
  # Whether a password leaked, asked by k-anonymity beside the imported list (feed import breached-passwords):
  breached_passwords:
    range_url: null          # https://ranges.haven.example/range/: the first five digits of its SHA-1 are put behind it; null: the list alone
    when_away: list          # where it does not answer: list (the list decides, and it is logged), or refuse (no new password is taken)
  # Identity providers that people sign in with, by authorization code and PKCE; each sends browsers back to an address of its
  # own, /sign-in/oidc/NAME, which is registered with it:
  #   - name: haven
  #     issuer: https://id.haven.example
  #     client_id: pratique
  #     client_secret_file: /etc/pratique/haven-secret   # its first line; null: a public client
  #     scopes: openid profile email
  #     shared_redirect: false                           # true: registered with /sign-in/oidc, which such providers share
  #     longest_since_asked_hours: 12                    # how long ago it may have asked its person; null: it need not say (auth_time)
  #     name_claim: preferred_username                   # the name that people have here
  #     roles_claim: groups
  #     roles: { tre-reviewers: reviewer }               # values of that claim and the role each gives; {}: roles are given here
  #     says_operators: false                            # true: it gives and takes the role of operator, too; roles may map to it
  #     multi: [mfa]                                     # values of acr or amr that mean two factors
  #     phishing_resistant: [phr]                        # values that mean one that cannot be given away to a false page
  providers: []
  # Builds that exchange their identity for a token of some minutes (trusted publishing); every claim named must be equal:
  #   - name: nightly
  #     issuer: https://builds.haven.example
  #     audience: pratique
  #     claims: { repository_owner_id: "42", ref: refs/heads/main }
  #     person: nightly-bot                              # whom the token acts for
  #     channels: [tier2]                                # and its limits; null: none
  #     ecosystems: null
  #     actions: [read]
  #     minutes: 15
  publishers: []

database:
  url: null              # postgresql://...; null: an embedded PostgreSQL in this home. DATABASE_URL goes before this

# Where packages come from, by ecosystem. "discover" asks the package client of this machine for its own settings.
# Or a list:
#   pypi:
#     - name: main
#       kind: index                              # index, or find-links (a page or a folder of files)
#       url: https://upstream.example/simple/
#       only: [internal-*]                       # these names are asked here and nowhere else
#       ca_file: /etc/ssl/own-authority.pem
#       proxy: http://proxy.example:3128         # instead of HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the environment
# Credentials stand in the address (https://name:password@...) or in the account's .netrc, and go to that host alone.
sources:
${ECOSYSTEMS.map(({ id }) => `  ${id}: discover\n`).join('')}
also_allow: []           # origins that may be contacted beside those of the sources

# Names that are yours: never asked of any source that does not list them under "only", whatever is missing here.
# pypi: [internal-*]
reserved_names: {}

lookups:
  on_miss: true          # ask upstream's listing about a name nobody requested yet, so that its refusal can name versions

feeds:
  advisories:
    url: null            # fetched every so often; null: only by \`pratique advisories import\`
    every_hours: 6

# What is cleared stays under watch: upstream is asked again whether it was yanked, stopped, taken away or changed.
watch:
  upstream_every_hours: 24   # null: never

# The mail server that notices go through. Without one nothing is sent, and people read their notices in Pratique alone.
mail:
  host: null             # mail.haven.example
  port: 587
  security: starttls     # starttls (demanded), tls (from the first byte, port 465), none (a server on this machine)
  user: null
  password_file: null    # a file that holds the password on its first line
  ca_file: null          # a PEM file with the certificate authorities to believe; null: the system's
  from: null             # Pratique <pratique@haven.example>

# Notices that can wait go out together: every day, and for weekly ones on Mondays.
notices:
  digest_at: "07:00"
  timezone: UTC          # Europe/London

# Programs of yours that are told what happens, signed as the Standard Webhooks specification says.
#   - name: chat
#     url: https://hooks.haven.example/pratique
#     secret_file: /etc/pratique/chat.secret   # whsec_... or any line of 24 characters or more
#     kinds: [decision-made, quarantine-started]   # all where it is left out
webhooks: []

# Repositories of source code that may be read, to compare a release with the tag of its version. Only https and folders.
git:
  hosts: []              # git.example, git.example:8443, *.git.example (every host below it), file:///srv/mirrors/
  ca_file: null          # a PEM file with the certificate authorities to believe; null: the system's

sandbox:
  when_not_isolated: refuse    # where the network cannot be cut off from what reads archives: refuse (nothing is vetted), or run

trials:
  tools: null            # a folder with wheels that tests of releases may use beside their own tree: pytest with what it needs

log:
  level: info            # debug, info, warn, error, silent
  security: file         # failed sign-ins, refusals and the like: file (logs/security.jsonl of this home) or stderr
`;
