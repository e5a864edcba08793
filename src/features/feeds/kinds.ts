/** The kinds of feeds that an operator imports. A new kind is one line here and a reader of its rows. */
export const FEED_KINDS = ['popularity'] as const;
export type FeedKind = (typeof FEED_KINDS)[number];

export function isFeedKind(text: string): text is FeedKind {
  return FEED_KINDS.some((kind) => kind === text);
}
