import type { UpstreamAnswer, UpstreamReader } from '../../ecosystems/contract.ts';

/**
 * Upstream as one vetting sees it: the listing of a package is read when it is first asked for, so that every target is
 * resolved from one state of the index, and a page is read once and not for each target. What could not be read is asked
 * anew. Lives as long as one vetting: it lets go of nothing.
 */
export function readOnce(reader: UpstreamReader): UpstreamReader {
  const known = new Map<string, Promise<UpstreamAnswer>>();
  return {
    ...reader,
    readPackage(name) {
      const running = known.get(name) ?? reader.readPackage(name);
      known.set(name, running);
      running.then(
        ({ status }) => status === 'unreadable' && known.delete(name),
        () => known.delete(name),
      );
      return running;
    },
  };
}
