import { expect, it } from 'vitest';
import { ARCHIVES } from './archive-catalog.ts';
import { ECOSYSTEMS } from './catalog.ts';

it('reads the archives of every ecosystem, as the ecosystem itself says', async () => {
  const loaded = await Promise.all(Object.entries(ARCHIVES).map(async ([id, load]) => [id, await load()] as const));
  expect(loaded.map(([id]) => id).toSorted()).toEqual(ECOSYSTEMS.map(({ id }) => id).toSorted());
  for (const [id, archives] of loaded) expect(archives).toBe(ECOSYSTEMS.find((one) => one.id === id)?.archives);
});
