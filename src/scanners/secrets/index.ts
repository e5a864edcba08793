import { type ContentFile, type ContentSubject, isIllustration } from '../../domain/content.ts';
import type { Finding, Severity } from '../../domain/evidence.ts';
import { purlOf } from '../../domain/purl.ts';
import type { ContentScanner } from '../contract.ts';
import { type Candidate, candidatesIn } from './candidates.ts';
import { secretsDeclaration } from './declaration.ts';
import { masked } from './values.ts';

/** Findings of one distribution; a reviewer who has seen so many knows enough. */
const MAX_FINDINGS = 200;
/** Findings of one file: a key list is one thing to look at. */
const MAX_PER_FILE = 20;

/** One level down: what stands in tests and documentation is more often made up than meant. */
const MILDER: Readonly<Record<Severity, Severity>> = {
  critical: 'medium',
  high: 'low',
  medium: 'low',
  low: 'info',
  info: 'info',
  none: 'none',
  unknown: 'unknown',
};

interface Seen {
  finding: Finding;
  places: number;
}

/** Collects candidates over the files; one value is one finding, wherever else it stands. */
class Collection {
  private readonly subject: string;
  private readonly holder: ContentSubject;
  private readonly byValue = new Map<string, Seen>();
  private cut = 0;

  constructor(holder: ContentSubject) {
    this.holder = holder;
    this.subject = purlOf(holder);
  }

  look(file: ContentFile): void {
    const { candidates, complete } = candidatesIn(file);
    let fresh = 0;
    if (!complete) this.cut += 1;
    for (const candidate of candidates) {
      const seen = this.byValue.get(candidate.value);
      if (seen !== undefined) this.seeAgain(seen, candidate, file);
      else if (fresh >= MAX_PER_FILE || this.byValue.size >= MAX_FINDINGS) this.cut += 1;
      else {
        fresh += 1;
        this.byValue.set(candidate.value, { finding: this.findingOf(candidate, file), places: 1 });
      }
    }
  }

  findings(): readonly Finding[] {
    const found = [...this.byValue.values()].map(({ finding, places }) => ({
      ...finding,
      data: { ...finding.data, places },
    }));
    if (this.cut === 0) return found;
    const summary = `${this.cut} more places that may hold secrets are not listed`;
    const data = { code: 'not-listed', count: this.cut };
    return [
      ...found,
      { kind: 'secret', severity: 'medium', subject: this.subject, summary, location: undefined, data },
    ];
  }

  /** What stands in tests or documentation too is told where it is no illustration. */
  private seeAgain(seen: Seen, candidate: Candidate, file: ContentFile): void {
    seen.places += 1;
    if (seen.finding.data['illustration'] === true && !isIllustration(file.path, this.holder))
      seen.finding = this.findingOf(candidate, file);
  }

  private findingOf(candidate: Candidate, file: ContentFile): Finding {
    const { id, title, value, line, proof, entropy } = candidate;
    const illustration = isIllustration(file.path, this.holder);
    const severity = illustration ? MILDER[candidate.severity] : candidate.severity;
    const where = illustration ? ', in tests or documentation' : '';
    const proven =
      proof === 'valid' ? ', its form checks out' : proof === 'broken' ? ', its checksum does not hold' : '';
    return {
      kind: 'secret',
      severity,
      subject: this.subject,
      summary: `${title}${proven}${where}: ${masked(value)}`,
      location: file.text === undefined ? file.path : `${file.path}:${line}`,
      data: { code: id, cwe: 'CWE-798', proof, illustration, entropy: Math.round(entropy * 100) / 100 },
    };
  }
}

/**
 * Finds keys, tokens and passwords in the bytes of any file. Never repeats one whole: evidence is read by more people
 * than should have it.
 */
export const secretsScanner: ContentScanner = {
  ...secretsDeclaration,
  inspect(subject) {
    const collection = new Collection(subject);
    return {
      file: (file) => collection.look(file),
      done: () => ({ status: 'completed', findings: collection.findings() }),
    };
  },
};
