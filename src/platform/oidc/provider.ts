/** Signing people in by their institution's provider: authorization code, PKCE, state, nonce, issuer. */
import * as client from 'openid-client';
import { Problem } from '../../domain/problem.ts';
import type { Claims, IdentityProvider, Pending } from './port.ts';
import { requireIdentityType } from './token-type.ts';

export interface ProviderSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** `undefined`: a public client, which PKCE alone protects. */
  readonly clientSecret: string | undefined;
  /** Space-separated; `openid` is among them. */
  readonly scopes: string;
}

/** Seconds that a provider may take to answer. */
const TIMEOUT_S = 10;

/** Reads the provider's description when it is first needed, and again where that failed. */
export function createIdentityProvider(settings: ProviderSettings): IdentityProvider {
  let opening: Promise<client.Configuration> | undefined;
  const open = () => {
    opening ??= discover(settings).catch((error: unknown) => {
      opening = undefined;
      throw unreachableProvider(settings.issuer, error);
    });
    return opening;
  };
  return {
    issuer: settings.issuer,
    async begin(redirect, { maxAgeS, askAnew }) {
      const configuration = await open();
      const verifier = client.randomPKCECodeVerifier();
      const pending: Pending = { verifier, state: client.randomState(), nonce: client.randomNonce() };
      const address = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirect,
        scope: settings.scopes,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: pending.state,
        nonce: pending.nonce,
        ...(maxAgeS !== null && { max_age: String(maxAgeS) }),
        ...(askAnew && { prompt: 'login' }),
      });
      return { address: address.href, pending };
    },
    async finish(callback, { verifier, state, nonce, maxAgeS }): Promise<Claims> {
      const checks = {
        ...{ pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
        ...(maxAgeS !== null && { maxAge: maxAgeS }),
      };
      try {
        const tokens = await client.authorizationCodeGrant(await open(), callback, checks);
        requireIdentityType(tokens.id_token ?? '');
        return tokens.claims() ?? {};
      } catch (error) {
        if (error instanceof Problem) throw error;
        throw refused(error);
      }
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: ProviderSettings): Promise<client.Configuration> {
  const authentication = clientSecret === undefined ? client.None() : client.ClientSecretPost(clientSecret);
  // Plain HTTP reaches this machine alone: a provider under test, or one behind a proxy here.
  const plain = isLoopback(issuer) ? [client.allowInsecureRequests] : [];
  // The signature is checked although the token comes from the provider itself over TLS (ASVS 6.8.2).
  const execute = [...plain, client.enableNonRepudiationChecks];
  return client.discovery(new URL(issuer), clientId, {}, authentication, { execute, timeout: TIMEOUT_S });
}

export function isLoopback(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function unreachableProvider(issuer: string, error: unknown): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'provider-away',
    what: `The identity provider ${issuer} does not answer`,
    why: reasonOf(error),
    next: 'Try again; if it stays so, tell an operator.',
    cause: error,
  });
}

function refused(error: unknown): Problem {
  return new Problem({
    kind: 'sign-in',
    code: 'sign-in-refused',
    what: 'The identity provider did not sign you in',
    why: reasonOf(error),
    next: 'Begin again.',
    cause: error,
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : 'it said something that is not understood';
}
