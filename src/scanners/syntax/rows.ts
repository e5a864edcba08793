/** The same numbers, with room for as many more. */
export function doubled(rows: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(rows.length * 2);
  grown.set(rows);
  return grown;
}
