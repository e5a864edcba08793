/** A map that forgets what was used longest ago, by weight. */
export interface Recent<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  clear(): void;
}

/** Keeps values up to a total weight: bytes, or 1 each for a count. */
export function createRecent<K, V>(limit: number, weigh: (value: V) => number = () => 1): Recent<K, V> {
  const values = new Map<K, V>();
  let total = 0;
  const drop = (key: K) => {
    const value = values.get(key);
    if (value !== undefined && values.delete(key)) total -= weigh(value);
  };
  return {
    get(key) {
      const value = values.get(key);
      if (value === undefined) return undefined;
      values.delete(key);
      values.set(key, value);
      return value;
    },
    set(key, value) {
      drop(key);
      if (weigh(value) > limit) return;
      values.set(key, value);
      total += weigh(value);
      for (const oldest of values.keys()) {
        if (total <= limit) break;
        drop(oldest);
      }
    },
    clear() {
      values.clear();
      total = 0;
    },
  };
}
