/** Files made here from vetted ones: planned in the sandbox, put together byte by byte, and vouched for. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalBytes } from '../../domain/canonical-json.ts';
import type { Derivation, DerivedFile } from '../../domain/derivation.ts';
import { type Digest, hexOf } from '../../domain/digest.ts';
import { IN_TOTO, preAuthentication } from '../../domain/dsse.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Clock } from '../../platform/clock/port.ts';
import type { Database } from '../../platform/db/port.ts';
import type { Sandbox } from '../../platform/sandbox/port.ts';
import type { Signer } from '../../platform/signing/port.ts';
import { findRemembered, saveRemembered } from './attestation-store.ts';
import { derivedZip } from './derived-zip.ts';
import { derivedFileSchema } from './evidence-schema.ts';

/** Milliseconds that planning one may take, and more by its size: every file is read once. */
const PLAN_BASE_MS = 60_000;
const PLAN_BYTES_PER_MS = 1000;
/** Raise it when other files are left out, or what stays is written otherwise: what is kept of older rules counts no more. */
const RULE = 'without-tests/1';

/** A vetted file. */
export interface Original {
  readonly ecosystem: EcosystemId;
  readonly filename: string;
  readonly sha256: Digest;
  /** Bytes. */
  readonly size: number;
}

export type Planned =
  | Derivation
  /** There is nothing to take away. */
  | { readonly status: 'none' }
  | { readonly status: 'failed'; readonly reason: string };

export interface DeriveDeps {
  readonly sandbox: Sandbox;
  readonly blobs: Blobs;
}

const size = z.number().int().nonnegative();
const planSchema: z.ZodType<Derivation> = z.object({
  status: z.literal('derived'),
  filename: z.string().regex(/^[^/\\]+[.]whl$/),
  removed: z.array(z.object({ path: z.string(), size })),
  entries: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        ...{ kind: z.literal('kept'), path: z.string(), from: size, to: size },
        ...{ method: z.union([z.literal(0), z.literal(8)]), crc: size, size, mode: size },
      }),
      z.object({ kind: z.literal('written'), path: z.string(), text: z.string() }),
    ]),
  ),
});

async function plan({ sandbox, blobs }: DeriveDeps, original: Original): Promise<Planned> {
  const path = blobs.path(original.sha256);
  if (path === undefined) return failed('the blob store keeps no file on this machine to read');
  const { ecosystem, filename } = original;
  const answer = await sandbox.run({
    task: 'derive-without-tests',
    input: { ecosystem, path, filename },
    files: [path],
    timeoutMs: PLAN_BASE_MS + Math.ceil(original.size / PLAN_BYTES_PER_MS),
  });
  if (answer.status === 'failed') return failed(answer.reason);
  if (answer.output === null) return { status: 'none' };
  const parsed = planSchema.safeParse(answer.output);
  return parsed.success ? parsed.data : failed('the confined reader gave an answer of another form');
}

function failed(reason: string): { readonly status: 'failed'; readonly reason: string } {
  return { status: 'failed', reason };
}

function bytesOf({ blobs }: DeriveDeps, original: Original, { entries }: Derivation): AsyncIterable<Uint8Array> {
  return derivedZip(entries, (from, to) => blobs.stream(original.sha256, { start: from, end: to - 1 }));
}

export interface MakeDeps extends DeriveDeps {
  readonly signer: Signer;
  readonly db: Database;
  readonly clock: Clock;
}

/** What was made of an original, or that nothing is to be taken away from it. */
type Made = { readonly status: 'derived'; readonly file: DerivedFile } | { readonly status: 'none' };

/**
 * What is to be offered instead of the original, stored with its attestation. What came of it is kept by the original's
 * digest, the rule and the key: the same wheel in another tree is not planned again. A failure is not kept.
 */
export async function deriveFile(
  deps: MakeDeps,
  original: Original,
): Promise<Made | Extract<Planned, { status: 'failed' }>> {
  const key = keyOf(original, deps.signer.keyId);
  const known = madeSchema.safeParse(await findRemembered(deps.db, key)).data;
  if (known !== undefined && (await isStored(deps.blobs, known))) return known;
  const planned = await plan(deps, original);
  if (planned.status === 'failed') return planned;
  const made: Made =
    planned.status === 'none' ? planned : { status: 'derived', file: await makeFile(deps, original, planned) };
  const value = made.status === 'none' ? { status: made.status } : { status: made.status, file: { ...made.file } };
  await saveRemembered(deps.db, key, { value, at: deps.clock.now() });
  return made;
}

const madeSchema: z.ZodType<Made, unknown> = z.discriminatedUnion('status', [
  z.object({ status: z.literal('none') }),
  z.object({ status: z.literal('derived'), file: derivedFileSchema }),
]);

function keyOf({ ecosystem, filename, sha256 }: Original, keyId: string): Digest {
  const parts = canonicalBytes(['derived-file', RULE, keyId, ecosystem, filename, sha256]);
  return `sha256:${createHash('sha256').update(parts).digest('hex')}`;
}

async function isStored(blobs: Blobs, made: Made): Promise<boolean> {
  return made.status === 'none' || ((await blobs.has(made.file.sha256)) && (await blobs.has(made.file.attestation)));
}

async function makeFile(deps: MakeDeps, original: Original, planned: Derivation): Promise<DerivedFile> {
  const stored = await deps.blobs.put(bytesOf(deps, original, planned));
  const { filename, removed } = planned;
  const statement = statementOf(original, { filename, sha256: stored.digest }, removed);
  const attestation = await deps.blobs.put(envelopeOf(statement, deps.signer));
  return {
    ...{ filename, sha256: stored.digest, size: stored.size, removed: removed.length },
    ...{ attestation: attestation.digest, attestationSize: attestation.size, publicKey: deps.signer.publicKey },
  };
}

/** What deriving the original again gives, without keeping anything. */
export async function deriveAgain(
  deps: DeriveDeps,
  original: Original,
): Promise<{ readonly filename: string; readonly sha256: Digest } | { readonly reason: string }> {
  const planned = await plan(deps, original);
  if (planned.status === 'none') return { reason: 'nothing is to be taken away from it' };
  if (planned.status === 'failed') return { reason: planned.reason };
  const hash = createHash('sha256');
  for await (const piece of bytesOf(deps, original, planned)) hash.update(piece);
  return { filename: planned.filename, sha256: `sha256:${hash.digest('hex')}` };
}

/** in-toto Statement v1. The predicate says what was left out of which original; sizes in bytes. */
function statementOf(
  original: Original,
  derived: { readonly filename: string; readonly sha256: Digest },
  removed: Derivation['removed'],
) {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: derived.filename, digest: { sha256: hexOf(derived.sha256) } }],
    predicateType: 'urn:pratique:derived-wheel:1',
    predicate: {
      rule: RULE,
      original: { name: original.filename, digest: { sha256: hexOf(original.sha256) } },
      removed,
    },
  };
}

function envelopeOf(statement: ReturnType<typeof statementOf>, signer: Signer): Uint8Array {
  const payload = canonicalBytes(statement);
  return canonicalBytes({
    payloadType: IN_TOTO,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [{ keyid: signer.keyId, sig: signer.sign(preAuthentication(IN_TOTO, payload)) }],
  });
}
