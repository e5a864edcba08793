import { describe, expect, it } from 'vitest';
import { ECOSYSTEMS } from '../ecosystems/catalog.ts';
import { parseConfig } from './config.ts';
import { ownNames } from './own-names.ts';

const namesIn = (text: string) => ownNames(parseConfig(text, 'x'), ECOSYSTEMS).get('pypi');

describe("the operator's own names", () => {
  it('are compared as names are, however they are written', () => {
    const own = namesIn(
      'reserved_names:\n  pypi: [My_Team.Tools, Internal_*]\nsources:\n  pypi:\n    - name: inside\n      url: https://upstream.example/simple/\n      only: [My_Team.Tools, Internal_*]\n',
    );
    expect(own?.reserved).toEqual(['my-team-tools', 'internal-*']);
    expect(own?.sources).toMatchObject([{ name: 'inside', only: ['my-team-tools', 'internal-*'] }]);
  });

  it.each([
    ['reserved_names:\n  pypi: ["*-internal"]\n', '*-internal'],
    ['reserved_names:\n  pypi: ["in ternal"]\n', 'in ternal'],
    ['reserved_names:\n  PyPI: [internal]\n', 'PyPI'],
    ['sources:\n  pypi:\n    - {name: a, url: "https://upstream.example/", only: ["-x"]}\n', '-x'],
  ])('must be able to match: %j', (text, named) => {
    expect(() => namesIn(text)).toThrow(
      expect.objectContaining({ code: 'bad-config', why: expect.stringContaining(named) }),
    );
  });
});
