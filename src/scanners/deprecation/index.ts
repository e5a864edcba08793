import { excerpt } from '../../domain/content.ts';
import type { Finding } from '../../domain/evidence.ts';
import type { Scanner } from '../contract.ts';

/** Characters of what the publisher says. */
const LONGEST_MESSAGE = 300;

/** Whether the publisher tells people to move on from a release. */
export const deprecationScanner: Scanner<'release'> = {
  id: 'deprecation',
  version: 1,
  looksAt: 'release',
  ecosystems: ['npm'],
  emits: ['maintenance'],
  // Publishers deprecate releases at any time; a week is what a decision may lag behind.
  staleAfterHours: 168,
  sees: 'From the listing of the registry: that the publisher has deprecated the release, and the words for it, which often name what to take instead.',
  cannotSee: 'Whether what is named instead is any better, and packages that were given up without a word.',
  async scan({ name, release, purl }) {
    const said = release.distributions.flatMap(({ deprecated }) => (deprecated === undefined ? [] : [deprecated]))[0];
    if (said === undefined) return { status: 'completed', findings: [] };
    const message = excerpt(said, LONGEST_MESSAGE);
    const finding: Finding = {
      kind: 'maintenance',
      severity: 'low',
      subject: purl,
      summary: `${name} ${release.version} is deprecated${message === '' ? '' : `: ${message}`}`,
      location: undefined,
      data: { code: 'deprecated', message },
    };
    return { status: 'completed', findings: [finding] };
  },
};
