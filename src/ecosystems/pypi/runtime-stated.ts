/** Whether the index page and the metadata inside a file ask for the same Python. */
import { excerpt } from '../../domain/content.ts';
import { headerFields } from './archive-metadata.ts';
import { parseSpecifierSet, type Specifier } from './specifiers.ts';
import { compareVersions } from './version.ts';

interface Listed {
  readonly filename: string;
  readonly requiresRuntime: string | undefined;
}

/**
 * Clients choose a file by the `Requires-Python` of the index page (PEP 503), and check the one inside when it has arrived.
 * A page that states none says nothing to compare with: plain ones state it of no file. Nor does the metadata of an old
 * source distribution, which has no such field.
 */
export function contradictsRuntime(inside: string, { filename, requiresRuntime: listed }: Listed): string | undefined {
  if (listed === undefined) return undefined;
  const stated = headerFields(inside).get('requires-python') ?? [];
  if (stated.length === 0 && !filename.endsWith('.whl')) return undefined;
  if (stated.length > 0 && stated.every((one) => isSameRange(one, listed))) return undefined;
  const said = stated.length === 0 ? 'for none' : `for ${excerpt(stated.join(' and '))}`;
  return `The index asks for Python ${excerpt(listed)}, the metadata inside ${said}`;
}

function isSameRange(a: string, b: string): boolean {
  const [first, second] = [parseSpecifierSet(a), parseSpecifierSet(b)];
  if (first === undefined || second === undefined) return withoutBlanks(a) === withoutBlanks(b);
  const isIn = (all: readonly Specifier[]) => (one: Specifier) => all.some((other) => isSame(one, other));
  return first.specifiers.every(isIn(second.specifiers)) && second.specifiers.every(isIn(first.specifiers));
}

/** `>=3.8` is `>=3.8.0`; where the number of parts counts, as in `~=3.8`, only the same text is the same. */
function isSame(a: Specifier, b: Specifier): boolean {
  if (a.operator !== b.operator) return false;
  if (a.text === b.text) return true;
  const isByParts = a.operator === '~=' || a.operator === '===' || a.wildcard || b.wildcard;
  if (isByParts || a.version === undefined || b.version === undefined) return false;
  return compareVersions(a.version, b.version) === 0;
}

function withoutBlanks(text: string): string {
  return text.replaceAll(/\s/g, '');
}
