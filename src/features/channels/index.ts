/** The channels room: what clients point at, and who may object there. */
import type { Access, NetworkReader } from '../../domain/access.ts';
import { requireMay } from '../../domain/authority.ts';
import { CHANNEL_MODES, type Channel, type ChannelMode, isChannelName } from '../../domain/channel.ts';
import { freeText, oneLine } from '../../domain/free-text.ts';
import { type Actor, SYSTEM } from '../../domain/people.ts';
import type { Practice } from '../../domain/practice.ts';
import { Problem } from '../../domain/problem.ts';
import type { Target } from '../../domain/target.ts';
import type { TargetRules } from '../../ecosystems/contract.ts';
import type { Change, Ledger } from '../../platform/ledger/port.ts';
import { accessOf } from './access.ts';
import { madePractice, type PracticeSettings, windowSecondsOf, withPractice } from './practice.ts';
import { practiceOf, requireChannel } from './read.ts';
import { insertChannel, lockRow, updateAccess, updateChannel } from './store.ts';

export type { PracticeSettings } from './practice.ts';

export interface ChannelsDeps {
  readonly ledger: Ledger;
  /** The targets of each ecosystem. */
  readonly targets: readonly TargetRules[];
  readonly network: NetworkReader;
}

/** What a channel is made from, in the operator's words. */
export interface ChannelSettings extends PracticeSettings {
  readonly tier?: number | undefined;
  readonly mode?: string | undefined;
  readonly providers?: readonly string[] | undefined;
  /** IANA name; UTC by default. */
  readonly timezone?: string | undefined;
  /** Ids; the defaults of every ecosystem where none is given. */
  readonly targets?: readonly string[] | undefined;
}

export type NewChannel = ChannelSettings & {
  readonly name: string;
  readonly tier: number;
  readonly mode: string;
  /** Who may install, from the first moment on; everybody where it is left out. As `changeAccess` takes it. */
  readonly allow?: readonly string[] | undefined;
};

export interface Channels {
  /** Operators only. Throws `channel-exists`, and a usage problem for each setting that cannot be. */
  create(actor: Actor, channel: NewChannel): Promise<Channel>;
  /** Operators only; what is not given stays. */
  change(actor: Actor, name: string, settings: ChannelSettings): Promise<Channel>;
  /**
   * Operators only: who may install. `allow` names the ways in, any of which is enough: `everyone`, `token`, `10.20.0.0/16`,
   * `10.20.0.0/16+token`. Throws `not-a-way`, `no-ways`.
   */
  changeAccess(actor: Actor, name: string, rule: { allow: readonly string[]; reason: string }): Promise<Access>;
  /** `tier2` and `tier3` where they are missing; safe to repeat. Names of those made now. */
  ensureDefaults(): Promise<readonly string[]>;
}

/** The default objection window of a cleared channel: 3 days, what havens that publish a figure promise. */
const DEFAULT_WINDOW = '3d';
const DEFAULT_CHANNELS: readonly NewChannel[] = [
  { name: 'tier2', tier: 2, mode: 'open', window: 'none' },
  { name: 'tier3', tier: 3, mode: 'cleared', window: DEFAULT_WINDOW },
];
const LONGEST_TARGETS = 100;
const LONGEST_PROVIDERS = 100;

export function createChannels(deps: ChannelsDeps): Channels {
  return {
    async create(actor, asked) {
      requireMay(actor, 'manage-channels', { channel: asked.name });
      const channel = made(deps, asked);
      const access = asked.allow === undefined ? undefined : accessOf(asked.allow, deps.network);
      return deps.ledger.change(actor, async (change) => {
        if (await insert(change, channel, madePractice(asked))) {
          if (access !== undefined) await setAccess(change, channel.name, { access, reason: 'as it was made' });
          return channel;
        }
        throw new Problem({
          kind: 'conflict',
          code: 'channel-exists',
          what: `There is a channel ${channel.name} already`,
          next: `See \`pratique channel show ${channel.name}\`.`,
        });
      });
    },
    async change(actor, name, settings) {
      requireMay(actor, 'manage-channels', { channel: name });
      return deps.ledger.change(actor, async ({ db, append }) => {
        await lockRow(db, name);
        const channel = withSettings(deps, await requireChannel(db, name), settings);
        await updateChannel(db, channel, withPractice(await practiceOf(db, name), settings));
        const what = Object.entries(settings).flatMap(([key, value]) => (value === undefined ? [] : [key]));
        append({ kind: 'channel-changed', channel: name, what: what.join(', ') });
        return channel;
      });
    },
    async changeAccess(actor, name, { allow, reason }) {
      requireMay(actor, 'manage-channels', { channel: name });
      const access = accessOf(allow, deps.network);
      const why = freeText('The reason (--reason)', reason);
      return deps.ledger.change(actor, async (change) => {
        await lockRow(change.db, name);
        await requireChannel(change.db, name);
        await setAccess(change, name, { access, reason: why });
        return access;
      });
    },
    ensureDefaults: () =>
      deps.ledger.change(SYSTEM, async (change) => {
        const names: string[] = [];
        for (const one of DEFAULT_CHANNELS)
          if (await insert(change, made(deps, one), madePractice(one))) names.push(one.name);
        return names;
      }),
  };
}

