import type { Finding, Severity } from '../../domain/evidence.ts';
import type { Scanner, Subject } from '../contract.ts';
import { checkSignature, keysIn, type Signature } from './check.ts';

const NOT_SIGNED = 'The registries that are configured publish no keys to verify signatures of releases with';

/** Whether the registry signed what its index says of a file: `name@version:integrity`, ECDSA over P-256 (npm). */
export const registrySignatureScanner: Scanner<'distribution'> = {
  id: 'registry-signature',
  version: 1,
  looksAt: 'distribution',
  ecosystems: ['npm'],
  emits: ['provenance'],
  // A statement about fixed bytes; keys that are published later are seen when the release is vetted again.
  staleAfterHours: null,
  sees: "The registry's signature over name, version and hash of a tarball, verified with the keys that it publishes: valid, false, by a key that it does not publish, by a key that had expired when the release was published, or none at all.",
  cannotSee:
    'Whether the registry or its keys are honest: keys and signatures come from the same place, so that this notices what a mirror, a cache or a later change of the index made of a release, and no registry that lies. Anything where no keys are published.',
  async scan(subject, context) {
    const text = await context.signingKeys();
    if (text === undefined) return { status: 'not-applicable', reason: NOT_SIGNED };
    const keys = keysIn(text);
    if (keys === undefined)
      return { status: 'failed', reason: 'The keys that the registry publishes could not be read', retryable: true };
    const { signed, uploadedAt } = subject.distribution;
    if (signed === undefined || signed.signatures.length === 0)
      return { status: 'completed', findings: [unsigned(subject)] };
    const findings = signed.signatures.map((signature) =>
      found(subject, signature, checkSignature({ statement: signed.statement, signature, keys, uploadedAt })),
    );
    return { status: 'completed', findings };
  },
};

function unsigned(subject: Subject<'distribution'>): Finding {
  const { name, version } = subject;
  return finding(subject, { code: 'unsigned', severity: 'low' }, `${name} ${version} is not signed by its registry`);
}

function found(
  subject: Subject<'distribution'>,
  { keyid }: Signature,
  result: ReturnType<typeof checkSignature>,
): Finding {
  const { filename } = subject.distribution;
  const say = (severity: Severity, summary: string) => finding(subject, { code: result, severity, keyid }, summary);
  switch (result) {
    case 'verified':
      return say('info', `The registry signed name, version and hash of ${filename}`);
    case 'invalid':
      return say('high', `The signature of the registry does not fit name, version and hash of ${filename}`);
    case 'key-unknown':
      return say('medium', `${filename} is signed with a key that the registry does not publish`);
    case 'key-expired':
      return say(
        'medium',
        `${filename} is signed with a key that had expired, or that may have, when it was published`,
      );
  }
}

function finding(
  { distribution }: Subject<'distribution'>,
  { severity, ...data }: { readonly severity: Severity; readonly code: string; readonly keyid?: string },
  summary: string,
): Finding {
  return { kind: 'provenance', severity, subject: distribution.filename, summary, location: undefined, data };
}
