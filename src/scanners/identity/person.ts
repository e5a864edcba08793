/** Somebody whom metadata names. Untrusted. */
export interface Person {
  /** `null` where only an address is given. */
  readonly name: string | null;
  /** Lower case; `null` where only a name is given. */
  readonly email: string | null;
}
