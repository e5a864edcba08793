import { excerpt } from '../../domain/content.ts';
import type { Finding } from '../../domain/evidence.ts';
import type { Scanner, Subject } from '../contract.ts';
import { readFields } from '../syntax/fields.ts';

/** Fields of `DESCRIPTION` that say what must be there before a package is installed ("Writing R Extensions", 1.1.1). */
const FIELDS = ['Package', 'SystemRequirements', 'NeedsCompilation', 'OS_type', 'Built'] as const;
/** Characters of the package's own words that are repeated. */
const LONGEST_WORDS = 500;

/** What a package says that the system must have: R installs nothing of it, and fails without. */
export const systemRequirementsScanner: Scanner<'distribution'> = {
  id: 'system-requirements',
  version: 1,
  looksAt: 'distribution',
  ecosystems: ['cran'],
  emits: ['system-requirement'],
  // The metadata never changes.
  staleAfterHours: null,
  sees: 'System libraries and programs that an R package says it needs (SystemRequirements), whether it has code to compile, and whether it is for one kind of system alone (OS_type).',
  cannotSee:
    'What a package needs and does not say, and whether the computers of researchers have it: a trial of the installation on the same image answers that. Requirements are free text and are repeated, not understood.',
  async scan(subject) {
    const { examination } = subject.file;
    if (examination.status === 'failed')
      return { status: 'failed', reason: `The file could not be examined: ${examination.reason}`, retryable: true };
    const fields = new Map(readFields(examination.result.metadata ?? '', FIELDS));
    if (!fields.has('Package'))
      return { status: 'failed', reason: 'The metadata inside the file could not be read', retryable: false };
    return { status: 'completed', findings: findingsOf(subject, fields) };
  },
};

function findingsOf(subject: Subject<'distribution'>, fields: ReadonlyMap<string, string>): readonly Finding[] {
  const text = (field: (typeof FIELDS)[number]) => fields.get(field)?.replaceAll(/\s+/g, ' ').trim() ?? '';
  const { name, version } = subject;
  const found: Finding[] = [];
  const stated = text('SystemRequirements');
  if (stated !== '') {
    const words = excerpt(stated, LONGEST_WORDS);
    const summary = `${name} ${version} needs of the system, in its own words: ${words}`;
    found.push(finding(subject, { code: 'stated', severity: 'low', summary, words }));
  }
  if (text('NeedsCompilation').toLowerCase() === 'yes' && text('Built') === '') {
    const summary = `${name} ${version} has code to compile: installing it takes compilers`;
    found.push(finding(subject, { code: 'compiles', severity: 'info', summary, words: 'yes' }));
  }
  const system = text('OS_type').toLowerCase();
  if (system !== '') {
    const words = excerpt(system);
    const summary = `${name} ${version} is for one kind of system alone: ${words}`;
    found.push(finding(subject, { code: 'one-system', severity: system === 'unix' ? 'info' : 'low', summary, words }));
  }
  return found;
}

interface Claim extends Pick<Finding, 'severity' | 'summary'> {
  readonly code: string;
  readonly words: string;
}

/** About the release: files of one release that say the same are one finding. */
function finding({ purl }: Subject<'distribution'>, { code, severity, summary, words }: Claim): Finding {
  return {
    ...{ kind: 'system-requirement', severity, subject: purl, summary, location: undefined },
    data: { code, words },
  };
}
