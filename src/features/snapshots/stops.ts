/** Whether a release is denied or quarantined: asked at publishing and at every file that is served. Pure. */
import type { VersionRules } from '../../ecosystems/contract.ts';
import type { Stop } from './store.ts';

/**
 * The stop that holds for a release, denials first. Where the version is not known or the range cannot be read, the stop
 * holds: it only ever removes.
 */
export function stopOf(
  stops: readonly Stop[],
  versions: VersionRules,
  at: { readonly channel: string; readonly version: string | undefined },
): Stop | undefined {
  const holding = stops.filter((stop) => {
    if (stop.channel !== null && stop.channel !== at.channel) return false;
    if (stop.versions === null || at.version === undefined) return true;
    return versions.satisfies(at.version, stop.versions) !== false;
  });
  return holding.find((stop) => stop.kind === 'denied') ?? holding[0];
}

/** Stops by ecosystem and name. */
export function stopsByPackage(stops: readonly Stop[]): ReadonlyMap<string, readonly Stop[]> {
  const byPackage = new Map<string, Stop[]>();
  for (const stop of stops) {
    const key = packageKey(stop.ecosystem, stop.name);
    const known = byPackage.get(key);
    if (known === undefined) byPackage.set(key, [stop]);
    else known.push(stop);
  }
  return byPackage;
}

/** One text for a package of an ecosystem; `/` stands in no ecosystem's id. */
export function packageKey(ecosystem: string, name: string): string {
  return `${ecosystem}/${name}`;
}
