/** Who may do what, where, and how surely they must have proved who they are: one table for every room and surface. */
import { covers, reaches, type Strength, suffices, type Where } from './credential.ts';
import { type Actor, actorName, type Role, rolesIn } from './people.ts';
import { Problem } from './problem.ts';

type Party = Role | 'system';

interface Rule {
  /** `system` stands where automation may act: it may tighten and carry out, never loosen and never decide for people. */
  readonly by: readonly Party[];
  /**
   * What a sign-in must have proved: two factors for whoever decides, phishing-resistant for what only an operator does
   * (OpenSSF AN-2.3, AN-3.3; ASVS 6.3.3).
   */
  readonly needs: Strength;
}

const EVERYBODY = ['researcher', 'reviewer', 'provider', 'operator', 'auditor'] as const;

const MAY = {
  read: { by: [...EVERYBODY, 'system'], needs: 'single' },
  /** Who asked and what for, what a data provider said, the reviewer's words: confidential, and each read is in the ledger. */
  'read-details': { by: ['reviewer', 'provider', 'operator', 'auditor'], needs: 'single' },
  install: { by: EVERYBODY, needs: 'single' },
  'manage-people': { by: ['operator'], needs: 'phishing-resistant' },
  'manage-tokens': { by: ['operator'], needs: 'phishing-resistant' },
  'manage-channels': { by: ['operator'], needs: 'phishing-resistant' },
  'file-request': { by: ['researcher', 'reviewer', 'operator'], needs: 'single' },
  'answer-request': { by: ['researcher', 'reviewer', 'operator'], needs: 'single' },
  'withdraw-request': { by: ['researcher', 'reviewer', 'operator'], needs: 'single' },
  'retry-request': { by: ['researcher', 'reviewer', 'operator', 'system'], needs: 'single' },
  decide: { by: ['reviewer'], needs: 'multi' },
  object: { by: ['provider'], needs: 'multi' },
  'answer-objection': { by: ['reviewer', 'researcher'], needs: 'single' },
  'remove-entry': { by: ['reviewer', 'operator', 'system'], needs: 'multi' },
  'add-denial': { by: ['reviewer', 'operator'], needs: 'multi' },
  'lift-denial': { by: ['reviewer', 'operator'], needs: 'multi' },
  'start-quarantine': { by: ['reviewer', 'operator', 'system'], needs: 'multi' },
  'end-quarantine': { by: ['reviewer', 'operator'], needs: 'multi' },
  'report-package': { by: EVERYBODY, needs: 'single' },
  'close-report': { by: ['reviewer', 'operator'], needs: 'multi' },
  'add-tag': { by: ['researcher', 'reviewer', 'provider', 'operator'], needs: 'single' },
  /** Another person's; whoever put one on may take it off. */
  'remove-tag': { by: ['reviewer', 'operator'], needs: 'multi' },
  'require-tag': { by: ['reviewer', 'operator'], needs: 'multi' },
  'roll-back-snapshot': { by: ['operator'], needs: 'phishing-resistant' },
  'export-snapshot': { by: ['operator'], needs: 'phishing-resistant' },
  'import-snapshot': { by: ['operator'], needs: 'phishing-resistant' },
  'import-feed': { by: ['operator', 'system'], needs: 'phishing-resistant' },
  'build-image': { by: ['operator', 'system'], needs: 'multi' },
  'look-after-mail': { by: ['operator'], needs: 'single' },
  /** Paths, versions and sources of the machine: for whoever runs it. */
  examine: { by: ['operator'], needs: 'phishing-resistant' },
  'read-ledger': { by: ['auditor', 'operator', 'reviewer'], needs: 'single' },
} as const satisfies Readonly<Record<string, Rule>>;

export type Action = keyof typeof MAY;

export function isAction(text: string): text is Action {
  return Object.hasOwn(MAY, text);
}

/** Every action, in the order of the table. */
export const ACTIONS: readonly Action[] = Object.keys(MAY).filter(isAction);

/** Whether the actor may do this there. Without a channel only roles count that hold in every channel. */
export function may(actor: Actor, action: Action, where: Where = {}): boolean {
  return obstacle(actor, action, where) === undefined;
}

/**
 * Throws `wrong-role`, which names the roles that could do it; `token-scope` where a token's limits leave it out; or
 * `stronger-sign-in` where the sign-in proved too little.
 */
export function requireMay(actor: Actor, action: Action, where: Where = {}): void {
  const why = obstacle(actor, action, where);
  if (why !== undefined) throw refusal(actor, action, why);
}

/** The same before the channel is known: whether there is any where it could be. The precise question follows. */
export function requireMaySomewhere(actor: Actor, action: Action): void {
  const places = actor.kind === 'person' ? (actor.channelRoles ?? []) : [];
  const why = [{}, ...places].map((where) => roleObstacle(actor, action, where)).reduce((all, one) => all && one);
  if (why !== undefined) throw refusal(actor, action, why);
  requireReach(actor, action);
}

