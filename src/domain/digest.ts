/** `sha256:` and 64 lower-case hexadecimal digits: the name of stored bytes everywhere. */
export type Digest = `sha256:${string}`;

/** Whether a text is a digest as Pratique writes them. */
export function isDigest(text: string): text is Digest {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** A digest from 64 hexadecimal digits as registries write them; `undefined` where they are not that. */
export function digestFromHex(hex: string): Digest | undefined {
  const text = `sha256:${hex.toLowerCase()}`;
  return isDigest(text) ? text : undefined;
}

/** The hexadecimal digits alone, as upstream documents and clients want them. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
