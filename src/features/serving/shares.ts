/** What anybody may use of something that costs: so much in a window of time for all, and so much for one network of them. */
import { callerSite, countedUnder } from '../../domain/caller-network.ts';
import type { Clock } from '../../platform/clock/port.ts';

export interface Shares {
  /** Whether all together, this network and its site have something left in this window. */
  hasRoom(network: string): boolean;
  use(network: string, amount: number): void;
}

/** Of one network: less than of all, so that nobody uses up what is others'. */
export interface Portions {
  readonly all: number;
  readonly each: number;
}

export interface ShareLimits extends Portions {
  readonly windowMs: number;
}

/** All networks of one IPv6 site together have half as much again as one: still less than all, so that no owner of a /48 has it all. */
const NETWORKS_OF_A_SITE = 1.5;

/** What is in use of portions, each counted for its network and for the site of that. */
export interface InUse {
  hasRoom(network: string): boolean;
  /** A negative amount gives back. */
  add(network: string, amount: number): void;
  clear(): void;
}

export function createInUse({ all, each }: Portions): InUse {
  const used = new Map<string, number>();
  let total = 0;
  const usedBy = (who: string) => used.get(who) ?? 0;
  const siteHasRoom = (site: string | undefined) => site === undefined || usedBy(site) < each * NETWORKS_OF_A_SITE;
  return {
    hasRoom: (network) => total < all && usedBy(network) < each && siteHasRoom(callerSite(network)),
    add(network, amount) {
      total += amount;
      for (const who of countedUnder(network)) {
        const sum = usedBy(who) + amount;
        if (sum > 0) used.set(who, sum);
        else used.delete(who);
      }
    },
    clear() {
      total = 0;
      used.clear();
    },
  };
}

/** Counted in memory, by windows that begin anew: networks are remembered for one window, and only those that used something. */
export function createShares({ clock }: { readonly clock: Clock }, { windowMs, ...portions }: ShareLimits): Shares {
  const inUse = createInUse(portions);
  let window = 0;
  const beginWindow = () => {
    const current = Math.floor(clock.now().getTime() / windowMs);
    if (current === window) return;
    window = current;
    inUse.clear();
  };
  return {
    hasRoom(network) {
      beginWindow();
      return inUse.hasRoom(network);
    },
    use(network, amount) {
      beginWindow();
      if (amount > 0) inUse.add(network, amount);
    },
  };
}
