/**
 * What a project wants instead of what its dependencies ask for: `overrides` of npm, `resolutions` of Yarn, `pnpm.overrides`.
 * Clients install these releases, so they are among those that a project needs.
 */
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import type { NeededPackage } from '../../contract.ts';
import { readRange } from './ranges.ts';

/** npm's overrides name packages within packages; nobody writes more levels than a path in a tree has. */
const MOST_LEVELS = 20;

const table = z.record(z.string(), z.unknown());
const Overriding = z.looseObject({
  overrides: table.default({}),
  resolutions: table.default({}),
  pnpm: z.looseObject({ overrides: table.default({}) }).default({ overrides: {} }),
});

/** Nothing where the file has none, or none that can be read. */
export function readOverrides(json: unknown): readonly NeededPackage[] {
  const file = Overriding.safeParse(json);
  if (!file.success) return [];
  const { overrides, resolutions, pnpm } = file.data;
  return [...nested(overrides, undefined, 0), ...flat(resolutions), ...flat(pnpm.overrides)];
}

/** npm (package.json documentation, "overrides"): `.` is the package that the level is about. */
function nested(
  level: Readonly<Record<string, unknown>>,
  about: string | undefined,
  depth: number,
): readonly NeededPackage[] {
  if (depth > MOST_LEVELS)
    throw new Problem({
      kind: 'usage',
      code: 'not-a-release',
      what: `The overrides name packages within packages, more than ${MOST_LEVELS} deep`,
      next: 'Name the packages without so many of those that they lie in.',
    });
  return Object.entries(level).flatMap(([key, value]) => {
    const name = key === '.' ? about : nameIn(key);
    if (name === undefined) return [];
    if (typeof value === 'string') return wanted(name, value);
    const below = table.safeParse(value);
    return below.success ? nested(below.data, name, depth + 1) : [];
  });
}

/** Yarn (`a/**\/b`, `a/b`, `b@npm:1.0.0`) and pnpm (`a@1>b`): the last name is the one that is replaced. */
function flat(level: Readonly<Record<string, unknown>>): readonly NeededPackage[] {
  return Object.entries(level).flatMap(([key, value]) => {
    const name = nameIn(key.split('>').at(-1) ?? '');
    return name === undefined || typeof value !== 'string' ? [] : wanted(name, value);
  });
}

/** The last package that a key names, without what stands behind its `@`. */
function nameIn(key: string): string | undefined {
  return /(?:^|\/)((?:@[^/@]+\/)?[^/@]+)(?:@.*)?$/.exec(key)?.[1];
}

/** `$name` is the range of a dependency that stands in the file itself; `-` (pnpm) leaves the package out. */
function wanted(name: string, range: string): readonly NeededPackage[] {
  return range.startsWith('$') || range === '-' ? [] : readRange(name, range);
}
