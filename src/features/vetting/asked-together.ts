/** Questions to the database that come close together are asked as one. */

/** One question out of many: hears all keys and answers how to look each of them up. */
type FindAll<K, A> = (keys: readonly K[]) => Promise<(key: K) => A>;

interface Waiting<K, A> {
  readonly key: K;
  readonly resolve: (answer: A) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Asks for one key by a question that takes many: what comes in one turn of the event loop, or while a question is being
 * answered, is the next one. Nothing is remembered and nothing is asked ahead: each answer is as new as one that is asked for
 * alone. Where the common question fails, each of those who asked hears of it.
 */
export function askedTogether<K, A>(find: FindAll<K, A>): (key: K) => Promise<A> {
  let waiting: Waiting<K, A>[] = [];
  let isAsking = false;
  const ask = async () => {
    while (waiting.length > 0) {
      const asked = waiting;
      waiting = [];
      try {
        const answer = await find(asked.map(({ key }) => key));
        for (const { key, resolve } of asked) resolve(answer(key));
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    isAsking = false;
  };
  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (!isAsking) setImmediate(() => void ask());
      isAsking = true;
    });
}
