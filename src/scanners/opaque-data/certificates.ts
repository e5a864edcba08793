/** Certificates in PEM (RFC 7468, section 5.1): a known format, where there is one and nothing else between the lines. */
import { X509Certificate } from 'node:crypto';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';
/** Bytes of a certificate: those of authorities take 500 to 2500. What is larger carries something else along. */
const LARGEST = 4096;
/** Certificates of one file: the bundles of all authorities that a system trusts hold some 150, those of all vendors 500. */
const MOST = 500;
/** A SEQUENCE whose length stands in two bytes (X.690, 8.1.2 and 8.1.3.5): no certificate is shorter or longer. */
const SEQUENCE_OF_TWO_BYTES = [0x30, 0x82] as const;
const HEAD = 4;

/** The text with blanks in the place of its certificates, so that all else keeps its place. */
export function withoutCertificates(text: string): string {
  if (!text.includes(BEGIN)) return text;
  const parts: string[] = [];
  let kept = 0;
  let known = 0;
  for (let start = text.indexOf(BEGIN); start !== -1 && known < MOST; start = text.indexOf(BEGIN, start + 1)) {
    const end = text.indexOf(END, start);
    if (end === -1) break;
    if (!isCertificate(text.slice(start + BEGIN.length, end))) continue;
    known += 1;
    parts.push(text.slice(kept, start), ' '.repeat(end + END.length - start));
    kept = end + END.length;
  }
  return [...parts, text.slice(kept)].join('');
}

/** Whether base64 is one whole certificate, without a byte before, behind or between. */
function isCertificate(encoded: string): boolean {
  // Some four characters for three bytes, and the line ends.
  if (encoded.length > LARGEST * 1.5) return false;
  const digits = encoded.replaceAll(/\r?\n/g, '');
  const bytes = Buffer.from(digits, 'base64');
  if (bytes.toString('base64') !== digits || bytes.length > LARGEST || bytes.length < HEAD) return false;
  const isWhole =
    SEQUENCE_OF_TWO_BYTES.every((byte, at) => bytes[at] === byte) && bytes.readUInt16BE(2) + HEAD === bytes.length;
  return isWhole && isRead(bytes);
}

function isRead(bytes: Buffer): boolean {
  try {
    return new X509Certificate(bytes).publicKey.asymmetricKeyType !== undefined;
  } catch {
    return false;
  }
}
