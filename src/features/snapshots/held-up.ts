/** Releases that a snapshot leaves out for something in their tree: what a client hears is the state of that, and who needs it. */
import { parsePurl } from '../../domain/purl.ts';
import type { LeftOut } from './content.ts';
import type { Stop } from './store.ts';

export interface HeldUp {
  /** The release that was left out. */
  readonly version: string;
  /** The release in its tree that is stopped. */
  readonly by: { readonly name: string; readonly version: string };
  readonly stop: Stop;
}

/** What holds a release up; of a package without a version, what holds up the first that was left out. Pure. */
export function heldUpBy(
  leftOut: readonly LeftOut[],
  stopsOf: (name: string) => readonly Stop[],
  release: { readonly name: string; readonly version: string | undefined },
): HeldUp | undefined {
  for (const one of leftOut) {
    const isAsked = one.name === release.name && (release.version === undefined || release.version === one.version);
    // Left out for some targets it is offered for others; stopped itself it needs no other word.
    if (!isAsked || one.targets !== undefined) continue;
    const { name, version } = parsePurl(one.because) ?? {};
    if (name === undefined || version === undefined || name === one.name) continue;
    const stop = stopsOf(name).find(({ id }) => id === one.id);
    if (stop !== undefined) return { version: one.version, by: { name, version }, stop };
  }
  return undefined;
}
