/** Whom the operator believes about attestations: certificate authorities, transparency logs, and keys of registries. */
export interface TrustRoot {
  /** A Sigstore `TrustedRoot` message as JSON text (protobuf-specs, sigstore_trustroot.proto, media types 0.1 and 0.2). */
  readonly root: string;
  /** Keys with which registries sign attestations of their own. */
  readonly keys: readonly TrustedKey[];
}

export interface TrustedKey {
  /** What a bundle calls the key (`verificationMaterial.publicKey.hint`). */
  readonly hint: string;
  /** SubjectPublicKeyInfo, DER in Base64. */
  readonly spki: string;
  /** RFC 3339; signatures before it do not count. */
  readonly validFrom: string;
  /** RFC 3339; `null` where the key is still in use. */
  readonly validUntil: string | null;
}
