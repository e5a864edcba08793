/** What the vetting room reads back from stores and children, parsed at the door. */
import { z } from 'zod';
import { type Digest, isDigest } from '../../domain/digest.ts';
import type { Distribution, UpstreamPackage } from '../../domain/distribution.ts';
import type { Examination } from '../../domain/examination.ts';

export const digestSchema = z.custom<Digest>(
  (value) => typeof value === 'string' && isDigest(value),
  'not a sha256 digest',
);
/** JSON has no `undefined`: a member that is missing or null reads as undefined. */
export const maybe = <T extends z.ZodType>(schema: T) =>
  schema
    .nullish()
    .transform((value) => value ?? undefined)
    .prefault(undefined);

const distributionSchema: z.ZodType<Distribution, unknown> = z.object({
  filename: z.string(),
  url: z.string(),
  source: z.string(),
  kind: z.enum(['wheel', 'sdist', 'other']),
  sha256: maybe(digestSchema),
  size: maybe(z.number()),
  uploadedAt: maybe(z.string()),
  requiresRuntime: maybe(z.string()),
  yanked: z.union([z.string(), z.literal(false)]),
  metadata: maybe(z.object({ url: z.string(), sha256: maybe(digestSchema) })),
  provenanceUrl: maybe(z.string()),
});

export const upstreamPackageSchema: z.ZodType<UpstreamPackage, unknown> = z.object({
  ecosystem: z.string(),
  name: z.string(),
  releases: z.array(z.object({ version: z.string(), distributions: z.array(distributionSchema) })),
  status: maybe(z.object({ status: z.string(), reason: maybe(z.string()) })),
  warnings: z.array(z.object({ source: z.string(), what: z.string() })),
  readAt: z.string(),
});

export const examinationSchema: z.ZodType<Examination, unknown> = z.object({
  problems: z.array(z.object({ code: z.string(), summary: z.string(), location: z.string().nullable() })),
  entries: z.number(),
  unpackedBytes: z.number(),
  metadata: z.string().nullable(),
  buildRequires: z.array(z.string()).nullable(),
});
