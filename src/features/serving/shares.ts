/** What anybody may use of something that costs: so much in a window of time for all, and so much for one network of them. */
import type { Clock } from '../../platform/clock/port.ts';

export interface Shares {
  /** Whether all together and this network have something left in this window. */
  hasRoom(network: string): boolean;
  use(network: string, amount: number): void;
}

export interface ShareLimits {
  readonly windowMs: number;
  readonly all: number;
  /** Of one network: less than all, so that nobody uses up what is others'. */
  readonly each: number;
}

/** Counted in memory, by windows that begin anew: networks are remembered for one window, and only those that used something. */
export function createShares({ clock }: { readonly clock: Clock }, { windowMs, all, each }: ShareLimits): Shares {
  const used = new Map<string, number>();
  let window = 0;
  let total = 0;
  const beginWindow = () => {
    const current = Math.floor(clock.now().getTime() / windowMs);
    if (current === window) return;
    window = current;
    total = 0;
    used.clear();
  };
  return {
    hasRoom(network) {
      beginWindow();
      return total < all && (used.get(network) ?? 0) < each;
    },
    use(network, amount) {
      beginWindow();
      if (amount <= 0) return;
      total += amount;
      used.set(network, (used.get(network) ?? 0) + amount);
    },
  };
}
