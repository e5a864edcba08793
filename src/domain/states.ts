/** States of a package release in a channel, in the order in which they are always shown (GLOSSARY.md, section 5). */
export const RELEASE_STATES = [
  'core',
  'accepted',
  'dependency',
  'in-window',
  'in-review',
  'needs-answer',
  'not-requested',
  'rejected',
  'quarantined',
  'denied',
  'unknown',
] as const;
export type ReleaseState = (typeof RELEASE_STATES)[number];

/** The three states in which an install works. */
export function isOffered(state: string): state is 'core' | 'accepted' | 'dependency' {
  return state === 'core' || state === 'accepted' || state === 'dependency';
}
