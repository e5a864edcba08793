/** Fields of accounts: names, codes, passwords, and what a browser answers about passkeys. */
import { z } from 'zod';
import { STRENGTHS } from '../../domain/credential.ts';
import type { Actor } from '../../domain/people.ts';
import { ROLES } from '../../domain/people.ts';
import type { Caller } from '../../features/sign-in/index.ts';
import { channelName } from './fields.ts';
import type { From } from './operation.ts';

export const personName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@+-]*$/)
  .max(80)
  .meta({ description: 'Name of a person.', examples: ['rosa'] });
export const role = z.enum(ROLES);
export const strength = z.enum(STRENGTHS).meta({ description: 'What a sign-in proved.' });
export const time = z.string().meta({ description: 'RFC 3339, UTC.', examples: ['2026-01-01T00:00:00.000Z'] });
export const label = z.string().min(1).max(80);
/** Longer than any password that is taken: that one is too long is the room's to say. */
export const password = z.string().min(1).max(1000).meta({ description: '15 to 128 characters, spaces included.' });
export const code = z.string().min(1).max(64).meta({ description: 'As it was shown; small letters will do.' });
export const ticket = z.string().min(1).max(64).meta({ description: 'As the step before answered it.' });
export const mailAddress = z
  .string()
  .min(3)
  .max(254)
  .meta({ examples: ['rosa@lab.example'] });
export const recoveryCodes = z
  .array(z.string())
  .meta({ description: 'Good once each, and shown now and never again. Empty where those from before still hold.' });

export const person = z
  .object({
    name: personName,
    organisation: z.string().nullable().meta({ description: 'The one a data provider acts for.' }),
    roles: z.array(role).meta({ description: 'In every channel.' }),
    channelRoles: z
      .array(z.object({ channel: channelName, role }))
      .meta({ description: 'In single channels, beside those.' }),
    addedAt: time,
    disabledAt: time.nullable().meta({ description: 'Since when the account is closed; null: it is open.' }),
  })
  .meta({ id: 'Person' });

export const session = z
  .object({
    id: z.string().meta({ examples: ['S-1'] }),
    method: z.string(),
    strength,
    device: z.string().meta({ description: 'What the browser said it is.' }),
    address: z.string(),
    madeAt: time,
    usedAt: time,
    endsAt: time.meta({ description: 'At the latest.' }),
  })
  .meta({ id: 'Session' });

export const startedSession = z
  .object({ id: z.string(), person: personName, strength, method: z.string(), endsAt: time })
  .meta({ id: 'StartedSession' });

/** Bytes as browsers write them in JSON; attestations with certificates take some kilobytes. */
const bytes = z
  .string()
  .regex(/^[A-Za-z0-9_-]*$/)
  .max(64_000);
const passkey = {
  id: bytes.max(2000),
  rawId: bytes.max(2000),
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish(),
};

/** `PublicKeyCredential.toJSON()` after `navigator.credentials.get` (WebAuthn, 5.1). */
export const passkeyAnswer = z.strictObject({
  ...passkey,
  response: z.strictObject({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.optional(),
  }),
});

/** `PublicKeyCredential.toJSON()` after `navigator.credentials.create`. */
export const newPasskeyAnswer = z.strictObject({
  ...passkey,
  response: z.strictObject({
    clientDataJSON: bytes,
    attestationObject: bytes,
    authenticatorData: bytes.optional(),
    transports: z.array(z.string().max(32)).max(16).optional(),
    publicKeyAlgorithm: z.int().optional(),
    publicKey: bytes.optional(),
  }),
});

/** What a browser is to be asked, as `parseRequestOptionsFromJSON` and `parseCreationOptionsFromJSON` read it. */
export const passkeyQuestion = z.object({ ticket, options: z.looseObject({ challenge: z.string() }) });

/** Where a call comes from, with the session that a new one replaces. */
export function callerOf({ address, device }: From, actor: Actor | undefined): Caller {
  const credential = actor?.kind === 'person' ? actor.credential : undefined;
  return { address, device, session: credential?.kind === 'session' ? credential.id : undefined };
}
