/** Lets at most `most` tasks run at once; the others wait in the order they came. */
export function createGate(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      // A place that is handed on stays taken.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/** What was read before, held up to a weight; what was asked for longest ago goes first. */
export interface Held<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
}

/** An empty memory. `weigh` says what one value takes, in the unit of `most`; a value heavier than `most` is not held. */
export function createHeld<T>(most: number, weigh: (value: T) => number): Held<T> {
  // A Map keeps the order of insertion: what is asked for is put in anew, so the first is the oldest.
  const values = new Map<string, { readonly value: T; readonly weight: number }>();
  let total = 0;
  const drop = (key: string) => {
    total -= values.get(key)?.weight ?? 0;
    values.delete(key);
  };
  return {
    get: (key) => {
      const held = values.get(key);
      if (held === undefined) return undefined;
      values.delete(key);
      values.set(key, held);
      return held.value;
    },
    set: (key, value) => {
      drop(key);
      const weight = weigh(value);
      if (weight > most) return;
      values.set(key, { value, weight });
      total += weight;
      for (const oldest of values.keys()) {
        if (total <= most) return;
        drop(oldest);
      }
    },
  };
}
