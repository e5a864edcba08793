/** Signs that stand directly in a sequence, as bits: most questions are about sequences with one of them. */
export const SIGN = {
  /** `=`, `+=`, `<-`, `<<-`. */
  gives: 1,
  /** `:=` and `->`. */
  names: 2,
  colon: 4,
  /** `==`, `===`, `!=`, `!==`. */
  compares: 8,
  regex: 16,
  /** `+` and `%`, which put texts together. */
  joins: 32,
} as const;
/** Bits of all of them. */
export const SIGN_BITS = 6;

const SIGNS: readonly (readonly [sign: number, operators: string])[] = [
  [SIGN.gives, '= += <- <<-'],
  [SIGN.names, ':= ->'],
  [SIGN.colon, ':'],
  [SIGN.compares, '== === != !=='],
  [SIGN.joins, '+ %'],
];

/** Operators of more than one character in any of the languages. */
const LONGER: readonly string[] =
  '=> == != <= >= ++ -- && || ?? ?. ** += -= *= /= %= &= |= ^= << >> === !== ... **= &&= ||= ??= <<= >>= >>> // -> @= := //= <- <<- ->> |> :: :::'.split(
    ' ',
  );
/** Numbers below are those of single characters. */
const FIRST_LONGER = 128;

/** Number of an operator, by which it is compared: the code of one character, or a place above all of these. */
export function operatorNumber(written: string): number {
  if (written.length === 1) return written.charCodeAt(0);
  const place = LONGER.indexOf(written);
  if (place === -1) throw new Error(`no operator: ${written}`);
  return FIRST_LONGER + place;
}

const BITS = new Uint8Array(256);
for (const [sign, operators] of SIGNS)
  for (const operator of operators.split(' ')) BITS[operatorNumber(operator)] = sign;

/** What an operator does, as a `SIGN` bit; 0 where it is none of them. */
export function signOf(operator: number): number {
  return BITS[operator] ?? 0;
}

const LENGTHS = new Uint8Array(256).fill(1);
for (const operator of LONGER) LENGTHS[operatorNumber(operator)] = operator.length;

/** Characters of an operator. */
export function operatorLength(operator: number): number {
  return LENGTHS[operator] ?? 1;
}

/** Room for two ASCII characters. */
const PAIRS = 128 * 128;

/** The longer operators of one language: the longest that begins at a place is the one that stands there. */
export class OperatorTable {
  /** Numbers by their first two characters. */
  private readonly pairs = new Uint8Array(PAIRS);
  /** By the two, whether three may be one. */
  private readonly begins = new Uint8Array(PAIRS);
  private readonly triples = new Map<number, number>();

  constructor(operators: string) {
    for (const operator of operators.split(' ')) {
      const [first, second] = [operator.charCodeAt(0), operator.charCodeAt(1)];
      const pair = (first << 7) | second;
      if (operator.length === 2) this.pairs[pair] = operatorNumber(operator);
      else {
        this.begins[pair] = 1;
        this.triples.set((pair << 7) | operator.charCodeAt(2), operatorNumber(operator));
      }
    }
  }

  /** Number of the operator that begins at a place of a text: one character where no longer one does. */
  at(letters: Uint16Array, at: number): number {
    const [first, second] = [letters[at] ?? 0, letters[at + 1] ?? 0];
    if (second >= 128) return first;
    const pair = (first << 7) | second;
    if (this.begins[pair] === 1) {
      const third = letters[at + 2] ?? 0;
      const triple = third < 128 ? this.triples.get((pair << 7) | third) : undefined;
      if (triple !== undefined) return triple;
    }
    return this.pairs[pair] || first;
  }
}
