// Two branches that each add "the next" migration would give one number to both, and databases would differ in their order.
/** Migrations whose number is taken, or leaves a gap: `path: what`. */
export function misnumberedMigrations(sources) {
  const paths = sources.map(({ path }) => path).filter((path) => /^migrations\/.*[.]ts$/.test(path));
  if (paths.length === 0) return ['migrations: none were read'];
  let last = 0;
  return paths.toSorted().flatMap((path) => {
    const number = Number(/^migrations\/(\d{4})-[a-z0-9-]+[.]ts$/.exec(path)?.[1]);
    if (Number.isNaN(number)) return [`${path}: a migration is called NNNN-name.ts`];
    const wanted = last + 1;
    const isTaken = number === last;
    last = number;
    if (number === wanted) return [];
    return [
      `${path}: ${isTaken ? 'its number is taken' : 'it leaves a gap'}; ${String(wanted).padStart(4, '0')} is next`,
    ];
  });
}
