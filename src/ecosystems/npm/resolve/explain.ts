/** npm's errors of resolving, in plain words and with the chain of packages that led there. */
import { z } from 'zod';
import { alsoStopped } from '../../../domain/stopped-release.ts';
import type { Resolution } from '../../contract.ts';

type Words = Pick<Extract<Resolution, { readonly status: 'unsatisfiable' }>, 'code' | 'reason' | 'name'>;

const Spec = z.object({ name: z.string(), spec: z.string() });
/** What npm attaches to its errors, as far as it is read here. */
const Failure = z.object({
  code: z.string(),
  message: z.string(),
  name: z.string().optional(),
  wanted: z.string().optional(),
  package: z.string().optional(),
  requiredBy: z.string().optional(),
  edge: Spec.extend({
    from: z.object({ name: z.string().optional(), version: z.string().optional() }).optional(),
  }).optional(),
  current: z.object({ name: z.string(), version: z.string() }).optional(),
});

/** Characters of npm's own words that are told: they hold what a package wrote. */
const MOST_SAID = 200;

/** The words of an error of the tree builder; `undefined` for one that is none of resolving. */
export function explained(
  error: unknown,
  stoppedIn: (name: string, range: string | undefined) => string | undefined,
): Words | undefined {
  const read = Failure.safeParse(error instanceof Error ? { ...error, message: error.message } : error);
  if (!read.success) return undefined;
  const { code, name = '', wanted = '', edge, current } = read.data;
  const chain = chainOf(read.data.requiredBy);
  switch (code) {
    case 'E404':
      return { code: 'unknown-package', name, reason: `no source knows ${name}${chain}` };
    case 'ETARGET':
    case 'ENOVERSIONS':
      return {
        code: 'no-match',
        name,
        reason: `no version of ${name} that may be used is in ${wanted || 'any range'}${chain}${alsoStopped(stoppedIn(name, wanted || undefined))}`,
      };
    case 'ERESOLVE': {
      const asks =
        edge === undefined ? '' : ` ${edge.from?.name ?? 'the request'} asks for ${edge.name} ${edge.spec} as its peer`;
      const has = current === undefined ? '' : `, and the tree has ${current.name} ${current.version}`;
      return {
        code: 'conflict',
        name: edge?.name ?? '',
        reason: `peer dependencies contradict each other:${asks}${has}`,
      };
    }
    // `link:`, `portal:`, `workspace:` and the like (npm-package-arg).
    case 'EUNSUPPORTEDPROTOCOL':
      return {
        code: 'no-match',
        name: '',
        reason: `a dependency is not a release of a registry: only those can be vetted (${read.data.message.slice(0, MOST_SAID)})${chain}`,
      };
    default:
      if (!/^EALLOW(?:GIT|REMOTE|FILE|DIRECTORY)$/.test(code)) return undefined;
      return {
        code: 'no-match',
        name: read.data.package ?? '',
        reason: `${read.data.package ?? 'a dependency'} is not a release of a registry: only those can be vetted${chain}`,
      };
  }
}

/** `node_modules/a/node_modules/b` is who asked: `, needed by a > b`. */
function chainOf(location: string | undefined): string {
  const names = (location ?? '').split('node_modules/').flatMap((part) => {
    const name = part.replace(/\/$/, '');
    return name === '' || name === '.' ? [] : [name];
  });
  return names.length === 0 ? '' : `, needed by ${names.join(' > ')}`;
}
