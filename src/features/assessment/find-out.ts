/** What is found out about the running installation: its settings, its feeds, its people and channels, its ledger. */

import type { Action } from '../../domain/authority.ts';
import { may } from '../../domain/authority.ts';
import { ROLES } from '../../domain/people.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { listPeople } from '../accounts/read.ts';
import { listChannels } from '../channels/read.ts';
import { listFeeds } from '../feeds/read.ts';
import { decides, factorsOf } from '../sign-in/read.ts';
import { tagRequirements } from '../tags/read.ts';
import type { Finding, Findings } from './assess.ts';

/** What the room is told of the installation around it. */
export interface Installation {
  readonly ecosystems: readonly string[];
  /** As the operator set them. */
  readonly settings: {
    readonly contact: string | null;
    readonly mailHost: string | null;
    readonly checkMailDomains: boolean;
    readonly totpSuffices: boolean;
    readonly gitHosts: readonly string[];
    readonly upstreamEveryHours: number | null;
  };
  now(): Date;
  /** Hours after which policy believes a feed of this kind no longer, and whether it admits what must be built. */
  policy(): Promise<{ staleAfterHours(feed: string): number; readonly allowSdists: boolean }>;
  /** Of what reads packages, and of what tries them. */
  isolation(): Promise<readonly { readonly isolated: boolean; readonly detail: string }[]>;
  verifyLedger(): Promise<
    { readonly status: 'whole'; readonly rows: number } | { readonly status: 'broken'; readonly what: string }
  >;
}

const MS_PER_HOUR = 3_600_000;
/** Accepting there takes a passkey (`docs/accounts.md`). */
const TIER_OF_PASSKEYS = 3;
/** What changes what is served. */
const SERVING: readonly Action[] = [
  ...(['decide', 'object', 'remove-entry', 'add-denial', 'lift-denial', 'start-quarantine', 'end-quarantine'] as const),
  ...(['roll-back-snapshot', 'import-snapshot', 'import-feed', 'build-image', 'require-tag'] as const),
  ...(['manage-people', 'manage-tokens', 'manage-channels'] as const),
];

export async function findOut(db: Queryable, installation: Installation): Promise<Findings> {
  const { settings } = installation;
  return {
    ...(await ofFeeds(db, installation)),
    ...(await ofChannels(db, settings)),
    contact: setting('server.contact', settings.contact),
    'deciders-have-second-factor': await told(() => secondFactors(db)),
    'factor-demanded': factorDemanded(),
    isolated: await told(() => isolated(installation)),
    'ledger-whole': await told(() => ledger(installation)),
    'mail-domains-watched': setting('sign_in.check_mail_domains', settings.checkMailDomains),
    'mail-server': setting('mail.host', settings.mailHost),
    'source-hosts': setting('git.hosts', settings.gitHosts),
    'upstream-watched': setting('watch.upstream_every_hours', settings.upstreamEveryHours),
    'wheels-only': await told(async () =>
      setting('allow_sdists of the policy', (await installation.policy()).allowSdists, false),
    ),
  };
}

/** What throws could not be told. */
async function told(find: () => Promise<Finding>): Promise<Finding> {
  return find().catch((error: unknown) => ({
    holds: null,
    detail: error instanceof Error ? error.message : String(error),
  }));
}

/** A setting that is there: not null, not empty; or equal to what is wanted. */
function setting(name: string, value: unknown, wanted?: boolean): Finding {
  const isSet = value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
  return { holds: wanted === undefined ? isSet : value === wanted, detail: `${name} is ${JSON.stringify(value)}` };
}

type FeedFact = 'advisories-fresh' | 'breached-passwords' | 'malicious-fresh' | 'popularity-fresh' | 'trust-root-fresh';

