/** Which tag of a repository stands for a version. Pure. */
import type { GitTag } from '../../domain/source-code.ts';
import type { VersionRules } from '../../ecosystems/contract.ts';

export interface Wanted {
  readonly name: string;
  readonly version: string;
  readonly versions: Pick<VersionRules, 'compare' | 'normalise'>;
}

/** `v1.2`, `1.2`, `release-1.2`, `rel_1_2`, `releases/v1.2`, … */
const PLAIN = /^(?:(?:v|r|rel|release|releases|version|ver)[-_/.]?){0,2}(\d.*)$/i;
/** Tags that are looked at: the busiest repositories have some ten thousand. */
const MAX_TAGS = 50_000;

/** The tag of the version; one that also names the package goes before one that does not (several in one repository). */
export function tagOf(tags: readonly GitTag[], wanted: Wanted): GitTag | undefined {
  const matching = tags.slice(0, MAX_TAGS).flatMap((tag) => {
    const named = matchOf(tag.name, wanted);
    return named === undefined ? [] : [{ tag, named }];
  });
  return (matching.find(({ named }) => named) ?? matching[0])?.tag;
}

/** Whether the tag names the package beside the version; `undefined` where it is not of this version. */
function matchOf(text: string, { name, version, versions }: Wanted): boolean | undefined {
  const named = nameIn(text, name);
  const [, number = ''] = PLAIN.exec(text.slice(named)) ?? [];
  const spelled = [number, number.replaceAll('_', '.'), number.replaceAll('-', '.')];
  const isVersion = spelled.some((one) => {
    const normal = versions.normalise(one);
    return normal !== undefined && versions.compare(normal, version) === 0;
  });
  return isVersion ? named > 0 : undefined;
}

/**
 * Characters of the package's name at the start of a tag, with what parts it from the version; 0 where it is not there.
 * `@scope/name` is tagged by both parts or by the last alone.
 */
function nameIn(text: string, name: string): number {
  for (const one of [name, name.slice(name.lastIndexOf('/') + 1)]) {
    const parts = one.split(/[-_.]+/).map((part) => part.replaceAll(/[^A-Za-z0-9]/g, '\\$&'));
    const match = new RegExp(`^${parts.join('[-_.]*')}[-_/@.]`, 'i').exec(text);
    if (match !== null) return match[0].length;
  }
  return 0;
}
