/** Who may do what: one table for every room and surface. */
import { type Actor, actorName, type Role } from './people.ts';
import { Problem } from './problem.ts';

type Party = Role | 'system';

/** `system` stands where automation may act: it may tighten and carry out, never loosen and never decide for people. */
const MAY = {
  'manage-people': ['operator'],
  'manage-channels': ['operator'],
  'file-request': ['researcher', 'reviewer', 'operator'],
  'answer-request': ['researcher', 'reviewer', 'operator'],
  'retry-request': ['researcher', 'reviewer', 'operator', 'system'],
  decide: ['reviewer'],
  object: ['provider'],
  'answer-objection': ['reviewer', 'researcher'],
  'remove-entry': ['reviewer', 'operator', 'system'],
  'add-denial': ['reviewer', 'operator'],
  'lift-denial': ['reviewer', 'operator'],
  'start-quarantine': ['reviewer', 'operator', 'system'],
  'end-quarantine': ['reviewer', 'operator'],
  'roll-back-snapshot': ['operator'],
  'export-snapshot': ['operator'],
  'import-snapshot': ['operator'],
  'import-feed': ['operator', 'system'],
  'read-ledger': ['auditor', 'operator', 'reviewer'],
} as const satisfies Readonly<Record<string, readonly Party[]>>;

export type Action = keyof typeof MAY;

/** Whether the actor's roles allow the action. */
export function may(actor: Actor, action: Action): boolean {
  const allowed: readonly Party[] = MAY[action];
  if (actor.kind === 'system') return allowed.includes('system');
  return actor.roles.some((role) => allowed.includes(role));
}

/** Throws `wrong-role`, which names the roles that could do it. */
export function requireMay(actor: Actor, action: Action): void {
  if (may(actor, action)) return;
  const allowed: readonly Party[] = MAY[action];
  const who = allowed.filter((party) => party !== 'system').join(', ');
  throw new Problem({
    kind: 'not-allowed',
    code: 'wrong-role',
    what: `${actorName(actor)} may not do this (${action})`,
    why: `It takes one of these roles: ${who}`,
    next: `Ask a person who has the role: ${who}. \`pratique user list\` shows them.`,
  });
}
