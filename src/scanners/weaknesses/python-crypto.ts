import type { Call, Source } from '../syntax/source.ts';
import { isName, keyword, literalText } from '../syntax/values.ts';
import { type CallCheck, type NamedCheck, names, SECRET_NAME } from './rules.ts';
import { written } from './settings.ts';

const hashes: CallCheck = (call, source) => {
  if (isName(keyword(call.node, 'usedforsecurity'), 'False')) return undefined;
  return isAboutSecret(call, source) ? 'weak-hash-of-secret' : 'weak-hash';
};

/** Whether what is hashed, or the function around, is named after a secret. */
function isAboutSecret({ node, scope }: Call, { text }: Source): boolean {
  const written = text.slice(node.args[0]?.start ?? 0, node.end).slice(0, 300);
  return (
    /passw|secret/i.test(node.args.length > 0 ? written : '') || scope.functions.some((name) => SECRET_NAME.test(name))
  );
}

const namesHash: CallCheck = (call, source) => {
  const algorithm = literalText(keyword(call.node, 'name') ?? call.args[0] ?? [], source.text);
  return algorithm !== undefined && /^(?:md[245]|sha-?1?)$/i.test(algorithm) ? hashes(call, source) : undefined;
};

const signs: CallCheck = ({ node, args }, { text }) =>
  /\bmd[245]\b/i.test(written(keyword(node, 'digestmod') ?? args[2], text)) ? 'weak-hash' : undefined;

/** Least bits of an RSA or DSA key (NIST SP 800-131A rev. 2). */
const LEAST_BITS = 2048;
/** Least bits of an elliptic curve key (the same). */
const LEAST_CURVE_BITS = 224;

const makesKey: CallCheck = ({ node, args }, { text }) => {
  const sizes = [keyword(node, 'key_size'), keyword(node, 'bits'), ...args].flatMap((value) => {
    const [only] = value ?? [];
    return value?.length === 1 && only?.kind === 'number' ? [Number(text.slice(only.start, only.end))] : [];
  });
  return sizes.some((bits) => bits >= 256 && bits < LEAST_BITS) ? 'short-key' : undefined;
};

const makesCurveKey: CallCheck = ({ node }, { text }) => {
  const curve = /(?:SECP|SECT)(\d+)[RK]\d/i.exec(text.slice(node.start, node.end).slice(0, 200));
  return curve !== null && Number(curve[1]) < LEAST_CURVE_BITS ? 'short-key' : undefined;
};

const PACKAGES = ['Crypto', 'Cryptodome'];
const CIPHERS = ['ARC2', 'ARC4', 'Blowfish', 'DES', 'DES3', 'XOR', 'CAST'];
const ALGORITHMS = ['ARC4', 'Blowfish', 'IDEA', 'TripleDES', 'CAST5', 'SEED'];
const HASHES = ['MD2', 'MD4', 'MD5', 'SHA', 'SHA1'];

const usesEcb: CallCheck = ({ node }, { text }) =>
  /\bMODE_ECB\b/.test(text.slice(node.start, node.end).slice(0, 300)) ? 'weak-cipher' : undefined;

const hasFixedIv: CallCheck = ({ node, args }, { text }) => {
  const iv = keyword(node, 'iv') ?? keyword(node, 'IV') ?? args[2] ?? [];
  return literalText(iv, text) === undefined ? undefined : 'fixed-iv';
};

const talksOldTls: CallCheck = ({ node, name, args }, { text, bindings }) => {
  const renamed = args.flatMap((value) =>
    value.filter((part) => part.kind === 'name').map((part) => bindings.resolve(part)),
  );
  const asked = `${text.slice(node.args[0]?.start ?? node.end, node.end).slice(0, 400)} ${renamed.join(' ')}`;
  if (/PROTOCOL_(?:SSLv2|SSLv3|TLSv1(?:_1)?)\b|(?:SSLv2|SSLv3|SSLv23|TLSv1(?:_1)?)_METHOD/.test(asked))
    return 'weak-tls-version';
  return name === 'ssl.wrap_socket' && keyword(node, 'cert_reqs') === undefined ? 'tls-verification-off' : undefined;
};

/** Fewest rounds of PBKDF2 that are no finding; SP 800-132 asks for 1,000 at the very least, OWASP for sixty times as many as here. */
const LEAST_ROUNDS = 10_000;
/** Fewest doublings of bcrypt (OWASP, "Password Storage Cheat Sheet"). */
const LEAST_DOUBLINGS = 10;

function isLess(value: Call['args'][number] | undefined, least: number, text: string): boolean {
  const [only] = value ?? [];
  if (value?.length !== 1 || only?.kind !== 'number') return false;
  return Number(text.slice(only.start, only.end).replaceAll('_', '')) < least;
}

