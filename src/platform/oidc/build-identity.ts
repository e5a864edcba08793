/** Identity tokens of builds: signed by the issuer that the operator named, for us, and of now. */
import { createRemoteJWKSet, decodeJwt, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { allowInsecureRequests, discovery, None } from 'openid-client';
import { Problem } from '../../domain/problem.ts';
import type { Claims, VerifyIdentity } from './port.ts';
import { isLoopback } from './provider.ts';
import { requireIdentityType } from './token-type.ts';

/** Signatures by public keys alone: a shared secret or none would let anybody sign (ASVS 9.1.2). */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Clocks of builders may be off by so much: seconds. */
const CLOCK_TOLERANCE_S = 30;
/** A token is asked for by a step of a build and used by the next one: seconds since it was signed. */
const OLDEST_S = 3600;

/** Verifies tokens; keys of issuers are read when first needed, and again when they change. */
export function createVerifyIdentity(): VerifyIdentity {
  const known = new Map<string, Promise<JWTVerifyGetKey>>();
  const keysOf = (issuer: string) => {
    const keys = known.get(issuer) ?? readKeys(issuer);
    known.set(issuer, keys);
    keys.catch(() => known.delete(issuer));
    return keys;
  };
  return async (token, { issuer, audience, now }): Promise<Claims> => {
    const keys = await keysOf(issuer).catch((error: unknown) => {
      throw unreachableIssuer(issuer, error);
    });
    try {
      const { payload } = await jwtVerify(token, keys, {
        ...{ issuer, audience, algorithms: ALGORITHMS, currentDate: now },
        ...{ clockTolerance: CLOCK_TOLERANCE_S, maxTokenAge: OLDEST_S, requiredClaims: ['exp', 'iat', 'sub'] },
      });
      requireIdentityType(token);
      return payload;
    } catch (error) {
      throw badIdentity(error instanceof Error ? error.message.slice(0, 200) : 'it could not be verified');
    }
  };
}

/** Who a token says issued it: only to choose whose keys it is held against. */
export function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

async function readKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const execute = isLoopback(issuer) ? [allowInsecureRequests] : [];
  const described = await discovery(new URL(issuer), 'pratique', {}, None(), { execute });
  const { jwks_uri } = described.serverMetadata();
  if (jwks_uri === undefined) throw new Error('it names no keys (jwks_uri)');
  return createRemoteJWKSet(new URL(jwks_uri));
}

function unreachableIssuer(issuer: string, error: unknown): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'issuer-away',
    what: `The issuer ${issuer} does not say its keys`,
    why: error instanceof Error ? error.message.slice(0, 200) : 'it does not answer',
    next: 'Try again; if it stays so, tell an operator.',
    cause: error,
  });
}

function badIdentity(why: string): Problem {
  return new Problem({
    kind: 'sign-in',
    code: 'bad-identity',
    what: 'This identity token is not one that is taken here',
    why,
    next: 'Ask the builder for one with the audience of this installation (docs/accounts.md).',
  });
}
