/** Who signed, out of a certificate that was verified. */
import type { JsonValue } from '../../domain/evidence.ts';

/** What a verified certificate says of the build that asked for it. `null` where it does not say. */
export interface Publisher {
  /** The identity provider that vouched for the build: an address. */
  readonly issuer: string | null;
  /** The certificate's subject: the workflow, or an e-mail address. */
  readonly identity: string | null;
  /** Address of the source repository. */
  readonly repository: string | null;
  /** Path of the workflow in that repository, without the ref. */
  readonly workflow: string | null;
  /** Commit that was built. */
  readonly commit: string | null;
  /** Branch or tag that was built. */
  readonly ref: string | null;
}

/** What the verifier hands out: extensions of the leaf certificate. */
export interface CertificateIdentity {
  readonly subjectAlternativeName?: string | undefined;
  readonly extensions?: { readonly issuer?: string | undefined } | undefined;
  readonly oids?: readonly CertificateExtension[] | undefined;
}
interface CertificateExtension {
  readonly oid?: { readonly id: readonly number[] } | undefined;
  readonly value: Uint8Array;
}

/** Source: Fulcio, "OID information" (1.3.6.1.4.1.57264.1). Those below 8 hold plain text, the others a DER UTF8String. */
const FULCIO = '1.3.6.1.4.1.57264.1';
const SHA_V1 = 3;
const REPOSITORY_V1 = 5;
const REF_V1 = 6;
const REPOSITORY = 12;
const SHA = 13;
const REF = 14;
const BUILD_CONFIG = 18;
/** Characters of one claim that are kept. */
const MAX_CLAIM = 500;

export function publisherOf(identity: CertificateIdentity): Publisher {
  const claim = (number: number) => claimOf(identity.oids ?? [], `${FULCIO}.${number}`);
  const shortRepository = claim(REPOSITORY_V1);
  const repository = claim(REPOSITORY) ?? shortRepository;
  const san = cut(identity.subjectAlternativeName);
  return {
    issuer: cut(identity.extensions?.issuer),
    identity: san,
    repository,
    workflow: workflowOf(claim(BUILD_CONFIG) ?? san, repository),
    commit: claim(SHA) ?? claim(SHA_V1),
    ref: claim(REF) ?? claim(REF_V1),
  };
}

/** `https://forge.example/o/r/.ci/release.yml@refs/tags/v1` is the workflow `.ci/release.yml` of the repository `o/r`. */
function workflowOf(config: string | null, repository: string | null): string | null {
  if (config === null || repository === null) return null;
  const at = config.indexOf('@');
  const bare = at === -1 ? config : config.slice(0, at);
  const start = bare.indexOf(`${repository}/`);
  // GitLab writes `//` before the path.
  return start === -1 ? null : bare.slice(start + repository.length).replace(/^\/+/, '');
}

function claimOf(extensions: readonly CertificateExtension[], wanted: string): string | null {
  const found = extensions.find(({ oid }) => oid?.id.join('.') === wanted);
  return found === undefined ? null : cut(textOf(found.value));
}

/** DER tag of UTF8String (X.690, 8.23), and its short form of a length. */
const UTF8_STRING = 0x0c;
const LONG_FORM = 0x80;

function textOf(value: Uint8Array): string {
  const [tag, length = 0] = value;
  const body = tag !== UTF8_STRING ? value : value.subarray(length < LONG_FORM ? 2 : 2 + (length & 0x7f));
  return new TextDecoder().decode(body);
}

/** Control and direction characters must not reach a page; an empty claim is none. */
function cut(text: string | undefined): string | null {
  const clean = (text ?? '').replaceAll(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, MAX_CLAIM);
  return clean === '' ? null : clean;
}

export function publisherJson(publisher: Publisher): { readonly [key: string]: JsonValue } {
  return { ...publisher };
}

/** For people: `https://forge.example/o/r, workflow .ci/release.yml`. */
export function publisherWords({ repository, workflow, identity, issuer }: Publisher): string {
  if (repository === null) return `${identity ?? 'an unnamed identity'} (vouched for by ${issuer ?? 'nobody'})`;
  return workflow === null ? repository : `${repository}, workflow ${workflow}`;
}
