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

const [NOT, PERCENT, PLUS, MINUS, COLON, LESS, EQUALS, GREATER] = [33, 37, 43, 45, 58, 60, 61, 62];

const SINGLE = new Uint8Array(128);
SINGLE[EQUALS] = SIGN.gives;
SINGLE[COLON] = SIGN.colon;
SINGLE[PLUS] = SIGN.joins;
SINGLE[PERCENT] = SIGN.joins;

/** What the operator between two places does, as a `SIGN` bit; 0 where it is none of them. */
export function signAt(text: string, start: number, end: number): number {
  const length = end - start;
  const code = text.charCodeAt(start);
  if (length === 1) return SINGLE[code] ?? 0;
  const next = text.charCodeAt(start + 1);
  switch (code) {
    case EQUALS:
    case NOT:
      return next === EQUALS ? SIGN.compares : 0;
    case PLUS:
      return next === EQUALS ? SIGN.gives : 0;
    case COLON:
      return next === EQUALS ? SIGN.names : 0;
    case MINUS:
      return next === GREATER && length === 2 ? SIGN.names : 0;
    case LESS:
      return isArrow(text, start, length) ? SIGN.gives : 0;
    default:
      return 0;
  }
}

/** R: `<-` and `<<-`. */
function isArrow(text: string, start: number, length: number): boolean {
  if (length === 2) return text.charCodeAt(start + 1) === MINUS;
  return length === 3 && text.charCodeAt(start + 1) === LESS && text.charCodeAt(start + 2) === MINUS;
}
