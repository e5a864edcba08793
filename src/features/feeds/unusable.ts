import { Problem } from '../../domain/problem.ts';
import type { FeedKind } from './kinds.ts';

const TITLES: Readonly<Record<FeedKind, string>> = {
  popularity: 'The popularity list',
  kev: 'The list of exploited flaws',
  epss: 'The list of exploit chances',
  'trust-root': 'The trust root',
  malicious: 'The list of malicious files and packages',
  'breached-passwords': 'leaked passwords',
  yara: 'The YARA rules',
};

/** A feed that cannot be taken in, with the line that stops it. */
export function unusableFeed(kind: FeedKind, why: string): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'feed-unusable',
    what: `${TITLES[kind]} cannot be imported`,
    why,
    next: 'Correct the list and import it again; nothing was changed.',
  });
}
