import type { Finding } from '../../domain/evidence.ts';
import { purlOf } from '../../domain/purl.ts';
import type { Scanner } from '../contract.ts';
import { buildLikenessIndex, type LikenessIndex } from './likeness.ts';

/** One index for each list: lists are replaced whole, and the old index goes with the old list. */
const INDEXES = new WeakMap<readonly string[], LikenessIndex>();

function indexOf(names: readonly string[]): LikenessIndex {
  const index = INDEXES.get(names) ?? buildLikenessIndex(names);
  INDEXES.set(names, index);
  return index;
}

/** Names that may be mistaken for a popular one, or for one that is cleared here. */
export const lookalikeScanner: Scanner<'package'> = {
  id: 'lookalike',
  version: 1,
  looksAt: 'package',
  ecosystems: 'every',
  emits: ['typosquat'],
  staleAfterHours: 720,
  sees: 'Names one edit from a popular or cleared name, with other separators, look-alike letters, swapped words or bait added.',
  cannotSee: 'Whether the likeness is meant, names that sound alike, and names like those on no list.',
  async scan(subject, context) {
    const { name, ecosystem } = subject.package;
    const popular = await context.popularNames();
    const popularNames = popular.status === 'ready' ? popular.data : [];
    if (popularNames.includes(name)) return { status: 'completed', findings: [] };
    const cleared = await context.clearedNames();
    if (cleared.includes(name)) return { status: 'completed', findings: [] };
    const likeness = indexOf(popularNames).find(name) ?? indexOf(cleared).find(name);
    if (likeness !== undefined) {
      const rank = popularNames.indexOf(likeness.target) + 1;
      const finding: Finding = {
        kind: 'typosquat',
        severity: 'medium',
        subject: purlOf({ ecosystem, name }),
        summary: `${name} may be mistaken for ${likeness.target} (${likeness.method})`,
        location: undefined,
        data: { target: likeness.target, method: likeness.method, popularRank: rank > 0 ? rank : null },
      };
      return { status: 'completed', findings: [finding] };
    }
    if (popular.status === 'not-configured')
      return { status: 'failed', reason: 'no popularity list imported', retryable: false };
    if (popular.status === 'stale')
      return {
        status: 'failed',
        reason: `the popularity list is stale (imported ${popular.importedAt})`,
        retryable: true,
      };
    return { status: 'completed', findings: [] };
  },
};
