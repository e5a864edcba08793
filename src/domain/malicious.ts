/** What the operator's lists and rules say is malicious. */
import type { Digest } from './digest.ts';

/** One entry of the operator's list that a release or a file of it is on. */
export interface ListedMalicious {
  /** What the list names: the package, one version of it, a distribution, or a file inside one. */
  readonly what: 'package' | 'version' | 'distribution' | 'file';
  /** Path of the file inside the distribution, where it is one. */
  readonly path: string | undefined;
  /** Digest that is listed, where it is no package. */
  readonly sha256: Digest | undefined;
  /** What the list says of it; may be empty. */
  readonly note: string;
}

/** A rule that matches a file inside a distribution. */
export interface RuleMatch {
  /** File that the rule came from. */
  readonly origin: string;
  readonly rule: string;
  readonly path: string;
  /** Severity and description as the rule's `meta` has them; empty where it says none. */
  readonly severity: string;
  readonly description: string;
}

/** Files of a distribution that were asked about. `cut` were too large to be read to their end. */
export interface Inside<T> {
  readonly found: readonly T[];
  readonly files: number;
  readonly cut: number;
}

/** One file with rules, as it was imported. */
export interface RuleSource {
  readonly name: string;
  readonly text: string;
}

/** The rules in force, named by what they say. */
export interface RuleSources {
  readonly digest: Digest;
  readonly sources: readonly RuleSource[];
}

/** What a list of malicious files and packages is asked. */
export interface MaliciousLookUp {
  /** Whether it names files: otherwise there is no need to look inside distributions for it. */
  readonly namesFiles: boolean;
  /** Versions of a package that are on it; an empty one stands for all. */
  packages(ecosystem: string, name: string): Promise<readonly { readonly version: string; readonly note: string }[]>;
  files(digests: readonly Digest[]): Promise<readonly { readonly sha256: Digest; readonly note: string }[]>;
}
