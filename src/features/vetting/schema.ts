/** What the vetting room reads back from stores and children, parsed at the door. */
import { z } from 'zod';
import { type Digest, isDigest } from '../../domain/digest.ts';
import { DISTRIBUTION_KINDS, type Distribution, type UpstreamPackage } from '../../domain/distribution.ts';
import type { Examination } from '../../domain/examination.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { GitTag, SourceFile } from '../../domain/source-code.ts';

export const digestSchema = z.custom<Digest>(
  (value) => typeof value === 'string' && isDigest(value),
  'not a sha256 digest',
);
/** Any value that JSON can write. */
export const jsonSchema: z.ZodType<JsonValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(jsonSchema), z.record(z.string(), jsonSchema)]),
);
/** JSON has no `undefined`: a member that is missing or null reads as undefined. */
export const maybe = <T extends z.ZodType>(schema: T) =>
  schema
    .nullish()
    .transform((value) => value ?? undefined)
    .prefault(undefined);

export const distributionSchema: z.ZodType<Distribution, unknown> = z.object({
  filename: z.string(),
  url: z.string(),
  source: z.string(),
  kind: z.enum(DISTRIBUTION_KINDS),
  sha256: maybe(digestSchema),
  integrity: maybe(z.string()),
  size: maybe(z.number()),
  uploadedAt: maybe(z.string()),
  requiresRuntime: maybe(z.string()),
  yanked: z.union([z.string(), z.literal(false)]),
  deprecated: maybe(z.string()),
  metadata: maybe(z.object({ url: z.string(), sha256: maybe(digestSchema) })),
  provenanceUrl: maybe(z.string()),
});

export const upstreamPackageSchema: z.ZodType<UpstreamPackage, unknown> = z.object({
  ecosystem: z.string(),
  name: z.string(),
  releases: z.array(z.object({ version: z.string(), distributions: z.array(distributionSchema) })),
  status: maybe(z.object({ status: z.string(), reason: maybe(z.string()) })),
  tags: maybe(z.record(z.string(), z.string())),
  about: maybe(z.record(z.string(), jsonSchema)),
  accounts: maybe(
    z.object({
      now: z.array(z.string()),
      history: z.array(z.object({ from: z.string(), owners: z.array(z.string()), publisher: z.string().nullable() })),
    }),
  ),
  // What was kept before warnings had a kind may be a silence: that is what makes a listing less than whole.
  warnings: z.array(
    z.object({ kind: z.enum(['no-answer', 'left-out']).default('no-answer'), source: z.string(), what: z.string() }),
  ),
  goneSince: maybe(z.string()),
  readAt: z.string(),
});

export const examinationSchema: z.ZodType<Examination, unknown> = z.object({
  problems: z.array(z.object({ code: z.string(), summary: z.string(), location: z.string().nullable() })),
  entries: z.number(),
  unpackedBytes: z.number(),
  metadata: z.string().nullable(),
  buildRequires: z.array(z.string()).nullable(),
});

export const sourceFileSchema: z.ZodType<SourceFile, unknown> = z.object({
  path: z.string(),
  size: z.number(),
  sha256: z.string(),
  isVersionFile: z.boolean(),
});

export const gitTagSchema: z.ZodType<GitTag, unknown> = z.object({
  name: z.string(),
  commit: z.string(),
  movedFrom: z.string().optional(),
});
