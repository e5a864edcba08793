/** Shannon entropy in bits per byte: 8 for encrypted or compressed bytes, 4 to 5 for text. */
export function byteEntropy(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    counts[byte] = (counts[byte] ?? 0) + 1;
  }
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / bytes.length) * Math.log2(count / bytes.length);
  return bits;
}

/** The same of the ASCII characters of a text, in bits per character. */
export function characterEntropy(text: string): number {
  return byteEntropy(Buffer.from(text, 'latin1'));
}
