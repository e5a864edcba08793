/** What the build of a source distribution asks for, read from its `pyproject.toml` without running anything of it. */
import { parse } from 'smol-toml';
import { z } from 'zod';
import { decodeUtf8 } from '../archives/names.ts';

/** Bytes of a `pyproject.toml` that is read; the longest ordinary ones, with the settings of many tools, have 100 kB. */
export const MAX_PYPROJECT = 1024 * 1024;
/** Tables and arrays inside one another; ordinary files stay under 10, and the parser recurses. */
const MAX_TOML_DEPTH = 100;
/** Requirements of one build; ordinary ones have fewer than 20, generated ones some hundred. */
const MAX_BUILD_REQUIREMENTS = 1000;
/** Characters of one requirement; the reader of requirements takes no longer ones. */
const MAX_REQUIREMENT_CHARACTERS = 16_384;

/**
 * What installers install where a source tree states nothing (PEP 517, "Source trees": the setuptools back end that runs
 * `setup.py`). pip: `_internal/pyproject.py`, `setuptools>=40.8.0`, up to 23.2 with `wheel` beside it, which setuptools
 * before 70.1 needs to make a wheel; both are taken, so that old and new clients find what they ask for.
 */
export const DEFAULT_BUILD_REQUIRES: readonly string[] = ['setuptools>=40.8.0', 'wheel'];

/** PEP 518: the table may be missing; where it stands, `requires` is mandatory and a list of texts. */
const pyprojectSchema = z.object({
  'build-system': z
    .object({ requires: z.array(z.string().max(MAX_REQUIREMENT_CHARACTERS)).max(MAX_BUILD_REQUIREMENTS) })
    .optional(),
});

/**
 * The PEP 508 texts of `[build-system] requires` (PEP 518), verbatim; the default where there is no such table, `null`
 * where the bytes are no `pyproject.toml` that an installer would build from.
 */
export function buildRequiresOf(pyproject: Uint8Array): readonly string[] | null {
  const text = decodeUtf8(pyproject);
  if (text === undefined || pyproject.byteLength > MAX_PYPROJECT) return null;
  let table: unknown;
  try {
    table = parse(text, { maxDepth: MAX_TOML_DEPTH, integersAsBigInt: true });
  } catch {
    return null;
  }
  const parsed = pyprojectSchema.safeParse(table);
  if (!parsed.success) return null;
  return parsed.data['build-system']?.requires ?? DEFAULT_BUILD_REQUIRES;
}
