/** Identity providers and trusted publishers, as the operator wrote them down. */
import { readFileSync } from 'node:fs';
import { Problem } from '../domain/problem.ts';
import type { MappedProvider } from '../features/sign-in/index.ts';
import type { Publisher } from '../features/tokens/index.ts';
import { createIdentityProvider } from '../platform/oidc/provider.ts';
import type { Config } from './config.ts';

type Settings = Config['sign_in'];

/** By name. Nothing is asked yet. */
export function identityProviders(settings: Settings['providers']): ReadonlyMap<string, MappedProvider> {
  return new Map(
    settings.map((one) => {
      const clientSecret = one.client_secret_file === null ? undefined : firstLine(one.client_secret_file);
      const { issuer, client_id: clientId, scopes } = one;
      const mapped: MappedProvider = {
        provider: createIdentityProvider({ issuer, clientId, clientSecret, scopes }),
        oldestProofS: one.longest_since_asked_hours === null ? null : one.longest_since_asked_hours * 3600,
        sharesRedirect: one.shared_redirect,
        nameClaim: one.name_claim,
        rolesClaim: one.roles_claim,
        roles: Object.entries(one.roles).map(([value, role]) => ({ value, role })),
        saysOperators: one.says_operators,
        multi: one.multi,
        phishingResistant: one.phishing_resistant,
      };
      return [one.name, mapped];
    }),
  );
}

export function publishersOf(settings: Settings['publishers']): readonly Publisher[] {
  return settings.map(({ name, issuer, audience, claims, person, minutes, channels, ecosystems, actions }) => ({
    ...{ name, issuer, audience, claims, person, minutes },
    scope: { channels, ecosystems, actions },
  }));
}

function firstLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').split('\n')[0] ?? '';
  } catch (error) {
    throw new Problem({
      kind: 'usage',
      code: 'bad-config',
      what: `${file} cannot be read`,
      why: error instanceof Error ? error.message : String(error),
      next: 'Correct sign_in.providers in pratique.yaml.',
    });
  }
}
