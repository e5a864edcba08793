/** Reads what a tree will need before npm asks for it. */
import { maxSatisfying } from 'semver';

/** Packuments at a time: as many connections as the fetch has to one registry. */
const AT_A_TIME = 8;

/** A package as far as it decides what else is read. */
export interface LikelyPackage {
  /** The settled ones; the young where there is no other. */
  readonly versions: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** What an install of a version brings along: ranges or tags by name. */
  needs(version: string): Readonly<Record<string, string>>;
}

/** `undefined` where it is not there or could not be read: npm hears of that when it asks itself. */
export type ReadLikely = (name: string) => Promise<LikelyPackage | undefined>;

/**
 * Walks from the roots to the newest version that each range takes. npm reads as many packuments at a time as the machine
 * has processors, less one (promise-call-limit), so that a small machine waits for a thousand answers one after the other.
 * Of what npm picks this is nearly all and little else: it only leaves out a version where an older one stands already.
 */
export async function readAhead(roots: readonly string[], read: ReadLikely, isOver: () => boolean): Promise<void> {
  const seen = new Set<string>();
  const isNew = (key: string): boolean => !seen.has(key) && seen.add(key).has(key);
  const neededBy = async ({ name, wanted }: Wanted): Promise<readonly Wanted[]> => {
    const found = isOver() || !isNew(`${name}@${wanted}`) ? undefined : await read(name);
    const version = found === undefined ? undefined : likely(found, wanted);
    if (found === undefined || version === undefined || !isNew(`${name} ${version}`)) return [];
    return Object.entries(found.needs(version)).map(wantedBy);
  };
  let level: readonly Wanted[] = roots.map((root) => splitAt(root, 'latest'));
  while (level.length > 0) {
    const next: Wanted[] = [];
    const rest = level.values();
    const work = async () => {
      for (const one of rest) next.push(...(await neededBy(one)));
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    level = next;
  }
}

interface Wanted {
  readonly name: string;
  /** A range or a tag. */
  readonly wanted: string;
}

/** Under another name (`npm:name@range`) it is that other one which is read. */
function wantedBy([name, spec]: readonly [string, string]): Wanted {
  const [, other] = /^npm:(.+)$/i.exec(spec.trim()) ?? [];
  return other === undefined ? { name, wanted: spec } : splitAt(other, '');
}

/** `@scope/name@range`; without one it is `otherwise`. */
function splitAt(text: string, otherwise: string): Wanted {
  const [, name = text, wanted = otherwise] = /^(@?[^@]+)(?:@(.*))?$/.exec(text) ?? [];
  return { name, wanted };
}

function likely({ versions, tags }: LikelyPackage, wanted: string): string | undefined {
  const { latest } = tags;
  const within = maxSatisfying([...versions], wanted, { loose: true });
  if (latest !== undefined && within !== null && maxSatisfying([latest], wanted, { loose: true }) !== null)
    return latest;
  return within ?? tags[wanted.trim()];
}
