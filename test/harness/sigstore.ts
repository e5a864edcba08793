/**
 * A Sigstore of the test's own: certificate authority, certificate log and transparency log with keys made on the fly, the
 * trust root that believes them, and bundles signed by builds. Each part can be made wrong.
 */
import { createHash, sign } from 'node:crypto';
import type { TrustedKey, TrustRoot } from '../../src/domain/trust-root.ts';
import {
  AUTHORITY_EXTENSIONS,
  type CertificateSpec,
  der,
  extension,
  type KeyPair,
  makeCertificate,
  makeKeyPair,
  toBeSigned,
} from './certificates.ts';

export interface BuildIdentity {
  readonly repository: string;
  readonly workflow: string;
  readonly issuer: string;
  readonly commit: string;
}

export const A_BUILD: BuildIdentity = {
  repository: 'https://forge.example/lab/demo',
  workflow: '.ci/release.yml',
  issuer: 'https://tokens.forge.example',
  commit: 'c0ffee'.repeat(6).slice(0, 40),
};

/** What is wrong with a bundle; by default nothing. */
export interface Flaws {
  /** The certificate had ended before the log took the entry in. */
  readonly expired?: boolean;
  /** The log's entry and proof are signed with a key that is not the log's. */
  readonly wrongLogKey?: boolean;
  /** The log is one that the trust root does not know. */
  readonly strangeLog?: boolean;
  /** An authority of the same name, with another key, issued the certificate. */
  readonly forgedAuthority?: boolean;
  /** Neither promise nor proof of inclusion. */
  readonly noInclusion?: boolean;
  /** What the envelope holds in the end, after it was signed. */
  readonly alteredPayload?: string;
  /** No certificate log vouches for the certificate. */
  readonly noCertificateLog?: boolean;
}

export interface Subject {
  readonly name: string;
  readonly digest: Readonly<Record<string, string>>;
}

export interface OwnSigstore {
  readonly trustRoot: TrustRoot;
  /** A bundle as npm publishes it. */
  bundle(subject: Subject, build?: BuildIdentity, flaws?: Flaws): SigstoreBundle;
  /** A bundle that a registry signed with its own key: it names no build. */
  registryBundle(subject: Subject): object;
  /** A PEP 740 provenance object over such bundles. */
  provenance(bundles: readonly SigstoreBundle[], claimed?: string): string;
}

export interface SigstoreBundle {
  readonly mediaType: string;
  readonly verificationMaterial: {
    readonly certificate: { readonly rawBytes: string };
    readonly tlogEntries: readonly object[];
  };
  readonly dsseEnvelope: {
    readonly payload: string;
    readonly payloadType: string;
    readonly signatures: readonly { readonly sig: string }[];
  };
}

const FROM = new Date('2025-01-01T00:00:00Z');
const UNTIL = new Date('2035-01-01T00:00:00Z');
/** When the log takes entries in. */
const LOGGED = new Date('2026-01-01T10:00:00Z');
const MINUTE = 60_000;
const AUTHORITY = 'An authority of tests';
const LOG_URL = 'https://log.example';
const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

interface Parts {
  readonly authority: KeyPair;
  readonly log: KeyPair;
  readonly certificateLog: KeyPair;
  readonly registry: KeyPair;
}

/** What bundles call the registry's key. */
const REGISTRY_KEY = 'SHA256:a-key-of-tests';

export function openSigstore(): OwnSigstore {
  const parts: Parts = {
    authority: makeKeyPair(),
    log: makeKeyPair(),
    certificateLog: makeKeyPair(),
    registry: makeKeyPair(),
  };
  return {
    trustRoot: { root: JSON.stringify(trustedRoot(parts)), keys: [registryKey(parts)] },
    bundle: (subject, build = A_BUILD, flaws = {}) => bundleOf(parts, { subject, build, flaws }),
    registryBundle: (subject) => registryBundleOf(parts, subject),
    provenance: (bundles, claimed = 'lab/demo') => JSON.stringify(pep740(bundles, claimed)),
  };
}

