/** Verifications that were done before: the same attestations of the same file against the same root come to the same. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { asJson, canonicalJson } from '../../domain/canonical-json.ts';
import { digestFromHex } from '../../domain/digest.ts';
import type { TrustRoot } from '../../domain/trust-root.ts';
import type { Memory } from '../contract.ts';
import { type Attested, attestedBy } from './attested.ts';
import type { AttestationForm } from './documents.ts';

/** Raise it when a verification may come to something else for the same input. */
const VERIFICATION_VERSION = 1;

/** The file that attestations must be about. */
export interface AttestedAs {
  readonly filename: string;
  readonly purl: string;
  /** In the form's algorithm; `undefined` for an earlier file whose bytes are not here. */
  readonly hex: string | undefined;
}

export interface Verifying {
  readonly form: AttestationForm;
  readonly roots: readonly TrustRoot[];
  readonly memory: Memory;
}

/** `undefined` where the text is no document of the form, or one without attestations. */
export async function attestedIn(
  text: string,
  as: AttestedAs,
  { form, roots, memory }: Verifying,
): Promise<Attested | undefined> {
  const key = digestFromHex(
    createHash('sha256')
      .update(keyText(text, as, { form, roots }))
      .digest('hex'),
  );
  const known = attestedSchema.safeParse(key === undefined ? undefined : await memory.find(key));
  if (known.success) return known.data;
  const published = form.parse(text);
  if (published === undefined || published.length === 0) return undefined;
  const isSubject = (name: string) => form.isSubject(name, as);
  const attested = attestedBy(published, { isSubject, algorithm: form.algorithm, hex: as.hex }, roots);
  if (key !== undefined) await memory.keep(key, asJson(attested));
  return attested;
}

/** Everything that the outcome depends on. */
function keyText(
  text: string,
  { filename, purl, hex }: AttestedAs,
  { form, roots }: Omit<Verifying, 'memory'>,
): string {
  const { title, algorithm } = form;
  return canonicalJson({ VERIFICATION_VERSION, title, algorithm, text, filename, purl, hex: hex ?? null, roots });
}

const publisher = z.object({
  issuer: z.string().nullable(),
  identity: z.string().nullable(),
  repository: z.string().nullable(),
  workflow: z.string().nullable(),
  commit: z.string().nullable(),
  ref: z.string().nullable(),
});
const failure = z.object({ state: z.enum(['invalid', 'unverifiable']), code: z.string(), reason: z.string() });
const attestedSchema: z.ZodType<Attested, unknown> = z.object({
  verified: z.array(
    z.object({
      state: z.literal('verified'),
      publisher: publisher.optional(),
      predicateType: z.string(),
      loggedAt: z.string().nullable(),
      logIndex: z.string().nullable(),
    }),
  ),
  invalid: z.array(failure),
  unverifiable: z.array(failure),
  publishers: z.array(publisher),
  disagreeing: z.array(z.string()),
});
