import { excerpt } from './content.ts';
import type { PassedOver } from './evidence.ts';

/** Characters of a cause: names and ranges in it are a package's own words, and stand where a dossier begins. */
const LONGEST_CAUSE = 300;

/** What a resolver says of a release, as the cause: one line, cut, nothing in it that cannot be seen. */
export function causeInWords(reason: string): string {
  return excerpt(reason.replaceAll(/\s+/g, ' '), LONGEST_CAUSE);
}

/** `15.0.0 is cooling down until 2026-12-01`: which newer release was not taken, and why. */
export function wordsOfPassedOver({ version, reason, until, cause }: PassedOver): string {
  switch (reason) {
    case 'cooling-down':
      return `${version} is cooling down until ${until?.slice(0, 10)}`;
    case 'stopped':
      return `${version} is ${cause === undefined ? 'denied, quarantined or refused by policy' : `stopped: ${cause}`}`;
    case 'not-installable': {
      const why = cause ?? 'pratique vet with that version says why';
      return `${version} cannot be installed here with all that it needs: ${why}`;
    }
  }
}
