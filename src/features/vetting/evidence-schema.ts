/** The form of a stored evidence set: what is read back from the blob store is parsed before anyone believes it. */
import { z } from 'zod';
import type { DerivedFile } from '../../domain/derivation.ts';
import { DISTRIBUTION_KINDS } from '../../domain/distribution.ts';
import { type EvidenceSet, FINDING_KINDS, type ScanOutcome } from '../../domain/evidence.ts';
import { digestSchema, jsonSchema, maybe } from './schema.ts';

const verdict = z.object({
  outcome: z.enum(['admit', 'review', 'refuse']),
  reasons: z.array(
    z.object({
      rule: z.string(),
      outcome: z.enum(['admit', 'review', 'refuse']),
      text: z.string(),
      needs: z.enum(['nothing', 'note', 'exception']),
    }),
  ),
});

const finding = z.object({
  kind: z.enum(FINDING_KINDS),
  severity: z.enum(['critical', 'high', 'medium', 'low', 'none', 'info', 'unknown']),
  subject: z.string(),
  summary: z.string(),
  location: maybe(z.string()),
  data: z.record(z.string(), jsonSchema),
});

/** The outcome of a scanner, as the confined program answers it and as it is kept. */
export const scanOutcomeSchema: z.ZodType<ScanOutcome, unknown> = z.discriminatedUnion('status', [
  z.object({ status: z.literal('completed'), findings: z.array(finding) }),
  z.object({ status: z.literal('not-applicable'), reason: z.string() }),
  z.object({ status: z.literal('failed'), reason: z.string(), retryable: z.boolean() }),
]);
export const scanOutcomesSchema: z.ZodType<Record<string, ScanOutcome>, unknown> = z.record(
  z.string(),
  scanOutcomeSchema,
);

const evidence = z.object({
  scanner: z.string(),
  version: z.number(),
  status: z.enum(['completed', 'not-applicable', 'failed']),
  reason: z.string().nullable(),
  findings: z.array(finding),
  collectedAt: z.string(),
  freshUntil: z.string().nullable(),
});

export const derivedFileSchema: z.ZodType<DerivedFile, unknown> = z.object({
  ...{ filename: z.string(), sha256: digestSchema, size: z.number(), removed: z.number() },
  ...{ attestation: digestSchema, attestationSize: z.number(), publicKey: z.string() },
});

const file = z.object({
  filename: z.string(),
  sha256: digestSchema,
  size: z.number(),
  kind: z.enum(DISTRIBUTION_KINDS),
  uploadedAt: maybe(z.string()),
  requiresRuntime: maybe(z.string()),
  yanked: z.union([z.string(), z.literal(false)]),
  metadataSha256: maybe(digestSchema),
  buildRequires: z.array(z.string()).optional(),
  derived: derivedFileSchema.optional(),
  attestations: digestSchema.optional(),
  source: z.string(),
  targets: z.array(z.string()),
});

const release = z.object({
  purl: z.string(),
  ecosystem: z.string(),
  name: z.string(),
  version: z.string(),
  role: z.enum(['root', 'dependency']),
  extras: z.array(z.string()),
  requiredBy: z.array(z.string()),
  needs: z.array(z.object({ target: z.string(), to: z.string() })),
  targets: z.array(z.string()),
  releasedAt: z.string().nullable(),
  files: z.array(file),
  evidence: z.array(evidence),
  verdict,
});

export const evidenceSetSchema: z.ZodType<EvidenceSet, unknown> = z.object({
  schema: z.literal('pratique.evidence-set/1'),
  channel: z.string(),
  ecosystem: z.string(),
  asked: z.object({ name: z.string(), extras: z.array(z.string()), version: z.string().nullable() }),
  root: z.string(),
  releases: z.array(release),
  unavailableTargets: z.array(z.object({ target: z.string(), reason: z.string() })),
  alternative: z
    .object({ without: z.array(z.string()), tree: z.array(z.string()).nullable(), reason: z.string() })
    .nullable(),
  passedOver: z
    .object({
      version: z.string(),
      reason: z.enum(['cooling-down', 'stopped', 'not-installable']),
      until: z.string().nullable(),
      cause: z.string().optional(),
    })
    .optional(),
  warnings: z.array(z.string()),
  verdict,
  policy: digestSchema,
  collectedAt: z.string(),
});
