/** The documents in which registries publish attestations, taken apart into Sigstore bundles. Pure; untrusted input. */
import { z } from 'zod';
import type { EcosystemId } from '../../domain/purl.ts';

/** One attestation as published. */
export interface PublishedAttestation {
  /** A Sigstore bundle as JSON, in any version; still to be checked. */
  readonly bundle: unknown;
  /** Who the registry says the publisher is; `undefined` where it says nothing. */
  readonly claimed: ClaimedPublisher | undefined;
}

export interface ClaimedPublisher {
  /** `GitHub`, `GitLab`, `Google`: the registry's word. */
  readonly kind: string;
  /** `owner/name`; `undefined` for publishers without one. */
  readonly repository: string | undefined;
}

/** How one ecosystem publishes attestations. */
export interface AttestationForm {
  /** For people: `PEP 740`. */
  readonly title: string;
  /** Which digest of the file a statement carries. */
  readonly algorithm: 'sha256' | 'sha512';
  /** Whether a statement's subject of this name is the file. */
  isSubject(name: string, of: { readonly filename: string; readonly purl: string }): boolean;
  /** The attestations, or `undefined` where the text is no such document. */
  parse(text: string): readonly PublishedAttestation[] | undefined;
}

/** Attestations of one file: publishing and building are two; more than this is no honest document. */
const MAX_ATTESTATIONS = 20;

const pep740Attestation = z.object({
  version: z.literal(1),
  verification_material: z.object({ certificate: z.string(), transparency_entries: z.array(z.unknown()).min(1) }),
  envelope: z.object({ statement: z.string(), signature: z.string() }),
});

const pep740Provenance = z.object({
  version: z.literal(1),
  attestation_bundles: z
    .array(
      z.object({
        publisher: z.object({ kind: z.string(), repository: z.string().nullish() }),
        attestations: z.array(pep740Attestation),
      }),
    )
    .max(MAX_ATTESTATIONS),
});

/** Sources: Sigstore bundle format 0.3; DSSE; in-toto attestation framework. */
const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const IN_TOTO_TYPE = 'application/vnd.in-toto+json';

/** PEP 740: a provenance object for each file; an attestation is a Sigstore bundle under other names. */
const PEP_740: AttestationForm = {
  title: 'PEP 740',
  algorithm: 'sha256',
  isSubject: (name, { filename }) => withoutSpelling(name) === withoutSpelling(filename),
  parse(text) {
    const read = pep740Provenance.safeParse(jsonOf(text));
    if (!read.success) return undefined;
    const all = read.data.attestation_bundles.flatMap(({ publisher, attestations }) =>
      attestations.map((one) => ({
        bundle: bundleOf(one),
        claimed: { kind: publisher.kind, repository: publisher.repository ?? undefined },
      })),
    );
    return all.length > MAX_ATTESTATIONS ? undefined : all;
  },
};

function bundleOf({ verification_material, envelope }: z.infer<typeof pep740Attestation>): unknown {
  return {
    mediaType: BUNDLE_TYPE,
    verificationMaterial: {
      certificate: { rawBytes: verification_material.certificate },
      tlogEntries: verification_material.transparency_entries,
    },
    dsseEnvelope: {
      payload: envelope.statement,
      payloadType: IN_TOTO_TYPE,
      signatures: [{ sig: envelope.signature }],
    },
  };
}

/** File names are compared as PEP 427 and 625 let tools write them: case and runs of `-`, `_`, `.` say nothing. */
function withoutSpelling(filename: string): string {
  return filename.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

const npmDocument = z.object({
  attestations: z.array(z.object({ predicateType: z.string(), bundle: z.unknown() })).max(MAX_ATTESTATIONS),
});

/** npm: Sigstore bundles as they are; the subject is the purl, the digest SHA-512 (npm RFC 0049). */
const NPM: AttestationForm = {
  title: 'npm provenance',
  algorithm: 'sha512',
  isSubject: (name, { purl }) => decoded(name) === decoded(purl),
  parse(text) {
    const read = npmDocument.safeParse(jsonOf(text));
    return read.success ? read.data.attestations.map(({ bundle }) => ({ bundle, claimed: undefined })) : undefined;
  },
};

/** A scope's `@` may be written as it is or as `%40` in a purl. */
function decoded(purl: string): string {
  return purl.replaceAll(/%40/gi, '@');
}

/** Ecosystems whose registries publish attestations. */
const FORMS: Readonly<Record<EcosystemId, AttestationForm>> = { pypi: PEP_740, npm: NPM };

export function formOf(ecosystem: EcosystemId): AttestationForm | undefined {
  return Object.hasOwn(FORMS, ecosystem) ? FORMS[ecosystem] : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
