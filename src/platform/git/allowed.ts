/** Which repositories the operator allows to be read. */
import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../domain/problem.ts';

export interface AllowedRepositories {
  /** The address to ask, or why it may not be asked. */
  admit(url: string): { readonly url: string } | { readonly refused: string };
}

type Pattern =
  | { readonly kind: 'host'; readonly host: string; readonly below: boolean }
  | { readonly kind: 'folder'; readonly path: string };

const HOST = /^(\*\.)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?)$/;

/**
 * Patterns as they stand in `pratique.yaml`: `git.example`, `git.example:8443`, `*.git.example` (every host below it, not
 * itself), `file:///srv/mirrors/` (every repository in that folder). Throws `bad-config` for anything else.
 */
export function allowedRepositories(patterns: readonly string[]): AllowedRepositories {
  const allowed = patterns.map(parsePattern);
  return {
    admit(text) {
      const url = URL.parse(text);
      if (url === null) return { refused: 'it is no address' };
      if (url.protocol !== 'https:' && url.protocol !== 'file:')
        return { refused: `${url.protocol} is never asked, only https and folders of this machine` };
      url.username = '';
      url.password = '';
      url.search = '';
      url.hash = '';
      if (allowed.some((pattern) => covers(pattern, url))) return { url: url.href };
      const place = url.protocol === 'file:' ? 'that folder' : url.host;
      return { refused: `${place} is not among the allowed git hosts (git.hosts in pratique.yaml)` };
    },
  };
}

function covers(pattern: Pattern, url: URL): boolean {
  if (pattern.kind === 'folder') {
    if (url.protocol !== 'file:' || url.host !== '') return false;
    const inside = relative(pattern.path, fileURLToPath(url));
    return inside !== '' && !inside.startsWith('..') && !isAbsolute(inside);
  }
  if (url.protocol !== 'https:') return false;
  return pattern.below ? url.host.endsWith(`.${pattern.host}`) : url.host === pattern.host;
}

function parsePattern(text: string): Pattern {
  if (text.startsWith('file:///') && URL.canParse(text)) return { kind: 'folder', path: fileURLToPath(text) };
  const match = HOST.exec(text.toLowerCase());
  if (match?.[2] !== undefined) return { kind: 'host', host: match[2], below: match[1] !== undefined };
  throw new Problem({
    kind: 'usage',
    code: 'bad-config',
    what: 'pratique.yaml cannot be used',
    why: `git.hosts: ${JSON.stringify(text.slice(0, 80))} is no host name, no *.host, and no file:/// folder`,
    next: 'Correct that setting.',
  });
}
