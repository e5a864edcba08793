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

/** Keeps secrets that must be read again, which a hash could not give back: sealed in the database, the key outside of it. */
export interface Seal {
  /** `about` says what is sealed, and must be the same to open it: a sealed text that is put elsewhere opens nothing. */
  seal(secret: string, about: string): string;
  /** Throws `sealed-wrong` where it was sealed with another key or about something else, or was changed. */
  open(sealed: string, about: string): string;
  /** Whether a text is sealed at all. */
  isSealed(text: string): boolean;
}