function trustedRoot({ authority, log, certificateLog }: Parts): object {
  const validFor = { start: FROM.toISOString() };
  const logOf = (baseUrl: string, { spki }: KeyPair) => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: spki.toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: logId(spki).toString('base64') },
  });
  const names = { subject: AUTHORITY, issuer: AUTHORITY, subjectKey: authority, issuerKey: authority };
  const certificate = makeCertificate({ ...names, from: FROM, until: UNTIL, extensions: AUTHORITY_EXTENSIONS });
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [logOf(LOG_URL, log)],
    certificateAuthorities: [
      {
        subject: { organization: 'tests', commonName: AUTHORITY },
        uri: 'https://authority.example',
        certChain: { certificates: [{ rawBytes: certificate.toString('base64') }] },
        validFor,
      },
    ],
    ctlogs: [logOf('https://certificates.log.example', certificateLog)],
  };
}

interface Signing {
  readonly subject: Subject;
  readonly build: BuildIdentity;
  readonly flaws: Flaws;
}

function bundleOf(parts: Parts, { subject, build, flaws }: Signing): SigstoreBundle {
  const signer = makeKeyPair();
  const certificate = leafOf(parts, { signer, build, flaws });
  const { payload, signature } = signedStatement(subject, signer);
  const entry = logEntry(parts, { payload, signature, certificate, flaws });
  const held = flaws.alteredPayload === undefined ? payload : Buffer.from(flaws.alteredPayload);
  return {
    mediaType: BUNDLE_TYPE,
    verificationMaterial: { certificate: { rawBytes: certificate.toString('base64') }, tlogEntries: [entry] },
    dsseEnvelope: envelopeOf(held, signature),
  };
}

function registryBundleOf(parts: Parts, subject: Subject): object {
  const { payload, signature } = signedStatement(subject, parts.registry);
  const entry = logEntry(parts, { payload, signature, certificate: parts.registry.spki, flaws: {} });
  return {
    mediaType: BUNDLE_TYPE,
    verificationMaterial: { publicKey: { hint: REGISTRY_KEY }, tlogEntries: [entry] },
    dsseEnvelope: envelopeOf(payload, signature),
  };
}

function registryKey({ registry }: Parts): TrustedKey {
  return {
    hint: REGISTRY_KEY,
    spki: registry.spki.toString('base64'),
    validFrom: FROM.toISOString(),
    validUntil: null,
  };
}

function envelopeOf(payload: Buffer, sig: string): SigstoreBundle['dsseEnvelope'] {
  return { payload: payload.toString('base64'), payloadType: PAYLOAD_TYPE, signatures: [{ sig }] };
}

