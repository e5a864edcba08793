/**
 * The kinds of feeds that an operator imports: `popularity` of one ecosystem's packages; `kev`, flaws that are known to be
 * exploited; `epss`, the chance that a flaw will be (FIRST); `trust-root`, whom to believe about attestations (Sigstore); `malicious`, files and
 * packages that are known to be; `yara`, rules that files are held against; `breached-passwords`, passwords that leaked.
 * A new kind is one line here and a reader of its rows.
 */
export const FEED_KINDS = [
  'popularity',
  'kev',
  'epss',
  'trust-root',
  'malicious',
  'yara',
  'breached-passwords',
] as const;
export type FeedKind = (typeof FEED_KINDS)[number];

export function isFeedKind(text: string): text is FeedKind {
  return FEED_KINDS.some((kind) => kind === text);
}

/** Stands for the ecosystem of a feed that belongs to none, as those about CVE ids do. */
export const EVERY_ECOSYSTEM = 'every';
