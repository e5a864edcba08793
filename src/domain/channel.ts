import type { Target } from './target.ts';

export const CHANNEL_MODES = ['open', 'cleared', 'closed'] as const;
export type ChannelMode = (typeof CHANNEL_MODES)[number];

/** What clients point at: `/<name>/<ecosystem>/...`. */
export interface Channel {
  readonly name: string;
  /** 0 to 4: sensitivity of the data behind it. */
  readonly tier: number;
  readonly mode: ChannelMode;
  /** Organisations whose data are behind the channel and who may object. */
  readonly providers: readonly string[];
  /** Seconds a data provider has to object; `null` for a channel without a window. */
  readonly windowSeconds: number | null;
  /** IANA name; times shown to people are in it, stored times are UTC. */
  readonly timezone: string;
  readonly targets: readonly Target[];
}

/** What a closed channel says of whatever is looked for in it. */
export const CHANNEL_CLOSED = 'the channel is closed: it serves no packages';

/** Channel names stand in URLs, beside `@17` and `--17`, so they hold neither `@` nor a double hyphen. */
export function isChannelName(text: string): boolean {
  return /^[a-z](?:-?[a-z0-9])*$/.test(text) && text.length <= 40;
}