function signedStatement(subject: Subject, { key }: KeyPair): { readonly payload: Buffer; readonly signature: string } {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [subject],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {},
  };
  const payload = Buffer.from(JSON.stringify(statement));
  // DSSE, "Protocol": what is signed is the pre-authentication encoding.
  const head = Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `);
  return { payload, signature: sign('sha256', Buffer.concat([head, payload]), key).toString('base64') };
}

function leafOf(
  { authority, certificateLog }: Parts,
  { signer, build, flaws }: { signer: KeyPair; build: BuildIdentity; flaws: Flaws },
): Buffer {
  const config = `${build.repository}/${build.workflow}@refs/tags/v1`;
  const claim = (number: number, text: string) => extension(`1.3.6.1.4.1.57264.1.${number}`, der.text(text));
  const begin = LOGGED.getTime() - (flaws.expired === true ? 60 : 1) * MINUTE;
  const spec: CertificateSpec = {
    subject: 'a build',
    issuer: AUTHORITY,
    subjectKey: signer,
    issuerKey: flaws.forgedAuthority === true ? makeKeyPair() : authority,
    from: new Date(begin),
    until: new Date(begin + 10 * MINUTE),
    extensions: [
      // Subject alternative name: a URI (RFC 5280, 4.2.1.6).
      extension('2.5.29.17', der.sequence(der.of(0x86, Buffer.from(config)))),
      claim(8, build.issuer),
      claim(12, build.repository),
      claim(13, build.commit),
      claim(14, 'refs/tags/v1'),
      claim(18, config),
    ],
  };
  if (flaws.noCertificateLog === true) return makeCertificate(spec);
  const proof = signedTimestamp(toBeSigned(spec), { authority, certificateLog, at: LOGGED });
  return makeCertificate({
    ...spec,
    extensions: [...spec.extensions, extension('1.3.6.1.4.1.11129.2.4.2', der.octets(proof))],
  });
}

/** A list with one signed certificate timestamp (RFC 6962, 3.2 and 3.3). */
function signedTimestamp(
  tbs: Buffer,
  { authority, certificateLog, at }: Pick<Parts, 'authority' | 'certificateLog'> & { at: Date },
): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(at.getTime()));
  const issuer = createHash('sha256').update(authority.spki).digest();
  const entry = Buffer.concat([issuer, sized(tbs, 3)]);
  const signed = Buffer.concat([Buffer.from([0, 0]), time, Buffer.from([0, 1]), entry, Buffer.from([0, 0])]);
  const signature = sign('sha256', signed, certificateLog.key);
  // Version 1, extensions none, SHA-256 with ECDSA.
  const one = Buffer.concat([
    Buffer.from([0]),
    logId(certificateLog.spki),
    time,
    Buffer.from([0, 0, 4, 3]),
    sized(signature, 2),
  ]);
  return sized(sized(one, 2), 2);
}

function sized(bytes: Buffer, width: number): Buffer {
  const length = Buffer.alloc(width);
  length.writeUIntBE(bytes.length, 0, width);
  return Buffer.concat([length, bytes]);
}

interface Entry {
  readonly payload: Buffer;
  readonly signature: string;
  readonly certificate: Buffer;
  readonly flaws: Flaws;
}

/** An entry of the kind `dsse` 0.0.1 of Rekor, in a tree of two. */
function logEntry({ log }: Parts, { payload, signature, certificate, flaws }: Entry): object {
  const body = Buffer.from(
    JSON.stringify({
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        payloadHash: { algorithm: 'sha256', value: createHash('sha256').update(payload).digest('hex') },
        signatures: [{ signature, verifier: certificate.toString('base64') }],
      },
    }),
  );
  const { key } = flaws.wrongLogKey === true || flaws.strangeLog === true ? makeKeyPair() : log;
  const id = flaws.strangeLog === true ? createHash('sha256').update('strange').digest() : logId(log.spki);
  const integratedTime = Math.floor(LOGGED.getTime() / 1000);
  const sibling = createHash('sha256').update('another entry').digest();
  const leaf = createHash('sha256')
    .update(Buffer.from([0]))
    .update(body)
    .digest();
  const root = createHash('sha256')
    .update(Buffer.from([1]))
    .update(leaf)
    .update(sibling)
    .digest();
  const note = `log.example\n2\n${root.toString('base64')}\n`;
  const hinted = Buffer.concat([id.subarray(0, 4), sign('sha256', Buffer.from(note), key)]).toString('base64');
  // The members in the order of their names: canonical JSON (RFC 8785).
  const promised = JSON.stringify({
    body: body.toString('base64'),
    integratedTime,
    logID: id.toString('hex'),
    logIndex: 0,
  });
  const inclusion = {
    inclusionPromise: { signedEntryTimestamp: sign('sha256', Buffer.from(promised), key).toString('base64') },
    inclusionProof: {
      logIndex: '0',
      treeSize: '2',
      rootHash: root.toString('base64'),
      hashes: [sibling.toString('base64')],
      checkpoint: { envelope: `${note}\n— log.example ${hinted}\n` },
    },
  };
  return {
    logIndex: '0',
    logId: { keyId: id.toString('base64') },
    kindVersion: { kind: 'dsse', version: '0.0.1' },
    integratedTime: String(integratedTime),
    ...(flaws.noInclusion === true ? {} : inclusion),
    canonicalizedBody: body.toString('base64'),
  };
}

function logId(spki: Buffer): Buffer {
  return createHash('sha256').update(spki).digest();
}

function pep740(bundles: readonly SigstoreBundle[], repository: string): object {
  const attestations = bundles.map(({ verificationMaterial, dsseEnvelope }) => ({
    version: 1,
    verification_material: {
      certificate: verificationMaterial.certificate.rawBytes,
      transparency_entries: verificationMaterial.tlogEntries,
    },
    envelope: { statement: dsseEnvelope.payload, signature: dsseEnvelope.signatures[0]?.sig },
  }));
  const publisher = { kind: 'GitHub', repository, workflow: 'release.yml', environment: null };
  return { version: 1, attestation_bundles: [{ publisher, attestations }] };
}
