/**
 * What went wrong, in the closed form every surface prints: what, why, next step.
 *
 * Expected outcomes (refused, not listed) are values; a `Problem` is thrown only where the caller cannot go on.
 */
import type { JsonValue } from './json.ts';

/** Whose move it is, and so which exit code and HTTP status answer it. */
export type ProblemKind =
  | 'usage' // the caller wrote something that cannot be: exit 2, 400
  | 'not-allowed' // the caller may not do this: exit 1, 403
  | 'not-found' // nothing of that name: exit 1, 404
  | 'conflict' // it changed meanwhile, or is in another state: exit 1, 409
  | 'could-not-check' // an outside thing did not answer, or lied: exit 3, 503
  | 'sign-in' // nobody is acting: exit 4, 401
  | 'too-often' // wait, and try again: exit 3, 429
  | 'internal'; // ours to mend: exit 3, 500

/** What an answer leaves out on purpose: for the security log alone. */
export interface Unsaid {
  /** Whom it is about, where there is such a person. */
  readonly person?: string | undefined;
  /** What was shown, where it was one of ours: `token T-12`, never itself. */
  readonly credential?: string | undefined;
  /** What was wrong, where the caller is told only that something was. */
  readonly failed?: 'second-factor' | 'ticket' | 'signature' | undefined;
  /** It is there, and whoever asked may not know. */
  readonly isConcealed?: boolean;
}

export interface ProblemDetails {
  readonly kind: ProblemKind;
  /** Stable, kebab-case, for scripts: `no-wheel`, `unknown-channel`. */
  readonly code: string;
  /** What happened, one sentence. */
  readonly what: string;
  /** Why, one sentence; never a secret, never a stack. */
  readonly why?: string;
  /** What the reader can do next. */
  readonly next?: string;
  /** The same for programs, where there is more to it than words: what changed meanwhile, which rows were wrong. */
  readonly data?: JsonValue;
  /** Where waiting helps: how long. */
  readonly retryAfterSeconds?: number;
  readonly unsaid?: Unsaid | undefined;
  readonly cause?: unknown;
}

/** The one error class of the product. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly code: string;
  readonly what: string;
  readonly why: string | undefined;
  readonly next: string | undefined;
  readonly data: JsonValue | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly unsaid: Unsaid;

  constructor(details: ProblemDetails) {
    super(details.why === undefined ? details.what : `${details.what}: ${details.why}`, { cause: details.cause });
    this.name = 'Problem';
    this.kind = details.kind;
    this.code = details.code;
    this.what = details.what;
    this.why = details.why;
    this.next = details.next;
    this.data = details.data;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.unsaid = details.unsaid ?? {};
  }
}

/** Makes an exhaustive `switch` fail to compile when a case is missing, and fail loudly should one slip through. */
export function unreachable(value: never): never {
  throw new Problem({ kind: 'internal', code: 'unreachable', what: `Unexpected value ${JSON.stringify(value)}` });
}
