import { expect, it } from 'vitest';
import { heldUpBy } from './held-up.ts';
import type { Stop } from './store.ts';

const stop: Stop = {
  kind: 'denied',
  id: 'D-1',
  channel: null,
  ecosystem: 'pypi',
  name: 'wood',
  versions: null,
  advisory: null,
  since: '2026-01-01T00:00:00Z',
};
const because = 'pkg:pypi/wood@1.0.0';
const cameWith = { name: 'app', version: '2.0.0' };
const stopsOf = (name: string) => (name === 'wood' ? [stop] : []);
const heldUp = (name: string, version: string) =>
  heldUpBy({ leftOut: [], lost: [{ name, version, cameWith, because, id: 'D-1' }] }, stopsOf, { name, version });

it('names the accepted release that brought what is gone', () => {
  expect(heldUp('gear', '1.0.0')).toMatchObject({ by: { name: 'wood', version: '1.0.0' }, cameWith });
});

it('says of the version that some targets took instead of the accepted one that it needs what is stopped, not that the accepted one does', () => {
  expect(heldUp('app', '1.0.0')).toEqual({ version: '1.0.0', by: { name: 'wood', version: '1.0.0' }, stop });
});
