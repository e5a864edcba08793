import { describe, expect, it } from 'vitest';
import { tokenShown } from './asker.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the token that a package client shows', () => {
  it.each([
    ['a bearer token', 'Bearer prtq_x', 'prtq_x'],
    ['in any case', 'bearer prtq_x', 'prtq_x'],
    ['the password of Basic', basic('token:prtq_x'), 'prtq_x'],
    ['beside any user name', basic(':prtq_x'), 'prtq_x'],
    ['whole, where it holds colons', basic('a:b:c'), 'b:c'],
    ['never the user name', basic('prtq_x:'), ''],
    ['nor a text without a colon', basic('prtq_x'), ''],
    ['another scheme', 'Digest username="x"', ''],
    ['nonsense', 'Basic', ''],
    ['an empty header', '', ''],
  ])('%s', (_what, header, token) => {
    expect(tokenShown(header)).toBe(token);
  });

  it('is nothing where nothing is shown', () => {
    expect(tokenShown(undefined)).toBeUndefined();
  });
});
