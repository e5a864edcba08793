import { expect, test } from 'vitest';
import { nearVersions } from './near-versions.ts';

const order = {
  compare: (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true }),
  isPrerelease: (version: string) => version.includes('-'),
};
const listed = ['3.0.0', '1.0.0', '10.0.0', '4.0.0-nightly.2', '2.0.0', '4.0.0-nightly.1', '11.0.0-nightly.1'];

test('The versions on either side are named and the newest, the oldest first', () => {
  expect(nearVersions(['6', '1', '5', '2', '4', '3', '10'], '3.5', order)).toEqual(['2', '3', '4', '5', '10']);
});

test('Whoever asked for a full version is told of full ones, not of nightly builds', () => {
  expect(nearVersions(listed, '77.0.0', order)).toEqual(['3.0.0', '10.0.0']);
  expect(nearVersions(listed, null, order)).toEqual(['3.0.0', '10.0.0']);
});

test('Whoever asked for a nightly build is told of those too, and so are all where there is nothing else', () => {
  expect(nearVersions(listed, '4.0.0-nightly.3', order)).toContain('4.0.0-nightly.2');
  expect(nearVersions(['4.0.0-nightly.1'], '4.0.0', order)).toEqual(['4.0.0-nightly.1']);
});
