/** Reads made-up secrets from a text in which none stands: `‹kind length›` is made up anew from the place of its snippet. */
import { BASE62, checksummed, HEX, random } from './secrets.ts';
import { readSnippets } from './snippets.ts';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const ALPHABETS: Readonly<Record<string, string>> = {
  hex: HEX,
  HEX: HEX.toUpperCase(),
  b62: BASE62,
  b64: `${BASE62}+/`,
  url: `${BASE62}-_`,
  num: DIGITS,
  alpha: LOWER + LOWER.toUpperCase(),
  lowernum: LOWER + DIGITS,
  upper: LOWER.toUpperCase() + DIGITS,
  B32: `${LOWER.toUpperCase()}234567`,
  bech: '023456789ACDEFGHJKLMNPQRSTUVWXYZ',
  pass: `${BASE62}!#%*-_+`,
};

export interface HeldSecret {
  readonly label: string;
  readonly path: string;
  readonly text: string;
  readonly secret: boolean;
  readonly missed: boolean;
}

/** The snippets of a file in this folder, with their tokens made up. */
export function heldSecrets(name: string): readonly HeldSecret[] {
  return readSnippets(name).map(({ label, rest, text, expected, missed }, at) => ({
    label: `${label} ${rest}`,
    path: rest,
    secret: expected !== undefined,
    missed,
    text: text.replaceAll(/‹(?<kind>[^ ›]+) (?<what>[^›]+)›/g, (_, kind: string, what: string, place: number) =>
      madeUp(`${name} ${at} ${place}`, kind, what),
    ),
  }));
}

function madeUp(seed: string, kind: string, what: string): string {
  const alphabet = ALPHABETS[kind];
  if (alphabet !== undefined) return random(seed, Number(what), alphabet);
  switch (kind) {
    case 'uuid':
      return [8, 4, 4, 4, 12].map((length, at) => random(`${seed} ${at}`, length, HEX)).join('-');
    case 'checksum':
      return checksummed(what, seed);
    case 'b64of':
      return Buffer.from(what).toString('base64');
    case 'jwt':
      return webToken(seed);
    case 'pem':
      return pem(what, seed, '\n');
    case 'pemline':
      return pem(what, seed, String.raw`\n`);
    default:
      throw new Error(`no such kind of made-up text: ${kind}`);
  }
}

function webToken(seed: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ sub: random(seed, 12), iat: 1 })}.${random(seed, 86, `${BASE62}-_`)}`;
}

function pem(what: string, seed: string, end: string): string {
  const lines = [0, 1, 2, 3].map(
    (at) => (at === 0 ? 'MIIE' : '') + random(`${seed} ${at}`, at === 0 ? 60 : 64, ALPHABETS.b64),
  );
  return [`-----BEGIN ${what}-----`, ...lines, `-----END ${what}-----`].join(end);
}
