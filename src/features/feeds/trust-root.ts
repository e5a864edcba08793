/**
 * Reads the operator's trust root: Sigstore `TrustedRoot` documents, one or several (one a line), or the seed file of the
 * npm package @sigstore/tuf, which holds one with the attestation keys of npm registries beside it. Nothing is fetched:
 * whoever hands the file in vouches for it.
 */
import { createPublicKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { TrustedKey, TrustRoot } from '../../domain/trust-root.ts';
import { unusableFeed } from './unusable.ts';

/** Roots in one import: the public one, and those of a few own instances. */
const MAX_ROOTS = 10;

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);
const period = z.object({ start: z.iso.datetime({ offset: true }), end: z.iso.datetime({ offset: true }).optional() });
/** Without the start of its validity a log would vouch for times before it existed (the verifier takes it as "always"). */
const log = z.object({
  baseUrl: z.string(),
  publicKey: z.object({ rawBytes: base64, keyDetails: z.string(), validFor: period }),
  logId: z.object({ keyId: base64 }),
});
const authority = z.object({
  certChain: z.object({ certificates: z.array(z.object({ rawBytes: base64 })).min(1) }),
  validFor: period,
});
const rootSchema = z.object({
  mediaType: z
    .string()
    .regex(/^application\/vnd\.dev\.sigstore\.trustedroot(?:\+json;version=0\.[12]|\.v0\.[12]\+json)$/),
  tlogs: z.array(log).min(1),
  certificateAuthorities: z.array(authority).min(1),
  ctlogs: z.array(log).min(1),
  timestampAuthorities: z.array(authority).default([]),
});

const keysSchema = z.object({
  keys: z.array(
    z.object({
      keyId: z.string(),
      keyUsage: z.string(),
      publicKey: z.object({ rawBytes: base64, validFor: period }),
    }),
  ),
});
/** Seeds of @sigstore/tuf: by the address of a TUF repository, its targets in Base64. */
const seedsSchema = z.record(z.string(), z.object({ targets: z.record(z.string(), base64) }));
const ROOT_TARGET = 'trusted_root.json';
/** What npm registries sign attestations with; `npm:signatures` is for packages. */
const ATTESTATION_USE = 'npm:attestations';

/** Throws `feed-unusable`. */
export function readTrustRoots(text: string): readonly TrustRoot[] {
  const whole = jsonOf(text);
  const documents = whole === undefined ? text.split('\n').filter((line) => line.trim() !== '') : [text];
  const roots = documents.flatMap((document, index) => rootsOf(document, `document ${index + 1}`));
  if (roots.length === 0) throw unusableFeed('trust-root', 'it holds no trust root');
  if (roots.length > MAX_ROOTS) throw unusableFeed('trust-root', `it holds more than ${MAX_ROOTS} trust roots`);
  return roots;
}

function rootsOf(document: string, place: string): readonly TrustRoot[] {
  const json = jsonOf(document);
  if (json === undefined) throw unusableFeed('trust-root', `${place} is not JSON`);
  const seeds = seedsSchema.safeParse(json);
  if (!seeds.success || Object.keys(seeds.data).length === 0) return [checkedRoot(document, place, [])];
  return Object.values(seeds.data).map(({ targets }) => {
    const root = targets[ROOT_TARGET];
    if (root === undefined) throw unusableFeed('trust-root', `${place} holds seeds without a ${ROOT_TARGET}`);
    return checkedRoot(decoded(root), place, Object.entries(targets).flatMap(keysIn));
  });
}

function checkedRoot(text: string, place: string, keys: readonly TrustedKey[]): TrustRoot {
  const root = rootSchema.safeParse(jsonOf(text));
  if (!root.success) {
    const { path, message } = root.error.issues[0] ?? { path: [], message: 'not understood' };
    throw unusableFeed('trust-root', `${place} is no Sigstore trust root: ${path.join('.') || 'it'}: ${message}`);
  }
  const { tlogs, ctlogs, certificateAuthorities, timestampAuthorities } = root.data;
  const authorities = [...certificateAuthorities, ...timestampAuthorities];
  const certificates = authorities.flatMap(({ certChain }) => certChain.certificates);
  const spkis = [...[...tlogs, ...ctlogs].map(({ publicKey }) => publicKey.rawBytes), ...keys.map(({ spki }) => spki)];
  try {
    for (const { rawBytes } of certificates) new X509Certificate(Buffer.from(rawBytes, 'base64'));
    for (const spki of spkis) createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' });
  } catch {
    throw unusableFeed('trust-root', `${place} holds a certificate or a key that is none`);
  }
  return { root: text, keys };
}

function keysIn([target, content]: [string, string]): readonly TrustedKey[] {
  if (!target.endsWith('keys.json')) return [];
  const read = keysSchema.safeParse(jsonOf(decoded(content)));
  if (!read.success) throw unusableFeed('trust-root', `${target} is no list of keys`);
  return read.data.keys
    .filter(({ keyUsage }) => keyUsage === ATTESTATION_USE)
    .map(({ keyId, publicKey: { rawBytes, validFor } }) => ({
      hint: keyId,
      spki: rawBytes,
      validFrom: validFor.start,
      validUntil: validFor.end ?? null,
    }));
}

function decoded(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
