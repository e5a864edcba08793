/** What the provenance scanner says, in one form: about one file, with a code that policy can ask for. */
import type { Finding, Severity } from '../../domain/evidence.ts';

export interface Claim {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  /** The file, or the release where it holds for all of its files. */
  readonly subject: string;
  readonly data?: Finding['data'];
}

export function findingOf({ code, severity, summary, subject, data }: Claim): Finding {
  return { kind: 'provenance', severity, subject, summary, location: undefined, data: { code, ...data } };
}
