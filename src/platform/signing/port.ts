/** Signs what people and clients may check later: snapshot manifests, ledger heads, backups. */
export interface Signer {
  /** First 16 hexadecimal digits of the SHA-256 of the raw public key. */
  readonly keyId: string;
  /** PEM, SubjectPublicKeyInfo. */
  readonly publicKey: string;
  /** Ed25519 (RFC 8032) over the bytes; base64. */
  sign(bytes: Uint8Array): string;
}

export interface Verifier {
  verify(bytes: Uint8Array, signature: string, publicKey: string): boolean;
  /** The key id of a public key (PEM); `undefined` where it is no Ed25519 public key. */
  keyId(publicKey: string): string | undefined;
}
