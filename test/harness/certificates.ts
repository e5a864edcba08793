/** Certificates that tests make themselves: just enough DER to write X.509 (X.690, RFC 5280). */
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export const der = {
  of: (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
    const body = Buffer.concat(parts);
    const size = body.length;
    const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
    return Buffer.concat([Buffer.from([tag, ...length]), body]);
  },
  sequence: (...parts: readonly Uint8Array[]) => der.of(0x30, ...parts),
  octets: (...parts: readonly Uint8Array[]) => der.of(0x04, ...parts),
  text: (text: string) => der.of(0x0c, Buffer.from(text)),
  yes: () => der.of(0x01, Buffer.from([0xff])),
  bits: (bytes: Uint8Array, unused = 0) => der.of(0x03, Buffer.from([unused]), bytes),
  /** From 0 to 127: one byte, no sign to care about. */
  integer: (value: number) => der.of(0x02, Buffer.from([value & 0x7f])),
  time: (at: Date) => der.of(0x18, Buffer.from(`${at.toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`)),
  oid: (text: string): Buffer => {
    const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
    const bytes = rest.flatMap((arc) => {
      const digits = [arc & 0x7f];
      for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
      return digits;
    });
    return der.of(0x06, Buffer.from([first * 40 + second, ...bytes]));
  },
};

export interface KeyPair {
  readonly key: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer;
}

/** A new ECDSA key on P-256. */
export function makeKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  });
  return { key: createPrivateKey(privateKey), spki: publicKey };
}

/** One extension: `critical` ones are not needed here. */
export function extension(oid: string, value: Uint8Array): Buffer {
  return der.sequence(der.oid(oid), der.octets(value));
}

export const AUTHORITY_EXTENSIONS: readonly Buffer[] = [
  extension('2.5.29.19', der.sequence(der.yes())),
  // keyCertSign and cRLSign (RFC 5280, 4.2.1.3).
  extension('2.5.29.15', der.bits(Buffer.from([0x06]), 1)),
];

export interface CertificateSpec {
  readonly subject: string;
  readonly issuer: string;
  readonly subjectKey: KeyPair;
  readonly issuerKey: KeyPair;
  readonly from: Date;
  readonly until: Date;
  readonly extensions: readonly Buffer[];
}

/** ecdsa-with-SHA256. */
const ALGORITHM = der.sequence(der.oid('1.2.840.10045.4.3.2'));

/** What is signed of a certificate. */
export function toBeSigned({ subject, issuer, subjectKey, from, until, extensions }: CertificateSpec): Buffer {
  const name = (text: string) => der.sequence(der.of(0x31, der.sequence(der.oid('2.5.4.3'), der.text(text))));
  const serial = createHash('sha256').update(subjectKey.spki).digest().readUInt8() % 126;
  return der.sequence(
    der.of(0xa0, der.integer(2)),
    der.integer(serial + 1),
    ALGORITHM,
    name(issuer),
    der.sequence(der.time(from), der.time(until)),
    name(subject),
    subjectKey.spki,
    der.of(0xa3, der.sequence(...extensions)),
  );
}

/** A certificate, DER. */
export function makeCertificate(spec: CertificateSpec): Buffer {
  const tbs = toBeSigned(spec);
  return der.sequence(tbs, ALGORITHM, der.bits(sign('sha256', tbs, spec.issuerKey.key)));
}
