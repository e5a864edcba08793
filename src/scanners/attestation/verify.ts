/**
 * Verifies one Sigstore bundle offline: signature, certificate chain at the time that the log vouches for, transparency
 * log, and that the in-toto statement speaks of this very file. Nothing is asked over the network.
 */
import { X509Certificate } from 'node:crypto';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { PublicKeyDetails, TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, VerificationError, Verifier } from '@sigstore/verify';
import { z } from 'zod';
import type { TrustRoot } from '../../domain/trust-root.ts';
import { type Publisher, publisherOf } from './publisher.ts';

/** The file that a statement must be about. */
export interface ExpectedSubject {
  isSubject(name: string): boolean;
  readonly algorithm: 'sha256' | 'sha512';
  /** Lower-case hexadecimal digits; `undefined` for an earlier file whose bytes are not here. */
  readonly hex: string | undefined;
}

export type Verification =
  | {
      readonly state: 'verified';
      /** `undefined` where a registry's own key signed, which names no build. */
      readonly publisher?: Publisher | undefined;
      readonly predicateType: string;
      /** RFC 3339: when the log took it in. */
      readonly loggedAt: string | null;
      readonly logIndex: string | null;
    }
  /** It is known to be wrong. */
  | { readonly state: 'invalid'; readonly code: string; readonly reason: string }
  /** Nobody whom the trust root knows has vouched for it, or it is of a form that is not known. Never the same as verified. */
  | { readonly state: 'unverifiable'; readonly code: string; readonly reason: string };

/** Verifies against each root; verified where one root believes all of it, invalid where one that knows the signer does not. */
export function verifyBundle(json: unknown, expected: ExpectedSubject, roots: readonly TrustRoot[]): Verification {
  const bundle = readBundle(json);
  if ('state' in bundle) return bundle;
  const results = roots.map((root) => verifyAgainst(bundle, expected, root));
  const spoken =
    results.find(({ state }) => state === 'verified') ?? results.find(({ state }) => state === 'invalid') ?? results[0];
  return spoken ?? { state: 'unverifiable', code: 'no-trust-root', reason: 'the trust root is empty' };
}

function readBundle(json: unknown): Bundle | Exclude<Verification, { state: 'verified' }> {
  try {
    return bundleFromJSON(json);
  } catch (error) {
    // A bundle without what its version promises (no inclusion proof, no signature) proves nothing.
    return { state: 'invalid', code: 'malformed', reason: `it is no whole Sigstore bundle: ${messageOf(error)}` };
  }
}

function verifyAgainst(bundle: Bundle, expected: ExpectedSubject, root: TrustRoot): Verification {
  try {
    const { trusted, material } = opened(root);
    const stranger = strangerIn(bundle, trusted, root.keys);
    if (stranger !== undefined) return { state: 'unverifiable', code: 'unknown-authority', reason: stranger };
    const signer = new Verifier(material).verify(toSignedEntity(bundle));
    const [entry] = bundle.verificationMaterial.tlogEntries;
    const statement = statementOf(bundle, expected);
    if ('state' in statement) return statement;
    return {
      state: 'verified',
      publisher: signer.identity === undefined ? undefined : publisherOf(signer.identity),
      predicateType: statement.predicateType,
      loggedAt: timeOf(entry?.integratedTime),
      logIndex: entry?.logIndex ?? null,
    };
  } catch (error) {
    return failureOf(error);
  }
}

interface OpenedRoot {
  readonly trusted: TrustedRoot;
  readonly material: ReturnType<typeof toTrustMaterial>;
}

/** Reading a root takes as long as a verification, and a tree is verified against the same one. */
const openedRoots = new WeakMap<TrustRoot, OpenedRoot>();

function opened(root: TrustRoot): OpenedRoot {
  const known = openedRoots.get(root);
  if (known !== undefined) return known;
  const trusted = TrustedRoot.fromJSON(JSON.parse(root.root));
  const fresh = { trusted, material: toTrustMaterial(trusted, publicKeys(root.keys)) };
  openedRoots.set(root, fresh);
  return fresh;
}

