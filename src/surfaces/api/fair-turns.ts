/** Work that costs much: so many at once, one at a time for each person, and those who wait take turns. */

export interface FairTurns {
  /** Works when it is this person's turn. `undefined`: too much waits, or it came to no turn in time. */
  take<T>(who: string, work: () => Promise<T>): Promise<{ readonly done: T } | undefined>;
}

export interface TurnLimits {
  readonly atOnce: number;
  /** Of one person, and of all. */
  readonly waiting: { readonly each: number; readonly all: number };
  readonly longestWaitMs: number;
}

type Waiting = (isTheirTurn: boolean) => void;

export function createFairTurns({ atOnce, waiting: most, longestWaitMs }: TurnLimits): FairTurns {
  const busy = new Set<string>();
  /** Who came first, or whose last turn is the longest ago, stands first. */
  const queues = new Map<string, Waiting[]>();
  const begin = () => {
    for (const [who, queue] of queues) {
      if (busy.size >= atOnce) return;
      if (busy.has(who)) continue;
      const first = queue.shift();
      queues.delete(who);
      if (queue.length > 0) queues.set(who, queue);
      busy.add(who);
      first?.(true);
    }
  };
  const isFull = (who: string) => {
    const all = [...queues.values()].reduce((sum, { length }) => sum + length, 0);
    return all >= most.all || (queues.get(who)?.length ?? 0) >= most.each;
  };
  const turnOf = (who: string) =>
    new Promise<boolean>((resolve) => {
      const queue = queues.get(who) ?? [];
      const ends: Waiting = (isTheirTurn) => {
        clearTimeout(late);
        resolve(isTheirTurn);
      };
      const late = setTimeout(() => {
        queue.splice(queue.indexOf(ends), 1);
        if (queue.length === 0) queues.delete(who);
        ends(false);
      }, longestWaitMs);
      queue.push(ends);
      queues.set(who, queue);
      begin();
    });
  return {
    async take(who, work) {
      if (isFull(who) || !(await turnOf(who))) return undefined;
      try {
        return { done: await work() };
      } finally {
        busy.delete(who);
        begin();
      }
    },
  };
}