const derivesKey: CallCheck = ({ node, args }, { text }) =>
  [keyword(node, 'iterations'), keyword(node, 'count'), args[3]].some((rounds) => isLess(rounds, LEAST_ROUNDS, text))
    ? 'few-rounds'
    : undefined;

/** The third argument of PBKDF2 in `hashlib` and the second of pycryptodome; by name everywhere else. */
const hasFixedSalt: CallCheck = ({ node, args, name }, { text }) => {
  const salt = keyword(node, 'salt') ?? (name.startsWith('hashlib.') ? args[2] : args[1]);
  return (literalText(salt ?? [], text) ?? '').length > 0 ? 'fixed-salt' : undefined;
};

const takesKey: CallCheck = ({ node, args }, { text }) =>
  (literalText(keyword(node, 'key') ?? args[0] ?? [], text) ?? '').length >= 8 ? 'hard-coded-password' : undefined;

/** Hashes, ciphers, keys and TLS versions. */
export const PYTHON_CRYPTO: readonly NamedCheck[] = [
  ...names('hashlib.md5 hashlib.sha1 hashlib.md4 md5.new md5.md5 sha.new _md5.md5 _sha1.sha1', hashes),
  ...names('hashlib.new', namesHash),
  ...names('hmac.new', signs),
  ...PACKAGES.flatMap((root) => HASHES.flatMap((hash) => names(`${root}.Hash.${hash}.new`, hashes))),
  ...PACKAGES.flatMap((root) =>
    CIPHERS.flatMap((cipher) => names(`${root}.Cipher.${cipher}.new`, () => 'weak-cipher')),
  ),
  ...PACKAGES.flatMap((root) => names(`${root}.Cipher.AES.new`, usesEcb)),
  ...PACKAGES.flatMap((root) => names(`${root}.PublicKey.RSA.generate ${root}.PublicKey.DSA.generate`, makesKey)),
  ...ALGORITHMS.flatMap((algorithm) =>
    names(
      `cryptography.hazmat.primitives.ciphers.algorithms.${algorithm} cryptography.hazmat.decrepit.ciphers.algorithms.${algorithm}`,
      () => 'weak-cipher',
    ),
  ),
  ...names('cryptography.hazmat.primitives.ciphers.modes.ECB', () => 'weak-cipher'),
  ...names('cryptography.hazmat.primitives.hashes.MD5 cryptography.hazmat.primitives.hashes.SHA1', hashes),
  ...names(
    'cryptography.hazmat.primitives.asymmetric.rsa.generate_private_key cryptography.hazmat.primitives.asymmetric.dsa.generate_private_key',
    makesKey,
  ),
  ...names('cryptography.hazmat.primitives.asymmetric.ec.generate_private_key', makesCurveKey),
  ...PACKAGES.flatMap((root) => names(`${root}.Cipher.AES.new ${root}.Cipher.DES3.new`, hasFixedIv)),
  ...PACKAGES.flatMap((root) =>
    names(`${root}.Cipher.AES.new ${root}.Cipher.ChaCha20.new ${root}.Cipher.ChaCha20_Poly1305.new`, takesKey),
  ),
  ...names(
    'cryptography.fernet.Fernet cryptography.hazmat.primitives.ciphers.algorithms.AES cryptography.hazmat.primitives.ciphers.aead.AESGCM',
    takesKey,
  ),
  ...names(
    `hashlib.pbkdf2_hmac cryptography.hazmat.primitives.kdf.pbkdf2.PBKDF2HMAC ${PACKAGES.map((root) => `${root}.Protocol.KDF.PBKDF2`).join(' ')}`,
    derivesKey,
  ),
  ...names(
    `hashlib.pbkdf2_hmac hashlib.scrypt cryptography.hazmat.primitives.kdf.pbkdf2.PBKDF2HMAC ${PACKAGES.map((root) => `${root}.Protocol.KDF.PBKDF2 ${root}.Protocol.KDF.scrypt`).join(' ')}`,
    hasFixedSalt,
  ),
  ...names('bcrypt.gensalt', ({ node, args }, { text }) =>
    isLess(keyword(node, 'rounds') ?? args[0], LEAST_DOUBLINGS, text) ? 'few-rounds' : undefined,
  ),
  ...names('paramiko.RSAKey.generate paramiko.DSSKey.generate', makesKey),
  ...names('crypt.crypt crypt.mksalt', ({ node }, { text }) =>
    /\bMETHOD_(?:CRYPT|MD5|BLOWFISH)\b/.test(text.slice(node.start, node.end).slice(0, 300)) ? 'weak-hash' : undefined,
  ),
  ...names('ssl.wrap_socket ssl.SSLContext OpenSSL.SSL.Context pyOpenSSL.SSL.Context', talksOldTls),
  ...names('ssl._create_unverified_context ssl._https_verify_certificates', () => 'tls-verification-off'),
];