function failureOf(error: unknown): Verification {
  // A rotated certificate log is no forgery: the chain above it was verified before.
  if (error instanceof VerificationError && error.code === 'CERTIFICATE_ERROR' && /SCT/.test(error.message))
    return {
      state: 'unverifiable',
      code: 'unknown-authority',
      reason: `no certificate log of the trust root vouches for its certificate (${error.message})`,
    };
  const code = error instanceof VerificationError ? error.code.toLowerCase().replaceAll('_', '-') : 'malformed';
  return { state: 'invalid', code, reason: messageOf(error) };
}

/** Whoever has a part in the bundle and is not in the trust root. */
function strangerIn(bundle: Bundle, root: TrustedRoot, keys: TrustRoot['keys']): string | undefined {
  const { content, tlogEntries } = bundle.verificationMaterial;
  const logs = root.tlogs.flatMap(({ logId, checkpointKeyId }) => [logId, checkpointKeyId]);
  const known = new Set(logs.flatMap((id) => (id === undefined ? [] : [hex(id.keyId)])));
  const strange = tlogEntries.find(({ logId }) => logId === undefined || !known.has(hex(logId.keyId)));
  if (strange !== undefined) return 'the trust root does not know the transparency log that it is in';
  if (content.$case === 'publicKey') {
    const { hint } = content.publicKey;
    return keys.some((key) => key.hint === hint) ? undefined : 'the trust root does not hold the key that signed it';
  }
  const raw =
    content.$case === 'certificate'
      ? content.certificate.rawBytes
      : content.x509CertificateChain.certificates[0]?.rawBytes;
  const issuer = new X509Certificate(raw ?? new Uint8Array()).issuer;
  const authorities = root.certificateAuthorities.flatMap(({ certChain }) => certChain?.certificates ?? []);
  const isKnown = authorities.some(({ rawBytes }) => new X509Certificate(rawBytes).subject === issuer);
  return isKnown ? undefined : 'the trust root does not know the authority that issued its certificate';
}

function publicKeys(keys: TrustRoot['keys']): Parameters<typeof toTrustMaterial>[1] {
  return Object.fromEntries(
    keys.map(({ hint, spki, validFrom, validUntil }) => [
      hint,
      {
        rawBytes: Buffer.from(spki, 'base64'),
        // The verifier reads the key itself; this says only how the bytes are packed.
        keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256,
        validFor: { start: new Date(validFrom), end: validUntil === null ? undefined : new Date(validUntil) },
      },
    ]),
  );
}

/** Source: in-toto attestation framework, Statement v0.1 and v1. */
const statementSchema = z.object({
  _type: z.string().regex(/^https:\/\/in-toto\.io\/Statement\/v(?:0\.1|1)$/),
  subject: z.array(z.object({ name: z.string(), digest: z.record(z.string(), z.string()) })).length(1),
  predicateType: z.string().max(500),
});
const IN_TOTO = /^application\/vnd\.in-toto\+json$/;

/** The statement, where it is about the expected file. The verifier proves who signed; what was signed is ours to compare. */
function statementOf(
  bundle: Bundle,
  expected: ExpectedSubject,
): { readonly predicateType: string } | Exclude<Verification, { state: 'verified' }> {
  if (bundle.content.$case !== 'dsseEnvelope') return invalid('statement', 'it signs bytes and holds no statement');
  const { payload, payloadType } = bundle.content.dsseEnvelope;
  const read = IN_TOTO.test(payloadType) ? statementSchema.safeParse(jsonOf(payload)) : undefined;
  if (read?.success !== true) return invalid('statement', 'it holds no in-toto statement about one file');
  const { subject, predicateType } = read.data;
  const [about] = subject;
  if (about === undefined || !expected.isSubject(about.name))
    return invalid('subject-name', `it is about ${JSON.stringify((about?.name ?? '').slice(0, 200))}`);
  const digest = Object.hasOwn(about.digest, expected.algorithm) ? about.digest[expected.algorithm] : undefined;
  if (expected.hex !== undefined && digest?.toLowerCase() !== expected.hex)
    return invalid('subject-digest', `it is about other bytes: its ${expected.algorithm} is not that of the file`);
  return { predicateType };
}

function invalid(code: string, reason: string): Extract<Verification, { state: 'invalid' }> {
  return { state: 'invalid', code, reason };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function timeOf(seconds: string | undefined): string | null {
  const milliseconds = Number(seconds) * 1000;
  return Number.isFinite(milliseconds) && milliseconds > 0 ? new Date(milliseconds).toISOString() : null;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Words of a library about hostile input: kept short. */
function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 200);
}
