/** What stands in a backup: written last, so that a backup without one is known to be cut off. */
import { z } from 'zod';
import { isDigest } from '../../domain/digest.ts';

export const MANIFEST = 'manifest.json';
export const SIGNATURE = 'manifest.sig';

const digest = z.string().refine(isDigest, 'is no SHA-256 digest');

export const manifestSchema = z.object({
  schema: z.literal('pratique.backup/1'),
  /** RFC 3339, UTC: when the database was read. */
  madeAt: z.string(),
  /** Names of the migrations that the database had, oldest first. */
  migrations: z.array(z.string()),
  /** The last row of the ledger. */
  ledger: z.object({ sequence: z.number().int().nonnegative(), hash: z.string() }),
  tables: z.array(
    z.object({
      name: z.string(),
      columns: z.array(z.object({ name: z.string(), type: z.string() })),
      pieces: z.array(z.string()),
    }),
  ),
  sequences: z.array(z.object({ name: z.string(), value: z.string().regex(/^-?\d+$/), called: z.boolean() })),
  /** Whether the signing keys are in it. */
  keys: z.boolean(),
  files: z.array(z.object({ path: z.string(), size: z.number().int().nonnegative(), digest })),
});

export type Manifest = z.infer<typeof manifestSchema>;

export const signatureSchema = z.object({ keyId: z.string(), publicKey: z.string(), signature: z.string() });
