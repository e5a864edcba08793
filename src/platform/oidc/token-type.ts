/** Which kind of token one says it is. */
import { decodeProtectedHeader } from 'jose';

/** `typ` of an identity token: none, or `JWT` (RFC 7519, 5.1). Tokens for other uses name themselves: `at+jwt` (RFC 9068), `logout+jwt`. */
const IDENTITY_TYPES: readonly string[] = ['jwt', 'application/jwt'];

/** Throws where a token says that it is of another kind than what shows who somebody is (ASVS 9.2.2). */
export function requireIdentityType(token: string): void {
  const { typ } = decodeProtectedHeader(token);
  if (typ === undefined || (typeof typ === 'string' && IDENTITY_TYPES.includes(typ.toLowerCase()))) return;
  throw new Error(`a token of the type ${JSON.stringify(typ).slice(0, 40)} does not show who somebody is`);
}
