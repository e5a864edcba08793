/** A public key where no line may end: in an address or a header. PEM (RFC 7468) is what people and files hold. */

/** What stands between the lines of a PEM file. */
export function base64OfPem(pem: string): string {
  return pem.replaceAll(/-----[^-]+-----|\s/g, '');
}

/** The PEM file again. */
export function pemOfBase64(base64: string): string {
  return `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`;
}
