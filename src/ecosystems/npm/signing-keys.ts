/** The keys that registries sign releases with (registry documentation, `GET /-/npm/v1/keys`). Untrusted; form is checked here. */
import { z } from 'zod';

const Keys = z.object({ keys: z.array(z.looseObject({ keyid: z.string(), key: z.string() })).max(100) });

/**
 * One document of the keys of several registries: a single one as it came, byte for byte; of several, every key once, in the
 * order of the registries. What is no such document is left out; `undefined` where nothing is left.
 */
export function joinKeys(documents: readonly Uint8Array[]): Uint8Array | undefined {
  const read = documents.flatMap((bytes) => {
    const keys = Keys.safeParse(jsonOf(bytes));
    return keys.success && keys.data.keys.length > 0 ? [{ bytes, keys: keys.data.keys }] : [];
  });
  if (read.length < 2) return read[0]?.bytes;
  const byId = Map.groupBy(
    read.flatMap(({ keys }) => keys),
    ({ keyid }) => keyid,
  );
  return new TextEncoder().encode(JSON.stringify({ keys: [...byId.values()].map(([first]) => first) }));
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
