/** Exit codes that scripts rely on (contract, section 4). */
import { Problem, type ProblemKind, unreachable } from '../../domain/problem.ts';

export const EXIT = {
  /** Allowed, or done. */
  done: 0,
  /** Something is not allowed. */
  notAllowed: 1,
  /** Wrong usage, or an answer is missing and nobody can be asked. */
  usage: 2,
  /** Could not check; never reported as done. */
  couldNotCheck: 3,
  /** Nobody is acting. */
  signIn: 4,
  /** Nothing to check. */
  nothing: 5,
  /** Allowed, but a required tag is missing. */
  missingTag: 7,
  /** Nothing refused, some still waiting. */
  pending: 8,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** When several apply, the first of these wins. */
const PRIORITY: readonly ExitCode[] = [EXIT.couldNotCheck, EXIT.notAllowed, EXIT.missingTag, EXIT.pending, EXIT.done];

/** The one exit code of many outcomes; done where there are none. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  return PRIORITY.find((code) => codes.includes(code)) ?? EXIT.done;
}

export function exitOf(error: unknown): ExitCode {
  return error instanceof Problem ? exitOfKind(error.kind) : EXIT.couldNotCheck;
}

function exitOfKind(kind: ProblemKind): ExitCode {
  switch (kind) {
    case 'usage':
      return EXIT.usage;
    case 'not-allowed':
    case 'not-found':
    case 'conflict':
      return EXIT.notAllowed;
    case 'could-not-check':
    case 'too-often':
    case 'internal':
      return EXIT.couldNotCheck;
    case 'sign-in':
      return EXIT.signIn;
    default:
      return unreachable(kind);
  }
}