async function ofFeeds(db: Queryable, installation: Installation): Promise<Pick<Findings, FeedFact>> {
  const feeds = await listFeeds(db);
  const of = (kinds: readonly string[]) => feeds.filter(({ kind }) => kinds.includes(kind));
  const fresh = async (kinds: readonly string[]) => {
    const { staleAfterHours } = await installation.policy();
    const age = ({ importedAt }: { readonly importedAt: Date }) =>
      (installation.now().getTime() - importedAt.getTime()) / MS_PER_HOUR;
    return of(kinds).filter((feed) => age(feed) <= staleAfterHours(feed.kind));
  };
  const any = (...kinds: string[]) =>
    told(async () => {
      const all = of(kinds).length;
      const good = (await fresh(kinds)).length;
      return {
        holds: good > 0,
        detail: all === 0 ? `no ${kinds.join(' or ')} imported` : `${good} of ${all} not stale`,
      };
    });
  const each = (kind: string) =>
    told(async () => {
      const there = new Set((await fresh([kind])).map(({ ecosystem }) => ecosystem));
      const missing = installation.ecosystems.filter((id) => !there.has(id));
      return {
        holds: missing.length === 0,
        detail: missing.length === 0 ? 'of every ecosystem' : `none that is not stale of ${missing.join(', ')}`,
      };
    });
  const breached = of(['breached-passwords']).length;
  return {
    'advisories-fresh': await each('advisories'),
    'popularity-fresh': await each('popularity'),
    'breached-passwords': { holds: breached > 0, detail: breached > 0 ? 'imported' : 'none imported' },
    'malicious-fresh': await any('malicious', 'yara'),
    'trust-root-fresh': await any('trust-root'),
  };
}

type ChannelFact = 'cleared-channel' | 'passkeys-for-decisions' | 'tags-required';

async function ofChannels(
  db: Queryable,
  { totpSuffices }: Installation['settings'],
): Promise<Pick<Findings, ChannelFact>> {
  const channels = await listChannels(db);
  const cleared = channels.filter(({ mode }) => mode === 'cleared');
  const open = channels.filter(({ mode }) => mode === 'open').length;
  const low = cleared.filter(({ tier }) => tier < TIER_OF_PASSKEYS).length;
  const tags = (await tagRequirements(db)).length;
  return {
    'cleared-channel': { holds: cleared.length > 0, detail: `${cleared.length} cleared, ${open} open` },
    'passkeys-for-decisions': {
      holds: low === 0 && !totpSuffices,
      detail: `${low} of ${cleared.length} cleared channels below tier ${TIER_OF_PASSKEYS}; sign_in.totp_suffices is ${totpSuffices}`,
    },
    'tags-required': { holds: tags > 0, detail: `${tags} asked for` },
  };
}

async function secondFactors(db: Queryable): Promise<Finding> {
  const deciding = (await listPeople(db)).filter((one) => one.disabledAt === null && decides(one));
  if (deciding.length === 0) return { holds: null, detail: 'nobody decides here yet' };
  const factors = await Promise.all(deciding.map(({ name }) => factorsOf(db, name)));
  const strong = factors.filter(
    ({ authenticatorApp, passkeys, issuers }) => authenticatorApp || passkeys.length > 0 || issuers.length > 0,
  );
  return { holds: strong.length === deciding.length, detail: `${strong.length} of ${deciding.length} who decide` };
}

/** Asked of the one table of who may do what: somebody who has every role, and proved one factor. */
function factorDemanded(): Finding {
  const credential = { kind: 'session', id: '', strength: 'single' } as const;
  const weak = { kind: 'person', name: '', roles: ROLES, organisation: '', credential } as const;
  const open = SERVING.filter((action) => may(weak, action));
  return {
    holds: open.length === 0,
    detail: open.length === 0 ? `for none of ${SERVING.length} actions` : `enough for ${open.join(', ')}`,
  };
}

async function isolated({ isolation }: Installation): Promise<Finding> {
  const all = await isolation();
  return { holds: all.every((one) => one.isolated), detail: all.map(({ detail }) => detail).join('; ') };
}

async function ledger({ verifyLedger }: Installation): Promise<Finding> {
  const found = await verifyLedger();
  return found.status === 'whole'
    ? { holds: true, detail: `${found.rows} rows` }
    : { holds: false, detail: found.what };
}
