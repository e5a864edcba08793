import type { Finding } from '../../domain/evidence.ts';
import type { OtherBytes, Scanner } from '../contract.ts';

/** Other contents that are listed for one file name. */
const MOST_LISTED = 20;

const WORDS: Readonly<Record<OtherBytes['where'], string>> = {
  cleared: 'the file of this name and version that is cleared here has other bytes',
  seen: 'a file of this name and version was seen here with other bytes',
  listed: 'upstream lists other bytes for this name and version by now',
};

/**
 * A published version is what it is: indexes take no second upload of a file. Where the bytes behind one name and version
 * change nevertheless, the index, an account or the way to it is in other hands.
 */
export const replacedScanner: Scanner<'distribution'> = {
  id: 'replaced',
  version: 1,
  looksAt: 'distribution',
  ecosystems: 'every',
  emits: ['archive'],
  // Upstream's listing is read whenever a tree is vetted that holds the package.
  staleAfterHours: 24,
  byDigest: true,
  sees: 'A file whose name and version were seen or cleared here before with another SHA-256, and a cleared file for which upstream lists another hash by now (SHA-256, or SHA-512 or MD5 where the index gives only these).',
  cannotSee:
    'Files that were replaced before any was seen here, a change that upstream took back before it was asked again, and files that are listed without a hash.',
  async scan({ name, version, distribution, file }, context) {
    const { filename } = distribution;
    const others = await context.otherBytes({ name, version, filename, sha256: file.sha256, size: file.size });
    return { status: 'completed', findings: others.slice(0, MOST_LISTED).map((other) => findingOf(filename, other)) };
  },
};

function findingOf(filename: string, { where, hash, at }: OtherBytes): Finding {
  return {
    kind: 'archive',
    // Whoever installed the cleared file and whoever installs this one have different code under one name.
    severity: where === 'seen' ? 'high' : 'critical',
    subject: filename,
    summary: `same version, other bytes: ${WORDS[where]} (${hash}${at === undefined ? '' : `, ${at.slice(0, 10)}`})`,
    location: undefined,
    data: { code: 'same-version-other-bytes', where, hash, at: at ?? null },
  };
}