/** Whether a token reaches the action there, as far as is said where; whoever has no token is limited by roles alone. */
export function isInReach(actor: Actor, action: Action, where: Where = {}): boolean {
  return (
    actor.kind === 'system' || actor.credential?.kind !== 'token' || reaches(actor.credential.scope, action, where)
  );
}

/** Throws `token-scope` where a token does not reach so far. Roles are not asked: for what everybody signed in may see. */
export function requireReach(actor: Actor, action: Action, where: Where = {}): void {
  if (!isInReach(actor, action, where)) throw beyondScope(actor, action);
}

/** Throws `token-scope` where a token has limits that leave anything out: for what lies in no channel and no ecosystem. */
export function requireReachEverywhere(actor: Actor, action: Action): void {
  if (actor.kind === 'system' || actor.credential?.kind !== 'token') return;
  if (!covers(actor.credential.scope, action, {})) throw beyondScope(actor, action);
}

/** Channels in which the actor's roles allow the action: `all`, or these. A token's channels narrow them. */
export function channelsWhere(actor: Actor, action: Action): 'all' | readonly string[] {
  if (actor.kind === 'system') return may(actor, action) ? 'all' : [];
  const limit = actor.credential?.kind === 'token' ? actor.credential.scope.channels : null;
  if (roleObstacle(actor, action, {}) === undefined) return limit ?? 'all';
  const named = (actor.channelRoles ?? []).filter((one) => roleObstacle(actor, action, one) === undefined);
  const channels = [...new Set(named.map(({ channel }) => channel))];
  return limit === null ? channels : channels.filter((channel) => limit.includes(channel));
}

/** Throws `stronger-sign-in` where the actor's sign-in proved less. `what` is what asks for it, one clause. */
export function requireStrength(actor: Actor, needed: Strength, what: string): void {
  if (actor.kind === 'system' || actor.credential === undefined || suffices(actor.credential.strength, needed)) return;
  throw tooWeak(actor, needed, what);
}

/**
 * Throws `token-scope` where a token has limits: what concerns its person alone, their inbox, sessions, tokens and drafts,
 * lies in no channel and is no action that a scope could name.
 */
export function requireUnlimited(actor: Actor): void {
  if (actor.kind === 'system' || actor.credential?.kind !== 'token') return;
  if (!covers(actor.credential.scope, ONESELF, {})) throw beyondScope(actor, 'what concerns its person alone');
}

/** No name of an action. */
const ONESELF = '';

type Obstacle = 'role' | 'scope' | 'strength';

function roleObstacle(actor: Actor, action: Action, where: Where): Obstacle | undefined {
  const allowed: readonly Party[] = MAY[action].by;
  if (actor.kind === 'system') return allowed.includes('system') ? undefined : 'role';
  return rolesIn(actor, where.channel).some((role) => allowed.includes(role)) ? undefined : 'role';
}

function obstacle(actor: Actor, action: Action, where: Where): Obstacle | undefined {
  const byRole = roleObstacle(actor, action, where);
  if (byRole !== undefined || actor.kind === 'system' || actor.credential === undefined) return byRole;
  const { credential } = actor;
  if (credential.kind === 'token' && !covers(credential.scope, action, where)) return 'scope';
  return suffices(credential.strength, MAY[action].needs) ? undefined : 'strength';
}

function refusal(actor: Actor, action: Action, why: Obstacle): Problem {
  const { by, needs }: Rule = MAY[action];
  if (why === 'strength') return tooWeak(actor, needs, `this (${action})`);
  if (why === 'scope') return beyondScope(actor, action);
  const who = by.filter((party) => party !== 'system').join(', ');
  return new Problem({
    kind: 'not-allowed',
    code: 'wrong-role',
    what: `${actorName(actor)} may not do this (${action})`,
    why: `It takes one of these roles: ${who}`,
    next: `Ask a person who has the role: ${who}. \`pratique user list\` shows them.`,
  });
}

function beyondScope(actor: Actor, what: string): Problem {
  return new Problem({
    kind: 'not-allowed',
    code: 'token-scope',
    what: `This token of ${actorName(actor)} does not reach so far (${what})`,
    why: 'Its channels, ecosystems or actions leave this out',
    next: 'Use a token whose scope covers it: `pratique token list` shows yours.',
  });
}

function tooWeak(actor: Actor, needed: Strength, what: string): Problem {
  const how = needed === 'phishing-resistant' ? 'a passkey' : 'a second factor or a passkey';
  return new Problem({
    kind: 'not-allowed',
    code: 'stronger-sign-in',
    what: `${actorName(actor)} must sign in with ${how} for ${what}`,
    why: 'What this sign-in proved is too little, or too long ago',
    next: `Sign in again with ${how}; a token keeps what its maker proved for twelve hours.`,
  });
}
