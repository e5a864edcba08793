/** Releases that a snapshot lacks for something in the tree they came with: what a client hears is the state of that, and who needs it. */
import { parsePurl } from '../../domain/purl.ts';
import type { EcosystemContent, LeftOut, Lost } from './content.ts';
import type { Stop } from './store.ts';

/** What a snapshot leaves out, and what left with it. */
export type Missing = Readonly<Pick<EcosystemContent, 'leftOut' | 'lost'>>;

interface Release {
  readonly name: string;
  readonly version: string;
}

export interface HeldUp {
  /** The release that is not there. */
  readonly version: string;
  /** The release in its tree that is stopped. */
  readonly by: Release;
  readonly stop: Stop;
  /** The accepted release that brought it and that needs what is stopped; absent where that is the release itself, or another version of its package. */
  readonly cameWith?: Release;
}

/** What holds a release up; of a package without a version, what holds up the first that is not there. Pure. */
export function heldUpBy(
  { leftOut, lost = [] }: Missing,
  stopsOf: (name: string) => readonly Stop[],
  { name, version }: { readonly name: string; readonly version: string | undefined },
): HeldUp | undefined {
  const isAsked = (one: LeftOut | Lost) => one.name === name && (version === undefined || version === one.version);
  // Left out for some targets it is offered for others.
  const roots = leftOut.filter((one) => isAsked(one) && one.targets === undefined);
  for (const one of [...roots, ...lost.filter(isAsked)]) {
    const by = parsePurl(one.because);
    // Stopped itself it needs no other word.
    if (by?.version === undefined || by.name === name) continue;
    const stop = stopsOf(by.name).find(({ id }) => id === one.id);
    if (stop === undefined) continue;
    // Another version of the package itself stood for it on some targets: there the tree was its own.
    const cameWith = 'cameWith' in one && one.cameWith.name !== name ? { cameWith: one.cameWith } : {};
    return { version: one.version, by: { name: by.name, version: by.version }, stop, ...cameWith };
  }
  return undefined;
}

/** The same by package, for who asks about many. */
export function missingByName({
  leftOut,
  lost,
}: {
  readonly leftOut: readonly LeftOut[];
  readonly lost: readonly Lost[];
}): (name: string) => Missing {
  const roots = Map.groupBy(leftOut, (one) => one.name);
  const others = Map.groupBy(lost, (one) => one.name);
  return (name) => ({ leftOut: roots.get(name) ?? [], lost: others.get(name) ?? [] });
}
