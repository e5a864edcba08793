/** What a project writes behind the name of a package it needs: a version, a range, another name, or another place. */
import { validRange } from 'semver';
import type { NeededPackage } from '../../contract.ts';
import { normaliseVersion } from '../versions.ts';
import { needed } from './release.ts';

/** Ranges that any version satisfies. */
const ANY: readonly string[] = ['', '*', 'x', 'latest'];

/** Nothing for what lies in the project itself. Throws `not-a-release` where it comes from no registry. */
export function readRange(name: string, range: string): readonly NeededPackage[] {
  if (/^(?:file|link|workspace|portal):/.test(range)) return [];
  const alias = /^npm:(@?[^@]+)(?:@(.+))?$/.exec(range);
  const [real, wanted] = alias === null ? [name, range] : [alias[1] ?? name, alias[2] ?? ''];
  if (/[/:]/.test(wanted)) return [needed(real, '', wanted)];
  const version = normaliseVersion(wanted) ?? null;
  const isRange = version === null && validRange(wanted) !== null && !ANY.includes(wanted);
  return [{ name: real, version, ...(isRange ? { range: wanted } : {}) }];
}