async function setAccess(
  { db, append }: Change,
  channel: string,
  { access, reason }: { readonly access: Access; readonly reason: string },
): Promise<void> {
  await updateAccess(db, channel, access);
  append({ kind: 'channel-access-changed', channel, access, reason });
}

async function insert({ db, now, append }: Change, channel: Channel, practice: Practice): Promise<boolean> {
  if (!(await insertChannel(db, channel, { practice, now }))) return false;
  append({ kind: 'channel-created', channel: channel.name, tier: channel.tier, mode: channel.mode });
  return true;
}

function made(deps: ChannelsDeps, asked: NewChannel): Channel {
  if (!isChannelName(asked.name))
    throw usage('not-a-channel-name', `${JSON.stringify(asked.name.slice(0, 80))} is no channel name`, NAME_RULE);
  const mode = modeOf(asked.mode);
  const blank: Channel = {
    name: asked.name,
    tier: tierOf(asked.tier),
    mode,
    providers: [],
    windowSeconds: mode === 'cleared' ? windowSecondsOf(DEFAULT_WINDOW) : null,
    timezone: 'UTC',
    targets: deps.targets.flatMap((rules) => rules.defaults),
  };
  return withSettings(deps, blank, asked);
}

const NAME_RULE =
  'Use at most 40 lower-case letters, digits and single hyphens, beginning with a letter and not ending in a hyphen.';

function withSettings(deps: ChannelsDeps, channel: Channel, settings: ChannelSettings): Channel {
  const { tier, mode, providers, window, timezone, targets } = settings;
  return {
    name: channel.name,
    tier: tier === undefined ? channel.tier : tierOf(tier),
    mode: mode === undefined ? channel.mode : modeOf(mode),
    providers: providers === undefined ? channel.providers : providersOf(providers),
    windowSeconds: window === undefined ? channel.windowSeconds : windowSecondsOf(window),
    timezone: timezone === undefined ? channel.timezone : timezoneOf(timezone),
    targets: targets === undefined ? channel.targets : targetsOf(deps, targets),
  };
}

function tierOf(tier: number): number {
  if (Number.isInteger(tier) && tier >= 0 && tier <= 4) return tier;
  throw usage('not-a-tier', `${tier} is no tier`, 'Tiers are 0, 1, 2, 3 and 4.');
}

function modeOf(text: string): ChannelMode {
  const mode = CHANNEL_MODES.find((one) => one === text);
  if (mode !== undefined) return mode;
  throw usage('not-a-mode', `${JSON.stringify(text.slice(0, 40))} is no mode`, `Use ${CHANNEL_MODES.join(', ')}.`);
}

function providersOf(raw: readonly string[]): readonly string[] {
  if (raw.length > LONGEST_PROVIDERS)
    throw usage('too-many-providers', `More than ${LONGEST_PROVIDERS} data providers are named`, 'Name fewer.');
  return [...new Set(raw.map((text) => oneLine('The data provider', text)))].toSorted();
}

function timezoneOf(text: string): string {
  try {
    // A fixed offset would not follow summer time; only IANA names do, and UTC.
    if (/^[A-Za-z]/.test(text)) return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw usage(
    'not-a-timezone',
    `${JSON.stringify(text.slice(0, 60))} is no time zone`,
    'Use an IANA name such as Europe/London, or UTC.',
  );
}

function targetsOf({ targets: all }: ChannelsDeps, ids: readonly string[]): readonly Target[] {
  if (ids.length === 0 || ids.length > LONGEST_TARGETS)
    throw usage('no-targets', `A channel has 1 to ${LONGEST_TARGETS} targets`, 'Leave them out for the defaults.');
  return [...new Set(ids)].map((id) => {
    const target = all.map((rules) => rules.parse(id)).find((one) => one !== undefined);
    if (target !== undefined) return target;
    throw usage(
      'unknown-target',
      `${JSON.stringify(id.slice(0, 80))} is no target`,
      'Write cp312-manylinux_2_28_x86_64.',
    );
  });
}

function usage(code: string, what: string, next: string): Problem {
  return new Problem({ kind: 'usage', code, what, next });
}
