/** One signature of a registry, held against the keys that it publishes (registry documentation, "ECDSA registry signatures"). */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import type { Distribution } from '../../domain/distribution.ts';

export type Signature = NonNullable<Distribution['signed']>['signatures'][number];

const keysSchema = z.object({
  keys: z.array(
    z.looseObject({
      keyid: z.string(),
      /** SubjectPublicKeyInfo in base64. */
      key: z.string(),
      expires: z.string().nullish(),
    }),
  ),
});
export type Keys = z.infer<typeof keysSchema>['keys'];

/** The keys of a document as registries answer it; `undefined` where it is none. */
export function keysIn(text: string): Keys | undefined {
  try {
    return keysSchema.safeParse(JSON.parse(text)).data?.keys;
  } catch {
    return undefined;
  }
}

export interface Checked {
  /** What was signed. */
  readonly statement: string;
  readonly signature: Signature;
  readonly keys: Keys;
  /** RFC 3339: when the index says that the release was published. */
  readonly uploadedAt: string | undefined;
}

/** A key that cannot be read, or is of another kind than registries sign with, is as good as none. */
export function checkSignature({ statement, signature, keys, uploadedAt }: Checked) {
  const named = keys.find(({ keyid }) => keyid === signature.keyid);
  const key = named === undefined ? undefined : keyOf(named.key);
  if (named === undefined || key === undefined) return 'key-unknown';
  if (!verify('sha256', Buffer.from(statement), key, Buffer.from(signature.sig, 'base64'))) return 'invalid';
  if (named.expires == null) return 'verified';
  // A time that cannot be read says nothing for the signature.
  const wasValid = Date.parse(uploadedAt ?? '') <= Date.parse(named.expires);
  return wasValid ? 'verified' : 'key-expired';
}

function keyOf(base64: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}
