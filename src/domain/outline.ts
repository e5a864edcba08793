/** What a package would pull in, by what upstream's indexes say: nothing was fetched, opened or decided. */
export type Outline =
  | {
      readonly status: 'found';
      /** The release that would be taken. */
      readonly version: string;
      /** Each package of the tree, itself included, with the names that it needs directly. */
      readonly tree: ReadonlyMap<string, readonly string[]>;
    }
  /** No source lists the name; `near` is listed and differs in capitals alone. */
  | { readonly status: 'unknown'; readonly near: string | undefined }
  /** It is there, and no target could install it. */
  | { readonly status: 'unresolvable'; readonly reason: string }
  | { readonly status: 'could-not-check'; readonly reason: string };
