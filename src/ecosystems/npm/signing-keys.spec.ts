import { expect, it } from 'vitest';
import { joinKeys } from './signing-keys.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const document = (...ids: string[]) =>
  bytes(JSON.stringify({ keys: ids.map((keyid) => ({ keyid, key: `key of ${keyid}`, expires: null })) }));
const idsIn = (joined: Uint8Array | undefined): readonly string[] =>
  JSON.parse(new TextDecoder().decode(joined)).keys.map(({ keyid }: { keyid: string }) => keyid);

it('gives the keys of one registry byte for byte', () => {
  const spaced = bytes('{ "keys": [{"keyid":"a", "key":"k"}] }');
  expect(joinKeys([spaced, bytes('<html>'), bytes('{"keys":[]}'), bytes('{"keys":[{"key":1}]}')])).toBe(spaced);
  expect(joinKeys([bytes('no keys'), bytes('{}')])).toBeUndefined();
});

it('has every key of several registries once, the first one of an id', () => {
  const other = bytes('{"keys":[{"keyid":"b","key":"another"},{"keyid":"c","key":"k"}]}');
  const joined = joinKeys([document('a', 'b'), other]);
  expect(idsIn(joined)).toEqual(['a', 'b', 'c']);
  expect(new TextDecoder().decode(joined)).toContain('key of b');
});
