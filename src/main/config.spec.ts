import { describe, expect, it } from 'vitest';
import { CONFIG_TEXT, configuredSources, parseConfig } from './config.ts';

describe('pratique.yaml', () => {
  it('spells out every default: the commented text means the same as an empty file', () => {
    expect(parseConfig(CONFIG_TEXT, 'pratique.yaml')).toEqual(parseConfig('', 'pratique.yaml'));
  });

  it('refuses a setting it does not know, and names it', () => {
    expect(() => parseConfig('server:\n  prot: 80\n', 'pratique.yaml')).toThrow(/server.*prot/);
  });

  it('refuses an address that is none', () => {
    const text = 'sources:\n  pypi:\n    - name: main\n      url: ftp://upstream.example/\n';
    expect(() => parseConfig(text, 'pratique.yaml')).toThrow(/sources\.pypi/);
  });

  it('lets groups of an identity provider make operators only where that is said in so many words', () => {
    const text = (says: string) =>
      `sign_in:\n  providers:\n    - { name: haven, issuer: "https://id.haven.example", client_id: x, roles: { ops: operator }${says} }\n`;
    expect(() => parseConfig(text(''), 'pratique.yaml')).toThrow(/says_operators/);
    expect(parseConfig(text(', says_operators: true'), 'x').sign_in.providers[0]?.roles).toEqual({ ops: 'operator' });
  });

  it('gives the sources of an ecosystem as the operator wrote them', () => {
    const text =
      'sources:\n  pypi:\n    - name: main\n      url: https://upstream.example/simple/\n      only: [internal-*]\n';
    expect(configuredSources(parseConfig(text, 'x'), 'pypi')).toEqual([
      {
        name: 'main',
        kind: 'index',
        url: 'https://upstream.example/simple/',
        only: ['internal-*'],
        caFile: undefined,
        proxy: undefined,
      },
    ]);
    expect(configuredSources(parseConfig('', 'x'), 'pypi')).toBe('discover');
    expect(configuredSources(parseConfig('', 'x'), 'npm')).toBe('discover');
    expect(configuredSources(parseConfig('', 'x'), 'nowhere')).toBeUndefined();
  });
});
