/** What package clients ask beside documents and files. */

/** A package that a search found, with its newest offered version. */
export interface SearchHit {
  readonly name: string;
  readonly version: string;
}

/** What a client's audit asks: which versions of which packages it has. */
export interface AuditQuestion {
  /** `bulk` names packages, `tree` sent a whole tree. */
  readonly form: 'bulk' | 'tree';
  /** Versions by normal name. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  /** Where in the tree a `name@version` stands. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
}
