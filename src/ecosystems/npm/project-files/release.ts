/** A release that a lock file names. */
import { Problem } from '../../../domain/problem.ts';
import type { NeededPackage } from '../../contract.ts';
import { normaliseVersion } from '../versions.ts';

/** Throws `not-a-release` where it comes from no registry. `resolved` is the address it was taken from. */
export function needed(name: string, raw: string, resolved: string | undefined): NeededPackage {
  const version = normaliseVersion(raw);
  const elsewhere = resolved !== undefined && !/^https?:/.test(resolved);
  if (version !== undefined && !elsewhere) return { name, version };
  throw new Problem({
    kind: 'usage',
    code: 'not-a-release',
    what: `${name} comes from ${(resolved ?? raw).slice(0, 120)}`,
    why: 'only releases of a registry can be cleared',
    next: 'Take it out, or take a release of it from the registry.',
  });
}
