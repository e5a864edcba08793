/** A request as people call it: ecosystem, name, extras and version. */
import { Problem } from '../../../domain/problem.ts';
import { parsePurl } from '../../../domain/purl.ts';
import type { Request } from '../../../features/requests/read.ts';

export function nameOf({ ecosystem, name, extras, version }: Request): string {
  const extra = extras.length === 0 ? '' : `[${extras.join(',')}]`;
  return `${ecosystem} ${name}${extra}${version === null ? '' : ` ${version}`}`;
}

interface Asked {
  readonly ecosystem: string | undefined;
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/**
 * What is asked for: `pypi rich --version 15.0.0`, or in one word as other commands take and print it,
 * `pkg:pypi/rich@15.0.0`. Throws `two-versions` where the word and the option disagree.
 */
export function packageAsked(asked: Asked): Asked {
  const purl = asked.name === undefined ? parsePurl(asked.ecosystem ?? '') : undefined;
  if (purl === undefined) return asked;
  const version = asked.version ?? purl.version;
  if (purl.version !== undefined && version !== purl.version)
    throw new Problem({
      kind: 'usage',
      code: 'two-versions',
      what: `${asked.ecosystem} and --version ${version} name two versions`,
      next: 'Name the version once.',
    });
  const extras = purl.extras.length === 0 ? '' : `[${purl.extras.join(',')}]`;
  return { ecosystem: purl.ecosystem, name: `${purl.name}${extras}`, version };
}
