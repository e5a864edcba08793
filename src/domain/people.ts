/** Roles that never change their names (contract). `reviewer` is the policy's system manager, `provider` the data provider. */
export const ROLES = ['researcher', 'reviewer', 'provider', 'operator', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** Who did something: a person, or the system acting by itself. */
export type Actor =
  | {
      readonly kind: 'person';
      readonly name: string;
      readonly roles: readonly Role[];
      readonly organisation: string | null;
    }
  | { readonly kind: 'system' };

export const SYSTEM: Actor = { kind: 'system' };

/** The name that stands in the ledger. */
export function actorName(actor: Actor): string {
  return actor.kind === 'person' ? actor.name : 'system';
}

export function hasRole(actor: Actor, role: Role): boolean {
  return actor.kind === 'person' && actor.roles.includes(role);
}
