/** How much a package is downloaded, as a list that the operator imported has it. */
export interface Popularity {
  /** 1 is the most popular. */
  readonly rank: number;
  /** Names on the list. */
  readonly outOf: number;
  /** Downloads within 30 days; `null` where the list does not say. */
  readonly days30: number | null;
  /** Downloads within 12 months; `null` where the list does not say. */
  readonly months12: number | null;
  /** The same for single versions, where the list has them. */
  readonly versions: readonly VersionDownloads[];
}

export interface VersionDownloads {
  readonly version: string;
  readonly days30: number | null;
  readonly months12: number | null;
}
