import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readTrustRoots } from '../../features/feeds/trust-root.ts';
import { attestedBy } from './attested.ts';
import { formOf } from './documents.ts';

/** Real provenance objects and the files they are for; not part of the product (skipped where they are not there). */
const DATA = fileURLToPath(new URL('../../../../shared/data/attestations/pep740-assets.json', import.meta.url));
const present = existsSync(DATA);
const assets = new Map<string, Buffer>(
  present
    ? JSON.parse(readFileSync(DATA, 'utf8')).map((one: { file: string; content_b64: string }) => [
        one.file,
        Buffer.from(one.content_b64, 'base64'),
      ])
    : [],
);
const asset = (name: string) => assets.get(name) ?? Buffer.alloc(0);
const form = formOf('pypi');
const roots = present ? readTrustRoots(asset('sigstore-trusted_root.json').toString()) : [];

/** What the file's attestations come to, by a file's name and bytes; a lone attestation is wrapped as an index would. */
function attested(filename: string, document: string, bytes = asset(filename)) {
  const json = JSON.parse(asset(document).toString());
  const whole =
    'attestation_bundles' in json
      ? json
      : { version: 1, attestation_bundles: [{ publisher: { kind: 'GitHub' }, attestations: [json] }] };
  const hex = createHash('sha256').update(bytes).digest('hex');
  const isSubject = (name: string) => form?.isSubject(name, { filename, purl: '' }) ?? false;
  return attestedBy(form?.parse(JSON.stringify(whole)) ?? [], { isSubject, algorithm: 'sha256', hex }, roots);
}

describe.skipIf(!present)('real attestations (needs the shared test data beside the project)', () => {
  const SDIST = 'pypi_attestations-0.0.19.tar.gz';

  it('are verified, with the build that they name', () => {
    expect(attested(SDIST, `${SDIST}.provenance`)).toMatchObject({
      invalid: [],
      unverifiable: [],
      disagreeing: [],
      publishers: [
        {
          issuer: 'https://token.actions.githubusercontent.com',
          repository: 'https://github.com/trailofbits/pypi-attestations',
          workflow: '.github/workflows/release.yml',
        },
      ],
    });
  });

  it.each([
    [SDIST, `${SDIST}.publish.attestation`],
    [SDIST, `${SDIST}.slsa.attestation`],
    ['gitlab_oidc_project-0.0.3.tar.gz', 'gitlab_oidc_project-0.0.3.tar.gz.publish.attestation'],
  ])('of %s in %s are verified alone', (filename, document) => {
    expect(attested(filename, document)).toMatchObject({ verified: [{}], invalid: [], unverifiable: [] });
  });

  it('are invalid for other bytes and for another file', () => {
    expect(attested(SDIST, `${SDIST}.provenance`, Buffer.from('x')).invalid).toMatchObject([
      { code: 'subject-digest' },
    ]);
    expect(attested('rfc8785-0.1.2-py3-none-any.whl', `${SDIST}.provenance`).invalid).toMatchObject([
      { code: 'subject-name' },
    ]);
  });

  it('of a log that the trust root does not know prove nothing', () => {
    const wheel = 'rfc8785-0.1.2-py3-none-any.whl';
    expect(attested(wheel, `${wheel}.publish.attestation`)).toMatchObject({
      verified: [],
      invalid: [],
      unverifiable: [{ code: 'unknown-authority' }],
    });
  });
});
