import type { Credential } from './credential.ts';

/** Roles that never change their names (contract). `reviewer` is the policy's system manager, `provider` the data provider. */
export const ROLES = ['researcher', 'reviewer', 'provider', 'operator', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** A role that holds in one channel alone. */
export interface ChannelRole {
  readonly channel: string;
  readonly role: Role;
}

/** Who did something: a person, or the system acting by itself. */
export type Actor =
  | {
      readonly kind: 'person';
      readonly name: string;
      /** Roles that hold in every channel, and where no channel is in question. */
      readonly roles: readonly Role[];
      /** Roles in single channels, beside those. */
      readonly channelRoles?: readonly ChannelRole[];
      readonly organisation: string | null;
      /**
       * How they proved who they are. Absent where they act on the home itself, by the command line: who can do that could
       * change its files anyway, so nothing stronger could be asked of them.
       */
      readonly credential?: Credential;
    }
  | { readonly kind: 'system' };

export const SYSTEM: Actor = { kind: 'system' };

/** The name that stands in the ledger. */
export function actorName(actor: Actor): string {
  return actor.kind === 'person' ? actor.name : 'system';
}

/** Roles that hold in the channel; without a channel, those that hold in every one. */
export function rolesIn(actor: Actor, channel?: string | null): readonly Role[] {
  if (actor.kind === 'system') return [];
  const { roles, channelRoles = [] } = actor;
  return [...roles, ...channelRoles.filter((one) => one.channel === channel).map(({ role }) => role)];
}

/** Whether the role holds in the channel; without a channel, in every one. */
export function hasRole(actor: Actor, role: Role, channel?: string | null): boolean {
  return rolesIn(actor, channel).includes(role);
}
