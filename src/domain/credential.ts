/** How somebody proved who they are, and what that limits. */

/**
 * What a sign-in proved, weakest first: one factor (a password, a token), two (a password and a code), or one that cannot be
 * given away to a false page (a passkey that checked its user). NIST SP 800-63B-4, 2.1 to 2.3; ASVS 6.3.3.
 */
export const STRENGTHS = ['single', 'multi', 'phishing-resistant'] as const;
export type Strength = (typeof STRENGTHS)[number];

/** Whether `proved` is at least `needed`. */
export function suffices(proved: Strength, needed: Strength): boolean {
  return STRENGTHS.indexOf(proved) >= STRENGTHS.indexOf(needed);
}

/** What a token may be used for; `null` means no limit beside what its person may do. */
export interface Scope {
  readonly channels: readonly string[] | null;
  readonly ecosystems: readonly string[] | null;
  /** Names of actions (`ACTIONS` of `authority.ts`). */
  readonly actions: readonly string[] | null;
}

export type Credential =
  | { readonly kind: 'session'; readonly id: string; readonly strength: Strength }
  | { readonly kind: 'token'; readonly id: string; readonly strength: Strength; readonly scope: Scope };

/** Where an action takes place. What is not said is everywhere: a limit to one channel or ecosystem does not reach it. */
export interface Where {
  readonly channel?: string | null | undefined;
  readonly ecosystem?: string | null | undefined;
}

/** Whether a scope covers an action at a place. */
export function covers(scope: Scope, action: string, { channel, ecosystem }: Where): boolean {
  return within(scope.actions, action) && within(scope.channels, channel) && within(scope.ecosystems, ecosystem);
}

/** Whether a scope reaches an action somewhere, as far as is said where: what is not said is not asked. */
export function reaches(scope: Scope, action: string, { channel, ecosystem }: Where): boolean {
  return (
    within(scope.actions, action) &&
    (channel === undefined || within(scope.channels, channel)) &&
    (ecosystem === undefined || within(scope.ecosystems, ecosystem))
  );
}

function within(limit: readonly string[] | null, what: string | null | undefined): boolean {
  return limit === null || (typeof what === 'string' && limit.includes(what));
}
