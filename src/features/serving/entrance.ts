/** Who may know of which channel now: gates and tokens of the overlay, asked for each question. */
import type { ServingDeps } from './deps.ts';
import { type Admission, type Asker, atGate } from './gates.ts';
import type { OverlayKeeper } from './overlay.ts';

/** Somebody who reads a page: a stranger, by what they show, or a person of this installation. */
export type Viewer = (() => Asker) | 'signed-in';

export interface Entrance {
  /** Whether whoever asks is let in to a channel. They are only looked at where it is not open to everybody. */
  admission(
    where: { readonly channel: string; readonly ecosystem?: string | undefined },
    asker: () => Asker,
  ): Admission;
  /** Channels that somebody may know of. */
  channelsSeenBy(viewer: Viewer, ecosystem?: string): readonly string[];
}

export function createEntrance(deps: ServingDeps, keeper: Pick<OverlayKeeper, 'trusted'>): Entrance {
  const admission: Entrance['admission'] = ({ channel, ecosystem }, asker) => {
    const overlay = keeper.trusted();
    if (overlay === undefined) return 'unavailable';
    const gate = overlay.gates.get(channel);
    if (gate === undefined) return 'open';
    const knock = { ecosystem, tokens: overlay.tokens, now: deps.clock.now() };
    const { admission: answered, token } = atGate(gate, asker(), knock);
    if (token !== undefined) deps.tokenUsed?.(token);
    return answered;
  };
  return {
    admission,
    channelsSeenBy(viewer, ecosystem) {
      const all = [...(keeper.trusted()?.channels.keys() ?? [])];
      if (viewer === 'signed-in') return all;
      return all.filter((channel) => isLetIn(admission({ channel, ecosystem }, viewer)));
    },
  };
}

function isLetIn(admission: Admission): boolean {
  return admission === 'open' || admission === 'admitted';
}
